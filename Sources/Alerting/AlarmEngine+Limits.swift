import PoolModel

extension AlarmEngine {
  mutating func judge(
    _ sample: Sample, isLate: Bool, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    let series = Series(pool: verdict.pool, parameter: sample.parameter)
    let place = index(of: series)
    // A gateway that says that it has no value says nothing of the series.
    guard sample.flag != .missing else { return }
    let newest = self.series[place].newestReading
    let isNewer = newest.map { verdict.time > $0 } ?? true
    let isNews = !isLate && isNewer
    // What is neither late nor news is a new flag of what was judged before.
    let isAlive = isLate != isNewer
    let hasReturned = isAlive ? self.series[place].heard(at: verdict.now.monotonic) : false
    if isNews { self.series[place].read(at: verdict.time) }
    if hasReturned {
      self.series[place].returned(wall: verdict.now.wall)
      end(.missingParameter(series), at: verdict.time, into: &transitions)
    }
    if isNews || hasReturned { changes.note(series: place) }
    if isLate, sample.flag.isUsable { recordLate(sample, verdict: verdict, into: &transitions) }
    guard isNews else {
      if !isLate { amend(sample, at: place, verdict: verdict, into: &transitions) }
      return
    }
    watchFailures(sample, at: place, verdict: verdict, into: &transitions)
    judgeLimits(sample, at: place, verdict: verdict, into: &transitions)
    watchTrend(sample, verdict: verdict, into: &transitions)
    watchRate(sample, verdict: verdict, into: &transitions)
  }

  /// Judges a sample in order by the limits of its series, which is at `place`.
  private mutating func judgeLimits(
    _ sample: Sample, at place: Int, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    if sample.flag.isUsable
      ? rooms[place].contains(sample.value, profile: verdict.profile) : !rooms[place].isEmpty
    {
      return
    }
    let time = verdict.time.milliseconds
    let rules = book.rules(of: sample.parameter)
    let firstRun = verdict.pool.index * book.rules.count
    for rule in rules {
      judgeRule(
        rule, value: sample.flag.isUsable ? sample.value : nil, at: firstRun + rule, time: time,
        verdict: verdict, into: &transitions)
    }
    var room = SteadyRoom(profile: verdict.profile)
    for rule in rules {
      let entry = book.entry(profile: verdict.profile, pool: verdict.pool, rule: rule)
      let phase = runs[firstRun + rule].phase
      if phase == .active, entry?.alternatives.isEmpty == false {
        // Where it returns depends on another parameter.
        room = SteadyRoom()
      } else {
        room.narrow(to: phase, of: entry?.bound)
      }
      if let critical = book.rules[rule].critical {
        room.narrow(to: criticalRuns[firstRun + rule].phase, of: critical)
      }
      // With the next sample that is over, and nothing is kept any more.
      if isReversible(at: firstRun + rule) { room = SteadyRoom() }
    }
    rooms[place] = room
  }

  /// Judges a value in order by one rule, whose run is at `place`; nil for one that says nothing of the
  /// water.
  @inline(__always)
  mutating func judgeRule(
    _ rule: Int, value: Double?, at place: Int, time: Int64, verdict: Verdict,
    into transitions: inout [AlarmTransition]
  ) {
    if verdict.isStanding, book.rules[rule].needsFlow { return suppress(at: place) }
    if !gates.isEmpty {
      if verdict.isSuppressed { return suppress(at: place) }
      stopIfSuppressed(at: place, pool: verdict.pool, until: verdict.time)
    }
    let action: LimitAction
    var critical = LimitAction.nothing
    if let value {
      let judgement = judgement(
        of: value, rule: rule, pool: verdict.pool, profile: verdict.profile)
      let before = runs[place]
      runs[place].choice = judgement.choice
      action = runs[place].sampled(
        judgement.standing, value: value, at: time, onDelay: book.rules[rule].onDelay,
        offDelay: book.rules[rule].offDelay)
      earlierRuns.note(before, then: runs[place], at: place)
      if let bound = book.rules[rule].critical {
        let standing = bound.standing(of: value, whereLimitIs: judgement.standing)
        critical = criticalRuns.take(at: place) { [rule = book.rules[rule]] in
          $0.sampled(
            standing, value: value, at: time, onDelay: rule.onDelay, offDelay: rule.offDelay)
        }
      }
    } else {
      action = runs[place].failed(at: time, patience: patience)
      if !criticalRuns.isEmpty {
        critical = criticalRuns[place].failed(at: time, patience: patience)
      }
    }
    if action != .nothing || critical != .nothing {
      take(
        action, critical: critical, of: .limit(pool: verdict.pool, rule: rule),
        isAnnounced: verdict.isAnnounced, now: verdict.now, into: &transitions)
    }
  }

