import Foundation
import GRDB
public import PoolModel
import Synchronization

extension Records {
  /// Keeps `refusals` for people to look at; the oldest kept ones make room.
  ///
  /// Payloads are kept as far as the refusals have them, topics and details up to 1 KiB. What made room, or would
  /// not have fitted at all, is counted. When the disk or the file is full all of them are dropped
  /// and counted: the reserve is not spent on them, and no error is thrown.
  ///
  /// - Parameters:
  ///   - refusals: what was refused, in order.
  ///   - time: when, by our clock; counts for those that do not say when their message came.
  /// - Throws: `RecordsError`; none of them is kept then.
  public func quarantine(_ refusals: [Refusal], at time: Timestamp) throws(RecordsError) {
    guard !refusals.isEmpty else { return }
    do {
      try writeWithoutReserve("quarantine a message in") { db in
        try insert(refusals, at: time, in: db)
      }
    } catch {
      guard error.kind.isWantOfRoom else { throw error }
      // Alarms come first: whoever sends nonsense must neither spend their reserve nor hold up the
      // thread that writes them.
      unkeptRefusals.add(refusals.count, ordering: .relaxed)
    }
  }

  /// The refused messages that are kept, the newest first, without those that were taken in later.
  ///
  /// - Parameter limit: how many at most; not negative.
  /// - Returns: the entries, payloads cut as they are kept.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func quarantined(limit: Int) throws(RecordsError) -> [QuarantineEntry] {
    try read("list the quarantine of") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM quarantine WHERE replayed_time IS NULL ORDER BY id DESC LIMIT ?
          """, arguments: [max(0, limit)]
      ).map(QuarantineEntry.init(row:))
    }
  }

  /// The refused messages that are kept, the oldest first, without those that were taken in later.
  ///
  /// - Parameters:
  ///   - id: the number of the entry after which to begin; 0 begins with the oldest.
  ///   - reason: why they were refused; nil for any reason.
  ///   - from: the first instant at which they were refused, by our clock.
  ///   - through: the last one.
  ///   - limit: how many at most; not negative.
  /// - Returns: the entries, payloads cut as they are kept.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func quarantined(
    after id: Int64, reason: RefusalReason?, from: Timestamp, through: Timestamp, limit: Int
  ) throws(RecordsError) -> [QuarantineEntry] {
    try read("list the quarantine of") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM quarantine
          WHERE id > ?1 AND replayed_time IS NULL AND (?2 IS NULL OR reason = ?2)
            AND time BETWEEN ?3 AND ?4
          ORDER BY id LIMIT ?5
          """,
        arguments: [
          id, reason?.rawValue, from.milliseconds, through.milliseconds, max(0, limit),
        ]
      ).map(QuarantineEntry.init(row:))
    }
  }

  /// Notes that the messages of the entries `ids` were taken in after all: they are listed no more.
  ///
  /// Numbers that are not there any more are passed over.
  ///
  /// - Parameters:
  ///   - ids: the entries' numbers.
  ///   - time: when, by our clock.
  /// - Throws: `RecordsError`; all of them are still listed then.
  public func replayed(_ ids: [Int64], at time: Timestamp) throws(RecordsError) {
    guard !ids.isEmpty else { return }
    try write("note replayed messages in") { db in
      let statement = try db.cachedStatement(
        sql: "UPDATE quarantine SET replayed_time = ? WHERE id = ?")
      for id in ids { try statement.execute(arguments: [time.milliseconds, id]) }
    }
  }

  private func insert(_ refusals: [Refusal], at time: Timestamp, in db: Database) throws {
    let kept = refusals.suffix(limits.quarantineEntries)
    // Numbers follow each other without gaps, since only the oldest rows ever go. They go first, so
    // that a file at its limit has pages for the new ones.
    let newest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM quarantine") ?? 0
    let oldestKept = newest + Int64(kept.count - limits.quarantineEntries) + 1
    try db.execute(sql: "DELETE FROM quarantine WHERE id < ?", arguments: [oldestKept])
    try Counter.quarantineDropped.add(db.changesCount + refusals.count - kept.count, in: db)
    for (number, refusal) in zip((newest + 1)..., kept) {
      try insert(refusal, number: number, at: time, in: db)
    }
  }

  private func insert(
    _ refusal: Refusal, number: Int64, at time: Timestamp, in db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO quarantine
          (id, time, reason, detail, topic, payload, payload_byte_count, is_retained)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      number, (refusal.arrival ?? time).milliseconds, refusal.reason.rawValue,
      refusal.detail.cut(toByteCount: Self.textByteCount),
      refusal.topic.cut(toByteCount: Self.textByteCount),
      Data(refusal.payload), refusal.payloadByteCount, refusal.isRetained,
    ])
  }
}
