import Foundation
import RingStore

/// The way to a store that a thread of its own owns: closures that are run between two batches.
///
/// Holds as many jobs as there are readers, each of which waits for its answer.
// Sendable because everything that changes is only touched under `condition`.
final class StoreGate: @unchecked Sendable {
  typealias Job = @Sendable (RingStore) -> Void
  private let condition = NSCondition()
  private var jobs: [Job] = []
  private var isClosed = false

  /// Runs what waits; called by the owner of `store` alone.
  func runJobs(on store: RingStore) {
    let waiting = condition.withLock {
      defer { jobs = [] }
      return jobs
    }
    for job in waiting { job(store) }
  }

  /// Refuses all further jobs, after those that wait have run.
  func close(after store: RingStore) {
    condition.withLock { isClosed = true }
    runJobs(on: store)
  }

  /// The answer of `body`, which the owner runs; nil when the gate is closed.
  func ask<Answer: Sendable>(_ body: @escaping @Sendable (RingStore) -> Answer) -> Answer? {
    let box = AnswerBox<Answer>()
    let isTaken = condition.withLock {
      if !isClosed { jobs.append { box.put(body($0)) } }
      return !isClosed
    }
    return isTaken ? box.take() : nil
  }
}

/// An answer on its way from one thread to another.
// Sendable because `answer` is only touched under `condition`.
private final class AnswerBox<Answer: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var answer: Answer?

  func put(_ answer: Answer) {
    condition.withLock {
      self.answer = answer
      condition.signal()
    }
  }

  func take() -> Answer {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let answer { return answer }
      condition.wait()
    }
  }
}
