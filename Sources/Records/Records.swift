import Foundation
import GRDB
import Synchronization

/// What must outlive the daemon beside the readings: alarms, their audit, notices, quarantine and
/// judgement's cursor, in one SQLite file.
///
/// One file `records.sqlite` in WAL mode: reads go on while something is written. Every write is one
/// transaction, durable (`synchronous = FULL`) when the call returns. The file is bounded by a page
/// limit. Beside it lies `records.reserve`, a file of zeros that is given up when the disk or the
/// file is full, so that alarms can still be written while people make room.
///
/// Safe to call from any thread; calls block on the disk, so they belong on a thread of their own.
public final class Records: Sendable {
  /// What the file may grow to.
  public struct Limits: Hashable, Sendable {
    /// Refused messages that are kept; the oldest go first.
    ///
    /// At least 1.
    public var quarantineEntries: Int
    /// Pages the file may have (SQLite's `max_page_count`; a page is 4096 bytes).
    ///
    /// Default 1 GiB, which holds more than a million alarms with their audit.
    public var pageCount: Int
    /// The size of the reserve file.
    ///
    /// 0 means none.
    public var reserveByteCount: Int
    /// Among how many of the newest notices sent ones are kept.
    ///
    /// At least 1. Waiting and undelivered ones are kept whatever their number.
    public var sentNotices: Int
    /// The longest that a failed notice waits by the sender's policy; one that would wait longer was
    /// scheduled while our clock was ahead, and is due.
    ///
    /// Default 72 min, an hour and its 20 % of jitter.
    public var longestWait: Duration

    /// Limits with their defaults: 1 GiB, 16 MiB of reserve, 100,000 notices, 72 min.
    public init(
      quarantineEntries: Int, pageCount: Int = 262_144, reserveByteCount: Int = 16 << 20,
      sentNotices: Int = 100_000, longestWait: Duration = .seconds(72 * 60)
    ) {
      self.quarantineEntries = quarantineEntries
      self.pageCount = pageCount
      self.reserveByteCount = reserveByteCount
      self.sentNotices = sentNotices
      self.longestWait = longestWait
    }
  }

  /// What the limits cost so far, and what waits.
  public struct Counters: Hashable, Sendable {
    /// Refused messages that made room for newer ones; those that a full disk had no room for are
    /// counted until the daemon ends.
    public var quarantineDropped: Int
    /// Sent notices that made room for newer ones.
    public var sentNoticesDropped: Int
    /// Notices that wait to be sent.
    public var pendingNotices: Int
    /// Notices that were given up.
    public var undeliveredNotices: Int
  }

  /// Characters kept of texts that come from outside: topics, details, errors, replies.
  ///
  /// Chosen so that a screen holds them; a topic may have 65,535 bytes.
  static let textByteCount = 1024

  let limits: Limits
  let path: String
  let pool: DatabasePool
  let disk: DiskRoom
  private let reserve: ReserveFile
  /// Whether there was no file: this one is empty.
  public let isNew: Bool
  private let isReserveGone: Mutex<Bool>
  /// Refused messages that a full disk or file had no room for, in this run.
  let unkeptRefusals = Atomic<Int>(0)

  /// Opens `records.sqlite` in `directory`, making both when they are not there.
  ///
  /// When there is no room to open it, the reserve is given up.
  ///
  /// - Throws: `RecordsError`: of kind `newerVersion` when a newer Poolwatch has written the file,
  ///   which is then left as it is.
  /// - Precondition: the limits that count entries are at least 1, the others not negative.
  public convenience init(directory: String, limits: Limits) throws(RecordsError) {
    try self.init(directory: directory, limits: limits, disk: DiskRoom(directory: directory))
  }

  /// As the public one, with `disk` for what the disk says of itself.
  init(directory: String, limits: Limits, disk: DiskRoom) throws(RecordsError) {
    precondition(limits.quarantineEntries >= 1 && limits.sentNotices >= 1, "a limit below 1")
    precondition(
      limits.reserveByteCount >= 0 && limits.pageCount >= 0 && limits.longestWait >= .zero,
      "a negative limit")
    let path = directory + "/records.sqlite"
    let reserve = ReserveFile(
      path: directory + "/records.reserve", byteCount: limits.reserveByteCount)
    let open = { (reserveIsGone: Bool) throws(RecordsError) -> (DatabasePool, Bool) in
      try RecordsError.wrap("open", path: path, disk: disk) {
        if reserveIsGone { try reserve.remove() }
        try FileManager.default.createDirectory(
          atPath: directory, withIntermediateDirectories: true)
        try Schema.refuseNewerVersion(path: path)
        return try Self.open(
          path: path, limits: limits, reserve: reserve, reserveIsGone: reserveIsGone)
      }
    }
    let isNew = !FileManager.default.fileExists(atPath: path)
    let pool: DatabasePool
    let hasReserve: Bool
    do {
      (pool, hasReserve) = try open(false)
    } catch {
      // Opening needs room for the WAL and its index.
      guard error.kind.isWantOfRoom, reserve.exists else { throw error }
      (pool, hasReserve) = try open(true)
    }
    self.isNew = isNew
    self.limits = limits
    self.path = path
    self.pool = pool
    self.disk = disk
    self.reserve = reserve
    isReserveGone = Mutex(!hasReserve)
  }

