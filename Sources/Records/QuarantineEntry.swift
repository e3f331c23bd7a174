import Foundation
import GRDB
public import PoolModel

/// A refused message as it is kept.
public struct QuarantineEntry: Hashable, Sendable {
  /// Its number; later refusals have higher ones.
  public let id: Int64
  /// When it came, or was refused where that is not known, by our clock.
  public let time: Timestamp
  /// The kind of mistake.
  public let reason: RefusalReason
  /// What was found, where, and what was expected, in one line.
  public let detail: String
  /// The topic of the message.
  public let topic: String
  /// The message, or its beginning where it is longer than what is kept.
  public let payload: [UInt8]
  /// How many bytes the message had.
  public let payloadByteCount: Int
  /// Whether the broker replayed it from its retained messages.
  public let isRetained: Bool

  /// Whether `payload` is only the message's beginning.
  public var isCut: Bool { payload.count < payloadByteCount }

  /// Whether `topic` is only the topic's beginning.
  public var isTopicCut: Bool {
    // What is cut ends with an ellipsis, and lacks less than one character.
    topic.utf8.count > Records.textByteCount - 4 && topic.hasSuffix("…")
  }

  init(row: Row) throws {
    id = row["id"]
    time = row.time("time")
    reason = try row.word("reason")
    detail = row["detail"]
    topic = row["topic"]
    payload = Array(row["payload"] as Data)
    payloadByteCount = row["payload_byte_count"]
    isRetained = row["is_retained"]
  }
}
