import GRDB
public import PoolModel

extension Records {
  /// What judgement needs to go on where it stopped.
  ///
  /// The cursor; occurrences that are open, or over but not yet told of, and the newest historical
  /// one of each rule, pool and parameter; those that keep in mind that nobody is told; every source; the gateways' counts; closures that are not over
  /// for so long that nothing of them is judged any more. Cost grows with those, not with the past.
  ///
  /// - Throws: `RecordsError` when the file cannot be read.
  public func load() throws(RecordsError) -> JudgementState {
    try read("load") { db in
      let offset = try Int64.fetchOne(db, sql: "SELECT byte_offset FROM cursor") ?? 0
      return JudgementState(
        cursor: try Self.position(at: offset),
        occurrences: try Row.fetchAll(db, sql: Self.selectJudged).map(AlarmOccurrence.init(row:)),
        sources: try Row.fetchAll(
          db, sql: "SELECT * FROM sources ORDER BY venue, pool, parameter"
        ).map(SourceState.init(row:)),
        sequences: try Self.sequences(in: db), closures: try Self.judgedClosures(in: db))
    }
  }

  /// Writes all that `decision` says in one transaction.
  ///
  /// A repetition changes nothing: transitions and notices with an id that is known are left out,
  /// and so is what such a transition says of its occurrence, unless the decision goes beyond the
  /// saved cursor. The cursor and a source's newest reading never move back. A value that is NaN
  /// comes back as nil, minus zero as zero (SQLite keeps neither).
  ///
  /// - Parameters:
  ///   - decision: what judgement decided.
  ///   - time: our clock: when it is recorded, and when its notices are first due.
  /// - Throws: `RecordsError`; nothing of the decision is written then.
  public func apply(_ decision: Decision, at time: Timestamp) throws(RecordsError) {
    try write("apply a decision to") { db in
      let saved = try Int64.fetchOne(db, sql: "SELECT byte_offset FROM cursor") ?? 0
      let isNews = decision.cursor.byteOffset > UInt64(saved)
      var own: Set<String> = []
      for transition in decision.transitions {
        let isKnown = try Self.isKnown(transition, in: db)
        guard !isKnown || isNews || own.contains(transition.id) else { continue }
        try Self.upsert(transition.occurrence, in: db)
        if !isKnown { try Self.insert(transition, at: time, in: db) }
        own.insert(transition.id)
      }
      for notice in decision.notices { try Self.insert(notice, at: time, in: db) }
      for source in decision.sources { try Self.upsert(source, in: db) }
      if let sequences = decision.sequences { try Self.save(sequences, in: db) }
      for closure in decision.closures { try Self.upsert(closure, in: db) }
      if isNews || saved == 0 { try Self.save(decision.cursor, at: time, in: db) }
    }
  }

  /// Sets the cursor to `position`, ahead or back, whatever it was.
  ///
  /// For one case: the saved cursor is beyond the end of the store's journal, because the store was
  /// deleted and begun anew while Records was kept. `apply` takes the decisions of the new journal
  /// for repetitions then, and never saves their cursor. Everywhere else the cursor moves by `apply`
  /// alone: set back within one journal, it has rows judged again that were judged.
  ///
  /// Alarms, their audit, sources and notices stay as they are.
  ///
  /// - Parameter position: where judgement is to go on, such as the new journal's beginning.
  /// - Throws: `RecordsError`, also for a position above 2⁶³ − 1; the cursor stays as it was then.
  public func resetCursor(to position: JournalPosition) throws(RecordsError) {
    try write("reset the cursor of") { db in
      // When judgement last saved it is another matter, and stays; 0 stands for never.
      let saved = try Int64.fetchOne(db, sql: "SELECT saved_time FROM cursor") ?? 0
      try Self.save(position, at: Timestamp(milliseconds: saved), in: db)
    }
  }
}

extension Records {
  private static let selectJudged = """
    SELECT * FROM occurrences WHERE state NOT IN ('returned', 'historical')
    UNION ALL
    SELECT * FROM occurrences WHERE state = 'returned' AND is_announced = 0 AND hold IS NULL
      AND severity <> 'advisory'
    UNION ALL
    SELECT * FROM occurrences WHERE state IN ('returned', 'historical') AND hold IS NOT NULL
    UNION ALL
    SELECT * FROM occurrences WHERE rowid IN (
      SELECT rowid FROM (
        SELECT rowid, row_number() OVER (
          PARTITION BY rule, venue, pool, parameter ORDER BY event_time DESC, id DESC) AS place
        FROM occurrences WHERE state = 'historical' AND hold IS NULL)
      WHERE place = 1)
    ORDER BY event_time, id
    """

