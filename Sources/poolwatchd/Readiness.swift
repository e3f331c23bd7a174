import Synchronization

/// Calls back once, when the last of several parts is ready.
final class Readiness: Sendable {
  private let missing: Mutex<Int>
  private let onReady: @Sendable () -> Void

  init(partCount: Int, onReady: @escaping @Sendable () -> Void) {
    missing = Mutex(partCount)
    self.onReady = onReady
  }

  /// Says that one more part is ready.
  func partIsReady() {
    let isReady = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isReady { onReady() }
  }
}
