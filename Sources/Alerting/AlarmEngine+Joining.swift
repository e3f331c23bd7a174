import PoolModel

// Parts of a row that come after something of their pool as new was judged without them. A restart reads rows back
// whole, so what they change is read back at once, too: both leave the same.

extension AlarmEngine {
  /// Finds whether parameters that other values go by join what was judged without them, and turn it.
  ///
  /// Ask before they are taken.
  mutating func noteJoining(of samples: Span<Sample>, verdict: Verdict) {
    guard let newest = pools[verdict.pool.index].newestReading else { return }
    for index in samples.indices {
      let sample = samples[index]
      guard sample.flag.isUsable,
        sample.isInOrder,
        let slot = book.slot(of: sample.parameter),
        isNewer(verdict.time, than: Series(pool: verdict.pool, parameter: sample.parameter))
      else { continue }
      // What was known at the row's instant may be out of reach at the newest of what was judged.
      for time in [verdict.time, newest] {
        let before = parts.remembered(slot, of: verdict.pool, at: time)
        if isTurned(slot, from: before, to: sample.value) { outdated.insert(verdict.pool) }
      }
    }
  }

  /// Whether bounds are others, or water stands that flowed, where the parameter in `slot` is `second` and not
  /// `first`; nil for not known.
  func isTurned(_ slot: Int, from first: Double?, to second: Double?) -> Bool {
    if let circulation = book.circulation, circulation.slot == slot,
      (first.map(circulation.isStanding) ?? false) != (second.map(circulation.isStanding) ?? false)
    {
      return true
    }
    return book.alternatives.contains { alternative in
      guard alternative.slot == slot, let condition = alternative.condition else { return false }
      return first.map(condition.isMet) != second.map(condition.isMet)
    }
  }

  /// A part came of what the computed parameter at `index` was made of and judged by already.
  mutating func joinDerived(_ index: Int, _ made: Made, verdict: Verdict) {
    let derived = book.derived[index]
    let place = verdict.pool.index * book.derived.count + index
    guard derivedReadings[place].time == verdict.time.milliseconds else {
      outdated.insert(verdict.pool)
      return
    }
    if made.value != nil, let reading = made.reading {
      derivedReadings[place] = reading.at(verdict.time.milliseconds)
    }
    if verdict.isSuppressed { return }
    let areSettled = derived.rules.allSatisfy { rule in
      verdict.isStanding && book.rules[rule].needsFlow
        || isSettled(rule, by: made.value, verdict: verdict)
    }
    if !areSettled { outdated.insert(verdict.pool) }
  }

  /// Whether the run of `rule` is where it would be had `value` been judged in the place of what was; nil for a
  /// value that says nothing of the water.
  private func isSettled(_ rule: Int, by value: Double?, verdict: Verdict) -> Bool {
    let place = verdict.pool.index * book.rules.count + rule
    guard let value else {
      return !runs[place].isUndecided && !criticalRuns[place].isUndecided
        && !isReversible(at: place)
    }
    let standing = judgement(
      of: value, rule: rule, pool: verdict.pool, profile: verdict.profile
    ).standing
    guard runs[place].isSettled(at: standing) else { return false }
    guard let critical = book.rules[rule].critical else { return true }
    return criticalRuns[place].isSettled(
      at: critical.standing(of: value, whereLimitIs: standing))
  }

  /// Takes a part of the chlorine and ORP of an instant that were compared already, or of an older one.
  ///
  /// - Returns: false when the row's is no such part, and yet to be compared.
  mutating func joinsDisagreement(verdict: Verdict) -> Bool {
    guard let watch = disagreement, parts.news & watch.mask != 0 else { return false }
    let time = verdict.time.milliseconds
    let isOlder = parts.isKnown(watch.mask, of: verdict.pool, after: verdict.time)
    if !isOlder, watch.isNews(parts, of: verdict.pool, at: time) { return false }
    if !verdict.isSuppressed, !verdict.isStanding,
      isOlder || !watch.isSettled(by: parts, of: verdict.pool, at: time)
    {
      outdated.insert(verdict.pool)
    }
    return true
  }
}

extension LimitRun {
  /// Whether a value at `standing` leaves it as it is.
  func isSettled(at standing: Standing) -> Bool {
    switch phase {
    case .normal: standing != .outside
    case .active: standing != .inside
    case .pending, .returning: false
    }
  }
}
