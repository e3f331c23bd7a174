import PoolModel

// Alarms about values that drift towards their limits. Where no parameter is watched nothing comes here.

extension AlarmEngine {
  /// Judges a sample in order by its series' drift, where that is watched.
  @inline(__always)
  mutating func watchTrend(
    _ sample: Sample, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    guard !trends.isEmpty, let trend = book.trends[sample.parameter.index] else { return }
    judgeTrend(sample, by: trend, verdict: verdict, into: &transitions)
  }

  private mutating func judgeTrend(
    _ sample: Sample, by trend: RuleBook.Trend, verdict: Verdict,
    into transitions: inout [AlarmTransition]
  ) {
    let place = trendPlace(of: verdict.pool, trend)
    let isShut = verdict.isSuppressed || verdict.isStanding && trend.needsFlow
    if goOnGathering(
      sample, by: trend, of: verdict.pool, at: verdict.time, profile: verdict.profile,
      isShut: isShut)
    {
      return
    }
    var (low, high) = trends[place].levels
    let findings = noteTrend(
      sample, by: trend, of: verdict.pool, at: verdict.time, profile: verdict.profile,
      isShut: isShut, newest: nil)
    for finding in findings {
      for (side, old, new) in [(Bound.Side.low, low, finding.low), (.high, high, finding.high)]
      where old != new {
        let change = TrendChange(
          trend: trend, side: side, old: old, new: new, finding: finding, place: place)
        note(change, verdict: verdict, into: &transitions)
      }
      (low, high) = (finding.low, finding.high)
    }
  }

  /// Takes a value of a series into the bucket that is gathered, as most are; false where there is more to it,
  /// and nothing was done.
  mutating func goOnGathering(
    _ sample: Sample, by trend: RuleBook.Trend, of pool: PoolNumber, at time: Timestamp,
    profile: Int?, isShut: Bool
  ) -> Bool {
    guard !isShut, gates.isEmpty, sample.gatewayMarks.isDisjoint(with: Self.workedAt) else {
      return false
    }
    return trends[trendPlace(of: pool, trend)].goOn(
      sample.value, isGood: sample.flag == .good,
      choice: choice(of: trend, pool, profile: profile), at: time.milliseconds, width: trendWidth)
  }

  /// Takes a value of a series into its buckets, when its flag is final, and ends those before it.
  ///
  /// - Parameters:
  ///   - sample: with a value.
  ///   - trend: what is watched for.
  ///   - pool: the value's.
  ///   - time: its time.
  ///   - profile: the one in force then.
  ///   - isShut: whether the water is not judged then, or the sensor does not see it.
  ///   - newest: the series' newest judged reading when the value is read back; nil when it is judged.
  /// - Returns: what the ended buckets make known.
  @discardableResult
  mutating func noteTrend(
    _ sample: Sample, by trend: RuleBook.Trend, of pool: PoolNumber, at time: Timestamp,
    profile: Int?, isShut: Bool, newest: Timestamp?
  ) -> [TrendWatch.Finding] {
    let place = trendPlace(of: pool, trend)
    if isShut || wasShut(pool, since: trends[place].last, until: time) {
      trends[place].interrupt(at: time.milliseconds)
    }
    if isShut { return [] }
    if !sample.gatewayMarks.isDisjoint(with: Self.workedAt) {
      trends[place].interrupt(at: time.milliseconds, quiet: Self.quietAfterWork)
      return []
    }
    guard trends[place].settle(at: time.milliseconds) else { return [] }
    var findings: [TrendWatch.Finding] = []
    let number = time.bucketNumber(trendWidth)
    if trends[place].window.number != number {
      let question = question(of: trend, in: pool, newest: newest, at: number)
      findings = trends[place].pass(to: number, asking: question, scratch: &trendScratch)
    }
    trends[place].wait(
      sample.value, isGood: sample.flag == .good, choice: choice(of: trend, pool, profile: profile))
    return findings
  }

  /// What is asked of the buckets before the one with `number`; of those whose lines nothing rests on, nothing.
  // Changes nothing, like `chosen`.
  @inline(never)
  private mutating func question(
    of trend: RuleBook.Trend, in pool: PoolNumber, newest: Timestamp?, at number: Int64
  ) -> TrendWindow.Question {
    var question = TrendWindow.Question(width: trendWidth, resolution: trend.resolution)
    if let newest {
      question.isReadBack = true
      question.linesFrom = newest.bucketNumber(trendWidth) - SteadyState.offCount - 1
      if number <= question.linesFrom { return question }
    }
    let choice = trends[trendPlace(of: pool, trend)].choice
    question.low = bound(trend.low, of: pool, choice, \.low)?.bound.bound.value
    question.high = bound(trend.high, of: pool, choice, \.high)?.bound.bound.value
    question.resolution = resolution(of: trend, in: pool)
    return question
  }

