public import PoolModel

/// Decides when water is out of limits, when a source is silent, and when both are over.
///
/// Feed it every row once, in the order of the journal, and the time now and then; it answers with
/// the steps that occurrences took. It has no clock and does nothing by itself. After a restart
/// start it with what Records held, feed the rows before the cursor to `warm`, and go on: ids,
/// event times and states are the same as without the restart.
///
/// An ordinary row costs no allocation. Memory is allocated at the start, by pools × rules, and grows
/// with the occurrences that are open and the delays that run.
public struct AlarmEngine: Sendable {
  let plan: Plan
  let rules: AlarmRules
  let book: RuleBook
  /// A source's usable readings may be so far apart before the water counts as silent, in
  /// milliseconds of sample time: the silence, but never less than two intervals.
  let patience: Int64
  /// The same as a span: to make one for each row would take longer than to judge it.
  let patienceSpan: Duration
  var occurrences = OccurrenceBook()
  var link: BrokerLink
  /// By pool and rule.
  var runs: [LimitRun]
  /// The same before the newest sample that each has looked at: its flag may yet become another one.
  var earlierRuns = EarlierRuns()
  /// By the same places, those of the rules' critical bounds.
  var criticalRuns: CriticalRuns
  /// By pool and parameter.
  var rooms: [SteadyRoom]
  /// What is known of the parameters that choose bounds or make up computed ones.
  var parts: RowParts
  /// By pool and computed parameter.
  var derivedReadings: [DerivedReading]
  var pools: [SilenceWatch]
  /// By pool and parameter.
  var series: [SilenceWatch]
  /// The venues that send more than they may.
  var throttled: Set<String> = []
  /// How chlorine and ORP stand against each other; nil where that is not judged.
  var disagreement: DisagreementWatch?
  /// Since which hour too little comes of pools.
  var lowTransmission: [PoolNumber: Timestamp] = [:]
  /// What is known of gateways.
  var gateways: GatewayWatches
  /// What is remembered of series some of whose values failed, by their places; of few.
  var failures: [Int: FailureWatch] = [:]
  /// How far before the newest judged reading of a series its rows must be fed to `warm`.
  public private(set) var warmUpWindow = Duration.zero
  /// By pool and watched parameter; none where no drift is watched.
  var trends: [SeriesTrend]
  /// By pool and parameter whose changes are watched; none where no change is.
  var rates: [SeriesRate]
  /// The day that is read back.
  var day: DayReading
  /// Memory to reckon drifts in.
  var trendScratch = TrendScratch()
  /// The length of the buckets that drifts are seen by, in milliseconds.
  let trendWidth: Int64
  var changes: SourceChanges
  /// Whether rows are judged in catching up, by pool.
  var catchUps: [CatchUp]
  /// Pools some of whose flags have changed since they were judged; usually none.
  var outdated: Set<PoolNumber> = []
  /// The places of series whose newest judged value counted when it was judged, and may be stored as failed by now.
  var yetToFail: Set<Int> = []
  /// When water is not judged.
  var gates: PoolGates
  /// By id, the closures that readings still to be judged may fall in.
  var closures: [String: Closure] = [:]
  /// Before then, on the monotonic clock, no closure is old enough to be forgotten.
  var nextForgetting = Duration.zero
  /// When `tick` found that rows wait to be judged, on the monotonic clock; nil while none do.
  var behindSince: Duration?
  /// When judgement had caught up after a pause, on the monotonic clock.
  var caughtUpSince: Duration

  /// Before then, on the monotonic clock, no source can become silent.
  var nextWatch = Duration.zero
  let halfSilence: Duration

  /// The newest judged reading of all pools, by the gateways' clocks; nil when there was none.
  public internal(set) var newestJudged: Timestamp?

