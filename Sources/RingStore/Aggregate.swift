public import PoolModel

/// What is known of one series in one stretch of time.
///
/// The five values and `count` are of the usable readings, those that are good or suspect; the values are
/// not-a-number where `count` is 0. A stretch of a history's steps is listed when it has a reading, usable
/// or not.
public struct Aggregate: Hashable, Sendable {
  /// The begin of the stretch.
  public var start: Timestamp
  /// The end of the stretch, excluded.
  public var end: Timestamp
  /// The smallest value, in the parameter's unit.
  public var minimum: Double
  /// The arithmetic mean of the values.
  public var mean: Double
  /// The largest value.
  public var maximum: Double
  /// The value of the first reading.
  public var first: Double
  /// The value of the last reading.
  public var last: Double
  /// The number of values.
  public var count: Int
  /// The readings that are missing between neighbours, in or out of the stretch, and were due in it.
  public var missingCount: Int
  /// The same when only usable readings are counted as readings.
  public var missingUsableCount: Int
  /// Readings that came later than two intervals after their time.
  public var backfilledCount: Int
  /// How long the values were out of mandatory limits, each standing until the next one, an interval at
  /// most.
  public var secondsOutOfLimits: Double

  /// An aggregate with all its numbers.
  public init(
    start: Timestamp, end: Timestamp, minimum: Double, mean: Double, maximum: Double,
    first: Double, last: Double, count: Int, missingCount: Int, missingUsableCount: Int,
    backfilledCount: Int, secondsOutOfLimits: Double
  ) {
    self.start = start
    self.end = end
    self.minimum = minimum
    self.mean = mean
    self.maximum = maximum
    self.first = first
    self.last = last
    self.count = count
    self.missingCount = missingCount
    self.missingUsableCount = missingUsableCount
    self.backfilledCount = backfilledCount
    self.secondsOutOfLimits = secondsOutOfLimits
  }

  /// Whether all numbers are the same, bit for bit; not-a-number equals itself.
  public static func == (left: Aggregate, right: Aggregate) -> Bool {
    left.start == right.start && left.end == right.end && left.bits == right.bits
      && left.counts == right.counts
  }

  /// Feeds all numbers to `hasher`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(start)
    hasher.combine(end)
    hasher.combine(bits)
    hasher.combine(counts)
  }

  private var bits: [UInt64] {
    [minimum, mean, maximum, first, last, secondsOutOfLimits].map(\.bitPattern)
  }

  private var counts: [Int] { [count, missingCount, missingUsableCount, backfilledCount] }
}
