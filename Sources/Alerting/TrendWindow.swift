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
    /// Whether lines are wanted that change nothing.
    var wantsEveryLine = false
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
  /// The newest bucket that ended.
  private var ended: Int64 = 0
  /// Which buckets had samples, as bits: the lowest is that of `ended`, the next that of the one before.
  private var present: UInt32 = 0
  /// The medians of those, oldest first, and behind them the good samples of the bucket that is gathered: all
  /// in one place, as there are many windows.
  private var values: [Double] = []
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
    if values.count == values.capacity {
      // Doubling would leave half of it unused for ever.
      values.reserveCapacity(values.count + Self.growth)
    }
    if values.count - medianCount < Self.gatheredLimit { values.append(value) }
  }

  /// How many buckets had samples.
  private var medianCount: Int { present.nonzeroBitCount }

  /// How many buckets before `ended` the newest with samples is; nil when there is none.
  private var newestAge: Int64? { present == 0 ? nil : Int64(present.trailingZeroBitCount) }

  /// Ends the buckets before the one with the number `next`.
  ///
  /// - Returns: what they make known, oldest first; usually nothing. After a longer pause nothing is told
  ///   of buckets that change nothing any more.
  mutating func pass(
    to next: Int64, asking question: Question, scratch: inout TrendScratch
  ) -> [TrendWatch.Finding] {
    guard let current = number else {
      number = next
      return []
    }
    guard current < next else { return [] }
    var findings: [TrendWatch.Finding] = []
    var bucket = current
    while bucket < next {
      findings.append(end(bucket, asking: question, scratch: &scratch))
      bucket += 1
      // There is no line to draw until samples come.
      let newest = newestAge.map { ended - $0 } ?? current
      if bucket - newest >= Self.windowCount { bucket = next }
    }
    number = next
    return findings
  }

  /// Ends the bucket that is being gathered, as at the end of a file; nil before the first sample.
  mutating func finish(
    asking question: Question, scratch: inout TrendScratch
  ) -> TrendWatch.Finding? {
    guard let current = number else { return nil }
    number = nil
    return end(current, asking: question, scratch: &scratch)
  }

  /// Forgets every sample but the history: what is on stays so, and what is about to change begins anew.
  mutating func forget() {
    number = nil
    present = 0
    values.removeAll(keepingCapacity: true)
    rest()
  }

  /// Forgets the day before, too, as it is read back.
  mutating func forgetHistory() { history?.forget() }

  /// Puts back what was on.
  mutating func restore(_ level: TrendLevel, to side: Bound.Side) {
    var restored = Side()
    restored.advisory = SteadyState(isOn: level >= .advisory)
    restored.warning = SteadyState(isOn: level >= .warning)
    if side == .low { low = restored } else { high = restored }
  }

  /// The bytes of its buffer, with the header, and those of the history.
  var bufferByteCount: Int { values.capacity * 8 + 32 + (history?.bufferByteCount ?? 0) }

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
    _ bucket: Int64, asking question: Question, scratch: inout TrendScratch
  ) -> TrendWatch.Finding {
    let gathered = medianCount..<values.count
    if !gathered.isEmpty {
      var span = values.mutableSpan
      span[gathered.lowerBound] = span.median(of: gathered)
      values.removeLast(gathered.count - 1)
      history?.note(values[gathered.lowerBound], of: bucket)
    }
    let passed = bucket - ended
    let isNear = passed >= 0 && passed < Self.windowCount
    present = isNear ? present << UInt32(passed) & Self.windowMask : 0
    present |= gathered.isEmpty ? 0 : 1
    ended = bucket
    values.removeFirst(values.count - medianCount)
    var finding = TrendWatch.Finding(time: Timestamp(milliseconds: bucket * question.width))
    if medianCount >= Self.leastCount, newestAge ?? 0 <= Self.silenceCount,
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
    scratch: inout TrendScratch
  ) {
    let width = Double(question.width) / 1000
    let first = fill(&scratch, width: width)
    let score = scratch.score()
    let wantsLine = question.wantsEveryLine || !isAllOff
    // Autocorrelation makes a score smaller: one that is not certain now will not be, whatever the line is.
    guard wantsLine || abs(score.normalized) >= Self.certainScore,
      let line = TrendStatistics(
        of: &scratch, score,
        where: { wantsLine || isDrift(slope: $0, score: $1, by: question) })
    else {
      take(false, false, to: .low, isReadBack: question.isReadBack)
      take(false, false, to: .high, isReadBack: question.isReadBack)
      return
    }
    finding.statistics = line
    let level = line.intercept + line.slope * Double(bucket - first) * width
    finding.level = level
    let seconds = question.secondsToLimit(from: level, slope: line.slope)
    finding.timeToLimit = seconds.map { .milliseconds(Int64(($0 * 1000).rounded())) }
    let isAdvisory = isDrift(slope: line.slope, score: line.correctedScore, by: question)
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

  /// Whether a drift is certain and visible.
  private func isDrift(slope: Double, score: Double, by question: Question) -> Bool {
    abs(score) >= Self.certainScore && abs(slope) * 3600 >= 2 * question.resolution
  }

  /// Puts times and medians into `scratch`; says which bucket is the first.
  private func fill(_ scratch: inout TrendScratch, width: Double) -> Int64 {
    scratch.begin()
    let oldest = Int64(UInt32.bitWidth - 1 - present.leadingZeroBitCount)
    for age in stride(from: oldest, through: 0, by: -1) where present >> UInt32(age) & 1 == 1 {
      scratch.times.append(Double(oldest - age) * width)
    }
    scratch.values.append(contentsOf: values)
    return ended - oldest
  }

  /// Whether nothing is on.
  private var isAllOff: Bool { low.level == .none && high.level == .none }

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
  /// The windows' buckets as bits.
  private static let windowMask: UInt32 = 1 << 30 - 1
  /// 95 % of what is normally distributed lies within.
  private static let certainScore = 1.96
  /// Three times that is a window of a reading every ten seconds.
  private static let growth = 14
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
