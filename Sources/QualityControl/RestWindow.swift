import PoolModel

/// The newest samples of a series that lie within a tolerance of each other, for the flat line test.
struct RestWindow: Sendable {
  /// The number of the next sample since the first.
  private var next = 0
  /// The number of the oldest sample of the rest.
  private var start = 0
  private var greatest = ExtremeList()
  private var least = ExtremeList()

  /// The flag of the next sample, `value`, nil when it is missing: a missing one neither ends a rest nor
  /// shortens it.
  mutating func flag(
    _ value: Double?, _ settings: QualitySettings.FlatLine
  ) -> QualityFlag {
    defer { next += 1 }
    let longest = max(settings.suspectIntervalCount, settings.failIntervalCount)
    begin(at: max(start, next - longest))
    guard let value else { return .missing }
    greatest.append(value, number: next) { $0 > value }
    least.append(value, number: next) { $0 < value }
    while start < next, !(greatest.first.value - least.first.value < settings.tolerance) {
      begin(at: min(greatest.first.number, least.first.number) + 1)
    }
    let intervalCount = next - start
    if intervalCount >= settings.failIntervalCount { return .fail }
    return intervalCount >= settings.suspectIntervalCount ? .suspect : .good
  }

  private mutating func begin(at number: Int) {
    start = number
    greatest.drop(before: number)
    least.drop(before: number)
  }
}

/// The values of a window that are its greatest, or become it when older ones leave; the same for the least.
///
/// Sensors show steps, and a tolerance is one or a few of these: the list holds that many values, and
/// never more than the window has samples.
private struct ExtremeList: Sendable {
  /// Oldest first; each is beaten by the one before it.
  private var entries: [(number: Int, value: Double)] = []

  var first: (number: Int, value: Double) { entries[0] }

  /// Adds the newest value in place of those that it beats: all but those that `stays` names.
  mutating func append(_ value: Double, number: Int, stays: (Double) -> Bool) {
    while let last = entries.last, !stays(last.value) { entries.removeLast() }
    entries.append((number, value))
  }

  mutating func drop(before number: Int) {
    guard let first = entries.first, first.number < number else { return }
    entries.removeFirst(entries.prefix { $0.number < number }.count)
  }
}
