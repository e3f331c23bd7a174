import Foundation

/// Waits until a number of threads have ended.
// Sendable because `left` is only touched under `condition`.
final class Countdown: @unchecked Sendable {
  private let condition = NSCondition()
  private var left: Int

  /// Waits for `left` ends.
  init(_ left: Int) {
    self.left = left
  }

  /// Notes that one has ended.
  func count() {
    condition.withLock {
      left -= 1
      condition.broadcast()
    }
  }

  /// Returns when all have.
  func wait() {
    condition.lock()
    while left > 0 { condition.wait() }
    condition.unlock()
  }
}
