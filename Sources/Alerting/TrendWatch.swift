public import PoolModel

/// Watches one series for a drift towards one of its bounds.
///
/// Good samples are gathered into buckets, each bucket stands for itself with its median, and the line
/// through the newest 30 of them is asked when it meets a bound.
public struct TrendWatch: Sendable {
  /// What is watched for.
  public struct Settings: Hashable, Sendable {
    /// The length of a bucket: two minutes, or the series' interval when that is longer.
    public var bucket: Duration
    /// The lower bound in the parameter's unit; nil for none.
    public var low: Double?
    /// The upper bound, likewise.
    public var high: Double?
    /// The smallest step that the sensor shows, in the parameter's unit; above 0.
    public var resolution: Double

    /// Settings for a series that comes every `interval`.
    ///
    /// - Parameters:
    ///   - interval: the series' nominal interval.
    ///   - low: the lower bound; nil for none.
    ///   - high: the upper bound; nil for none.
    ///   - resolution: the smallest step that the sensor shows.
    public init(interval: Duration, low: Double?, high: Double?, resolution: Double) {
      bucket = TrendWatch.bucket(interval: interval)
      self.low = low
      self.high = high
      self.resolution = resolution
    }
  }

  /// What is known at the end of a bucket.
  public struct Finding: Hashable, Sendable {
    /// The beginning of the bucket.
    public var time: Timestamp
    /// The line through the newest buckets; nil with fewer than 20 of them, or after two without a sample: then
    /// advisory and warning stay as they are.
    public var statistics: TrendStatistics?
    /// How long until the line meets the bound that it heads for, from `time` on; nil when it does not
    /// within 30 buckets, or is out of limits.
    public var timeToLimit: Duration?
    /// A drift that is certain and visible, shown to whoever looks.
    public var isAdvisory: Bool { max(low, high) >= .advisory }
    /// A drift that also at its slowest meets the bound, told to people.
    public var isWarning: Bool { max(low, high) == .warning }
    /// The line's level at `time`.
    var level: Double?
    /// What is on of a drift to the lower bound.
    var low = TrendLevel.none
    /// The same of one to the upper bound.
    var high = TrendLevel.none

    init(time: Timestamp) { self.time = time }
  }

  /// How long the buckets of a series are that comes every `interval`: two minutes, or longer where it is.
  static func bucket(interval: Duration) -> Duration { max(interval, .seconds(120)) }

  private let question: TrendWindow.Question
  private var window = TrendWindow()
  private var scratch = TrendScratch()

  /// A watch with `settings`, before the first sample.
  public init(_ settings: Settings) {
    precondition(settings.resolution > 0, "no sensor shows every number")
    // A drift is seen also where there is no bound to meet.
    var question = TrendWindow.Question(
      width: settings.bucket.wholeMilliseconds, low: settings.low ?? -.infinity,
      high: settings.high ?? .infinity, resolution: settings.resolution)
    question.wantsEveryLine = true
    self.question = question
  }

  /// Takes a good sample; of one bucket the first 1,024 count.
  ///
  /// - Parameters:
  ///   - value: what was measured; finite.
  ///   - time: when; not before the bucket that is being gathered.
  /// - Returns: what the buckets that ended before `time` make known, oldest first: usually none or one.
  ///   In a pause nothing is told of the buckets after the thirtieth.
  public mutating func take(_ value: Double, at time: Timestamp) -> [Finding] {
    let findings = pass(to: time)
    window.gather(value)
    return findings
  }

  /// Ends the buckets before the one of `time`.
  ///
  /// - Parameter time: not before the bucket that is being gathered.
  /// - Returns: as `take(_:at:)`.
  public mutating func pass(to time: Timestamp) -> [Finding] {
    window.pass(to: time.bucketNumber(question.width), asking: question, scratch: &scratch)
  }

  /// Ends the bucket that is being gathered, as at the end of a file.
  ///
  /// - Returns: what it makes known; nil before the first sample.
  public mutating func finish() -> Finding? {
    window.finish(asking: question, scratch: &scratch)
  }
}
