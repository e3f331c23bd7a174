import Logging
import Synchronization

/// What is wrong with our own disk and clock.
///
/// It does not pass through Records, which may be what is broken: from memory to the log, the service
/// manager's status line and `poolwatch status`.
final class SystemAlarms: Sendable {
  /// What can be wrong; each is shown once for as long as it lasts.
  enum Kind: String, CaseIterable, Comparable {
    case clock
    case configuration
    case store
    case storeLost
    case records
    case recordsLost
    case outbox
    case reserve
    case checkpoint
    case damage
    case backlog
    case brokerQueue
    case brokerDrops
    case judgement
    case retention

    static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  private struct State {
    var texts: [Kind: String] = [:]
    var observer: (@Sendable (String) -> Void)?
  }

  private let state = Mutex(State())
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  /// What is wrong now, in a fixed order.
  var texts: [String] {
    state.withLock { state in state.texts.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// What is said of `kind` now; nil while it is in order.
  func text(of kind: Kind) -> String? {
    state.withLock { $0.texts[kind] }
  }

  /// Calls `observer` with all texts in one line whenever they change.
  func onChange(_ observer: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.observer = observer }
  }

  /// Notes that `kind` is wrong; logged when it begins, and when it `isWorse` than before.
  func raise(_ kind: Kind, _ text: String, isWorse: Bool = false) {
    change {
      $0.updateValue(text, forKey: kind) == nil || isWorse
    } log: {
      logger.error("system alarm", metadata: ["alarm.kind": "\(kind)", "alarm.text": "\(text)"])
    }
  }

  /// Notes that `kind` is in order; logged when it was not.
  func clear(_ kind: Kind) {
    change {
      $0.removeValue(forKey: kind) != nil
    } log: {
      logger.info("system alarm is over", metadata: ["alarm.kind": "\(kind)"])
    }
  }

  private func change(_ body: (inout [Kind: String]) -> Bool, log: () -> Void) {
    let isNew = state.withLock { state in
      guard body(&state.texts) else { return false }
      let line = state.texts.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
      // Under the lock, so that the last line told is the last that was true.
      state.observer?(line.isEmpty ? "in order" : line)
      return true
    }
    if isNew { log() }
  }
}
