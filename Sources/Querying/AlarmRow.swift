public import PoolModel

/// One occurrence of an alarm.
public struct AlarmRow: AnswerRow {
  /// The occurrence's id.
  public let id: String
  /// The raw value of its `AlarmClass`.
  public let alarmClass: String
  /// The raw value of its `AlarmState`.
  public let state: String
  /// The rule, such as `free_chlorine_low`.
  public let rule: String
  /// The limits profile's id; nil for rules that have none.
  public let profile: String?
  /// Where the limit is written; nil for rules that have none.
  public let clause: String?
  /// The venue's id; nil for system alarms.
  public let venue: String?
  /// The pool's own id within the venue; nil for system alarms.
  public let pool: String?
  /// The parameter's name; nil when it is about the whole pool or the system.
  public let parameter: String?
  /// The value that made it active, in the parameter's unit; nil when there is none.
  public let value: Double?
  /// The limit it broke, in the parameter's unit; nil when there is none.
  public let limit: Double?
  /// When the condition began, by the gateway's clock, RFC 3339.
  public let eventTime: String
  /// When we found out, by our clock, RFC 3339.
  public let detectedTime: String
  /// Who took it on; nil while nobody has.
  public let acknowledgedBy: String?
  /// What else the judgement rests on, in words: what a computed value was made of, the limit's condition,
  /// the district's reason for a limit of its own; nil when there is nothing to say.
  public let basis: String?
  /// The raw value of its `AlarmSeverity`; nil in an answer of an older daemon.
  public let severity: String?
  /// Whose matter it is; nil while it was given to nobody.
  public let assignedTo: String?
  /// Why nobody is told of it for now, `shelved` or `out_of_service`; nil when people are.
  public let hold: String?
  /// Until when it is shelved, by our clock, RFC 3339; nil when it is not.
  public let shelvedUntil: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id
    case alarmClass = "class"
    case state, rule, profile, clause, venue, pool, parameter, value, limit
    case eventTime = "event_time"
    case detectedTime = "detected_time"
    case acknowledgedBy = "acknowledged_by"
    case basis, severity
    case assignedTo = "assigned_to"
    case hold
    case shelvedUntil = "shelved_until"
  }

  /// The row of `occurrence`, its times written in `zone`.
  public init(occurrence: AlarmOccurrence, zone: Zone) {
    id = occurrence.id
    alarmClass = occurrence.alarmClass.rawValue
    state = occurrence.state.rawValue
    rule = occurrence.rule
    profile = occurrence.profile
    clause = occurrence.clause
    venue = occurrence.pool?.venue
    pool = occurrence.pool?.pool
    parameter = occurrence.parameter
    value = occurrence.value
    limit = occurrence.limit
    eventTime = zone.rfc3339(occurrence.eventTime)
    detectedTime = zone.rfc3339(occurrence.detectedTime)
    acknowledgedBy = occurrence.acknowledgedBy
    basis = occurrence.basis
    severity = occurrence.severity.rawValue
    assignedTo = occurrence.assignedTo
    hold = occurrence.hold?.word
    shelvedUntil = (occurrence.hold?.until).map(zone.rfc3339)
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.id, id)
    fields.add(CodingKeys.alarmClass, alarmClass)
    fields.add(CodingKeys.state, state)
    fields.add(CodingKeys.rule, rule)
    fields.add(CodingKeys.profile, profile)
    fields.add(CodingKeys.clause, clause)
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.parameter, parameter)
    fields.add(CodingKeys.value, value)
    fields.add(CodingKeys.limit, limit)
    fields.add(CodingKeys.eventTime, eventTime)
    fields.add(CodingKeys.detectedTime, detectedTime)
    fields.add(CodingKeys.acknowledgedBy, acknowledgedBy)
    fields.add(CodingKeys.basis, basis)
    fields.add(CodingKeys.severity, severity)
    fields.add(CodingKeys.assignedTo, assignedTo)
    fields.add(CodingKeys.hold, hold)
    fields.add(CodingKeys.shelvedUntil, shelvedUntil)
  }
}
