import GRDB
public import PoolModel

/// A notice and how far it has come.
public struct OutboxEntry: Hashable, Sendable {
  /// How far a notice has come.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// Waits for its next attempt.
    case pending
    /// The channel has taken it.
    case sent
    /// Given up; `lastError` says why.
    case undelivered
  }

  /// The message.
  public let notice: Notice
  /// How far it has come.
  public let state: State
  /// How often it was tried; 0 when it never was.
  public let attempts: Int
  /// When it was decided, by our clock.
  public let created: Timestamp
  /// When it was last tried, or given up because its channel is not configured; nil for neither.
  public let lastAttempt: Timestamp?
  /// When it is due; nil unless it is pending.
  public let nextAttempt: Timestamp?
  /// Why the last failed attempt failed; nil when none did.
  ///
  /// Stays after a later success.
  public let lastError: String?
  /// What the channel said when it took it; nil until then.
  public let reply: String?

  init(row: Row) throws {
    notice = Notice(
      id: row["id"], occurrence: row["occurrence"], person: row["person"],
      channel: try row.word("channel"), address: row["address"], subject: row["subject"],
      body: row["body"])
    state = try row.word("state")
    attempts = row["attempts"]
    created = row.time("created_time")
    lastAttempt = row.optionalTime("last_attempt_time")
    nextAttempt = row.optionalTime("next_attempt_time")
    lastError = row["last_error"]
    reply = row["reply"]
  }
}
