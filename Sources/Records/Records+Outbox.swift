import GRDB
public import PoolModel

extension Records {
  /// The notices of `channel` that are due, in the order they were decided.
  ///
  /// One that failed and waits does not hold up those behind it. One that would wait for longer than
  /// `Limits.longestWait`, or was scheduled later than now, is due: our clock was ahead then.
  ///
  /// - Parameters:
  ///   - channel: the channel that would send them.
  ///   - time: our clock.
  ///   - limit: how many at most; not negative.
  /// - Returns: the notices with how far they have come.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func dueNotices(
    channel: ChannelKind, at time: Timestamp, limit: Int
  ) throws(RecordsError) -> [OutboxEntry] {
    try read("list what is due in") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM notices
          WHERE state = 'pending' AND channel = ?
            AND (next_attempt_time <= ? OR \(Self.isSetBack))
          ORDER BY number LIMIT ?
          """,
        arguments: [
          channel.rawValue, time.milliseconds, (time + limits.longestWait).milliseconds,
          time.milliseconds, max(0, limit),
        ]
      ).map(OutboxEntry.init(row:))
    }
  }

  /// When the next notice of `channel` is due, perhaps long ago; nil when none waits.
  ///
  /// Not later than `Limits.longestWait` after `time`: one that would wait for longer is due at
  /// `time`.
  ///
  /// - Parameters:
  ///   - channel: the channel that would send it.
  ///   - time: our clock.
  /// - Returns: the earliest of their times, or `time`.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func nextDue(
    channel: ChannelKind, at time: Timestamp
  ) throws(RecordsError) -> Timestamp? {
    try read("find what is due next in") { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT min(iif(\(Self.isSetBack), ?, next_attempt_time)) FROM notices
          WHERE state = 'pending' AND channel = ?
          """,
        arguments: [
          (time + limits.longestWait).milliseconds, time.milliseconds, time.milliseconds,
          channel.rawValue,
        ]
      ).map(Timestamp.init(milliseconds:))
    }
  }

  /// Notes that the channel took the notice `id`.
  ///
  /// One that is sent already stays as it is.
  ///
  /// - Parameters:
  ///   - id: the notice's.
  ///   - time: when, by our clock.
  ///   - reply: what the channel said; kept up to 1 KiB.
  /// - Returns: whether that was news: false for one that is sent already, or unknown.
  /// - Throws: `RecordsError`; the notice still waits then, and will be sent again under its id.
  @discardableResult
  public func sent(id: String, at time: Timestamp, reply: String) throws(RecordsError) -> Bool {
    try write("note a sent notice in") { db in
      try db.execute(
        sql: """
          UPDATE notices SET state = 'sent', attempts = attempts + 1, last_attempt_time = ?,
            next_attempt_time = NULL, reply = ?
          WHERE id = ? AND state <> 'sent'
          """, arguments: [time.milliseconds, reply.cut(toByteCount: Self.textByteCount), id])
      let isNews = db.changesCount == 1
      try db.execute(
        sql: """
          DELETE FROM notices
          WHERE state = 'sent' AND number <= (SELECT max(number) FROM notices) - ?
          """, arguments: [limits.sentNotices])
      try Counter.sentNoticesDropped.add(db.changesCount, in: db)
      return isNews
    }
  }

  /// Notes that an attempt to send the notice `id` failed.
  ///
  /// One that does not wait stays as it is.
  ///
  /// - Parameters:
  ///   - id: the notice's.
  ///   - time: when, by our clock.
  ///   - error: why; kept up to 1 KiB.
  ///   - nextAttempt: when to try again; nil to give it up: it is listed as undelivered then.
  /// - Returns: whether that was news: false for one that does not wait, or is unknown.
  /// - Throws: `RecordsError`; the notice stands as before then.
  @discardableResult
  public func failed(
    id: String, at time: Timestamp, error: String, nextAttempt: Timestamp?
  ) throws(RecordsError) -> Bool {
    let state = nextAttempt == nil ? OutboxEntry.State.undelivered : .pending
    return try write("note a failed notice in") { db in
      try db.execute(
        sql: """
          UPDATE notices SET state = ?, attempts = attempts + 1, last_attempt_time = ?,
            next_attempt_time = ?, last_error = ?
          WHERE id = ? AND state = 'pending'
          """,
        arguments: [
          state.rawValue, time.milliseconds, nextAttempt?.milliseconds,
          error.cut(toByteCount: Self.textByteCount), id,
        ])
      return db.changesCount == 1
    }
  }

  /// Gives up the notices that wait for another channel than `channels`, since nothing takes them.
  ///
  /// They are listed as undelivered, with the reason that their channel is not configured. How often
  /// they were tried stays as it is.
  ///
  /// - Parameters:
  ///   - channels: those that are configured; empty gives up all that wait.
  ///   - time: when, by our clock; their last attempt's time from now on.
  /// - Returns: how many were given up.
  /// - Throws: `RecordsError`; all of them still wait then.
  @discardableResult
  public func giveUp(
    channelsOtherThan channels: Set<ChannelKind>, at time: Timestamp
  ) throws(RecordsError) -> Int {
    try write("give up notices in") { db in
      try db.execute(
        sql: """
          UPDATE notices SET state = 'undelivered', last_attempt_time = ?,
            next_attempt_time = NULL,
            last_error = 'the channel ' || channel || ' is not configured'
          WHERE state = 'pending' AND channel NOT IN (\(databaseQuestionMarks(count: channels.count)))
          """,
        arguments: [time.milliseconds] + StatementArguments(channels.map(\.rawValue)))
      return db.changesCount
    }
  }

  /// The notices there are, the newest first.
  ///
  /// - Parameters:
  ///   - undeliveredOnly: only those that were given up.
  ///   - limit: how many at most; not negative.
  /// - Returns: the notices with how far they have come.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func notices(
    undeliveredOnly: Bool, limit: Int
  ) throws(RecordsError) -> [OutboxEntry] {
    try read("list the notices of") { db in
      let wanted = undeliveredOnly ? "WHERE state = 'undelivered'" : ""
      return try Row.fetchAll(
        db, sql: "SELECT * FROM notices \(wanted) ORDER BY number DESC LIMIT ?",
        arguments: [max(0, limit)]
      ).map(OutboxEntry.init(row:))
    }
  }

  /// Whether our clock was ahead when a notice was scheduled: by the longest wait and by now.
  private static let isSetBack =
    "(next_attempt_time > ? OR coalesce(last_attempt_time, created_time) > ?)"

  /// Puts `notice` into the outbox, due at once; one with its id is left as it is.
  static func insert(_ notice: Notice, at time: Timestamp, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO notices (id, occurrence, person, channel, address, subject, body, state,
          attempts, created_time, next_attempt_time)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?)
        ON CONFLICT (id) DO NOTHING
        """)
    try statement.execute(arguments: [
      notice.id, notice.occurrence, notice.person, notice.channel.rawValue, notice.address,
      notice.subject, notice.body, time.milliseconds, time.milliseconds,
    ])
  }
}
