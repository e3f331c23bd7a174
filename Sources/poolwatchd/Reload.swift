import LinuxSystem
import Registry
import Synchronization

/// A new configuration on its way to the intake thread.
final class Reload: Sendable {
  /// Told what went wrong; nil when the new configuration is in force.
  typealias Completion = @Sendable (ReloadError?) -> Void

  private let waiting = Mutex<(settings: Configuration, completion: Completion)?>(nil)
  private let wakeUp: WakeUp

  init(wakeUp: WakeUp) {
    self.wakeUp = wakeUp
  }

  /// Hands over `settings`, and waits until they are in force.
  ///
  /// - Throws: `ReloadError` when the old ones stay in force.
  func apply(_ settings: Configuration) async throws(ReloadError) {
    let error: ReloadError? = await withCheckedContinuation { continuation in
      let older = waiting.withLock { waiting in
        defer { waiting = (settings, { continuation.resume(returning: $0) }) }
        return waiting
      }
      older?.completion(ReloadError("a newer configuration came before it was in force"))
      wakeUp.signal()
    }
    if let error { throw error }
  }

  /// What waits; only the intake thread takes it, and then owes it an answer.
  func take() -> (settings: Configuration, completion: Completion)? {
    waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
  }
}

/// Why a new configuration is not in force.
struct ReloadError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
