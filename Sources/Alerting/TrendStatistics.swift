/// The trend of a window of values: the Theil–Sen slope, and the Mann–Kendall score corrected for the
/// autocorrelation that a pool's water has.
///
/// Sources: Sen, J. Am. Stat. Assoc. 63 (1968) 1379; Mann, Econometrica 13 (1945) 245, with the correction
/// for ties of Kendall, Rank Correlation Methods (1975); the lag-1 correction of the score's variance is
/// von Storch's, as in Bayley and Hammersley (1946). Numbers as scipy's and pymannkendall's.
public struct TrendStatistics: Hashable, Sendable {
  /// The median of the slopes between all pairs, in the values' unit per second.
  public let slope: Double
  /// The level of the line at the window's first time: median value less slope times median time.
  public let intercept: Double
  /// The score S: pairs that rise less pairs that fall.
  public let score: Double
  /// The variance of S without a trend, less what ties take from it.
  public let scoreVariance: Double
  /// The normalized score.
  public let normalizedScore: Double
  /// The lag-1 autocorrelation of the residuals, 0 … 0.95.
  public let autocorrelation: Double
  /// The normalized score less what autocorrelation adds to it.
  public let correctedScore: Double
  /// The lower 5 % bound of the slope, autocorrelation regarded.
  public let lowSlope: Double
  /// The upper 5 % bound of the slope, likewise.
  public let highSlope: Double

  /// The statistics of at least two values.
  ///
  /// Costs a sort of n(n − 1)/2 slopes.
  ///
  /// - Parameters:
  ///   - times: in seconds, ascending without repetition.
  ///   - values: one for each time, finite.
  ///   - scratch: memory for the slopes, used again from call to call.
  public init(times: [Double], values: [Double], scratch: inout [Double]) {
    precondition(times.count == values.count && times.count >= 2, "no window")
    let count = times.count
    scratch.removeAll(keepingCapacity: true)
    var score = 0
    for later in 1..<count {
      for earlier in 0..<later {
        let rise = values[later] - values[earlier]
        score += rise > 0 ? 1 : rise < 0 ? -1 : 0
        scratch.append(rise / (times[later] - times[earlier]))
      }
    }
    scratch.sort()
    let slope = Self.median(sorted: scratch)
    let middleTime = Self.median(sorted: times) - times[0]
    intercept = Self.median(sorted: values.sorted()) - slope * middleTime
    let variance = Self.variance(ofScoreOf: values)
    let deviation = variance.squareRoot()
    normalizedScore =
      score == 0 || variance == 0 ? 0 : Double(score - score.signum()) / deviation
    let correlation = Self.autocorrelation(times: times, values: values, slope: slope)
    let widening = ((1 + correlation) / (1 - correlation)).squareRoot()
    correctedScore = normalizedScore / widening
    // 1.645: 90 % of the normal distribution lie within. Half is rounded to even.
    let spread = 1.645 * deviation * widening
    let total = Double(scratch.count)
    let high = Int(((total + spread) / 2).rounded(.toNearestOrEven))
    let low = Int(((total - spread) / 2).rounded(.toNearestOrEven)) - 1
    highSlope = scratch[min(high, scratch.count - 1)]
    lowSlope = scratch[max(low, 0)]
    self.slope = slope
    self.score = Double(score)
    scoreVariance = variance
    autocorrelation = correlation
  }

  /// The median of `sorted`, which is not empty.
  static func median(sorted: [Double]) -> Double {
    let middle = sorted.count / 2
    guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
    return (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func variance(ofScoreOf values: [Double]) -> Double {
    func part(_ count: Int) -> Int { count * (count - 1) * (2 * count + 5) }
    var sum = part(values.count)
    var tied = 1
    let sorted = values.sorted()
    for index in 1...sorted.count {
      if index < sorted.count, sorted[index] == sorted[index - 1] {
        tied += 1
      } else {
        sum -= part(tied)
        tied = 1
      }
    }
    return Double(sum) / 18
  }

  private static func autocorrelation(
    times: [Double], values: [Double], slope: Double
  ) -> Double {
    var residuals = values
    for index in values.indices { residuals[index] -= slope * (times[index] - times[0]) }
    let mean = sum(residuals) / Double(residuals.count)
    for index in residuals.indices { residuals[index] -= mean }
    let square = sum(residuals.map { $0 * $0 })
    let product = sum(zip(residuals.dropFirst(), residuals).map { $0 * $1 })
    return square > 0 ? min(max(product / square, 0), 0.95) : 0
  }

  /// The sum of `values` in eight lanes, in numpy's order for up to 128 of them: it loses less than one
  /// lane would, and where nothing is left over, as of residuals that hang together in no way, gives the
  /// same zero.
  private static func sum(_ values: [Double]) -> Double {
    guard values.count >= 8 else { return values.reduce(0, +) }
    var lanes = SIMD8<Double>.zero
    let whole = values.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      for lane in 0..<8 { lanes[lane] += values[start + lane] }
    }
    let sum =
      ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
      + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    return values[whole...].reduce(sum, +)
  }
}
