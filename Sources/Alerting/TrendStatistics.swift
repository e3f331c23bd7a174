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
  /// Costs the slopes between all pairs, n(n − 1)/2 divisions, and the search for three of them.
  ///
  /// - Parameters:
  ///   - times: in seconds, ascending without repetition.
  ///   - values: one for each time, finite.
  ///   - scratch: memory to reckon in, used again from call to call.
  public init(times: [Double], values: [Double], scratch: inout TrendScratch) {
    precondition(times.count == values.count && times.count >= 2, "no window")
    scratch.fill(values, at: times)
    self.init(of: &scratch, RunningScore(values.span).of(values.count))
  }

  /// The statistics of the window in `scratch`, whose score is known.
  ///
  /// - Parameters:
  ///   - scratch: what the score was made of.
  ///   - score: that.
  init(of scratch: inout TrendScratch, _ score: TrendScore) {
    let pairCount = scratch.makeSlopes()
    let slope = scratch.medianSlope()
    let correlation = scratch.autocorrelation(slope: slope)
    let widening = ((1 + correlation) / (1 - correlation)).squareRoot()
    correctedScore = score.normalized / widening
    normalizedScore = score.normalized
    let middleTime = Self.median(sorted: scratch.times) - scratch.times[0]
    intercept = scratch.medianValue() - slope * middleTime
    // 1.645: 90 % of the normal distribution lie within. Half is rounded to even.
    let spread = 1.645 * score.variance.squareRoot() * widening
    let total = Double(pairCount)
    let high = Int(((total + spread) / 2).rounded(.toNearestOrEven))
    let low = Int(((total - spread) / 2).rounded(.toNearestOrEven)) - 1
    highSlope = scratch.slope(at: min(high, pairCount - 1))
    lowSlope = scratch.slope(at: max(low, 0))
    self.slope = slope
    self.score = Double(score.score)
    scoreVariance = score.variance
    autocorrelation = correlation
  }

  /// The median of `sorted`, which is not empty.
  static func median(sorted: [Double]) -> Double {
    let middle = sorted.count / 2
    guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
    return (sorted[middle - 1] + sorted[middle]) / 2
  }
}
