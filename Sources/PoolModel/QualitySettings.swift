/// The thresholds of QARTOD's tests for one series.
///
/// A test without thresholds is not made. All comparisons are strict: a value at a bound passes.
///
/// Source: U.S. IOOS, Manual for Real-Time Quality Control; ioos_qc 3.0.0.
public struct QualitySettings: Hashable, Sendable {
  /// Two bounds of one size.
  public struct Levels: Hashable, Sendable {
    /// Beyond it a value is suspect.
    public var suspect: Double
    /// Beyond it a value fails.
    public var fail: Double

    /// The bounds of a test, in the unit that its test names.
    public init(suspect: Double, fail: Double) {
      self.suspect = suspect
      self.fail = fail
    }
  }

  /// When a series is flat: its newest values differ by less than a tolerance.
  public struct FlatLine: Hashable, Sendable {
    /// How many intervals it may rest before its value is suspect; at least 1.
    public var suspectIntervalCount: Int
    /// How many intervals it may rest before its value fails; at least 1.
    public var failIntervalCount: Int
    /// The range, in the parameter's unit, that rest stays below.
    public var tolerance: Double

    /// A test of so many intervals as fit into a time, rounded down; nil when an interval is longer than
    /// one of the times, as a single value would be flat.
    ///
    /// - Parameters:
    ///   - suspect: the time after which a value is suspect.
    ///   - fail: the time after which it fails.
    ///   - tolerance: the range that rest stays below, in the parameter's unit.
    ///   - interval: the series' nominal interval.
    public init?(suspect: Duration, fail: Duration, tolerance: Double, interval: Duration) {
      let interval = interval.wholeMilliseconds
      guard interval > 0 else { return nil }
      suspectIntervalCount = Int(suspect.wholeMilliseconds / interval)
      failIntervalCount = Int(fail.wholeMilliseconds / interval)
      self.tolerance = tolerance
      guard suspectIntervalCount > 0, failIntervalCount > 0 else { return nil }
    }
  }

  /// When a series is too quiet to be a measurement: its standard deviation over a period.
  public struct Attenuation: Hashable, Sendable {
    /// The bounds of the population standard deviation; below them a value is suspect or fails.
    public var levels: Levels
    /// How far back values count; one exactly that old does not.
    public var period: Duration
    /// With fewer values than this in the period nothing is said.
    public var minimumCount: Int

    /// A test over `period`.
    public init(levels: Levels, period: Duration, minimumCount: Int) {
      self.levels = levels
      self.period = period
      self.minimumCount = minimumCount
    }
  }

  /// What the sensor can show; outside, a value fails.
  public var failSpan: ClosedRange<Double>
  /// What the operator expects; outside, a value is suspect.
  public var suspectSpan: ClosedRange<Double>?
  /// How far a value may stand out from both neighbours, in the parameter's unit.
  public var spike: Levels?
  /// How fast a value may change, in the parameter's unit per second.
  public var rateOfChange: Levels?
  /// How long a value may rest.
  public var flatLine: FlatLine?
  /// How quiet a series may be.
  public var attenuation: Attenuation?
  /// How long nothing may come; the sample after a longer time fails this test.
  public var gap: Duration?

  /// Settings with the gross range test alone.
  public init(failSpan: ClosedRange<Double>, suspectSpan: ClosedRange<Double>? = nil) {
    self.failSpan = failSpan
    self.suspectSpan = suspectSpan
  }
}
