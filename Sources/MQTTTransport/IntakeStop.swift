public import LinuxSystem
import Synchronization

/// The way to end an intake loop from any thread.
public final class IntakeStop: Sendable {
  /// Rings when a stop is requested, and whenever somebody wants the loop to call its delegate.
  public let wakeUp: WakeUp
  private let wasRequested = Atomic(false)

  /// A stop that is not requested, of the loop that waits for `wakeUp`.
  public init(wakeUp: WakeUp) {
    self.wakeUp = wakeUp
  }

  /// Whether the loop is to end.
  public var isRequested: Bool { wasRequested.load(ordering: .acquiring) }

  /// Asks the loop to end; returns at once.
  public func request() {
    wasRequested.store(true, ordering: .releasing)
    wakeUp.signal()
  }
}
