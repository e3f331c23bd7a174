import PoolModel

/// The newest buckets of one series, and what they say of its drift to either side.
///
/// A function of the good values of the last 43 buckets, of those of a day before them where there is a
/// history, and of which states are on: the median of a bucket looks at its values alone, a line at 30 buckets,
/// and a state at the ten newest lines. So reading those back after a restart gives the same.
struct TrendWindow: Sendable {
  /// The number of the bucket that is being gathered, counted from 1970; nil before the first sample.
  private(set) var number: Int64?
  /// The newest bucket that ended.
  private var ended: Int64 = 0
  /// Which buckets had samples, as bits: the lowest is that of `ended`, the next that of the one before.
  private var present: UInt32 = 0
  /// The medians of those, oldest first, and behind them the good samples of the bucket that is gathered: all
  /// in one place, as there are many windows.
  private var values: [Double] = []
  /// The score of the medians; nil where it is not kept, as no line is wanted.
  private var score: RunningScore? = RunningScore()
  private var low = TrendSide()
  private var high = TrendSide()
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

  /// How many buckets before `ended` the newest with samples is; 32 when there is none.
  private var newestAge: Int64 { Int64(present.trailingZeroBitCount) }

  /// Ends the buckets before the one with the number `next`.
  ///
  /// - Returns: what is on or off from then on, oldest first, mostly nothing; where every line is wanted what
  ///   each of them makes known. After a longer pause nothing is told of buckets that change nothing any more.
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
      let before = (low.level, high.level)
      let finding = end(bucket, asking: question, scratch: &scratch)
      if question.wantsEveryLine || before != (finding.low, finding.high) {
        findings.append(finding)
      }
      bucket += 1
      // There is no line to draw until samples come.
      let newest = present == 0 ? current : ended - newestAge
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
    score = RunningScore()
    rest()
  }

  /// Forgets the day before, too, as it is read back.
  mutating func forgetHistory() { history?.forget() }

  /// Puts back what was on.
  mutating func restore(_ level: TrendLevel, to side: Bound.Side) {
    var restored = TrendSide()
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

  /// Makes `bucket` the newest that ended, with the median of what was gathered.
  private mutating func moveOn(to bucket: Int64, wantsLine: Bool) {
    let oldCount = medianCount
    let gathered = oldCount..<values.count
    if gathered.count > 1 {
      var span = values.mutableSpan
      span[oldCount] = span.median(of: gathered)
      values.removeLast(gathered.count - 1)
    }
    let passed = bucket - ended
    let isNear = passed >= 0 && passed < Self.windowCount
    present = isNear ? present << UInt32(passed) & Self.windowMask : 0
    ended = bucket
    let goneCount = oldCount - medianCount
    score = wantsLine ? score(of: oldCount, less: goneCount) : nil
    if !gathered.isEmpty { present |= 1 }
    values.removeFirst(goneCount)
  }

  /// The score of the medians, once the first `goneCount` of `oldCount` are gone and the one behind these is there.
  private func score(of oldCount: Int, less goneCount: Int) -> RunningScore {
    let values = values.span
    guard var score else { return RunningScore(values.extracting(droppingFirst: goneCount)) }
    for index in 0..<goneCount {
      score.leave(values[index], before: values.extracting(index + 1..<oldCount))
    }
    if values.count > oldCount {
      score.come(values[oldCount], after: values.extracting(goneCount..<oldCount))
    }
    return score
  }

  private mutating func end(
    _ bucket: Int64, asking question: Question, scratch: inout TrendScratch
  ) -> TrendWatch.Finding {
    let hasSamples = values.count > medianCount
    moveOn(to: bucket, wantsLine: bucket >= question.linesFrom)
    if hasSamples, let median = values.last { history?.note(median, of: bucket) }
    var finding = TrendWatch.Finding(time: Timestamp(milliseconds: bucket * question.width))
    if medianCount >= Self.leastCount, newestAge <= Self.silenceCount,
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
    let width = question.seconds
    scratch.fill(values.span, present: present, width: width)
    let first = ended - Int64(UInt32.bitWidth - 1 - present.leadingZeroBitCount)
    guard let score = score?.of(medianCount) else { preconditionFailure("a line is wanted") }
    let outlook = outlook(&scratch, score, at: bucket, first: first, question)
    if outlook != .unclear, takeSteadily(outlook, isRising: score.score > 0, question) { return }
    let line = TrendStatistics(of: &scratch, score)
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

  /// What the line would say.
  private func outlook(
    _ scratch: inout TrendScratch, _ score: TrendScore, at bucket: Int64, first: Int64,
    _ question: Question
  ) -> TrendOutlook {
    if question.wantsEveryLine { return .unclear }
    // Autocorrelation makes a score smaller: one that is not certain now will not be, whatever the line is.
    guard abs(score.normalized) >= Self.certainScore else { return .none }
    let isFalling = score.score < 0
    // The level is that in the middle, and changes until now with the slope: whatever it is, it comes no
    // farther than from the outermost value.
    let outermost = isFalling ? -scratch.least : scratch.greatest
    let ahead =
      Double(bucket - first) * question.seconds - TrendStatistics.median(sorted: scratch.times)
    var warning = Double.infinity
    if let bound = isFalling ? question.low.map(-) : question.high,
      let edge = edgeOfHistory(falling: isFalling, at: bucket, question)
    {
      let farthest = ahead + Double(Self.windowCount) * question.seconds
      warning = max(
        (bound - outermost) / farthest, ((isFalling ? -edge : edge) - outermost) / ahead)
    }
    return scratch.outlook(
      score, certain: Self.certainScore, visible: question.visibleSlope, warning: warning)
  }

  /// Takes what a line would say; false when it has to be drawn, as what begins or ends is told with it.
  private mutating func takeSteadily(
    _ outlook: TrendOutlook, isRising: Bool, _ question: Question
  ) -> Bool {
    let isLow = outlook == .visible && !isRising && question.low != nil
    let isHigh = outlook == .visible && isRising && question.high != nil
    guard question.isReadBack || low.isSteady(isLow) && high.isSteady(isHigh) else { return false }
    take(isLow, false, to: .low, isReadBack: question.isReadBack)
    take(isHigh, false, to: .high, isReadBack: question.isReadBack)
    return true
  }

  /// Whether the line has left what the value did in the day before its window, by two steps of the sensor.
  private func isBeyondHistory(
    _ level: Double, falling: Bool, at bucket: Int64, _ question: Question
  ) -> Bool {
    guard let edge = edgeOfHistory(falling: falling, at: bucket, question) else { return false }
    return falling ? level < edge : level > edge
  }

  /// What a line has to leave behind for a warning, infinite where it need not; nil where it cannot.
  private func edgeOfHistory(falling: Bool, at bucket: Int64, _ question: Question) -> Double? {
    guard let history else { return falling ? .infinity : -.infinity }
    guard let range = history.range(before: bucket - Self.windowCount + 1) else { return nil }
    let margin = 2 * question.resolution
    return falling ? range.lowerBound - margin : range.upperBound + margin
  }

  /// Whether a drift is certain and visible.
  private func isDrift(slope: Double, score: Double, by question: Question) -> Bool {
    abs(score) >= Self.certainScore && abs(slope) * 3600 >= 2 * question.resolution
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
  /// The windows' buckets as bits.
  private static let windowMask: UInt32 = 1 << 30 - 1
  /// 95 % of what is normally distributed lies within.
  private static let certainScore = 1.96
  /// Three times that is a window of a reading every ten seconds.
  private static let growth = 14
  /// So many samples of a bucket count, the first: eight a second of two minutes.
  private static let gatheredLimit = 1024
}

extension Timestamp {
  /// The number of the bucket of `width` milliseconds that the instant lies in, counted from 1970.
  func bucketNumber(_ width: Int64) -> Int64 {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: width)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
