/// An alarm that people were told of, and what became of it: what the figures of IEC 62682 count.
///
/// Alarms that nobody was told of (a drift's advisory, what was recorded after the fact or while it was
/// shelved or out of service) are none. One that is told again, because it became critical or is no longer
/// shelved, is the same.
public struct ToldAlarm: Hashable, Sendable {
  /// The occurrence's id.
  public var id: String
  /// Which alarm it is.
  public var name: AlarmName
  /// Its class.
  public var alarmClass: AlarmClass
  /// Whether it has been critical.
  public var wasCritical: Bool
  /// When the condition began, by the gateway's clock.
  public var eventTime: Timestamp
  /// When people were first told, by our clock: when that was recorded, since notices leave then.
  public var toldTime: Timestamp
  /// When somebody took it on, by our clock; nil when nobody has.
  public var acknowledgedTime: Timestamp?
  /// When the condition ended, by the gateway's clock; nil while it holds.
  public var returnedTime: Timestamp?
  /// When that was recorded, by our clock; nil while it holds.
  public var clearedTime: Timestamp?

  /// An alarm with all that became of it.
  public init(
    id: String, name: AlarmName, alarmClass: AlarmClass, wasCritical: Bool = false,
    eventTime: Timestamp, toldTime: Timestamp, acknowledgedTime: Timestamp? = nil,
    returnedTime: Timestamp? = nil, clearedTime: Timestamp? = nil
  ) {
    self.id = id
    self.name = name
    self.alarmClass = alarmClass
    self.wasCritical = wasCritical
    self.eventTime = eventTime
    self.toldTime = toldTime
    self.acknowledgedTime = acknowledgedTime
    self.returnedTime = returnedTime
    self.clearedTime = clearedTime
  }

  /// How much it matters that somebody acts on it soon.
  public var priority: AlarmPriority {
    if wasCritical { return .high }
    let isAdvice = name.rule.hasSuffix("_advisory")
    return alarmClass == .monitoring || isAdvice ? .low : .medium
  }
}

/// What an alarm is about, whenever it occurs.
public struct AlarmName: Hashable, Sendable {
  /// The rule, such as `free_chlorine_low`.
  public var rule: String
  /// The pool; nil for system alarms.
  public var pool: PoolID?
  /// The parameter's name, or the gateway's id; nil when it is about the whole pool or the system.
  public var parameter: String?

  /// The alarm of `rule`.
  public init(rule: String, pool: PoolID?, parameter: String?) {
    self.rule = rule
    self.pool = pool
    self.parameter = parameter
  }
}

/// How much it matters that somebody acts on an alarm soon, the least first.
///
/// It follows from class and severity; nobody sets it.
public enum AlarmPriority: String, CaseIterable, Hashable, Sendable {
  /// For who keeps sensors and gateways: monitoring, and advice (an advisory limit).
  case low
  /// For the inspector: out of a mandatory limit or soon to be; and our own parts.
  case medium
  /// Beyond the critical bound.
  case high
}
