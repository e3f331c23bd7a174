public import PoolModel

/// A time of which readings of a pool are lost by damage to the store.
public struct LossRow: AnswerRow {
  /// The venue's id.
  public let venue: String
  /// The pool's own id within the venue.
  public let pool: String
  /// When the oldest of them can be from, RFC 3339 with milliseconds and offset.
  public let fromTime: String
  /// When the newest of them can be from, RFC 3339 with milliseconds and offset.
  public let toTime: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case venue, pool
    case fromTime = "from_time"
    case toTime = "to_time"
  }

  /// The loss of `times` of `pool`, in the zone of the plan's district.
  public init(plan: Plan, pool: PoolNumber, times: Range<Timestamp>) {
    let id = plan[pool].id
    venue = id.venue
    self.pool = id.pool
    fromTime = plan.district.zone.rfc3339(times.lowerBound)
    toTime = plan.district.zone.rfc3339(times.upperBound - .milliseconds(1))
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.fromTime, fromTime)
    fields.add(CodingKeys.toTime, toTime)
  }

  /// The loss in words.
  public var words: String {
    "readings of \(venue)/\(pool) from \(Wording.time(fromTime)) to \(Wording.time(toTime)) are lost: "
      + "the store was damaged"
  }
}
