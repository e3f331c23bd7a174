/// One figure about the alarms of some time, or one of a list that belongs to a figure.
public struct AlarmFigureRow: AnswerRow {
  /// The raw value of its `AlarmFigure`.
  public var figure: String
  /// An occurrence's id; nil when it is not about one.
  public var id: String?
  /// The raw value of an `AlarmClass`; nil when it is not about one.
  public var alarmClass: String?
  /// The raw value of an `AlarmPriority`; nil when it is not about one.
  public var priority: String?
  /// A rule; nil when it is not about one.
  public var rule: String?
  /// A venue's id; nil when it is not about one.
  public var venue: String?
  /// A pool's own id; nil when it is not about one.
  public var pool: String?
  /// A parameter's name, or a gateway's id; nil when it is not about one.
  public var parameter: String?
  /// Since when, RFC 3339; nil when it is about all of the time.
  public var fromTime: String?
  /// Until when, RFC 3339; nil when it is about all of the time, and for what is still on.
  public var toTime: String?
  /// How many; nil when nothing is counted.
  public var count: Int?
  /// How many an hour; nil when there is no time, or that is not said.
  public var perHour: Double?
  /// How long; nil when that is not said.
  public var seconds: Double?
  /// The part of all, in per cent; nil for none of nothing, or when that is not said.
  public var share: Double?
  /// The middle of how long it took; nil when nothing did.
  public var medianSeconds: Double?
  /// What nine of ten did not exceed; nil when there is none.
  public var p90Seconds: Double?
  /// What it should be: at most so many an hour, or about such a share in per cent; nil when nothing is
  /// recommended.
  public var wanted: Double?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case figure, id
    case alarmClass = "class"
    case priority, rule, venue, pool, parameter
    case fromTime = "from_time"
    case toTime = "to_time"
    case count = "n"
    case perHour = "per_hour"
    case seconds
    case share = "share_percent"
    case medianSeconds = "median_seconds"
    case p90Seconds = "p90_seconds"
    case wanted
  }

  init(_ figure: AlarmFigure) {
    self.figure = figure.rawValue
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.figure, figure)
    fields.add(CodingKeys.id, id)
    fields.add(CodingKeys.alarmClass, alarmClass)
    fields.add(CodingKeys.priority, priority)
    fields.add(CodingKeys.rule, rule)
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.parameter, parameter)
    fields.add(CodingKeys.fromTime, fromTime)
    fields.add(CodingKeys.toTime, toTime)
    fields.add(CodingKeys.count, count)
    fields.add(CodingKeys.perHour, perHour)
    fields.add(CodingKeys.seconds, seconds)
    fields.add(CodingKeys.share, share)
    fields.add(CodingKeys.medianSeconds, medianSeconds)
    fields.add(CodingKeys.p90Seconds, p90Seconds)
    fields.add(CodingKeys.wanted, wanted)
  }
}

/// What a row about alarms counts.
public enum AlarmFigure: String, CaseIterable, Hashable, Sendable {
  /// The alarms that people were told of.
  case annunciations
  /// How many an hour that is for each of those among whom they are divided.
  case perOperator = "per_operator"
  /// The hour with the most.
  case busiestHour = "busiest_hour"
  /// Times with more than people can see to.
  case floods
  /// The flood with the most alarms.
  case worstFlood = "worst_flood"
  /// Alarms that come and go.
  case chattering
  /// One of them.
  case chatteringAlarm = "chattering_alarm"
  /// Occurrences that were over at once.
  case fleeting
  /// Occurrences that were on for more than a day.
  case stale
  /// One of them.
  case staleAlarm = "stale_alarm"
  /// The ten alarms that came most often, together.
  case topTen = "top_ten"
  /// One of them.
  case topAlarm = "top_alarm"
  /// Those of one priority.
  case priority
  /// Those of one class.
  case alarmClass = "class"
  /// Those that somebody took on.
  case acknowledged
  /// Those that nobody took on.
  case notAcknowledged = "not_acknowledged"
  /// Those that are over.
  case returned
  /// How long parameters were out of their limits, all together.
  case outOfLimits = "out_of_limits"
  /// One of them.
  case seriesOutOfLimits = "series_out_of_limits"
}
