import LinuxSystem
import PoolModel

/// A line on standard error that shows how far something is, and is gone when it is done.
///
/// Shown on a terminal alone, from the second second on.
final class ProgressBar {
  private let title: String
  private let isOnTerminal: Bool
  private let clock = SystemClock()
  private let start: Duration
  private var lastDrawn: Duration?
  private var drawnCount = 0

  /// A bar called `title`, of which nothing is shown yet; never when something else is printed where
  /// it would be (`isShown` false).
  init(_ title: String, isShown: Bool = true) {
    self.title = title
    isOnTerminal = isShown && Terminal.isErrorOutput
    start = clock.now().monotonic
  }

  /// Shows that `fraction`, 0…1, is done.
  func show(_ fraction: Double) {
    draw { width in
      let part = min(1, max(0, fraction))
      let percent = " \(Int(part * 100)) %"
      let room = width - self.title.count - percent.count - 4
      guard room >= 4 else { return self.title + percent }
      let done = Int(part * Double(room))
      return self.title + " [" + String(repeating: "#", count: done)
        + String(repeating: " ", count: room - done) + "]" + percent
    }
  }

  /// Shows that it goes on, where nobody knows how far it is.
  func showTime() {
    draw { _ in "\(self.title) \((self.clock.now().monotonic - self.start).components.seconds) s" }
  }

  /// Takes the bar away.
  func end() {
    guard drawnCount > 0 else { return }
    write("\r" + String(repeating: " ", count: drawnCount) + "\r")
    drawnCount = 0
  }

  deinit { end() }

  private func draw(_ text: (_ width: Int) -> String) {
    guard isOnTerminal else { return }
    let now = clock.now().monotonic
    guard now - start >= .seconds(1) else { return }
    // Ten times a second is smooth.
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    let line = text((Terminal.errorColumnCount ?? 80) - 1)
    write("\r" + line + String(repeating: " ", count: max(0, drawnCount - line.count)))
    drawnCount = line.count
  }

  private func write(_ text: String) {
    // A bar that cannot be shown is no reason to stop.
    try? Terminal.writeError(Array(text.utf8))
  }
}
