import Foundation

/// One kill of the broker, and what it can have cost.
struct BrokerKill {
  /// When.
  var time = Date()
  /// How many messages it had acknowledged then.
  var acknowledgedCount = 0
  /// How many of them it had acknowledged before its last save ended.
  ///
  /// It does nothing else while it saves: what it has acknowledged by then is saved.
  var savedCount = 0
  /// When the first message was acknowledged that is not saved.
  var firstUnsavedTime: Date?
  /// From its return to the first message that the daemon received; nil while that is away.
  var returnSpan: Duration?

  /// Whether message `n` can have been lost with it.
  func mayHaveLost(_ n: Int) -> Bool { savedCount <= n && n < acknowledgedCount }

  /// How far back what it had not saved reaches, in seconds.
  var unsavedSpan: TimeInterval {
    guard acknowledgedCount > savedCount, let firstUnsavedTime else { return 0 }
    return max(0, time.timeIntervalSince(firstUnsavedTime))
  }
}
