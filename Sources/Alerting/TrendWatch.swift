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
      bucket = max(interval, .seconds(120))
      self.low = low
      self.high = high
      self.resolution = resolution
    }
  }

  /// What is known at the end of a bucket.
  public struct Finding: Hashable, Sendable {
    /// The beginning of the bucket.
    public var time: Timestamp
    /// The line through the newest buckets; nil with fewer than 20 of them, or after two without a sample.
    public var statistics: TrendStatistics?
    /// How long until the line meets the bound that it heads for, from `time` on; nil when it does not
    /// within 30 buckets, or is out of limits.
    public var timeToLimit: Duration?
    /// A drift that is certain and visible, shown to whoever looks.
    public var isAdvisory: Bool
    /// A drift that also at its slowest meets the bound, told to people.
    public var isWarning: Bool
  }

  private let settings: Settings
  /// The number of the bucket that is being gathered, counted from 1970; nil before the first sample.
  private var number: Int64?
  /// Its good samples.
  private var gathered: [Double] = []
  /// The numbers and medians of the newest buckets that had samples, oldest first.
  private var numbers: [Int64] = []
  private var medians: [Double] = []
  private var advisory = SteadyState()
  private var warning = SteadyState()
  private var scratch: [Double] = []

  /// A watch with `settings`, before the first sample.
  public init(_ settings: Settings) {
    precondition(settings.resolution > 0, "no sensor shows every number")
    self.settings = settings
  }

  /// Takes a good sample.
  ///
  /// - Parameters:
  ///   - value: what was measured; finite.
  ///   - time: when; not before the bucket that is being gathered.
  /// - Returns: what the buckets that ended before `time` make known, oldest first: usually none or one.
  ///   After a longer pause none is told for the buckets without a sample that change nothing any more.
  public mutating func take(_ value: Double, at time: Timestamp) -> [Finding] {
    let findings = pass(to: time)
    gathered.append(value)
    return findings
  }

  /// Ends the buckets before the one of `time`.
  ///
  /// - Parameter time: not before the bucket that is being gathered.
  /// - Returns: as `take(_:at:)`.
  public mutating func pass(to time: Timestamp) -> [Finding] {
    let next = time.bucketNumber(settings.bucket)
    guard let current = number else {
      number = next
      return []
    }
    var findings: [Finding] = []
    var ended = current
    while ended < next {
      findings.append(end(ended))
      ended += 1
      // Nothing is left to clear, and no line to draw, until samples come.
      if ended - (numbers.last ?? ended) > Self.silenceCount, advisory.isClear, warning.isClear {
        ended = next
      }
    }
    number = next
    return findings
  }

  /// Ends the bucket that is being gathered, as at the end of a file.
  ///
  /// - Returns: what it makes known; nil before the first sample.
  public mutating func finish() -> Finding? {
    guard let current = number else { return nil }
    number = nil
    return end(current)
  }

  private mutating func end(_ bucket: Int64) -> Finding {
    if !gathered.isEmpty {
      gathered.sort()
      numbers.append(bucket)
      medians.append(TrendStatistics.median(sorted: gathered))
      gathered.removeAll(keepingCapacity: true)
    }
    let old = numbers.prefix { $0 <= bucket - Self.windowCount }.count
    if old > 0 {
      numbers.removeFirst(old)
      medians.removeFirst(old)
    }
    var finding = Finding(
      time: Timestamp(milliseconds: bucket * settings.bucket.wholeMilliseconds),
      isAdvisory: false, isWarning: false)
    var holds = (advisory: false, warning: false)
    if numbers.count >= Self.leastCount, bucket - (numbers.last ?? bucket) <= Self.silenceCount {
      holds = judge(&finding, at: bucket)
    }
    finding.isAdvisory = advisory.take(holds.advisory)
    finding.isWarning = warning.take(holds.warning)
    return finding
  }

  /// Draws the line and says what it means at the beginning of `bucket`.
  private mutating func judge(
    _ finding: inout Finding, at bucket: Int64
  ) -> (advisory: Bool, warning: Bool) {
    let width = settings.bucket.inSeconds
    let first = numbers[0]
    let times = numbers.map { Double($0 - first) * width }
    let line = TrendStatistics(times: times, values: medians, scratch: &scratch)
    finding.statistics = line
    let level = line.intercept + line.slope * Double(bucket - first) * width
    let seconds = secondsToLimit(from: level, slope: line.slope)
    finding.timeToLimit = seconds.map { .milliseconds(Int64(($0 * 1000).rounded())) }
    let isVisible = abs(line.slope) * 3600 >= 2 * settings.resolution
    let isAdvisory = abs(line.correctedScore) >= 1.96 && isVisible
    let slowest = line.slope < 0 ? line.highSlope : line.lowSlope
    // The bound of the slope nearer to no change may be on the other side of it.
    let meetsAnyway =
      slowest * line.slope > 0 && secondsToLimit(from: level, slope: slowest) != nil
    return (isAdvisory, isAdvisory && seconds != nil && meetsAnyway)
  }

  /// How long until a line at `level` meets the bound that it heads for; nil when that is more than 30
  /// buckets away, or `level` is not inside the limits.
  private func secondsToLimit(from level: Double, slope: Double) -> Double? {
    let isInside = level > settings.low ?? -.infinity && level < settings.high ?? .infinity
    guard isInside, slope != 0, let bound = slope < 0 ? settings.low : settings.high else {
      return nil
    }
    let seconds = (bound - level) / slope
    return seconds > 0 && seconds <= Double(Self.windowCount) * settings.bucket.inSeconds
      ? seconds : nil
  }

  /// Buckets in a window, and the farthest that a line is drawn ahead.
  private static let windowCount: Int64 = 30
  /// The fewest buckets with samples that a line is drawn through.
  private static let leastCount = 20
  /// How many buckets back the newest one with samples may lie.
  private static let silenceCount: Int64 = 2
}

/// A state that begins when its condition held five times running and ends when it did not ten times.
private struct SteadyState: Sendable {
  private var isOn = false
  /// How many times running the condition was other than the state.
  private var otherCount = 0

  /// Whether nothing is left that a false condition would change.
  var isClear: Bool { !isOn && otherCount == 0 }

  mutating func take(_ holds: Bool) -> Bool {
    otherCount = holds == isOn ? 0 : otherCount + 1
    if otherCount >= (isOn ? 10 : 5) {
      isOn.toggle()
      otherCount = 0
    }
    return isOn
  }
}

extension Timestamp {
  /// The number of the bucket of this length that the instant lies in, counted from 1970.
  fileprivate func bucketNumber(_ bucket: Duration) -> Int64 {
    let width = bucket.wholeMilliseconds
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: width)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
