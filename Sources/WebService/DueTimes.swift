import PoolModel

/// How many readings are due in stretches of one period: together as many as in all of it, however it is
/// divided.
struct DueTimes: Sendable {
  /// Where the period begins.
  let begin: Timestamp
  /// What is due from here on does not count yet.
  let settled: Timestamp
  /// The nominal time between two readings.
  let interval: Duration

  /// How many are due in `range`, which does not begin before the period.
  func count(in range: Range<Timestamp>) -> Int {
    before(range.upperBound) - before(range.lowerBound)
  }

  private func before(_ instant: Timestamp) -> Int {
    let end = min(instant, settled)
    return begin < end ? Int((end - begin).wholeMilliseconds / interval.wholeMilliseconds) : 0
  }
}
