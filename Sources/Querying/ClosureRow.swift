public import PoolModel

/// A time in which a venue or a pool is out of use.
public struct ClosureRow: AnswerRow {
  /// The closure's id.
  public let id: String
  /// `planned`, `active`, `over` or `ended` (before its time).
  public let state: String
  /// The raw value of its `Closure.Kind`.
  public let kind: String
  /// The venue's id.
  public let venue: String
  /// The pool's own id; nil for all of the venue's.
  public let pool: String?
  /// When it begins, RFC 3339.
  public let fromTime: String
  /// When it is to end, RFC 3339; nil where nobody knows yet.
  public let toTime: String?
  /// Why.
  public let reason: String
  /// Who registered it.
  public let registeredBy: String
  /// When that was, by our clock, RFC 3339.
  public let registeredTime: String
  /// Who ended it before its time; nil when nobody did.
  public let endedBy: String?
  /// When that was, by our clock, RFC 3339; nil when nobody did.
  public let endedTime: String?
  /// What they said; nil when nobody did.
  public let endComment: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, state, kind, venue, pool
    case fromTime = "from_time"
    case toTime = "to_time"
    case reason
    case registeredBy = "registered_by"
    case registeredTime = "registered_time"
    case endedBy = "ended_by"
    case endedTime = "ended_time"
    case endComment = "end_comment"
  }

  /// The row of `closure` as it stands at `now`, its times written in `zone`.
  public init(closure: Closure, now: Timestamp, zone: Zone) {
    id = closure.id
    state =
      if closure.endedTime != nil {
        "ended"
      } else if closure.isOver(at: now) {
        "over"
      } else {
        closure.from > now ? "planned" : "active"
      }
    kind = closure.kind.rawValue
    venue = closure.venue
    pool = closure.pool
    fromTime = zone.rfc3339(closure.from)
    toTime = closure.to.map(zone.rfc3339)
    reason = closure.registration.comment
    registeredBy = closure.registration.name
    registeredTime = zone.rfc3339(closure.registeredTime)
    endedBy = closure.ending?.name
    endedTime = closure.endedTime.map(zone.rfc3339)
    endComment = closure.ending?.comment
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.id, id)
    fields.add(CodingKeys.state, state)
    fields.add(CodingKeys.kind, kind)
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.fromTime, fromTime)
    fields.add(CodingKeys.toTime, toTime)
    fields.add(CodingKeys.reason, reason)
    fields.add(CodingKeys.registeredBy, registeredBy)
    fields.add(CodingKeys.registeredTime, registeredTime)
    fields.add(CodingKeys.endedBy, endedBy)
    fields.add(CodingKeys.endedTime, endedTime)
    fields.add(CodingKeys.endComment, endComment)
  }
}

extension ClosureRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of closures.
  public static func table(for rows: [ClosureRow]) -> TextTable {
    TextTable(columns: [
      .init("STATE"), .init("VENUE/POOL", minimumWidth: 13), .init("FROM"), .init("TO"),
      .init("KIND", isOptional: true), .init("REASON", minimumWidth: 10),
      .init("BY", minimumWidth: 6, isOptional: true), .init("ID"),
    ])
  }

  /// How it stands, of what, from when to when, why, by whom, and the id to end it by.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    let end = endedTime ?? toTime
    return [
      .init(state, tone: state == "active" ? .warning : .plain),
      .init(pool.map { "\(venue)/\($0)" } ?? venue),
      .init(Wording.second(fromTime), short: Wording.shortMinute(fromTime)),
      .init(
        end.map(Wording.second) ?? "until ended", short: end.map(Wording.shortMinute) ?? "open"),
      .init(kind), .init(reason), .init(registeredBy), .init(id),
    ]
  }

  /// What is said when there are none.
  public static var nothing: String { "no closures" }
}
