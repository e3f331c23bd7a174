import PoolModel

/// What all samples of a row have in common.
struct Verdict {
  let pool: PoolNumber
  let time: Timestamp
  /// The profile in force; nil when there is none.
  let profile: Int?
  /// Whether people are told at once, because the row is recent.
  let isAnnounced: Bool
  let now: Moment
}

extension AlarmEngine {
  mutating func judge(
    _ sample: Sample, isLate: Bool, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    let series = Series(pool: verdict.pool, parameter: sample.parameter)
    let place = index(of: series)
    // A gateway that says that it has no value says nothing of the series.
    guard sample.flag != .missing else { return }
    let isNewer = self.series[place].newestReading.map { verdict.time > $0 } ?? true
    let isNews = !isLate && isNewer
    let isHistorical = isLate && isNewer
    let hasReturned = isHistorical ? false : self.series[place].heard(at: verdict.now.monotonic)
    if isNews { self.series[place].read(at: verdict.time) }
    if hasReturned {
      self.series[place].returned(wall: verdict.now.wall)
      end(.missingParameter(series), at: verdict.time, into: &transitions)
    }
    if isNews || hasReturned { changes.note(series: place) }
    if isLate, sample.flag.isUsable { recordLate(sample, verdict: verdict, into: &transitions) }
    guard isNews else { return }
    judgeLimits(sample, at: place, verdict: verdict, into: &transitions)
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
      let place = firstRun + rule
      let action: LimitAction
      if sample.flag.isUsable {
        action = runs[place].sampled(
          standing(of: sample.value, rule: rule, verdict: verdict), value: sample.value, at: time,
          onDelay: book.rules[rule].onDelay, offDelay: book.rules[rule].offDelay)
      } else {
        action = runs[place].failed(at: time, patience: patience)
      }
      if action != .nothing {
        take(
          action, of: .limit(pool: verdict.pool, rule: rule), isAnnounced: verdict.isAnnounced,
          now: verdict.now, into: &transitions)
      }
    }
    var room = SteadyRoom(profile: verdict.profile)
    for rule in rules {
      room.narrow(
        to: runs[firstRun + rule].phase,
        of: book.entry(profile: verdict.profile, pool: verdict.pool, rule: rule)?.bound)
    }
    rooms[place] = room
  }

  /// Raises what is pending in a source that says nothing any more: its last value was out of limits.
  mutating func raisePending(
    pool: PoolNumber, rules: Range<Int>, now: Moment, into transitions: inout [AlarmTransition]
  ) {
    for rule in rules {
      let place = pool.index * book.rules.count + rule
      guard runs[place].phase == .pending else { continue }
      let action = runs[place].fellSilent()
      take(
        action, of: .limit(pool: pool, rule: rule), isAnnounced: true, now: now,
        into: &transitions)
    }
  }

  /// A rule without a bound for the pool on that day has nothing to say: every value is inside.
  func standing(of value: Double, rule: Int, verdict: Verdict) -> Standing {
    standing(of: value, rule: rule, pool: verdict.pool, profile: verdict.profile)
  }

  func standing(of value: Double, rule: Int, pool: PoolNumber, profile: Int?) -> Standing {
    guard let entry = book.entry(profile: profile, pool: pool, rule: rule) else { return .inside }
    return entry.bound.standing(of: value)
  }

  mutating func end(
    _ condition: Condition, at time: Timestamp, into transitions: inout [AlarmTransition]
  ) {
    if let transition = occurrences.end(condition, at: time) { transitions.append(transition) }
  }

  private mutating func take(
    _ action: LimitAction, of condition: Condition, isAnnounced: Bool, now: Moment,
    into transitions: inout [AlarmTransition]
  ) {
    guard case .limit(let pool, let rule) = condition else { return }
    switch action {
    case .nothing: break
    case .raise(let eventTime, let value):
      let last = runs[pool.index * book.rules.count + rule].last
      var occurrence = exceedance(
        rule: rule, pool: pool, value: value, eventTime: Timestamp(milliseconds: eventTime),
        judgedBy: book.profile(at: Timestamp(milliseconds: last)), now: now)
      occurrence.isAnnounced = isAnnounced
      transitions.append(occurrences.raise(occurrence, of: condition, now: now))
    case .end(let returnedTime):
      end(condition, at: Timestamp(milliseconds: returnedTime), into: &transitions)
    }
  }

  private mutating func recordLate(
    _ sample: Sample, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    for rule in book.rules(of: sample.parameter)
    where standing(of: sample.value, rule: rule, verdict: verdict) == .outside {
      var occurrence = exceedance(
        rule: rule, pool: verdict.pool, value: sample.value, eventTime: verdict.time,
        judgedBy: verdict.profile, now: verdict.now)
      occurrence.state = .historical
      let transition = occurrences.recordLate(
        occurrence, of: .limit(pool: verdict.pool, rule: rule), reach: plan.interval * 2,
        step: historicalStep)
      if let transition { transitions.append(transition) }
    }
  }

  /// How much a historical exceedance grows before that is recorded, in sample time.
  ///
  /// The backlog of three days at a reading a second would fill the records otherwise. A minute is
  /// fine enough for what is over; ten intervals where readings are further apart.
  private var historicalStep: Duration { max(.seconds(60), plan.interval * 10) }

  private func exceedance(
    rule: Int, pool: PoolNumber, value: Double, eventTime: Timestamp, judgedBy profile: Int?,
    now: Moment
  ) -> AlarmOccurrence {
    var occurrence = AlarmOccurrence(
      .water, rule: book.rules[rule].name, pool: plan[pool].id,
      parameter: plan[book.rules[rule].parameter].name, eventTime: eventTime, now: now)
    occurrence.isAnnounced = false
    occurrence.value = value
    if let entry = book.entry(profile: profile, pool: pool, rule: rule) {
      occurrence.limit = entry.bound.bound.value
      occurrence.profile = book.profileID(of: entry)
      occurrence.clause = book.clause(of: entry)
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