  /// Whether the newest sample of the run at `place` may change it yet, with another flag.
  @inline(__always)
  func isReversible(at place: Int) -> Bool {
    earlierRuns[place] != nil || criticalRuns.isReversible(at: place)
  }

  /// The water is not judged by the run at `place` for a while.
  mutating func suppress(at place: Int) {
    runs[place].suppressed()
    if !criticalRuns.isEmpty { criticalRuns[place].suppressed() }
  }

  /// Stops the delay of the run at `place` where the water was not judged for a while since its last sample.
  @inline(__always)
  mutating func stopIfSuppressed(at place: Int, pool: PoolNumber, until time: Timestamp) {
    guard !gates.isEmpty,
      runs[place].isUndecided || !criticalRuns.isEmpty && criticalRuns[place].isUndecided
    else { return }
    // Both runs have looked at the same samples.
    let last = Timestamp(milliseconds: runs[place].last)
    if gates.isShut(pool, from: min(last, time), through: time) { suppress(at: place) }
  }

  /// Raises what is pending in a source that says nothing any more: its last value was out of limits.
  mutating func raisePending(
    pool: PoolNumber, rules: Range<Int>, now: Moment, into transitions: inout [AlarmTransition]
  ) {
    for rule in rules {
      let place = pool.index * book.rules.count + rule
      stopIfSuppressed(at: place, pool: pool, until: now.wall)
      let isCriticalPending = !criticalRuns.isEmpty && criticalRuns[place].phase == .pending
      guard runs[place].phase == .pending || isCriticalPending else { continue }
      let action = runs[place].phase == .pending ? runs[place].fellSilent() : .nothing
      let critical = isCriticalPending ? criticalRuns[place].fellSilent() : .nothing
      take(
        action, critical: critical, of: .limit(pool: pool, rule: rule), isAnnounced: true, now: now,
        into: &transitions)
    }
  }

  mutating func end(
    _ condition: Condition, at time: Timestamp, into transitions: inout [AlarmTransition]
  ) {
    if let transition = occurrences.end(condition, at: time) { transitions.append(transition) }
  }

  mutating func take(
    _ action: LimitAction, critical: LimitAction, of condition: Condition, isAnnounced: Bool,
    now: Moment, into transitions: inout [AlarmTransition]
  ) {
    guard case .limit(let pool, let rule) = condition else { return }
    let place = pool.index * book.rules.count + rule
    switch action {
    case .nothing:
      guard runs[place].isHolding else { return }
      change(critical, of: condition, into: &transitions)
    case .raise(let eventTime, let value):
      let run = runs[place]
      var occurrence = exceedance(
        rule: rule, pool: pool, value: value, eventTime: Timestamp(milliseconds: eventTime),
        judgedBy: book.profile(at: Timestamp(milliseconds: run.last)), choice: run.choice,
        reading: derivedReading(of: pool, rule: rule), now: now)
      occurrence.isAnnounced = isAnnounced
      if !criticalRuns.isEmpty, criticalRuns[place].isHolding { occurrence.severity = .critical }
      transitions.append(occurrences.raise(occurrence, of: condition, now: now))
    case .end(let returnedTime):
      if !criticalRuns.isEmpty { criticalRuns[place] = LimitRun() }
      end(condition, at: Timestamp(milliseconds: returnedTime), into: &transitions)
    }
  }

