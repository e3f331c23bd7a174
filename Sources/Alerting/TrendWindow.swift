import PoolModel

/// The newest buckets of one series, and what they say of its drift to either side.
///
/// A function of the good values of the last 43 buckets, of those of a day before them where there is a
/// history, and of which states are on: the median of a bucket looks at its values alone, a line at 30 buckets,
/// and a state at the ten newest lines. So reading those back after a restart gives the same.
struct TrendWindow: Sendable {
  /// What is asked of a bucket that ends.
  struct Question: Sendable {
    /// The length of a bucket in milliseconds, above 0.
    var width: Int64
    /// The limits; a side without one is not asked about, an infinite one is never met.
    var low: Double?
    var high: Double?
    /// The smallest step that the sensor shows, above 0.
    var resolution: Double
    /// Of buckets with a smaller number no line is drawn: values are read back.
    var linesFrom = Int64.min
    /// Whether states stay as they are, because they were judged before.
    var isReadBack = false
  }

  /// Whether a drift to one side is shown and told.
  private struct Side: Sendable {
    var advisory = SteadyState()
    var warning = SteadyState()

    var level: TrendLevel {
      warning.isOn ? .warning : advisory.isOn ? .advisory : .none
    }
  }

  /// The number of the bucket that is being gathered, counted from 1970; nil before the first sample.
  private(set) var number: Int64?
  /// Its good samples.
  private var gathered: [Double] = []
  /// The numbers and medians of the newest buckets that had samples, oldest first.
  private var numbers: [Int64] = []
  private var medians: [Double] = []
  private var low = Side()
  private var high = Side()
  /// What the value did before; nil when no warning asks for it.
  private var history: TrendHistory?

  /// No bucket.
  ///
  /// - Parameter history: without a block; then only a line that leaves what the value did in the day before
  ///   makes a warning. nil takes every line.
  init(history: TrendHistory? = nil) { self.history = history }

  /// Adds a good sample to the bucket that is being gathered; `pass` has come there.
  mutating func gather(_ value: Double) {
    if gathered.count < Self.gatheredLimit { gathered.append(value) }
  }

  /// Ends the buckets before the one with the number `next`.
  ///
  /// - Returns: what they make known, oldest first; usually nothing. After a longer pause nothing is told
  ///   of buckets that change nothing any more.
  mutating func pass(
    to next: Int64, asking question: Question, scratch: inout [Double]
  ) -> [TrendWatch.Finding] {
    guard let current = number else {
      number = next
      return []
    }
    guard current < next else { return [] }
    var findings: [TrendWatch.Finding] = []
    var ended = current
    while ended < next {
      findings.append(end(ended, asking: question, scratch: &scratch))
      ended += 1
      // There is no line to draw until samples come.
      if ended - (numbers.last ?? current) >= Self.windowCount { ended = next }
    }
    number = next
    return findings
  }

  /// Ends the bucket that is being gathered, as at the end of a file; nil before the first sample.
  mutating func finish(
    asking question: Question, scratch: inout [Double]
  ) -> TrendWatch.Finding? {
    guard let current = number else { return nil }
    number = nil
    return end(current, asking: question, scratch: &scratch)
  }

  /// Forgets every sample but the history: what is on stays so, and what is about to change begins anew.
  mutating func forget() {
    number = nil
    gathered.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    medians.removeAll(keepingCapacity: true)
    rest()
  }

  /// Puts back what was on.
  mutating func restore(_ level: TrendLevel, to side: Bound.Side) {
    var restored = Side()
    restored.advisory = SteadyState(isOn: level >= .advisory)
    restored.warning = SteadyState(isOn: level >= .warning)
    if side == .low { low = restored } else { high = restored }
  }

  /// The bytes of its buffers, with their headers.
  var bufferByteCount: Int {
    (gathered.capacity + numbers.capacity + medians.capacity) * 8 + 3 * 32
      + (history?.bufferByteCount ?? 0)
  }

  /// What is on for `side`.
  func level(_ side: Bound.Side) -> TrendLevel { (side == .low ? low : high).level }

  /// Nothing is known of a bucket: whatever is counted has to begin anew.
  private mutating func rest() {
    low.advisory.rest()
    low.warning.rest()
    high.advisory.rest()
    high.warning.rest()
  }

  private mutating func end(
    _ bucket: Int64, asking question: Question, scratch: inout [Double]
  ) -> TrendWatch.Finding {
    if !gathered.isEmpty {
      gathered.sort()
      numbers.append(bucket)
      medians.append(TrendStatistics.median(sorted: gathered))
      history?.note(medians[medians.count - 1], of: bucket)
      gathered.removeAll(keepingCapacity: true)
    }
    let old = numbers.prefix { $0 <= bucket - Self.windowCount }.count
    if old > 0 {
      numbers.removeFirst(old)
      medians.removeFirst(old)
    }
    var finding = TrendWatch.Finding(time: Timestamp(milliseconds: bucket * question.width))
    if numbers.count >= Self.leastCount, bucket - (numbers.last ?? bucket) <= Self.silenceCount,
      bucket >= question.linesFrom
    {
      judge(&finding, at: bucket, asking: question, scratch: &scratch)
    } else {
      rest()
    }
    finding.low = low.level
    finding.high = high.level
    return finding
  }

