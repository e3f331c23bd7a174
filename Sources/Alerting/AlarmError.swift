public import PoolModel

/// Why something cannot be done to an alarm.
public enum AlarmError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No open alarm has this id; one that is over may have had it.
  case unknown(id: String)
  /// Somebody has taken it on already.
  case alreadyAcknowledged(by: String)
  /// It is over: the state it ended in.
  case over(state: AlarmState)
  /// It is not put aside.
  case notShelved
  /// It is out of service, which lasts until it is put back.
  case outOfService
  /// It is not out of service.
  case inService

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unknown(let id):
      "no open alarm has the id \(id): see `poolwatch alarms` for those there are"
    case .alreadyAcknowledged(let name): "already acknowledged by \(name)"
    case .over(let state): "nothing to do: the alarm is over (\(state.rawValue))"
    case .notShelved: "the alarm is not shelved"
    case .outOfService: "the alarm is out of service: put it back first"
    case .inService: "the alarm is not out of service"
    }
  }
}