  /// Notes what the critical bound's run says of an alarm that goes on.
  private mutating func change(
    _ critical: LimitAction, of condition: Condition, into transitions: inout [AlarmTransition]
  ) {
    let transition: AlarmTransition?
    switch critical {
    case .nothing: return
    case .raise(let time, let value):
      transition = occurrences.change(
        .critical, of: condition, at: Timestamp(milliseconds: time)
      ) { $0.value = value }
    case .end(let time):
      transition = occurrences.change(
        .warning, of: condition, at: Timestamp(milliseconds: time))
    }
    if let transition { transitions.append(transition) }
  }

  private mutating func recordLate(
    _ sample: Sample, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    for rule in book.rules(of: sample.parameter) {
      recordLate(sample.value, rule: rule, reading: nil, verdict: verdict, into: &transitions)
    }
  }

  /// Records a late value that is out of the limit of `rule`; `reading` is what a computed one is made of.
  mutating func recordLate(
    _ value: Double, rule: Int, reading: DerivedReading?, verdict: Verdict,
    into transitions: inout [AlarmTransition]
  ) {
    if verdict.isSuppressed || verdict.isStanding && book.rules[rule].needsFlow { return }
    // That the water stood is worth an alarm only while it does.
    if rule == book.circulation?.rule { return }
    let judgement = judgement(
      of: value, rule: rule, pool: verdict.pool, profile: verdict.profile)
    guard judgement.standing == .outside else { return }
    var occurrence = exceedance(
      rule: rule, pool: verdict.pool, value: value, eventTime: verdict.time,
      judgedBy: verdict.profile, choice: judgement.choice, reading: reading, now: verdict.now)
    occurrence.state = .historical
    let transition = occurrences.recordLate(
      occurrence, of: .limit(pool: verdict.pool, rule: rule), reach: plan.interval * 2,
      step: historicalStep)
    if let transition { transitions.append(transition) }
  }

  /// How much a historical exceedance grows before that is recorded, in sample time.
  ///
  /// The backlog of three days at a reading a second would fill the records otherwise. A minute is
  /// fine enough for what is over; ten intervals where readings are further apart.
  private var historicalStep: Duration { max(.seconds(60), plan.interval * 10) }

  private func exceedance(
    rule: Int, pool: PoolNumber, value: Double, eventTime: Timestamp, judgedBy profile: Int?,
    choice: BoundChoice, reading: DerivedReading?, now: Moment
  ) -> AlarmOccurrence {
    let parameter =
      switch book.rules[rule].subject {
      case .measured(let parameter): plan[parameter].name
      case .derived(let parameter): parameter.rawValue
      }
    var occurrence = AlarmOccurrence(
      .water, rule: book.rules[rule].name, pool: plan[pool].id, parameter: parameter,
      eventTime: eventTime, now: now)
    occurrence.isAnnounced = false
    occurrence.value = value
    if let circulation = book.circulation, rule == circulation.rule {
      occurrence.alarmClass = .monitoring
      occurrence.limit = circulation.entry.bound.bound.value
      return occurrence
    }
    if let entry = book.entry(profile: profile, pool: pool, rule: rule) {
      let bound = book.bound(of: entry, choice)
      let limit = book.limit(of: bound)
      occurrence.limit = bound.bound.bound.value
      occurrence.profile = book.profileID(of: bound)
      occurrence.clause = limit.clause
      occurrence.basis =
        Basis(
          plan: plan, limit: limit, side: book.rules[rule].side, choice: choice, reading: reading
        ).text
    }
    return occurrence
  }
}

extension AlarmOccurrence {
  /// An active occurrence that people are told of, with the id that follows from what it is.
  ///
  /// `distinction` keeps it apart from another one of the same event time.
  init(
    _ alarmClass: AlarmClass, rule: String, pool: PoolID?, parameter: String?,
    eventTime: Timestamp, distinction: String? = nil, now: Moment
  ) {
    var parts = [
      rule, pool?.description ?? "", parameter ?? "", String(eventTime.milliseconds),
    ]
    if let distinction { parts.append(distinction) }
    self.init(
      id: StableIdentifier.derived(from: parts),
      alarmClass: alarmClass, state: .active, rule: rule, pool: pool, parameter: parameter,
      eventTime: eventTime, detectedTime: now.wall, isAnnounced: true)
  }
}
