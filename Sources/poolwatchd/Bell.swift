import LinuxSystem
import PoolModel
import Synchronization

/// Wakes one thread that sleeps until something happens or a time has passed.
///
/// The time is the monotonic clock's: a step of the wall clock makes no wait longer. A semaphore of
/// Dispatch would wait for an instant of the wall clock, for a day when that is set back by one.
final class Bell: Sendable {
  private let wakeUp: WakeUp
  private let hasStopped = Mutex(false)

  /// A bell that is silent.
  ///
  /// - Throws: `SystemError` when the process has no descriptor left.
  init() throws {
    wakeUp = try WakeUp()
  }

  /// Whether the thread was told to end.
  var isStopped: Bool { hasStopped.withLock { $0 } }

  /// Ends the current or the next wait.
  func ring() {
    wakeUp.signal()
  }

  /// Ends every wait from now on.
  func stop() {
    hasStopped.withLock { $0 = true }
    ring()
  }

  /// Waits until it rings, at most `span`; false when the thread was told to end.
  func wait(atMost span: Duration) -> Bool {
    if isStopped { return false }
    do {
      let ready = try LinuxSystem.Readiness.wait(
        for: [(wakeUp.descriptor, .readable)], atMost: min(span, .seconds(3600)))
      if ready.contains(where: { !$0.isEmpty }) { wakeUp.drain() }
    } catch {
      // The system has no memory left: whoever waits looks again, which is what an early ring does.
    }
    return !isStopped
  }
}
