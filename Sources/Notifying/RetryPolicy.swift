public import PoolModel

/// When a notice that could not be sent is tried again.
///
/// The first attempt is made at once; then after 5 s, 30 s, 2 min, 10 min, 30 min, then every hour,
/// each ± 20 %, until these waits add up to 72 h. The short steps are for a server that restarts,
/// the long ones for one that is down over a weekend. The share is derived from the notice's id, so
/// that a thousand notices that failed together do not come back together.
///
/// Patience is counted in waits and not by the wall clock, which may start in 1970 and then be put
/// right: that is no time in which a notice was tried. Neither is the time in which the daemon was
/// down. While it runs with a sound clock, the waits are the notice's age at its last attempt.
public struct RetryPolicy: Hashable, Sendable {
  /// The steps of the type's description.
  public init() {}

  /// No wait is longer: the last step and its jitter, 72 min.
  public static let longestWait: Duration = .seconds(72 * 60)
  /// After so many milliseconds of waiting, 72 h, a notice is given up.
  private static let patience: Int64 = 72 * 3600 * 1000
  private static let steps: [Int64] = [5, 30, 120, 600, 1800, 3600]
  private static let jitterPerMille: Int64 = 200

  /// When to try again; nil to give up, which is when the waits so far add up to 72 h.
  ///
  /// The last wait is cut so that they do.
  ///
  /// - Parameters:
  ///   - failureCount: how many attempts have failed; 0 or less means none was made, and one is due
  ///     at once.
  ///   - lastAttempt: when the last one failed, by our clock.
  ///   - noticeID: the notice's id, which the jitter is derived from.
  /// - Returns: the time of the next attempt.
  public func nextAttempt(
    failureCount: Int, lastAttempt: Timestamp, noticeID: String
  ) -> Timestamp? {
    guard failureCount > 0 else { return lastAttempt }
    // A hundred turns at most: waits of 48 min and more add up to 72 h sooner.
    var rest = Self.patience
    for count in 1..<failureCount {
      rest -= Self.wait(noticeID: noticeID, failureCount: count)
      guard rest > 0 else { return nil }
    }
    let wait = Self.wait(noticeID: noticeID, failureCount: failureCount)
    return lastAttempt + .milliseconds(min(rest, wait))
  }

  /// How many milliseconds pass after failure number `failureCount`; the 72 h do not count here.
  private static func wait(noticeID: String, failureCount: Int) -> Int64 {
    let step = steps[min(failureCount, steps.count) - 1] * 1000
    return step + step * share(noticeID: noticeID, failureCount: failureCount) / 1000
  }

  /// −200…200 per mille.
  private static func share(noticeID: String, failureCount: Int) -> Int64 {
    // The identifier is well mixed; a polynomial over its characters keeps that.
    let mixed = StableIdentifier.derived(from: [noticeID, "retry", String(failureCount)])
    let number = mixed.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
    let width = UInt64(2 * jitterPerMille + 1)
    return Int64(number % width) - jitterPerMille
  }
}
