import Pipeline
import PoolModel
import Synchronization

/// What the intake thread tells the others about itself.
final class IntakeFigures: Sendable {
  private struct State {
    var counters: Counters?
    var isConnected = false
    var lag: Duration = .zero
    var commits: [Duration] = []
    var oldestCommit = 0
  }

  private let state = Mutex(State())
  /// Commits that the percentiles are taken over.
  private static let commitCount = 4096

  /// The pipeline's counters after the newest commit; nil before the first.
  var counters: Counters? { state.withLock { $0.counters } }
  /// Whether the broker accepted us and has not gone since.
  var isConnected: Bool { state.withLock { $0.isConnected } }
  /// How far judgement is behind.
  var lag: Duration { state.withLock { $0.lag } }

  /// How long the commit at `fraction` of the newest 4,096 took, nearest rank; nil without any.
  func commitTime(at fraction: Double) -> Duration? {
    let sorted = state.withLock { $0.commits }.sorted()
    guard !sorted.isEmpty else { return nil }
    let rank = Int((fraction * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  func note(_ counters: Counters) {
    state.withLock { $0.counters = counters }
  }

  func note(isConnected: Bool) {
    state.withLock { $0.isConnected = isConnected }
  }

  func note(lag: Duration) {
    state.withLock { $0.lag = lag }
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
