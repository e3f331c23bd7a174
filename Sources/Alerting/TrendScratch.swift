/// Memory that trends are reckoned in, used again from window to window: a few kilobytes.
public struct TrendScratch: Sendable {
  /// The window's times, in seconds, ascending without repetition, and a value for each.
  var times: [Double] = []
  var values: [Double] = []
  /// The values in their order, once there is a score.
  private(set) var sorted: [Double] = []
  /// The slopes between all pairs, once they were asked for, in no order.
  private var slopes: [Double] = []
  private var residuals: [Double] = []

  /// No memory yet.
  public init() {}

  /// The next window has no value yet.
  mutating func begin() {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  /// The Mann–Kendall score of the window.
  mutating func score() -> TrendScore {
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: values)
    return Self.score(sorting: &sorted)
  }

  /// Sorting the values by insertion moves as many pairs as fall.
  private static func score(sorting values: inout [Double]) -> TrendScore {
    func part(_ count: Int) -> Int { count * (count - 1) * (2 * count + 5) }
    let count = values.count
    var values = values.mutableSpan
    let fallCount = values.sortFew(0..<count)
    var variance = part(count)
    var tiedPairCount = 0
    var tied = 1
    for index in 1...count {
      if index < count, values[index] == values[index - 1] {
        tied += 1
      } else {
        variance -= part(tied)
        tiedPairCount += tied * (tied - 1) / 2
        tied = 1
      }
    }
    return TrendScore(
      score: count * (count - 1) / 2 - tiedPairCount - 2 * fallCount,
      variance: Double(variance) / 18)
  }

  /// Makes the slopes between all pairs; says how many there are.
  mutating func makeSlopes() -> Int {
    let pairCount = values.count * (values.count - 1) / 2
    if slopes.count != pairCount { slopes = Array(repeating: 0, count: pairCount) }
    Self.fill(&slopes, times, values)
    return pairCount
  }

  private static func fill(_ slopes: inout [Double], _ times: [Double], _ values: [Double]) {
    let (times, values) = (times.span, values.span)
    var slopes = slopes.mutableSpan
    var index = 0
    for later in 1..<values.count {
      // Of two zeros the slope is 0, never −0, whatever their signs.
      let (time, value) = (times[later], values[later] + 0)
      for earlier in 0..<later {
        slopes[index] = (value - values[earlier]) / (time - times[earlier])
        index += 1
      }
    }
  }

  /// The median of the slopes: the first of their order statistics to be asked for.
  mutating func medianSlope() -> Double {
    var slopes = slopes.mutableSpan
    return slopes.median(of: slopes.indices)
  }

  /// The slope that stands at `place` in their order, after the median.
  mutating func slope(at place: Int) -> Double {
    var slopes = slopes.mutableSpan
    let middle = slopes.count / 2
    if place == middle { return slopes[middle] }
    return slopes.select(place, in: place < middle ? 0..<middle : middle + 1..<slopes.count)
  }

  /// The lag-1 autocorrelation of what a line with `slope` leaves of the values, 0 … 0.95.
  mutating func autocorrelation(slope: Double) -> Double {
    if residuals.count != values.count { residuals = Array(repeating: 0, count: values.count) }
    return Self.autocorrelation(of: times, values, slope: slope, &residuals)
  }

  private static func autocorrelation(
    of times: [Double], _ values: [Double], slope: Double, _ residuals: inout [Double]
  ) -> Double {
    let (count, first) = (values.count, times[0])
    var residuals = residuals.mutableSpan
    for index in 0..<count { residuals[index] = values[index] - slope * (times[index] - first) }
    let mean = sum(count) { residuals[$0] } / Double(count)
    for index in 0..<count { residuals[index] -= mean }
    let square = sum(count) { residuals[$0] * residuals[$0] }
    let product = sum(count - 1) { residuals[$0 + 1] * residuals[$0] }
    return square > 0 ? min(max(product / square, 0), 0.95) : 0
  }

  /// The sum of `count` values in eight lanes, in numpy's order for up to 128 of them: it loses less than one
  /// lane would, and where nothing is left over, as of residuals that hang together in no way, gives the
  /// same zero.
  @inline(__always)
  private static func sum(_ count: Int, _ value: (Int) -> Double) -> Double {
    var sum = 0.0
    let whole = count / 8 * 8
    if whole > 0 {
      var lanes = SIMD8<Double>.zero
      for start in stride(from: 0, to: whole, by: 8) {
        lanes += SIMD8(
          value(start), value(start + 1), value(start + 2), value(start + 3), value(start + 4),
          value(start + 5), value(start + 6), value(start + 7))
      }
      sum =
        ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
        + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    }
    for index in whole..<count { sum += value(index) }
    return sum
  }
}

/// The Mann–Kendall score of a window.
struct TrendScore {
  /// S: pairs that rise less pairs that fall.
  let score: Int
  /// The variance of S without a trend, less what ties take from it.
  let variance: Double

  /// S by its deviation, with the correction for continuity.
  var normalized: Double {
    score == 0 || variance == 0 ? 0 : Double(score - score.signum()) / variance.squareRoot()
  }
}
