import PoolModel

/// How often edge nodes of a binding are asked for a rebirth: each once a minute at most, those of which
/// the map has something together as often as there are edge nodes that are remembered, and all others
/// together as often again.
///
/// A birth is an edge node's largest message, and one that cannot be helped must not be kept busy, also when it
/// was forgotten for others in between. Without a limit for all, names that nobody knows would make a
/// request of each message; with one limit, they would use up what the known ones need.
struct SparkplugRequestBudget {
  /// The most requests in `span` to known edge nodes, and to unknown ones.
  static let requestLimit = SparkplugMemory.nodeLimit
  /// What the limits count for.
  static let span: Duration = .seconds(60)

  private var known = Share()
  private var unknown = Share()

  /// Whether the edge node called `path` may be asked now; counts as asked then.
  ///
  /// - Parameters:
  ///   - path: The edge node.
  ///   - isKnown: Whether the map has something of it.
  ///   - now: Our wall clock.
  /// - Returns: true for a request that is to leave now.
  mutating func allows(_ path: String, isKnown: Bool, at now: Timestamp) -> Bool {
    // It may have become known in between, or have been forgotten.
    if known.counts(path, at: now) || unknown.counts(path, at: now) { return false }
    return isKnown ? known.takes(path, at: now) : unknown.takes(path, at: now)
  }

  /// The requests of the last minute, at most `requestLimit`.
  private struct Share {
    private var asked: [String: Timestamp] = [:]
    private var order = RecencyOrder<String>()

    func counts(_ path: String, at now: Timestamp) -> Bool {
      asked[path].map { Self.counts($0, at: now) } ?? false
    }

    /// Counts a request to `path`, if there is room; goes over those alone that count no longer.
    mutating func takes(_ path: String, at now: Timestamp) -> Bool {
      forget(path)
      while let oldest = order.oldest, let time = asked[oldest], !Self.counts(time, at: now) {
        forget(oldest)
      }
      guard asked.count < requestLimit else { return false }
      asked[path] = now
      order.heard(path)
      return true
    }

    private mutating func forget(_ path: String) {
      asked[path] = nil
      order.remove(path)
    }

    /// A clock that was set back must not silence us for as long.
    private static func counts(_ last: Timestamp, at now: Timestamp) -> Bool {
      now >= last && now - last < span
    }
  }
}
