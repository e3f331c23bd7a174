public import PoolModel

/// Why an alarm could not be acknowledged.
public enum AlarmError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No open alarm has this id; one that is over may have had it.
  case unknown(id: String)
  /// Somebody has taken it on already.
  case alreadyAcknowledged(by: String)
  /// It is over: the state it ended in.
  case over(state: AlarmState)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unknown(let id):
      "no open alarm has the id \(id): see `poolwatch alarms` for those there are"
    case .alreadyAcknowledged(let name): "already acknowledged by \(name)"
    case .over(let state): "nothing to acknowledge: the alarm is over (\(state.rawValue))"
    }
  }
}
