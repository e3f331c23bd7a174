public import PoolModel

/// What mosquitto tells of its queues below `$SYS`, and how near they are to where it drops messages.
///
/// It publishes each figure when it has changed, every `sys_interval` seconds, and keeps the newest for
/// those who subscribe. Other brokers may tell nothing; then nothing is known here.
public struct BrokerBacklog: Hashable, Sendable {
  /// How full the queue is.
  public enum Level: Int, Comparable, Sendable {
    /// Below half of the limit, or below two fifths after it was fuller.
    case inOrder
    /// Half of the limit or more, or two fifths after it was fuller.
    case half
    /// Nine tenths of the limit or more, or eight after it was fuller.
    case nearlyFull

    /// Whether `left` is less full.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a figure is news of.
  public enum Action: Hashable, Sendable {
    /// The queue is as full as `level` says, and `isWorse` than it was.
    case tell(Level, isWorse: Bool)
    /// The broker has dropped so many messages since it was last heard of.
    case tellDropped(Int)
  }

  private static let heldTopic = "$SYS/broker/store/messages/count"
  private static let droppedTopic = "$SYS/broker/publish/messages/dropped"

  /// The topics of the figures.
  ///
  /// For a subscription with QoS 0: what waits for an absent client is no news when it comes back.
  public static let topics = [droppedTopic, heldTopic]

  /// How many messages the broker lets wait for one client, 1 or more.
  public let limit: Int
  /// How many messages it holds; nil while that is not known.
  ///
  /// Those of all clients and the retained ones: an upper bound of what waits for us.
  public private(set) var heldCount: Int?
  /// How many it has dropped since it was started, for whatever client; nil when it never told.
  public private(set) var droppedCount: Int?
  /// How full the queue was when that was last known.
  public private(set) var level = Level.inOrder

  /// A broker that lets `limit` messages wait, and had dropped `droppedCount` when it was last heard
  /// of; nil when it never was.
  public init(limit: Int, droppedCount: Int?) {
    precondition(limit > 0, "a queue of nothing holds no messages")
    self.limit = limit
    self.droppedCount = droppedCount
  }

  /// Whether `delivery` is one of the figures, and no gateway's message.
  public static func isFigure(_ delivery: Delivery) -> Bool {
    // The first byte tells for almost all; this is asked of every message.
    delivery.topic.utf8.first == UInt8(ascii: "$") && topics.contains(delivery.topic)
  }

  /// A figure came; what it is news of, nil for nothing.
  public mutating func received(_ delivery: Delivery) -> Action? {
    guard let figure = Int(String(decoding: delivery.payload, as: UTF8.self)), figure >= 0 else {
      return nil
    }
    switch delivery.topic {
    case Self.heldTopic: return received(heldCount: figure)
    case Self.droppedTopic: return received(droppedCount: figure)
    default: return nil
    }
  }

  /// The link went: what the broker holds is not known any more.
  public mutating func linkLost() {
    heldCount = nil
    level = .inOrder
  }

  private mutating func received(heldCount: Int) -> Action {
    self.heldCount = heldCount
    let share = Double(heldCount) / Double(limit)
    let former = level
    if share >= 0.9 {
      level = .nearlyFull
    } else if share >= 0.8 {
      level = max(level, .half)
    } else if share >= 0.5 {
      level = .half
    } else if share >= 0.4 {
      level = min(level, .half)
    } else {
      level = .inOrder
    }
    return .tell(level, isWorse: level > former)
  }

  private mutating func received(droppedCount: Int) -> Action? {
    defer { self.droppedCount = droppedCount }
    // What was dropped before it was first heard of has no time that could be told.
    guard let known = self.droppedCount, droppedCount != known else { return nil }
    // It counts from 0 after a restart.
    return droppedCount == 0
      ? nil : .tellDropped(droppedCount > known ? droppedCount - known : droppedCount)
  }
}
