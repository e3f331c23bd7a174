public import PoolModel

/// A topic of the native dialect taken apart, and the only place where its shape is written.
///
/// ```
/// pools/v1/{district}/{venue}/{pool}/telemetry   readings, QoS 1, not retained
/// pools/v1/{district}/{venue}/status             presence and will, QoS 1, retained
/// ```
public struct TopicPattern: Hashable, Sendable {
  /// The six-digit division code that the topic names.
  public let district: String
  /// The venue's id.
  public let venue: String
  /// The pool's own id; nil in a status topic.
  public let pool: String?

  /// The parts of `topic`; nil when it has neither of the two shapes or a level of it is empty.
  public init?(_ topic: String) {
    // By bytes as brokers do: a slash followed by a combining character is still a slash.
    let levels = topic.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map(Substring.init)
    guard levels.count >= 5, levels.allSatisfy({ !$0.isEmpty }), levels[0] == Self.root,
      levels[1] == Self.version
    else { return nil }
    district = String(levels[2])
    venue = String(levels[3])
    switch (levels.count, levels.last) {
    case (6, Self.telemetryLevel): pool = String(levels[4])
    case (5, Self.statusLevel): pool = nil
    default: return nil
    }
  }

  /// The venue that `topic` names where the dialect's topics do; nil for topics that begin otherwise.
  ///
  /// What follows it may be wrong. nil too for a name longer than any id, which would take long to look
  /// up where it has combining characters.
  public static func venueNamed(by topic: String) -> String? {
    let levels = topic.utf8.split(
      separator: UInt8(ascii: "/"), maxSplits: 4, omittingEmptySubsequences: false
    ).map(Substring.init)
    guard levels.count >= 4, levels[3].utf8.count <= idByteLimit,
      levels[0].utf8.elementsEqual(root.utf8), levels[1].utf8.elementsEqual(version.utf8)
    else { return nil }
    return String(levels[3])
  }

  /// What ids of a plan have at most.
  private static let idByteLimit = 64

  /// The topic that the readings of `pool` are published to.
  public static func telemetry(district: String, pool: PoolID) -> String {
    "\(root)/\(version)/\(district)/\(pool.venue)/\(pool.pool)/\(telemetryLevel)"
  }

  /// The topic that the presence of the gateway of `venue` is published to.
  public static func status(district: String, venue: String) -> String {
    "\(root)/\(version)/\(district)/\(venue)/\(statusLevel)"
  }

  /// The topic filters that match every topic of the dialect, and those that are meant to be one.
  static let filters = [TopicFilter.native.text]

  /// Both shapes, for people.
  static let shapes =
    "\(root)/\(version)/DISTRICT/VENUE/POOL/\(telemetryLevel) or "
    + "\(root)/\(version)/DISTRICT/VENUE/\(statusLevel)"

  private static let root = "pools"
  private static let version = "v1"
  private static let telemetryLevel: Substring = "telemetry"
  private static let statusLevel: Substring = "status"
}
