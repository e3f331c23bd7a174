import Dispatch
import Synchronization

/// A bounded queue between two threads.
final class WorkQueue<Work: Sendable>: Sendable {
  private struct State {
    var waiting: [Work] = []
    var isBusy = false
    var isStopping = false
  }

  private let limit: Int
  private let state = Mutex(State())
  /// Signalled once for each piece, and once for the stop.
  private let semaphore = DispatchSemaphore(value: 0)

  /// A queue of at most `limit` pieces.
  init(limit: Int) {
    self.limit = limit
  }

  /// How many pieces wait.
  var count: Int { state.withLock { $0.waiting.count } }
  /// Whether another piece would be accepted.
  var hasRoom: Bool { count < limit }
  /// Whether nothing waits and nothing is being worked on.
  var isIdle: Bool { state.withLock { $0.waiting.isEmpty && !$0.isBusy } }

  /// false when the queue is full.
  func append(_ work: Work) -> Bool {
    let isAccepted = state.withLock { state in
      guard state.waiting.count < limit else { return false }
      state.waiting.append(work)
      return true
    }
    if isAccepted { semaphore.signal() }
    return isAccepted
  }

  /// The next piece, waiting for it; nil when the queue is empty and was told to stop.
  ///
  /// Asking for the next says that the one before is done.
  func next() -> Work? {
    state.withLock { $0.isBusy = false }
    while true {
      semaphore.wait()
      let (work, isOver) = state.withLock { state -> (Work?, Bool) in
        guard !state.waiting.isEmpty else { return (nil, state.isStopping) }
        state.isBusy = true
        return (state.waiting.removeFirst(), false)
      }
      if let work { return work }
      if isOver { return nil }
    }
  }

  /// Lets the worker end when it has emptied the queue.
  func stop() {
    state.withLock { $0.isStopping = true }
    semaphore.signal()
  }
}
