import Foundation
import PoolModel

/// A bounded queue between two threads.
///
/// All state lies under `condition`'s lock, which is what makes it Sendable.
final class WorkQueue<Work: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let limit: Int
  private var waiting: [Work] = []
  private var isBusy = false
  private var isStopping = false

  /// A queue of at most `limit` pieces.
  init(limit: Int) {
    self.limit = limit
  }

  /// Whether another piece would be accepted.
  var hasRoom: Bool { locked { waiting.count < limit } }

  /// Whether nothing waits and nothing is being worked on.
  var isIdle: Bool { locked { waiting.isEmpty && !isBusy } }

  /// false when the queue is full.
  func append(_ work: Work) -> Bool {
    locked {
      guard waiting.count < limit else { return false }
      waiting.append(work)
      condition.signal()
      return true
    }
  }

  /// The next piece, waiting for it; nil when the queue is empty and was told to stop.
  ///
  /// Asking for the next says that the one before is done.
  func next() -> Work? {
    locked {
      isBusy = false
      while waiting.isEmpty && !isStopping { condition.wait() }
      guard !waiting.isEmpty else { return nil }
      isBusy = true
      return waiting.removeFirst()
    }
  }

  /// Waits for `span` or until told to stop; true when it was told to.
  func pause(for span: Duration) -> Bool {
    locked {
      let end = Date(timeIntervalSinceNow: span.inSeconds)
      while !isStopping, condition.wait(until: end) {}
      return isStopping
    }
  }

  /// Lets the worker end when it has emptied the queue.
  func stop() {
    locked {
      isStopping = true
      condition.broadcast()
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
