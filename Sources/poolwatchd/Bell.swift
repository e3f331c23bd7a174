import Dispatch
import PoolModel
import Synchronization

/// Wakes one thread that sleeps until something happens or a time has passed.
///
/// The time is the monotonic clock's: a step of the wall clock makes no wait longer.
final class Bell: Sendable {
  private struct State {
    var isRinging = false
    var hasStopped = false
  }

  private let state = Mutex(State())
  /// Signalled at most once for each wait, when the state turns from silent to ringing or stopped.
  private let semaphore = DispatchSemaphore(value: 0)

  /// Whether the thread was told to end.
  var isStopped: Bool { state.withLock { $0.hasStopped } }

  /// Ends the current or the next wait.
  func ring() {
    let isNews = state.withLock { state in
      defer { state.isRinging = true }
      return !state.isRinging
    }
    if isNews { semaphore.signal() }
  }

  /// Ends every wait from now on.
  func stop() {
    state.withLock { $0.hasStopped = true }
    ring()
  }

  /// Waits until it rings, at most `span`; false when the thread was told to end.
  func wait(atMost span: Duration) -> Bool {
    let milliseconds = Int(min(span.wholeMilliseconds, 3_600_000))
    let hasRung = semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    return state.withLock { state in
      if hasRung { state.isRinging = false }
      return !state.hasStopped
    }
  }
}
