public import PoolModel

/// Alarms counted as ISA-18.2 counts them: how many, how long, and which come and go.
public struct AlarmTally: Sendable {
  /// The alarms, without those that were recorded after the fact, by their beginning.
  public let alarms: [AlarmOccurrence]
  /// How many were recorded after the fact.
  public let historicalCount: Int
  private let through: Timestamp

  /// Counts `alarms` up to `through`; what is on then is counted until then.
  public init(_ alarms: [AlarmOccurrence], through: Timestamp) {
    self.alarms = alarms.filter { $0.state != .historical }.sorted {
      ($0.eventTime, $0.id) < ($1.eventTime, $1.id)
    }
    historicalCount = alarms.count - self.alarms.count
    self.through = through
  }

  /// How many alarms there are.
  public var count: Int { alarms.count }

  /// How long they lasted by the gateways' clocks, all together.
  public var duration: Duration { alarms.reduce(.zero) { $0 + duration(of: $1) } }

  /// How long `alarm` lasted.
  public func duration(of alarm: AlarmOccurrence) -> Duration {
    max(.zero, (alarm.returnedTime ?? through) - alarm.eventTime)
  }

  /// How many of them chatter: are of one alarm (rule, pool, parameter) that came three times or more within
  /// half an hour.
  public var chatteringCount: Int {
    let places = Dictionary(grouping: alarms) {
      AlarmName(rule: $0.rule, pool: $0.pool, parameter: $0.parameter)
    }
    return places.values.reduce(0) { $0 + Chattering.indices(in: $1.map(\.eventTime)).count }
  }
}
