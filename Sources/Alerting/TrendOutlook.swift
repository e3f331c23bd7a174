/// What a window says of its drift before its line is drawn.
enum TrendOutlook {
  /// The line would not be certain, or so flat that nobody sees it.
  case none
  /// It would be certain and visible, and too flat for a warning.
  case visible
  /// Only the line itself tells.
  case unclear
}

// The slope of a line is the median of the slopes between all pairs, and what autocorrelation takes from the score
// is a ratio of two squares in the slope. So where the slope of a drift has to lie is known beforehand, and whether
// it lies there is a matter of counting pairs: nearly every line that would change nothing is seen through, for
// a fraction of what it costs. Where rounding could decide, the answer is unclear.

extension TrendScratch {
  /// What a drift would come to that goes where the score says.
  ///
  /// - Parameters:
  ///   - score: of the window, certain before its correction.
  ///   - certain: the least corrected score of a drift, without a sign.
  ///   - visible: the least slope of a drift, likewise, per second; above 0.
  ///   - warning: the slope below which there is no warning, likewise; may be infinite.
  /// - Returns: what is certain of it.
  mutating func outlook(
    _ score: TrendScore, certain: Double, visible: Double, warning: Double
  ) -> TrendOutlook {
    let margin = 1e-8
    // What is lost in differences of values has to be less than any margin.
    let step = visible * margin * (times[1] - times[0])
    guard max(abs(least), abs(greatest)) * 1e-14 < step else { return .unclear }
    let sign: Double = score.normalized < 0 ? -1 : 1
    let squares = LineSquares(times, values, sign: sign)
    guard let possible = squares.slopes(score.normalized, certain: certain, margin: margin) else {
      return .unclear
    }
    if possible.isEmpty { return .none }
    let least = max(visible * (1 - margin), possible.lowerBound)
    // The line of least squares is near: what it makes likely is asked.
    let guess = squares.slope
    if guess < least { return isMedianLess(than: least, sign) ? .none : .unclear }
    if guess >= possible.upperBound {
      return isMedianGreater(than: possible.upperBound, sign) ? .none : .unclear
    }
    guard warning > least,
      let sure = squares.slopes(score.normalized, certain: certain, margin: -margin),
      isMedianLess(than: min(sure.upperBound, warning * (1 - margin)), sign),
      isMedianGreater(than: max(visible * (1 + margin), sure.lowerBound), sign)
    else { return .unclear }
    return .visible
  }

  /// Whether the median slope is surely less than `slope`: so are more than half of all.
  private mutating func isMedianLess(than slope: Double, _ sign: Double) -> Bool {
    slope == .infinity || pairCount(leaning: slope, sign) { $0 <= $1 } <= Self.fewer(values.count)
  }

  /// Whether it is surely greater.
  private mutating func isMedianGreater(than slope: Double, _ sign: Double) -> Bool {
    pairCount(leaning: slope, sign) { $0 >= $1 } <= Self.fewer(values.count)
  }

  /// So many pairs of `count` values leave the ones in the middle to the others.
  private static func fewer(_ count: Int) -> Int { (count * (count - 1) / 2 - 1) / 2 }

  /// How many pairs, the earlier first, are as `isCounted` says when a line with `slope` is taken from all.
  @inline(__always)
  private mutating func pairCount(
    leaning slope: Double, _ sign: Double, _ isCounted: (Double, Double) -> Bool
  ) -> Int {
    lean(by: slope, sign)
    let left = residuals.span
    var count = 0
    // One by one: rows this short are counted more slowly by vectors of two.
    for earlier in left.indices {
      let value = left[earlier]
      let later = left.extracting(droppingFirst: earlier + 1)
      for index in later.indices { count += isCounted(value, later[index]) ? 1 : 0 }
    }
    return count
  }
}

/// The squares that are left of values by any line.
private struct LineSquares {
  private var timeSquare = 0.0
  private var product = 0.0
  private var valueSquare = 0.0
  /// The same of each with the next.
  private var nextTimeSquare = 0.0
  private var nextProduct = 0.0
  private var nextValueSquare = 0.0

  /// Of `values` with another `sign`, at `times`.
  init(_ times: [Double], _ values: [Double], sign: Double) {
    let count = Double(times.count)
    let meanTime = times.reduce(0, +) / count
    let meanValue = values.reduce(0, +) / count
    var (time, value) = (0.0, 0.0)
    for index in times.indices {
      let (nextTime, nextValue) = (times[index] - meanTime, sign * (values[index] - meanValue))
      timeSquare += nextTime * nextTime
      product += nextTime * nextValue
      valueSquare += nextValue * nextValue
      nextTimeSquare += time * nextTime
      nextProduct += time * nextValue + nextTime * value
      nextValueSquare += value * nextValue
      (time, value) = (nextTime, nextValue)
    }
  }

  /// The slope of the line of least squares.
  var slope: Double { product / timeSquare }

  /// With which slopes of the line the corrected score is certain; nil where that is hard to say.
  ///
  /// - Parameters:
  ///   - score: before the correction.
  ///   - certain: what it must come to, as all without a sign.
  ///   - margin: what the autocorrelation may be too much, as a part of the values' square.
  /// - Returns: between which slopes.
  func slopes(_ score: Double, certain: Double, margin: Double) -> Range<Double>? {
    // Certain where (1 + r) / (1 − r) ≤ (score / certain)²: up to this r, which is cut off at 0.95.
    let ratio = (score / certain) * (score / certain)
    let limit = (ratio - 1) / (ratio + 1)
    if limit > 0.95 + 1e-8 { return -.infinity ..< .infinity }
    // r ≤ limit where a·slope² − b·slope + c ≤ 0.
    let a = nextTimeSquare - limit * timeSquare
    let b = nextProduct - 2 * limit * product
    let c = nextValueSquare - (limit + margin) * valueSquare
    guard limit < 0.95 - 1e-8, a > 1e-6 * timeSquare else { return nil }
    let discriminant = b * b - 4 * a * c
    guard discriminant >= 0 else { return 0..<0 }
    let root = discriminant.squareRoot()
    return (b - root) / (2 * a)..<(b + root) / (2 * a)
  }
}
