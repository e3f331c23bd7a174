public import PoolModel

/// What a series did within one step of time.
public struct AggregateRow: AnswerRow {
  /// The venue's id.
  public let venue: String
  /// The pool's own id within the venue.
  public let pool: String
  /// The parameter's name.
  public let parameter: String
  /// The step's beginning, RFC 3339 with milliseconds and offset.
  public let time: String
  /// The step's end, which is not in it, RFC 3339 with milliseconds and offset.
  public let endTime: String
  /// The smallest good or suspect value in `unit`, as those below; nil when there is none.
  public let minimum: Double?
  /// The mean of the values in `unit`; nil when there is none.
  public let mean: Double?
  /// The largest value in `unit`; nil when there is none.
  public let maximum: Double?
  /// The earliest value in `unit`; nil when there is none.
  public let first: Double?
  /// The latest value in `unit`; nil when there is none.
  public let last: Double?
  /// The unit of the values; empty for pH.
  public let unit: String
  /// How many good and suspect readings these values stand on.
  public let readingCount: Int
  /// How many readings are missing.
  public let missingCount: Int
  /// How many are missing when only good and suspect ones count.
  public let missingValidCount: Int
  /// How many readings came later than two intervals after their time.
  public let backfilledCount: Int
  /// How long the values were outside mandatory limits, in seconds.
  public let secondsOutOfLimits: Double
  /// How many readings would have been due at times of which readings are lost by damage to the store,
  /// and are not known to have come; nil in an answer of an older daemon.
  public let lostCount: Int?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case venue, pool, parameter, time
    case endTime = "end_time"
    case minimum = "min"
    case mean
    case maximum = "max"
    case first, last, unit
    case readingCount = "n_readings"
    case missingCount = "n_missing"
    case missingValidCount = "n_missing_valid"
    case backfilledCount = "n_backfilled"
    case secondsOutOfLimits = "seconds_out_of_limits"
    case lostCount = "n_lost"
  }

  /// The row of `figures` of `series`, in the zone of the plan's district.
  public init(plan: Plan, series: Series, figures: StepFigures) {
    let id = plan[series.pool].id
    venue = id.venue
    pool = id.pool
    parameter = plan[series.parameter].name
    time = plan.district.zone.rfc3339(figures.start)
    endTime = plan.district.zone.rfc3339(figures.end)
    minimum = Self.shown(figures.minimum)
    mean = Self.shown(figures.mean)
    maximum = Self.shown(figures.maximum)
    first = Self.shown(figures.first)
    last = Self.shown(figures.last)
    unit = plan[series.parameter].unit
    readingCount = figures.readingCount
    missingCount = figures.missingCount
    missingValidCount = figures.missingValidCount
    backfilledCount = figures.backfilledCount
    secondsOutOfLimits = figures.secondsOutOfLimits
    lostCount = figures.lostCount
  }

  private static func shown(_ value: Double) -> Double? { value.isFinite ? value : nil }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.parameter, parameter)
    fields.add(CodingKeys.time, time)
    fields.add(CodingKeys.endTime, endTime)
    fields.add(CodingKeys.minimum, minimum)
    fields.add(CodingKeys.mean, mean)
    fields.add(CodingKeys.maximum, maximum)
    fields.add(CodingKeys.first, first)
    fields.add(CodingKeys.last, last)
    fields.add(CodingKeys.unit, unit)
    fields.add(CodingKeys.readingCount, readingCount)
    fields.add(CodingKeys.missingCount, missingCount)
    fields.add(CodingKeys.missingValidCount, missingValidCount)
    fields.add(CodingKeys.backfilledCount, backfilledCount)
    fields.add(CodingKeys.secondsOutOfLimits, secondsOutOfLimits)
    fields.add(CodingKeys.lostCount, lostCount)
  }
}

/// The figures of one series within one step of time; NaN where there is no value.
public struct StepFigures: Hashable, Sendable {
  /// The step's beginning.
  public var start: Timestamp
  /// The step's end, excluded.
  public var end: Timestamp
  /// The smallest good or suspect value.
  public var minimum = Double.nan
  /// The mean of the values.
  public var mean = Double.nan
  /// The largest value.
  public var maximum = Double.nan
  /// The earliest value.
  public var first = Double.nan
  /// The latest value.
  public var last = Double.nan
  /// How many good and suspect readings the values stand on.
  public var readingCount = 0
  /// How many readings are missing.
  public var missingCount = 0
  /// How many are missing when only good and suspect ones count.
  public var missingValidCount = 0
  /// How many readings came later than two intervals after their time.
  public var backfilledCount = 0
  /// How long the values were outside mandatory limits.
  public var secondsOutOfLimits = 0.0
  /// How many readings would have been due where readings are lost by damage to the store.
  public var lostCount = 0

  /// A step without a reading.
  public init(start: Timestamp, end: Timestamp) {
    self.start = start
    self.end = end
  }
}
