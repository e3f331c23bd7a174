import PoolModel

/// Looks in rules without a mistake for what cannot have been meant: what never fires, never ends, or comes
/// and goes with the noise.
struct RulesLint {
  /// What it finds.
  let report: Report
  let plan: Plan
  let profiles: [ProfileDraft]
  let rules: RulesDraft
  /// How long raw readings are kept at least; nil when that is not known.
  let retention: Duration?

  /// Reports everything that looks wrong.
  func run() {
    for rule in rules.limits where isKnown(rule.parameter.value) {
      let limits = limits(on: rule.parameter.value)
      if limits.isEmpty { checkUse(of: rule) }
      checkDelay(rule.onDelay)
      checkOpening(rule, of: limits)
      checkDeadband(rule, of: limits)
      for limit in limits { checkReach(of: limit, by: rule) }
      checkCritical(rule.criticalLow, .low, of: rule, limits: limits)
      checkCritical(rule.criticalHigh, .high, of: rule, limits: limits)
    }
    checkRequired()
    checkCirculation()
    checkMonitoring()
    checkTrends()
    checkRates()
    checkQuality()
  }

  // MARK: What rules are about

  private func isKnown(_ name: String) -> Bool {
    plan.parameterNumber(name) != nil || DerivedParameter(rawValue: name) != nil
  }

  /// The limits on what is called `name` that hold for a pool of the plan.
  func limits(on name: String) -> [LimitDraft] {
    profiles.flatMap(\.limits).filter { limit in
      limit.subject?.value.name == name && holds(limit)
    }
  }

  private func holds(_ limit: LimitDraft) -> Bool {
    plan.pools.contains {
      limit.kinds.contains($0.kind) && limit.disinfectants.contains($0.disinfectant)
    }
  }

  func plausible(_ limit: LimitDraft) -> ClosedRange<Double>? {
    switch limit.subject?.value {
    case .derived(let parameter): parameter.plausible
    case .measured(let name): plan.parameterNumber(name).map { plan[$0].plausible }
    case nil: nil
    }
  }

  private func checkUse(of rule: RuleDraft) {
    let name = rule.parameter.value
    let isLimited = profiles.contains { $0.limits.contains { $0.subject?.value.name == name } }
    report.add(
      rule.parameter.place,
      isLimited
        ? "no profile limits \(quoted(name)) for a pool of the plan, by kind and disinfectant: this"
          + " judges nothing, expected a parameter that is limited"
        : "no profile limits \(quoted(name)): this judges nothing, expected a parameter that is limited"
    )
  }

  /// What every pool has to report, or what is made of it, and a profile limits ought to be judged.
  private func checkRequired() {
    guard let place = rules.limitsPlace else { return }
    let required = plan.required.map { plan[$0].name }
    let made = DerivedParameter.allCases.filter { $0.ingredients.allSatisfy(required.contains) }
    let names =
      required.map { ($0, "which every pool reports") }
      + made.map { ($0.rawValue, "which is made of what every pool reports,") }
    for (name, why) in names where !rules.limits.contains(where: { $0.parameter.value == name }) {
      guard let limit = limits(on: name).first(where: { $0.isMandatory == true }) else { continue }
      report.add(
        place,
        "'limits' has no \(quoted(name)), \(why) and \(at(limit)) limits: it is not judged, expected an"
          + " entry")
    }
  }

  // MARK: Delays

  /// Two readings it takes in any case: a delay that ends before the second may have been lost says nothing.
  private func checkDelay(_ delay: Placed<Duration>?) {
    guard let delay, delay.value < plan.interval * 2 else { return }
    report.add(
      delay.place,
      "'on_delay_seconds' is \(shown(delay.value.inSeconds)), expected at least two intervals of the"
        + " plan, \(shown((plan.interval * 2).inSeconds)) s: an alarm takes two readings in any case"
    )
  }

  /// What is pending stops when a pool closes: a delay longer than it is ever open never passes.
  private func checkOpening(_ rule: RuleDraft, of limits: [LimitDraft]) {
    guard let delay = rule.onDelay, !limits.isEmpty else { return }
    var longest = Duration.zero
    for number in plan.poolNumbersInOrder {
      let pool = plan[number]
      guard
        limits.contains(where: {
          $0.kinds.contains(pool.kind) && $0.disinfectants.contains(pool.disinfectant)
        })
      else { continue }
      guard let open = longestOpening(plan.openingSchedule(of: number)) else { return }
      longest = max(longest, open)
    }
    guard delay.value >= longest else { return }
    report.add(
      delay.place,
      "'on_delay_seconds' is \(shown(delay.value.inSeconds)), and no pool with a limit on"
        + " \(rule.parameter.value) is open for so long: nothing is ever raised, expected less than"
        + " \(shown(longest.inSeconds)) s")
  }