  /// Draws the line and notes what it means at the beginning of `bucket`.
  private mutating func judge(
    _ finding: inout TrendWatch.Finding, at bucket: Int64, asking question: Question,
    scratch: inout [Double]
  ) {
    let width = Double(question.width) / 1000
    let first = numbers[0]
    let times = numbers.map { Double($0 - first) * width }
    let line = TrendStatistics(times: times, values: medians, scratch: &scratch)
    finding.statistics = line
    let level = line.intercept + line.slope * Double(bucket - first) * width
    finding.level = level
    let seconds = question.secondsToLimit(from: level, slope: line.slope)
    finding.timeToLimit = seconds.map { .milliseconds(Int64(($0 * 1000).rounded())) }
    let isVisible = abs(line.slope) * 3600 >= 2 * question.resolution
    let isAdvisory = abs(line.correctedScore) >= 1.96 && isVisible
    let slowest = line.slope < 0 ? line.highSlope : line.lowSlope
    // The bound of the slope nearer to no change may be on the other side of it.
    let meetsAnyway =
      slowest * line.slope > 0 && question.secondsToLimit(from: level, slope: slowest) != nil
    let isWarning =
      isAdvisory && seconds != nil && meetsAnyway
      && isBeyondHistory(level, falling: line.slope < 0, at: bucket, question)
    for side in [Bound.Side.low, .high] {
      let isHere = side == .low ? line.slope < 0 : line.slope > 0
      let isAsked = (side == .low ? question.low : question.high) != nil
      take(
        isAdvisory && isHere && isAsked, isWarning && isHere, to: side,
        isReadBack: question.isReadBack)
    }
  }

  /// Whether the line has left what the value did in the day before its window, by two steps of the sensor.
  private func isBeyondHistory(
    _ level: Double, falling: Bool, at bucket: Int64, _ question: Question
  ) -> Bool {
    guard let history else { return true }
    guard let range = history.range(before: bucket - Self.windowCount + 1) else { return false }
    let margin = 2 * question.resolution
    return falling ? level < range.lowerBound - margin : level > range.upperBound + margin
  }

  private mutating func take(
    _ isAdvisory: Bool, _ isWarning: Bool, to side: Bound.Side, isReadBack: Bool
  ) {
    var changed = side == .low ? low : high
    changed.advisory.take(isAdvisory, isReadBack: isReadBack)
    changed.warning.take(isWarning, isReadBack: isReadBack)
    if side == .low { low = changed } else { high = changed }
  }

  /// Buckets in a window, and the farthest that a line is drawn ahead.
  static let windowCount: Int64 = 30
  /// The fewest buckets with samples that a line is drawn through.
  private static let leastCount = 20
  /// How many buckets back the newest one with samples may lie.
  private static let silenceCount: Int64 = 2
  /// So many samples of a bucket count, the first: eight a second of two minutes.
  private static let gatheredLimit = 1024
}

extension TrendWindow.Question {
  /// How long until a line at `level` meets the bound that it heads for; nil when that is more than 30
  /// buckets away, or `level` is not inside the limits.
  fileprivate func secondsToLimit(from level: Double, slope: Double) -> Double? {
    let isInside = level > low ?? -.infinity && level < high ?? .infinity
    guard isInside, slope != 0, let bound = slope < 0 ? low : high else { return nil }
    let seconds = (bound - level) / slope
    let farthest = Double(TrendWindow.windowCount) * (Double(width) / 1000)
    return seconds > 0 && seconds <= farthest ? seconds : nil
  }
}

/// How certain a drift to one side is.
enum TrendLevel: UInt8, Comparable, Sendable {
  /// Not enough to say anything.
  case none
  /// Certain and visible, shown to whoever looks.
  case advisory
  /// It also at its slowest meets the bound soon, told to people.
  case warning

  static func < (left: TrendLevel, right: TrendLevel) -> Bool { left.rawValue < right.rawValue }
}

/// A state that begins when its condition held five times running and ends when it did not ten times.
struct SteadyState: Sendable {
  private(set) var isOn: Bool
  /// How many times running the condition was other than the state.
  private var otherCount: UInt8 = 0

  /// So many times running.
  static let onCount: Int64 = 5
  static let offCount: Int64 = 10

  init(isOn: Bool = false) { self.isOn = isOn }

  mutating func take(_ holds: Bool, isReadBack: Bool) {
    otherCount = holds == isOn ? 0 : min(otherCount, .max - 1) + 1
    if !isReadBack, otherCount >= (isOn ? Self.offCount : Self.onCount) {
      isOn.toggle()
      otherCount = 0
    }
  }

  /// Whether the condition holds is not known.
  mutating func rest() { otherCount = 0 }
}

extension Timestamp {
  /// The number of the bucket of `width` milliseconds that the instant lies in, counted from 1970.
  func bucketNumber(_ width: Int64) -> Int64 {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: width)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
