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
  ///   - time: when, by our clock.
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

  /// The refused messages that are kept, the newest first.
  ///
  /// - Parameter limit: how many at most; not negative.
  /// - Returns: the entries, payloads cut as they are kept.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func quarantined(limit: Int) throws(RecordsError) -> [QuarantineEntry] {
    try read("list the quarantine of") { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM quarantine ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)]
      ).map(QuarantineEntry.init(row:))
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
        INSERT INTO quarantine (id, time, reason, detail, topic, payload, payload_byte_count)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      number, time.milliseconds, refusal.reason.rawValue,
      refusal.detail.cut(toByteCount: Self.textByteCount),
      refusal.topic.cut(toByteCount: Self.textByteCount),
      Data(refusal.payload), refusal.payloadByteCount,
    ])
  }
}
