import Alerting
import Measuring
import PoolModel

/// Ends full buckets of noisy values, one by one: the median, and the line through 30 of them.
struct TrendRun {
  let windowCount: Int
  /// Buckets of each window that are timed, after 30 that fill it.
  private static let timedCount = 70
  private static let fillingCount = 30
  /// Every ten seconds one.
  private static let valueCount = 12

  private struct Answer: Encodable {
    var p50Microseconds: Double
    var p99Microseconds: Double
    var bucketCount: Int
    var processorMicroseconds: Double
  }

  func measure() throws {
    var numbers = SplitMix64(seed: 7)
    var spent: [Double] = []
    spent.reserveCapacity(windowCount * Self.timedCount)
    var processor = 0.0
    for _ in 0..<windowCount {
      var watch = TrendWatch(
        .init(interval: .seconds(10), low: 0.3, high: 1, resolution: 0.01))
      let values = Self.values(&numbers)
      let processorStart = ProcessorTime.milliseconds()
      try end(values, in: &watch, spent: &spent)
      processor += ProcessorTime.milliseconds() - processorStart
    }
    spent.sort()
    try Progress.tell(
      Answer(
        p50Microseconds: spent[spent.count / 2], p99Microseconds: spent[spent.count * 99 / 100],
        bucketCount: spent.count,
        processorMicroseconds: processor * 1000
          / Double(windowCount * (Self.timedCount + Self.fillingCount))))
  }

  /// Chlorine with noise of lag-1 0.8 and deviation 0.03 that a sensor shows in hundredths.
  private static func values(_ numbers: inout SplitMix64) -> [Double] {
    var noise = 0.0
    return (0..<(fillingCount + timedCount) * valueCount).map { _ in
      // Twelve uniform numbers less six are as good as normal.
      let sum = (0..<12).reduce(-6.0) { sum, _ in sum + Double(numbers.next() >> 11) * 0x1p-53 }
      noise = 0.8 * noise + 0.03 * 0.6 * sum
      return ((0.45 + noise) * 100).rounded() / 100
    }
  }

  private func end(
    _ values: [Double], in watch: inout TrendWatch, spent: inout [Double]
  ) throws {
    for (index, value) in values.enumerated() {
      let time = Timestamp(milliseconds: Int64(index) * 10_000)
      guard index > Self.fillingCount * Self.valueCount, index.isMultiple(of: Self.valueCount)
      else {
        _ = watch.take(value, at: time)
        continue
      }
      let start = ContinuousClock.now
      let findings = watch.pass(to: time)
      spent.append((ContinuousClock.now - start).milliseconds * 1000)
      try require(
        findings.count == 1 && findings[0].statistics != nil, "a full window has no line")
      _ = watch.take(value, at: time)
    }
  }
}
