import GRDB
public import PoolModel

extension Records {
  /// The closures there are, the newest beginning first.
  ///
  /// - Parameters:
  ///   - period: leaves out those without an instant in it; nil for none.
  ///   - venue: leaves out other venues; nil for none.
  /// - Returns: the closures as they stand now.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func closures(
    overlapping period: Range<Timestamp>?, venue: String?
  ) throws(RecordsError) -> [Closure] {
    let closures = try read("list the closures of") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM closures WHERE (?1 IS NULL OR venue = ?1) AND (?2 IS NULL OR from_time < ?2)
            AND (?3 IS NULL OR to_time IS NULL OR to_time > ?3)
            AND (?3 IS NULL OR ended_time IS NULL OR ended_time > ?3)
          ORDER BY from_time DESC, id
          """,
        arguments: [venue, period?.upperBound.milliseconds, period?.lowerBound.milliseconds]
      ).map(Closure.init(row:))
    }
    return closures
  }

  /// The closure with `id`; nil when there is none.
  ///
  /// - Throws: `RecordsError` when the file cannot be read.
  public func closure(_ id: String) throws(RecordsError) -> Closure? {
    try read("find a closure in") { db in
      try Row.fetchOne(db, sql: "SELECT * FROM closures WHERE id = ?", arguments: [id])
        .map(Closure.init(row:))
    }
  }

  /// The closures that a reading still to be judged may fall in.
  ///
  /// Late readings may be older than any limit; after five weeks without judgement they are judged as if
  /// there had been no closure.
  static func judgedClosures(in db: Database) throws -> [Closure] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM closures
        WHERE min(coalesce(to_time, ?1), coalesce(judged_again_from, ?1))
          > coalesce((SELECT saved_time FROM cursor), 0) - 35 * 86400000
        ORDER BY from_time, id
        """, arguments: [Int64.max]
    ).map(Closure.init(row:))
  }

  static func upsert(_ closure: Closure, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO closures (id, kind, venue, pool, from_time, to_time, registered_by, reason,
          registered_time, judged_from, ended_by, ended_comment, ended_time, judged_again_from)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET ended_by = excluded.ended_by,
          ended_comment = excluded.ended_comment, ended_time = excluded.ended_time,
          judged_again_from = excluded.judged_again_from
        WHERE ended_time IS NULL
        """)
    try statement.execute(arguments: [
      closure.id, closure.kind.rawValue, closure.venue, closure.pool,
      closure.from.milliseconds, closure.to?.milliseconds, closure.registration.name,
      closure.registration.comment, closure.registeredTime.milliseconds,
      closure.judgedFrom.milliseconds, closure.ending?.name, closure.ending?.comment,
      closure.endedTime?.milliseconds, closure.judgedAgainFrom?.milliseconds,
    ])
  }
}

extension Closure {
  init(row: Row) throws {
    self.init(
      kind: try row.word("kind"), venue: row["venue"], pool: row["pool"],
      from: row.time("from_time"), to: row.optionalTime("to_time"),
      registration: AlarmTransition.Actor(name: row["registered_by"], comment: row["reason"]),
      registeredTime: row.time("registered_time"), judgedFrom: row.time("judged_from"))
    id = row["id"]
    if let name = row["ended_by"] as String?, let comment = row["ended_comment"] as String? {
      ending = AlarmTransition.Actor(name: name, comment: comment)
    }
    endedTime = row.optionalTime("ended_time")
    judgedAgainFrom = row.optionalTime("judged_again_from")
  }
}
