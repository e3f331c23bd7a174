public import PoolModel

/// When a notice that could not be sent is tried again.
///
/// The first attempt is made at once; then after 5 s, 30 s, 2 min, 10 min, 30 min, then every hour,
/// each ± 20 %, until 72 h after the notice was decided. The short steps are for a server that
/// restarts, the long ones for one that is down over a weekend. The share is derived from the
/// notice's id, so that a thousand notices that failed together do not come back together.
public struct RetryPolicy: Hashable, Sendable {
  /// The steps of the type's description.
  public init() {}

  /// After so long a notice is given up.
  static let patience: Duration = .seconds(72 * 3600)
  private static let steps: [Int64] = [5, 30, 120, 600, 1800, 3600]
  private static let jitterPerMille: Int64 = 200

  /// When to try again; nil to give up, which is when the last attempt came 72 h or more after the
  /// notice was decided.
  ///
  /// The last attempt is due exactly then.
  ///
  /// - Parameters:
  ///   - failureCount: how many attempts have failed; 0 or less means none was made, and one is due
  ///     at once.
  ///   - lastAttempt: when the last one failed, by our clock.
  ///   - created: when the notice was decided, by our clock.
  ///   - noticeID: the notice's id, which the jitter is derived from.
  /// - Returns: the time of the next attempt.
  public func nextAttempt(
    failureCount: Int, lastAttempt: Timestamp, created: Timestamp, noticeID: String
  ) -> Timestamp? {
    guard failureCount > 0 else { return lastAttempt }
    let end = created + Self.patience
    guard lastAttempt < end else { return nil }
    let step = Self.steps[min(failureCount, Self.steps.count) - 1] * 1000
    let share = Self.share(noticeID: noticeID, failureCount: failureCount)
    return min(end, lastAttempt + .milliseconds(step + step * share / 1000))
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