  /// An engine that goes on where `state` stopped.
  ///
  /// The link to the broker counts as down until `brokerLinkChanged` says that it is up.
  ///
  /// - Parameters:
  ///   - plan: what ought to be watched.
  ///   - profiles: the limits; for each day the one in force, the one that began later if there
  ///     are two.
  ///   - rules: how alarms are delayed and damped.
  ///   - gateways: whom `noteGateways` will tell of.
  ///   - state: what Records held.
  ///   - now: when the engine starts; no source is silent before its full time from here on.
  public init(
    plan: Plan, profiles: [LimitsProfile], rules: AlarmRules, gateways: [WatchedGateway] = [],
    state: JudgementState, now: Moment
  ) {
    self.plan = plan
    self.rules = rules
    book = RuleBook(plan: plan, profiles: profiles, rules: rules)
    halfSilence = rules.silence / 2
    nextWatch = now.monotonic
    patienceSpan = max(rules.silence, plan.interval * 2)
    patience = patienceSpan.wholeMilliseconds
    runs = Array(repeating: LimitRun(), count: plan.pools.count * book.rules.count)
    rates = Array(repeating: SeriesRate(), count: plan.pools.count * book.rateCount)
    trendWidth = TrendWatch.bucket(interval: plan.interval).wholeMilliseconds
    trends = Self.trends(plan: plan, book: book, width: trendWidth)
    rooms = Array(
      repeating: SteadyRoom(), count: plan.pools.count * plan.parameters.count)
    let (reach, longReach) = ((plan.interval * 2).wholeMilliseconds, patience)
    // Whether water flows may be known less often than what is in it.
    parts = RowParts(
      poolCount: plan.pools.count,
      reaches: book.parts.indices.map { [flow = book.circulation?.slot] in
        $0 == flow ? longReach : reach
      })
    day = DayReading(pool: nil, parts: parts.blank(poolCount: 1))
    criticalRuns = CriticalRuns(isEmpty: !book.rules.contains { $0.critical != nil })
    derivedReadings = Array(
      repeating: DerivedReading(), count: plan.pools.count * book.derived.count)
    link = BrokerLink(start: now, isAlarmActive: false)
    gates = PoolGates(plan: plan)
    self.gateways = GatewayWatches(gateways)
    disagreement = DisagreementWatch(
      rules.monitoring.disagreement, book: book, poolCount: plan.pools.count)
    catchUps = Array(repeating: CatchUp(), count: plan.pools.count)
    caughtUpSince = now.monotonic
    let sources = SavedSources(plan: plan, state: state, now: now)
    pools = sources.pools
    series = sources.series
    changes = sources.unsaved
    newestJudged = sources.newestReading
    for closure in state.closures { put(closure) }
    warmUpWindow = longestWindow()
    day.span = daySpan
    let directory = ConditionDirectory(
      plan: plan, book: book, monitoring: rules.monitoring, gateways: self.gateways)
    for occurrence in state.occurrences {
      let condition = directory.condition(of: occurrence)
      let isHolding = occurrences.restore(occurrence, of: condition, now: now.monotonic)
      if let condition {
        restore(
          condition, since: occurrence.eventTime, isHolding: isHolding,
          severity: occurrence.severity, now: now)
      }
    }
  }

