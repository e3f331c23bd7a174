public import PoolModel
import RingStore

/// What the pipeline has done since it started.
public struct Counters: Hashable, Sendable {
  /// When counting began, by our clock.
  public let since: Timestamp
  /// Messages taken from the broker.
  public var received = 0
  /// Values stored.
  public var stored = 0
  /// Values dropped because they were there already, bit for bit.
  public var duplicate = 0
  /// Values dropped because another one was stored for their instant.
  public var conflict = 0
  /// Stored values that were older than the newest of their series.
  public var late = 0
  /// Refusals by reason: one per message, reading or value that was not stored.
  public var refused: [RefusalReason: Int] = [:]
  /// Keys of payloads that nobody reads.
  public var ignoredKeys = 0
  /// Batches that could not be made durable and were given back to the broker.
  public var failedCommits = 0
  /// Refusals that found no room on their way to the quarantine.
  public var refusalsNotKept = 0
  /// How often judgement fell behind the journal and went on from the pages.
  public var judgedFromPages = 0

  /// Nothing yet, counted from `since`.
  public init(since: Timestamp) {
    self.since = since
  }

  /// All refusals.
  public var refusedCount: Int { refused.values.reduce(0, +) }

  mutating func add(_ outcome: AppendOutcome) {
    stored += outcome.stored
    duplicate += outcome.duplicate
    conflict += outcome.conflict
    late += outcome.late
  }

  mutating func count(_ refusals: [Refusal]) {
    for refusal in refusals { refused[refusal.reason, default: 0] += 1 }
  }
}
