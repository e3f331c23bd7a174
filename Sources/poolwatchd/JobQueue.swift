import DequeModule
import LinuxSystem
import Pipeline
import PoolModel
import Synchronization
import WebService

/// What other threads want done on the thread that owns the pipeline.
///
/// Bounded: questions beyond the limit are refused as unavailable.
final class JobQueue: Sendable {
  /// Gets the pipeline, or nil when the thread has ended.
  typealias Job = @Sendable (Pipeline?, Moment) -> Void

  private struct State {
    var jobs: Deque<Job> = []
    var isClosed = false
  }

  /// Wakes the owner's thread.
  let wakeUp: WakeUp
  private let state = Mutex(State())
  /// More questions than a web page and a dozen scripts ask at once.
  private static let limit = 1024

  init(wakeUp: WakeUp) {
    self.wakeUp = wakeUp
  }

  /// Runs `body` on the owner's thread and gives its answer.
  ///
  /// - Throws: what `body` throws; `RequestError.unavailable` when too many wait or the daemon stops.
  func perform<Answer: Sendable>(
    _ body: @escaping @Sendable (Pipeline, Moment) throws -> Answer
  ) async throws -> Answer {
    try await performLater { pipeline, now, answer in answer(Result { try body(pipeline, now) }) }
  }

  /// Runs `body` on the owner's thread, which hands over the answer when it has it, once.
  ///
  /// - Throws: what is handed over; `RequestError.unavailable` when too many wait or the daemon stops.
  func performLater<Answer: Sendable>(
    _ body:
      @escaping @Sendable (
        Pipeline, Moment, _ answer: @escaping @Sendable (Result<Answer, any Error>) -> Void
      ) -> Void
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      let isAccepted = submit { pipeline, now in
        guard let pipeline else {
          continuation.resume(throwing: RequestError.unavailable("poolwatchd is stopping"))
          return
        }
        body(pipeline, now) { continuation.resume(with: $0) }
      }
      if !isAccepted {
        continuation.resume(
          throwing: RequestError.unavailable("too many questions at once, ask again later"))
      }
    }
  }

  /// Runs `body` on the owner's thread; lost when the daemon stops, or when the queue is full, which
  /// only delays what the next note says again.
  func note(_ body: @escaping @Sendable (Pipeline) -> Void) {
    _ = submit { pipeline, _ in pipeline.map(body) }
  }

  /// Runs what waits, for about `span`; true when more waits.
  ///
  /// Only the owner's thread calls it.
  func run(_ pipeline: Pipeline, clock: any PoolModel.Clock, atMost span: Duration) -> Bool {
    let end = clock.now().monotonic + span
    while let job = state.withLock({ $0.jobs.popFirst() }) {
      let now = clock.now()
      job(pipeline, now)
      if now.monotonic >= end { break }
    }
    return state.withLock { !$0.jobs.isEmpty }
  }

  /// Lets nobody wait in vain: what waits and what comes is told that there is no pipeline.
  func close(now: Moment) {
    state.withLock { $0.isClosed = true }
    while let job = state.withLock({ $0.jobs.popFirst() }) { job(nil, now) }
  }

  private func submit(_ job: @escaping Job) -> Bool {
    let isAccepted = state.withLock { state in
      guard !state.isClosed, state.jobs.count < Self.limit else { return false }
      state.jobs.append(job)
      return true
    }
    if isAccepted { wakeUp.signal() }
    return isAccepted
  }
}
