import PoolModel

/// How often all edge nodes of a binding together are asked for a rebirth.
///
/// Each is asked once a minute at most; but an edge node that was forgotten for others is asked as one
/// never heard of, and without a limit names that nobody knows would make a request of each message.
struct SparkplugRequestBudget {
  /// The most requests in `span`: one for each edge node that is remembered.
  static let requestLimit = SparkplugDialect.nodeLimit
  /// What the limit counts for.
  static let span = SparkplugNode.rebirthInterval

  private var began: Timestamp?
  private var count = 0

  /// Whether one more might be asked now.
  func hasRoom(at now: Timestamp) -> Bool {
    guard let began, now >= began, now - began < Self.span else { return true }
    return count < Self.requestLimit
  }

  /// Whether one more may be asked now; counts as asked then.
  mutating func allows(at now: Timestamp) -> Bool {
    // A clock that was set back begins a new span, or it might never end.
    if let began, now >= began, now - began < Self.span {
      guard count < Self.requestLimit else { return false }
      count += 1
    } else {
      began = now
      count = 1
    }
    return true
  }
}
