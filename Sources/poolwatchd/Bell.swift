import Foundation
import PoolModel

/// Wakes one thread that sleeps until something happens or a time has passed.
///
/// All state lies under `condition`'s lock, which is what makes it Sendable.
final class Bell: @unchecked Sendable {
  private let condition = NSCondition()
  private var isRinging = false
  private var hasStopped = false

  /// Whether the thread was told to end.
  var isStopped: Bool { locked { hasStopped } }

  /// Ends the current or the next wait.
  func ring() {
    locked {
      isRinging = true
      condition.signal()
    }
  }

  /// Ends every wait from now on.
  func stop() {
    locked {
      hasStopped = true
      condition.broadcast()
    }
  }

  /// Waits until it rings, at most `span`; false when the thread was told to end.
  func wait(atMost span: Duration) -> Bool {
    locked {
      let end = Date(timeIntervalSinceNow: span.inSeconds)
      while !isRinging, !hasStopped, condition.wait(until: end) {}
      isRinging = false
      return !hasStopped
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
