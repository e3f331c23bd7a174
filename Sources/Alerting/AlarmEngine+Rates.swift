import PoolModel

// Alarms about values that change fast. Where no parameter is watched nothing comes here.

extension AlarmEngine {
  /// Judges a sample in order by how fast its series changes, where that is watched.
  @inline(__always)
  mutating func watchRate(
    _ sample: Sample, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    guard !rates.isEmpty, let rule = book.rates[sample.parameter.index] else { return }
    judgeRate(sample, by: rule, verdict: verdict, into: &transitions)
  }

  private mutating func judgeRate(
    _ sample: Sample, by rule: RuleBook.Rate, verdict: Verdict,
    into transitions: inout [AlarmTransition]
  ) {
    let finding = noteRate(
      sample, by: rule, of: verdict.pool, at: verdict.time,
      isShut: verdict.isSuppressed || verdict.isStanding && rule.needsFlow, isReadBack: false)
    guard let change = finding.change else { return }
    let series = Series(pool: verdict.pool, parameter: sample.parameter)
    for (side, action) in [(Bound.Side.high, finding.rising), (.low, finding.falling)] {
      let condition = Condition.rate(series, side)
      switch action {
      case .nothing: break
      case .end(let time): end(condition, at: Timestamp(milliseconds: time), into: &transitions)
      case .raise(let time, let value):
        var occurrence = AlarmOccurrence(
          .trend, rule: RuleName.rate(of: plan[sample.parameter].name, to: side),
          pool: plan[verdict.pool].id, parameter: plan[sample.parameter].name,
          eventTime: Timestamp(milliseconds: time), now: verdict.now)
        occurrence.value = value
        occurrence.basis = words(of: change, by: rule)
        occurrence.isAnnounced = verdict.isAnnounced
        transitions.append(occurrences.raise(occurrence, of: condition, now: verdict.now))
      }
    }
  }

  /// Takes a value of a series in order, which says something where it is usable.
  @discardableResult
  mutating func noteRate(
    _ sample: Sample, by rule: RuleBook.Rate, of pool: PoolNumber, at time: Timestamp,
    isShut: Bool, isReadBack: Bool
  ) -> SeriesRate.Finding {
    let place = ratePlace(of: pool, rule)
    if isShut || wasShut(pool, since: rates[place].lastLooked, until: time) {
      rates[place].interrupt(at: time.milliseconds)
    }
    if isShut { return SeriesRate.Finding() }
    if !sample.gatewayMarks.isDisjoint(with: Self.workedAt) {
      rates[place].interrupt(at: time.milliseconds, quiet: Self.quietAfterWork)
      return SeriesRate.Finding()
    }
    guard sample.flag.isUsable else {
      rates[place].pass(at: time.milliseconds)
      return SeriesRate.Finding()
    }
    return rates[place].take(
      sample.value, at: time.milliseconds, asking: rule.question, isReadBack: isReadBack)
  }

  /// Reads back the samples `judged` of a row, as `warm` does.
  mutating func warmRates(_ judged: [Sample], of row: SampleRow, isStanding: Bool) {
    for sample in judged {
      guard let rule = book.rates[sample.parameter.index] else { continue }
      noteRate(
        sample, by: rule, of: row.pool, at: row.time,
        isShut: gates.isShut(row.pool, at: row.time) || isStanding && rule.needsFlow,
        isReadBack: true)
    }
  }

  /// The newest judged sample of a series has another flag now.
  mutating func amendRate(_ sample: Sample, verdict: Verdict) {
    guard !rates.isEmpty, let rule = book.rates[sample.parameter.index] else { return }
    let place = ratePlace(of: verdict.pool, rule)
    if !sample.gatewayMarks.isDisjoint(with: Self.workedAt) {
      rates[place].interrupt(at: verdict.time.milliseconds, quiet: Self.quietAfterWork)
    } else if !sample.flag.isUsable {
      rates[place].takeBack(at: verdict.time.milliseconds)
    }
  }

  /// An alarm about a change of `series` is active since before the start.
  mutating func restoreRate(of series: Series, to side: Bound.Side) {
    guard let rule = book.rates[series.parameter.index] else { return }
    rates[ratePlace(of: series.pool, rule)].restore(side)
  }

  /// How far before the newest judged reading of a series its changes look: at a window that an alarm takes to
  /// end, one that is waited for to compare, and the time in which nothing counts after a sensor was worked at.
  var rateSpan: Duration {
    let longest = book.rates.compactMap { rule in
      rule.map { ($0.question.window + $0.question.earlierReach) * 2 }
    }.max()
    guard let longest else { return .zero }
    return .milliseconds(longest + patience + Self.quietAfterWork + parts.longestReach)
  }

  private func ratePlace(of pool: PoolNumber, _ rule: RuleBook.Rate) -> Int {
    pool.index * book.rateCount + rule.slot
  }

  /// `rising 0.08 mg/L a minute, from 0.4 to 0.8 mg/L in 5 min; more than 0.05`.
  private func words(of change: SeriesRate.Change, by rule: RuleBook.Rate) -> String {
    let unit = plan[rule.parameter].unit
    func with(_ number: Double) -> String {
      unit.isEmpty ? number.readable : "\(number.readable) \(unit)"
    }
    let speed = (abs(change.perMinute) * 1e4).rounded() / 1e4
    return "\(change.perMinute < 0 ? "falling" : "rising") \(with(speed)) a minute, from"
      + " \(change.from.readable) to \(with(change.to)) in \((Double(change.span) / 60_000).readable) min;"
      + " more than \(rule.question.perMinute.readable)"
  }
}
