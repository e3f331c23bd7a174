import Pipeline
import PoolModel
import RingStore
import Synchronization

/// What the intake thread tells the others about itself.
final class IntakeFigures: Sendable {
  /// What the pipeline was like when it was last looked at.
  struct Snapshot: Sendable {
    /// Its counters.
    var counters: Counters
    /// Whether rows wait to be judged.
    var isBehind: Bool
    /// When everything was last judged and durable, by the monotonic clock.
    var lastDone: Duration
    /// How full the store is.
    var occupancy: StoreOccupancy
    /// How many messages the broker holds; nil while that is not known.
    var brokerBacklog: Int?
  }

  private struct State {
    var snapshot: Snapshot?
    var isConnected = false
    var areFiguresRefused = false
    var commits: [Duration] = []
    var oldestCommit = 0
  }

  private let state = Mutex(State())
  /// Commits that the percentiles are taken over.
  private static let commitCount = 4096

  /// The pipeline as it was last looked at; nil before it is open.
  var snapshot: Snapshot? { state.withLock { $0.snapshot } }
  /// Whether the broker accepted us and has not gone since.
  var isConnected: Bool { state.withLock { $0.isConnected } }

  /// Whether the broker ends connections that ask for its figures, so that nobody asks any more.
  var areFiguresRefused: Bool { state.withLock { $0.areFiguresRefused } }

  /// How long the commit at `fraction` of the newest 4,096 took, nearest rank; nil without any.
  func commitTime(at fraction: Double) -> Duration? {
    let sorted = state.withLock { $0.commits }.sorted()
    guard !sorted.isEmpty else { return nil }
    let rank = Int((fraction * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  func note(_ snapshot: Snapshot) {
    state.withLock { $0.snapshot = snapshot }
  }

  func note(isConnected: Bool) {
    state.withLock { $0.isConnected = isConnected }
  }

  func noteFiguresRefused() {
    state.withLock { $0.areFiguresRefused = true }
  }

  func noteCommit(took span: Duration) {
    state.withLock { state in
      if state.commits.count < Self.commitCount {
        state.commits.append(span)
      } else {
        state.commits[state.oldestCommit] = span
        state.oldestCommit = (state.oldestCommit + 1) % Self.commitCount
      }
    }
  }
}