  private static func isKnown(_ transition: AlarmTransition, in db: Database) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT 1 FROM transitions WHERE id = ?")
    return try Int.fetchOne(statement, arguments: [transition.id]) != nil
  }

  private static func upsert(_ occurrence: AlarmOccurrence, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO occurrences (id, class, state, rule, profile, clause, venue, pool, parameter,
          value, limit_value, event_time, detected_time, returned_time, acknowledged_by,
          is_announced, basis, severity, assigned_to, hold, shelved_until)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET class = excluded.class, state = excluded.state,
          rule = excluded.rule, profile = excluded.profile, clause = excluded.clause,
          venue = excluded.venue, pool = excluded.pool, parameter = excluded.parameter,
          value = excluded.value, limit_value = excluded.limit_value,
          event_time = excluded.event_time, detected_time = excluded.detected_time,
          returned_time = excluded.returned_time, acknowledged_by = excluded.acknowledged_by,
          is_announced = excluded.is_announced, basis = excluded.basis,
          severity = excluded.severity, assigned_to = excluded.assigned_to, hold = excluded.hold,
          shelved_until = excluded.shelved_until
        """)
    try statement.execute(arguments: [
      occurrence.id, occurrence.alarmClass.rawValue, occurrence.state.rawValue, occurrence.rule,
      occurrence.profile, occurrence.clause, occurrence.pool?.venue, occurrence.pool?.pool,
      occurrence.parameter, occurrence.value, occurrence.limit,
      occurrence.eventTime.milliseconds, occurrence.detectedTime.milliseconds,
      occurrence.returnedTime?.milliseconds, occurrence.acknowledgedBy, occurrence.isAnnounced,
      occurrence.basis, occurrence.severity.rawValue, occurrence.assignedTo,
      occurrence.hold?.word, occurrence.hold?.until?.milliseconds,
    ])
  }

  private static func insert(
    _ transition: AlarmTransition, at time: Timestamp, in db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO transitions (id, occurrence, kind, state, time, recorded_time, actor, comment,
          is_announcement)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      transition.id, transition.occurrence.id, transition.kind.rawValue,
      transition.occurrence.state.rawValue, transition.time.milliseconds, time.milliseconds,
      transition.actor?.name, transition.actor?.comment, transition.isAnnouncement,
    ])
  }

  private static func upsert(_ source: SourceState, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO sources (venue, pool, parameter, expected_since, newest_reading)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (venue, pool, parameter) DO UPDATE SET
          expected_since = excluded.expected_since,
          newest_reading = max(coalesce(newest_reading, excluded.newest_reading),
            coalesce(excluded.newest_reading, newest_reading))
        """)
    try statement.execute(arguments: [
      source.pool.venue, source.pool.pool, source.parameter ?? "",
      source.expectedSince.milliseconds, source.newestReading?.milliseconds,
    ])
  }

  private static func save(
    _ cursor: JournalPosition, at time: Timestamp, in db: Database
  ) throws {
    let offset = try Self.offset(of: cursor)
    try db.execute(
      sql: """
        INSERT INTO cursor (id, byte_offset, saved_time) VALUES (1, ?, ?)
        ON CONFLICT (id) DO UPDATE SET byte_offset = excluded.byte_offset,
          saved_time = excluded.saved_time
        """, arguments: [offset, time.milliseconds])
  }

  /// - Throws: `UnreadableValue` for a position that the file cannot hold.
  static func offset(of position: JournalPosition) throws -> Int64 {
    guard let offset = Int64(exactly: position.byteOffset) else {
      throw UnreadableValue(column: "journal position", text: "\(position.byteOffset)")
    }
    return offset
  }

  /// - Throws: `UnreadableValue` for an offset that no position has.
  static func position(at offset: Int64) throws -> JournalPosition {
    guard let byteOffset = UInt64(exactly: offset) else {
      throw UnreadableValue(column: "journal position", text: "\(offset)")
    }
    return JournalPosition(byteOffset: byteOffset)
  }
}