  /// Judges one row, or a part of one.
  ///
  /// Samples that are late take no part in what comes in order; a sample that is neither late nor
  /// newer than what was judged of its series is left out, as it was judged before. Samples that the
  /// broker replayed are left out, too; a row of nothing else is no sign of life.
  ///
  /// - Parameters:
  ///   - row: the row as it was stored, with its marks.
  ///   - now: when it is judged.
  /// - Returns: the steps that follow from it, in order; usually none.
  public mutating func judge(_ row: SampleRow, now: Moment) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    let samples = row.samples
    judge(samples.span, of: row.pool, at: row.time, now: now, into: &transitions)
    return transitions
  }

  /// Judges the samples of one row.
  mutating func judge(
    _ samples: Span<Sample>, of pool: PoolNumber, at time: Timestamp, now: Moment,
    into transitions: inout [AlarmTransition]
  ) {
    // The broker replays what it retained whether or not its source still lives. What is late though newer
    // than all that was judged of its pool is historical, as its gateway says: no sign of life either.
    let isNewest = pools[pool.index].newestReading.map { time > $0 } ?? true
    var isJudged = false
    var isAlive = false
    for index in samples.indices where !samples[index].arrivalMarks.contains(.replayed) {
      isJudged = true
      if isSignOfLife(samples[index], of: pool, at: time, isNewest: isNewest) {
        isAlive = true
        break
      }
    }
    guard isJudged else { return }
    var isCatchingUp = true
    if isAlive {
      isCatchingUp = catchUps[pool.index].judged(
        time, now: now, lastHeard: pools[pool.index].lastHeard, patience: patienceSpan)
      heard(pool, at: time, now: now, into: &transitions)
    }
    var verdict = Verdict(
      pool: pool, time: time, profile: book.profile(at: time), isAnnounced: !isCatchingUp,
      isSuppressed: gates.isShut(pool, at: time), now: now)
    if !parts.isEmpty {
      verdict.isJoining = !isNewest
      if !isNewest { noteJoining(of: samples, verdict: verdict) }
      gatherParts(of: samples, verdict: verdict)
      verdict.isStanding = isStanding
    }
    for index in samples.indices {
      let sample = samples[index]
      if sample.arrivalMarks.contains(.replayed) { continue }
      let isLate = sample.arrivalMarks.contains(.late)
      judge(sample, isLate: isLate, verdict: verdict, into: &transitions)
    }
    if !parts.isEmpty {
      judgeDerived(verdict: verdict, into: &transitions)
      if disagreement != nil { judgeDisagreement(verdict: verdict, into: &transitions) }
      rememberParts(of: samples, verdict: verdict)
    }
    if verdict.isAnnounced, occurrences.isWaiting(pool: pool) {
      transitions += occurrences.announce(pool: pool, now: now)
    }
  }

  /// Whether a sample says that its source lives; `isNewest` when it is newer than all of its pool.
  ///
  /// A new flag for what was judged before, which no mark tells, does not.
  @inline(__always)
  private func isSignOfLife(
    _ sample: Sample, of pool: PoolNumber, at time: Timestamp, isNewest: Bool
  ) -> Bool {
    let isLate = sample.arrivalMarks.contains(.late)
    if isNewest { return !isLate }
    return isLate || isNewer(time, than: Series(pool: pool, parameter: sample.parameter))
  }

  /// Whether nothing of `series` was judged that is as new as `time`.
  func isNewer(_ time: Timestamp, than series: Series) -> Bool {
    self.series[index(of: series)].newestReading.map { time > $0 } ?? true
  }

  /// The newest judged reading of `pool`, by the gateway's clock; nil when there was none.
  public func newestJudged(of pool: PoolNumber) -> Timestamp? {
    pools[pool.index].newestReading
  }

  /// What became known of sources since the last call, for the decision's transaction.
  ///
  /// - Returns: one state for each pool that changed, and one for each of its series.
  public mutating func takeChangedSources() -> [SourceState] {
    var states: [SourceState] = []
    states.reserveCapacity(changes.pools.count + changes.series.count)
    for index in changes.pools {
      states.append(state(of: pools[index], pool: index, parameter: nil))
    }
    let parameterCount = plan.parameters.count
    for index in changes.series {
      states.append(
        state(of: series[index], pool: index / parameterCount, parameter: index % parameterCount))
    }
    changes.clear()
    return states
  }

  /// Notes that a person does something to an alarm.
  ///
  /// An active one that is taken on becomes acknowledged; one that returned unacknowledged is over with it. So
  /// is one whose pool or rule is no longer known, acknowledged before or not: nothing else would end it.
  ///
  /// - Parameters:
  ///   - action: what they do.
  ///   - id: the occurrence.
  ///   - actor: who, and what they say.
  ///   - now: when.
  /// - Returns: the steps that follow, that of the occurrence first.
  /// - Throws: `AlarmError` when there is no such occurrence, or that cannot be done to it.
  public mutating func act(
    _ action: AlarmAction, on id: String, by actor: AlarmTransition.Actor, now: Moment
  ) throws(AlarmError) -> [AlarmTransition] {
    try occurrences.act(action, on: id, by: actor, now: now)
  }

  private func state(of watch: SilenceWatch, pool: Int, parameter: Int?) -> SourceState {
    SourceState(
      pool: plan.pools[pool].id, parameter: parameter.map { plan.parameters[$0].name },
      expectedSince: watch.expectedSince, newestReading: watch.newestReading)
  }

  /// A series' place in `series`.
  func index(of series: Series) -> Int {
    series.pool.index * plan.parameters.count + series.parameter.index
  }
}
