public import Decoding
public import PoolModel
public import Presence
public import RingStore

/// One message of a venue that somebody watches, and what became of it.
///
/// Bounded: of a large message the first readings and refusals alone.
public struct ObservedMessage: Sendable {
  /// When it came, by our clock.
  public let time: Timestamp
  /// The venue that it is of, as its gateway or its topic says.
  public let venue: String
  /// The gateway that it came from; nil where the topic is nobody's.
  public let gateway: String?
  /// The topic it was published to.
  public let topic: String
  /// How many bytes it had.
  public let byteCount: Int
  /// Whether the broker replayed it.
  public let isRetained: Bool
  /// The first readings that were accepted, and what became of their values in the store.
  public let readings: [(reading: Reading, outcome: AppendOutcome)]
  /// How many were accepted.
  public let readingCount: Int
  /// How many values those have.
  public let valueCount: Int
  /// The reasons of the first refusals, with their details.
  public let refusals: [(reason: RefusalReason, detail: String)]
  /// How many refusals there are.
  public let refusalCount: Int
  /// What became of the readings in the store.
  public let tally: MessageTally
  /// What the gateway said of itself; nil in a message that is no status.
  public let status: GatewayStatus?
  /// The newest time of its readings, also of those that were not stored; nil without any.
  public let newestTime: Timestamp?
  /// How far the gateway's clock is behind ours, over its newest messages; nil when nothing tells.
  public let clockOffsetMilliseconds: Int?

  /// Readings and refusals told of one message.
  static let detailLimit = 20
}

/// The messages of watched venues in one batch, or of several since they were taken last.
public struct Observations: Sendable {
  /// The messages, in the order they came.
  public internal(set) var messages: [ObservedMessage] = []
  /// How many more there were.
  public internal(set) var missedCount = 0

  /// Whether there is nothing to tell.
  public var isEmpty: Bool { messages.isEmpty && missedCount == 0 }

  mutating func append(_ message: ObservedMessage) {
    guard messages.count < Self.limit else {
      missedCount += 1
      return
    }
    messages.append(message)
  }

  static func += (left: inout Observations, right: Observations) {
    right.messages.forEach { left.append($0) }
    left.missedCount += right.missedCount
  }

  /// Messages kept until somebody takes them, which is after every batch: more than a person reads.
  static let limit = 256
}