  /// The newest judged sample of a series has another flag now.
  mutating func amendTrend(_ sample: Sample, verdict: Verdict) {
    guard !trends.isEmpty, let trend = book.trends[sample.parameter.index] else { return }
    let place = trendPlace(of: verdict.pool, trend)
    if sample.gatewayMarks.isDisjoint(with: Self.workedAt) {
      trends[place].amend(isGood: sample.flag == .good)
    } else {
      trends[place].interrupt(at: verdict.time.milliseconds, quiet: Self.quietAfterWork)
    }
  }

  /// An alarm about a drift of `series` is active since before the start.
  mutating func restoreTrend(of series: Series, to side: Bound.Side, severity: AlarmSeverity) {
    guard let trend = book.trends[series.parameter.index] else { return }
    trends[trendPlace(of: series.pool, trend)].restore(
      severity == .advisory ? .advisory : .warning, to: side)
  }

  /// What is remembered of the series whose drift is watched, by pool and slot: nothing yet.
  static func trends(plan: Plan, book: RuleBook, width: Int64) -> [SeriesTrend] {
    let ofPool = book.trends.compactMap(\.self).map { trend in
      SeriesTrend(history: trend.asksLastDay ? TrendHistory(width: width) : nil)
    }
    return plan.pools.indices.flatMap { _ in ofPool }
  }

  /// How far before the newest judged reading of a series its drift looks, but for the day before: at the 30
  /// buckets of the oldest of ten lines, at the time in which nothing counts after a sensor was worked at, and at
  /// what is known of other parameters.
  var trendSpan: Duration {
    trends.isEmpty
      ? .zero
      : .milliseconds(Self.lineBuckets * trendWidth + Self.quietAfterWork + parts.longestReach)
  }

  func trendPlace(of pool: PoolNumber, _ trend: RuleBook.Trend) -> Int {
    pool.index * book.trendCount + trend.slot
  }

  func wasShut(_ pool: PoolNumber, since last: Int64?, until time: Timestamp) -> Bool {
    guard !gates.isEmpty, let last else { return false }
    return gates.isShut(pool, from: min(Timestamp(milliseconds: last), time), through: time)
  }

  func resolution(of trend: RuleBook.Trend, in pool: PoolNumber) -> Double {
    plan[pool].resolution[trend.parameter] ?? trend.resolution
  }

  /// Which limits hold by what is known of the row.
  @inline(__always)
  private mutating func choice(
    of trend: RuleBook.Trend, _ pool: PoolNumber, profile: Int?
  ) -> SeriesTrend.Choice {
    book.alternatives.isEmpty
      ? SeriesTrend.Choice(profile: profile) : chosen(of: trend, pool, profile: profile)
  }

  // Changes nothing: for a call that may not, the whole engine would be copied.
  @inline(never)
  private mutating func chosen(
    of trend: RuleBook.Trend, _ pool: PoolNumber, profile: Int?
  ) -> SeriesTrend.Choice {
    SeriesTrend.Choice(
      profile: profile, low: choice(trend.low, of: pool, profile: profile),
      high: choice(trend.high, of: pool, profile: profile))
  }

  /// Which bound of `rule` holds by what is known of the row; plain where there is no rule.
  private func choice(_ rule: Int?, of pool: PoolNumber, profile: Int?) -> BoundChoice {
    guard let rule, let entry = book.entry(profile: profile, pool: pool, rule: rule),
      !entry.alternatives.isEmpty
    else { return .plain }
    return choice(among: entry.alternatives)
  }

  /// The bound of `rule` that a value was judged by; nil where there is none.
  func bound(
    _ rule: Int?, of pool: PoolNumber, _ choice: SeriesTrend.Choice?,
    _ side: KeyPath<SeriesTrend.Choice, BoundChoice>
  ) -> RuleBook.Entry? {
    guard let rule, let choice, choice[keyPath: side] != .none,
      let entry = book.entry(profile: choice.profile, pool: pool, rule: rule)
    else { return nil }
    return book.bound(of: entry, choice[keyPath: side])
  }

  /// A sensor that is worked at does not measure the water.
  static let workedAt: GatewayMarks = [.maintenance, .calibration]
  /// The buckets that the states of a drift rest on.
  static let lineBuckets = TrendWindow.windowCount + SteadyState.offCount + 3
  /// Half an hour: so long a sensor may take to settle; in milliseconds.
  static let quietAfterWork: Int64 = 1_800_000
}
