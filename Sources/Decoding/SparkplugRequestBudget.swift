import PoolModel

/// How often edge nodes of a binding are asked for a rebirth: each once a minute at most, and all together
/// as often as there are edge nodes that are remembered.
///
/// A birth is an edge node's largest message, and one that cannot be helped must not be kept busy, also when it
/// was forgotten for others in between. Without a limit for all, names that nobody knows would make a
/// request of each message.
struct SparkplugRequestBudget {
  /// The most requests in `span`.
  static let requestLimit = SparkplugDialect.nodeLimit
  /// What the limits count for.
  static let span: Duration = .seconds(60)

  /// When the edge nodes were asked that were asked last, at most `requestLimit` of them.
  private var asked: [String: Timestamp] = [:]

  /// Whether the edge node called `path` may be asked now; counts as asked then.
  mutating func allows(_ path: String, at now: Timestamp) -> Bool {
    if let last = asked[path], Self.counts(last, at: now) { return false }
    asked[path] = nil
    if asked.count >= Self.requestLimit {
      asked = asked.filter { Self.counts($0.value, at: now) }
      guard asked.count < Self.requestLimit else { return false }
    }
    asked[path] = now
    return true
  }

  /// A clock that was set back must not silence us for as long.
  private static func counts(_ last: Timestamp, at now: Timestamp) -> Bool {
    now >= last && now - last < span
  }
}
