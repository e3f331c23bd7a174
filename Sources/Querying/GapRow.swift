public import PoolModel

/// A time in which readings of one series are missing.
public struct GapRow: AnswerRow {
  /// The venue's id.
  public let venue: String
  /// The pool's own id within the venue.
  public let pool: String
  /// The parameter's name.
  public let parameter: String
  /// The last reading before it, RFC 3339 with milliseconds and offset; nil when none is known.
  public let fromTime: String?
  /// The first reading after it, RFC 3339 with milliseconds and offset; nil when none came yet.
  public let toTime: String?
  /// How many readings are missing within the time asked for.
  public let missingCount: Int
  /// What it is; nil in an answer of an older daemon, whose gaps are all of missing readings.
  public let kind: Kind?

  /// What became of the readings.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// They did not come.
    case missing
    /// They may have come, and are lost by damage to the store.
    case lost
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case venue, pool, parameter
    case fromTime = "from_time"
    case toTime = "to_time"
    case missingCount = "n_missing"
    case kind
  }

  /// The gap of `series` between the readings at `from` and `to`, in the zone of the plan's
  /// district.
  public init(
    plan: Plan, series: Series, from: Timestamp?, to: Timestamp?, missingCount: Int
  ) {
    let id = plan[series.pool].id
    venue = id.venue
    pool = id.pool
    parameter = plan[series.parameter].name
    fromTime = from.map(plan.district.zone.rfc3339)
    toTime = to.map(plan.district.zone.rfc3339)
    self.missingCount = missingCount
    kind = .missing
  }

  /// The time in which readings of `series` are lost by damage.
  public init(plan: Plan, series: Series, lost times: Range<Timestamp>) {
    let id = plan[series.pool].id
    venue = id.venue
    pool = id.pool
    parameter = plan[series.parameter].name
    fromTime = plan.district.zone.rfc3339(times.lowerBound)
    toTime = plan.district.zone.rfc3339(times.upperBound - .milliseconds(1))
    missingCount = 0
    kind = .lost
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.parameter, parameter)
    fields.add(CodingKeys.fromTime, fromTime)
    fields.add(CodingKeys.toTime, toTime)
    fields.add(CodingKeys.missingCount, missingCount)
    fields.add(CodingKeys.kind, kind?.rawValue)
  }
}
