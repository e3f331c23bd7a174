import Foundation

/// What the sanitizer has to report: two threads that count without asking each other.
enum RaceOnPurpose {
  /// What both count.
  // Not Sendable in truth: that is the race which the sanitizer has to report.
  private final class Counter: @unchecked Sendable {
    var value = 0
  }

  /// Races, and prints what came of it, so that no compiler leaves it out.
  static func run() {
    let counter = Counter()
    let ends = Countdown(2)
    for _ in 0..<2 {
      Thread {
        for _ in 0..<10_000 { counter.value += 1 }
        ends.count()
      }.start()
    }
    ends.wait()
    print(counter.value)
  }
}