  /// How long a pool is open at a stretch; nil where that is not one span of its week.
  private func longestOpening(_ schedule: OpeningSchedule) -> Duration? {
    guard !schedule.weekly.isEmpty, schedule.exceptions.allSatisfy({ $0.spans.isEmpty }),
      !schedule.weekly.contains(where: { $0.opensMinute == 0 || $0.closesMinute == 1440 })
    else { return nil }
    let minutes = schedule.weekly.map { span in
      span.closesMinute - span.opensMinute + (span.closesMinute > span.opensMinute ? 0 : 1440)
    }
    return .seconds((minutes.max() ?? 0) * 60)
  }

  // MARK: Levels

  private func checkDeadband(_ rule: RuleDraft, of limits: [LimitDraft]) {
    guard let deadband = rule.deadband else { return }
    if deadband.value == 0 {
      report.add(
        deadband.place,
        "'deadband' is 0, expected more: noise at the limit makes alarms come and go")
    } else if let number = plan.parameterNumber(rule.parameter.value),
      let coarse = plan.pools.first(where: {
        $0.resolution[number].map { $0 > deadband.value } ?? false
      })
    {
      report.add(
        deadband.place,
        "'deadband' is \(shown(deadband.value)), expected at least"
          + " \(shown(coarse.resolution[number] ?? 0)), one step of the sensor of \(coarse.id): noise at"
          + " the limit makes alarms come and go")
    }
    for limit in limits {
      guard let range = plausible(limit) else { continue }
      let (low, high) = (limit.low?.value.value, limit.high?.value.value)
      guard
        low.map({ rounded($0 + deadband.value) > range.upperBound }) ?? false
          || high.map({ rounded($0 - deadband.value) < range.lowerBound }) ?? false
      else { continue }
      report.add(
        deadband.place,
        "'deadband' is \(shown(deadband.value)): an alarm by \(at(limit)) would end beyond the plausible"
          + " range of \(rule.parameter.value), \(shown(range)), and never does, expected less")
      break
    }
  }

  /// Reports bounds that no plausible value is outside of.
  private func checkReach(of limit: LimitDraft, by rule: RuleDraft) {
    guard let range = plausible(limit) else { return }
    let low = limit.low.map { $0.value.isInclusive && $0.value.value <= range.lowerBound } ?? false
    let high =
      limit.high.map { $0.value.isInclusive && $0.value.value >= range.upperBound } ?? false
    for (side, isUnreachable) in [("lower", low), ("upper", high)] where isUnreachable {
      report.add(
        rule.parameter.place,
        "the \(side) bound of \(rule.parameter.value) in \(at(limit)) is at the end of its plausible range,"
          + " \(shown(range)): it can never be left, expected a bound inside")
    }
  }

  private func checkCritical(
    _ level: Placed<Double>?, _ side: Bound.Side, of rule: RuleDraft, limits: [LimitDraft]
  ) {
    guard let level else { return }
    let key = "'critical.\(side)' is \(shown(level.value))"
    let bounded = limits.filter {
      $0.isMandatory == true && (side == .low ? $0.low : $0.high) != nil
    }
    guard let first = bounded.first, let range = plausible(first) else {
      report.add(
        level.place,
        "\(key), and no mandatory limit on \(rule.parameter.value) has"
          + " \(side == .low ? "a lower" : "an upper") bound: it can never be reached, expected none"
      )
      return
    }
    if side == .low ? level.value <= range.lowerBound : level.value >= range.upperBound {
      report.add(
        level.place,
        "\(key), the plausible range of \(rule.parameter.value) is \(shown(range)): it can never be"
          + " reached, expected a level inside")
    }
    // One level serves all kinds of pool: what is inside the limit of a foot bath may be far outside others.
    let outside = bounded.first { limit in
      guard let bound = (side == .low ? limit.low : limit.high)?.value.value else { return false }
      return side == .low ? level.value < bound : level.value > bound
    }
    guard outside == nil, let bound = (side == .low ? first.low : first.high)?.value else { return }
    report.add(
      level.place,
      "\(key), which is inside the limit in \(at(first)): every alarm of it is critical, expected"
        + " \(side == .low ? "less" : "more") than \(shown(bound.value))")
  }

  private func checkCirculation() {
    guard let circulation = rules.circulation,
      let number = plan.parameterNumber(circulation.parameter.value)
    else { return }
    checkDelay(circulation.onDelay)
    let range = plan[number].plausible
    let minimum = circulation.minimum
    guard minimum.value <= range.lowerBound || minimum.value > range.upperBound else { return }
    let consequence =
      minimum.value <= range.lowerBound ? "water never stands" : "water always stands"
    report.add(
      minimum.place,
      "'minimum' is \(shown(minimum.value)), the plausible range of \(circulation.parameter.value) is"
        + " \(shown(range)): \(consequence), expected a number inside")
  }

  // MARK: Words

  private func at(_ limit: LimitDraft) -> String {
    "\(limit.writtenAt.file):\(limit.writtenAt.line)"
  }

  func shown(_ range: ClosedRange<Double>) -> String {
    "\(Registry.shown(range.lowerBound))…\(Registry.shown(range.upperBound))"
  }

  func shown(_ number: Double) -> String { Registry.shown(number) }
}
