/// Memory that trends are reckoned in, used again from window to window: a few kilobytes.
public struct TrendScratch: Sendable {
  /// The window's times, in seconds, ascending without repetition, and a value for each.
  private(set) var times: [Double] = []
  private(set) var values: [Double] = []
  /// The outermost values of a window of buckets.
  private(set) var least = 0.0
  private(set) var greatest = 0.0
  /// Which buckets of what width the times are those of.
  private var present: UInt32 = 0
  private var width = 0.0
  /// The slopes between all pairs, once they were asked for, in no order.
  private var slopes: [Double] = []
  /// What a line leaves of the values.
  private(set) var residuals: [Double] = []

  /// No memory yet.
  public init() {}

  /// Puts the values of a window at `width` seconds from each other before whoever reckons.
  ///
  /// - Parameters:
  ///   - values: oldest first.
  ///   - present: which buckets had one, as bits: the lowest is that of the newest.
  ///   - width: above 0.
  mutating func fill(_ values: Span<Double>, present: UInt32, width: Double) {
    self.values.removeAll(keepingCapacity: true)
    (least, greatest) = (.infinity, -.infinity)
    for index in values.indices {
      let value = values[index]
      self.values.append(value)
      least = min(least, value)
      greatest = max(greatest, value)
    }
    // Mostly all of them had one.
    if present == self.present, width == self.width { return }
    (self.present, self.width) = (present, width)
    times.removeAll(keepingCapacity: true)
    let oldest = UInt32.bitWidth - 1 - present.leadingZeroBitCount
    for age in stride(from: oldest, through: 0, by: -1) where present >> age & 1 == 1 {
      times.append(Double(oldest - age) * width)
    }
  }

  /// A window of any times, in seconds, ascending without repetition.
  mutating func fill(_ values: [Double], at times: [Double]) {
    (self.values, self.times) = (values, times)
    present = 0
  }

  /// The median of the values.
  mutating func medianValue() -> Double {
    residuals = values
    var residuals = residuals.mutableSpan
    return residuals.median(of: residuals.indices)
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

  /// Takes a line with `slope` through the first time from the values, or from those with another `sign`.
  mutating func lean(by slope: Double, _ sign: Double = 1) {
    if residuals.count != values.count { residuals = Array(repeating: 0, count: values.count) }
    Self.lean(times, values, by: slope, sign, into: &residuals)
  }

  private static func lean(
    _ times: [Double], _ values: [Double], by slope: Double, _ sign: Double,
    into residuals: inout [Double]
  ) {
    let (times, values, first) = (times.span, values.span, times[0])
    var residuals = residuals.mutableSpan
    for index in values.indices {
      residuals[index] = sign * values[index] - slope * (times[index] - first)
    }
  }

  /// The lag-1 autocorrelation of what a line with `slope` leaves of the values, 0 … 0.95.
  mutating func autocorrelation(slope: Double) -> Double {
    lean(by: slope)
    return Self.autocorrelation(of: &residuals)
  }

  private static func autocorrelation(of residuals: inout [Double]) -> Double {
    let count = residuals.count
    var residuals = residuals.mutableSpan
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
