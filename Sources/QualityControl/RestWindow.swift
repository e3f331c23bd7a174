/// The newest samples of a series that lie within a tolerance of each other, where they are not all alike.
///
/// Sensors show steps, and a tolerance is one or a few of these: it holds that many values, and never more
/// than the rest has samples.
struct RestWindow: Sendable {
  /// The number of the next sample.
  private var next: Int32
  /// The number of the oldest sample of the rest.
  private var start: Int32
  private var greatest: ExtremeList
  private var least: ExtremeList

  /// The rest of `state`, all values of which are alike.
  init(_ state: SeriesState) {
    start = 0
    next = state.restCount + 1
    let entry = ExtremeList(value: state.restLow, number: next - 1 - state.missingCount)
    (greatest, least) = (entry, entry)
  }

  /// A sample without a value came.
  mutating func skip() { next += 1 }

  /// Takes the next value, and says in `state` what the rest is now.
  ///
  /// What is further back than `longest` intervals does not matter: a rest as long as that is no different
  /// from a longer one.
  mutating func take(
    _ value: Double, tolerance: Double, longest: Int32, into state: inout SeriesState
  ) {
    begin(at: max(start, next - longest))
    greatest.append(value, number: next) { $0 > value }
    least.append(value, number: next) { $0 < value }
    while !(greatest.first.value - least.first.value < tolerance) {
      begin(at: min(greatest.first.number, least.first.number) + 1)
    }
    state.restLow = least.first.value
    state.restHigh = greatest.first.value
    state.restCount = next - start
    next += 1
  }

  private mutating func begin(at number: Int32) {
    start = number
    greatest.drop(before: number)
    least.drop(before: number)
  }
}

/// The values of a window that are its greatest, or become it when older ones leave; the same for the least.
private struct ExtremeList: Sendable {
  /// Oldest first; each is beaten by the one before it.
  private var entries: [(number: Int32, value: Double)]

  init(value: Double, number: Int32) { entries = [(number, value)] }

  var first: (number: Int32, value: Double) { entries[0] }

  /// Adds the newest value in place of those that it beats: all but those that `stays` names.
  mutating func append(_ value: Double, number: Int32, stays: (Double) -> Bool) {
    while let last = entries.last, !stays(last.value) { entries.removeLast() }
    entries.append((number, value))
  }

  mutating func drop(before number: Int32) {
    guard let first = entries.first, first.number < number else { return }
    entries.removeFirst(entries.prefix { $0.number < number }.count)
  }
}