  /// Whether there is no reserve (any more): somebody has to make room on the disk, or let the file
  /// grow, and start the daemon anew.
  public var reserveGivenUp: Bool { isReserveGone.withLock { $0 } }

  /// What the limits cost so far, and what waits.
  ///
  /// - Throws: `RecordsError` when the file cannot be read.
  public func counters() throws(RecordsError) -> Counters {
    try read("count") { db in
      func stored(_ counter: Counter) throws -> Int {
        try Int.fetchOne(
          db, sql: "SELECT value FROM counters WHERE name = ?", arguments: [counter.rawValue]) ?? 0
      }
      func notices(_ state: OutboxEntry.State) throws -> Int {
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM notices WHERE state = ?", arguments: [state.rawValue]) ?? 0
      }
      return Counters(
        quarantineDropped: try stored(.quarantineDropped)
          + unkeptRefusals.load(ordering: .relaxed),
        sentNoticesDropped: try stored(.sentNoticesDropped),
        pendingNotices: try notices(.pending), undeliveredNotices: try notices(.undelivered))
    }
  }
}

// MARK: - Transactions

extension Records {
  /// Reads in one snapshot, beside any writer.
  func read<Answer>(
    _ operation: String, _ body: (Database) throws -> Answer
  ) throws(RecordsError) -> Answer {
    try RecordsError.wrap(operation, path: path, disk: disk) { try pool.read(body) }
  }

  /// Writes in one transaction; when that finds the disk or the file full, gives up the reserve and
  /// tries once more.
  func write<Answer>(
    _ operation: String, _ body: (Database) throws -> Answer
  ) throws(RecordsError) -> Answer {
    do {
      return try writeWithoutReserve(operation, body)
    } catch {
      guard error.kind.isWantOfRoom, try giveUpReserve() else { throw error }
      return try writeWithoutReserve(operation, body)
    }
  }

  /// Writes in one transaction.
  ///
  /// For what is not worth the reserve.
  func writeWithoutReserve<Answer>(
    _ operation: String, _ body: (Database) throws -> Answer
  ) throws(RecordsError) -> Answer {
    try RecordsError.wrap(operation, path: path, disk: disk) { try pool.write(body) }
  }

  /// Whether there was a reserve to give up.
  private func giveUpReserve() throws(RecordsError) -> Bool {
    let isFirst = isReserveGone.withLock { isGone in
      defer { isGone = true }
      return !isGone
    }
    guard isFirst, limits.reserveByteCount > 0 else { return false }
    try RecordsError.wrap("give up the reserve of", path: path, disk: disk) {
      try reserve.remove()
      try pool.writeWithoutTransaction { db in
        try Self.limitPages(db, limits: limits, withReserve: true)
      }
    }
    return true
  }

  /// The pool, and whether there is a reserve.
  private static func open(
    path: String, limits: Limits, reserve: ReserveFile, reserveIsGone: Bool
  ) throws -> (DatabasePool, Bool) {
    var configuration = Configuration()
    configuration.label = "records"
    configuration.busyMode = .timeout(5)
    let pool = try DatabasePool(path: path, configuration: configuration)
    let isWithinLimit = try pool.writeWithoutTransaction { db in
      // Said here and not while connecting: DatabasePool sets NORMAL after that, with which a power
      // cut can take the last transactions. There is one writing connection, so it stays.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // Whatever a long read made the WAL grow to is given back at the next checkpoint.
      try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
      return try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 <= limits.pageCount
    }
    // A file beyond its limit is living on the reserve's pages: those are not there twice.
    let hasReserve = isWithinLimit && !reserveIsGone && reserve.create()
    try pool.writeWithoutTransaction { db in
      try limitPages(db, limits: limits, withReserve: !isWithinLimit || reserveIsGone)
    }
    try Schema.migrator.migrate(pool)
    return (pool, hasReserve)
  }

  private static func limitPages(_ db: Database, limits: Limits, withReserve: Bool) throws {
    let pageByteCount = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
    let extra = withReserve ? limits.reserveByteCount / pageByteCount : 0
    // 0 would mean "as it is".
    try db.execute(sql: "PRAGMA max_page_count = \(max(1, limits.pageCount + extra))")
  }
}
