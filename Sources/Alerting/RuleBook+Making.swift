import PoolModel

// How the rules of a plan are made.
extension RuleBook {
  static func rules(
    plan: Plan, profiles: [LimitsProfile], damping: AlarmRules
  ) -> [Rule] {
    var rules: [Rule] = []
    let limits = profiles.flatMap(\.limits)
    for (index, parameter) in plan.parameters.enumerated() {
      let number = ParameterNumber(index)
      if let delays = damping.limits[number] {
        rules += self.rules(
          on: .measured(number), called: parameter.name, limits: limits, delays: delays)
      }
      if let circulation = damping.circulation, circulation.parameter == number {
        rules.append(rule(of: circulation))
      }
    }
    for derived in DerivedParameter.allCases {
      guard let delays = damping.derived[derived] else { continue }
      rules += self.rules(
        on: .derived(derived), called: "derived_\(derived.rawValue)", limits: limits,
        delays: delays)
    }
    // What is measured of the plant itself is right also where the water stands.
    for index in rules.indices {
      guard case .measured(let number) = rules[index].subject else { continue }
      rules[index].needsFlow = needsFlow(number, plan: plan, rules: damping)
    }
    return rules
  }

  /// Whether `parameter` says nothing of the pool while the water stands.
  private static func needsFlow(
    _ parameter: ParameterNumber, plan: Plan, rules: AlarmRules
  ) -> Bool {
    parameter != rules.circulation?.parameter && plan[parameter].name != "water_level"
  }

  /// Whose changes are watched, by parameter.
  static func rates(plan: Plan, rules: AlarmRules) -> [Rate?] {
    var slot = 0
    return plan.parameters.indices.map { index in
      let parameter = ParameterNumber(index)
      guard let rule = rules.rates[parameter] else { return nil }
      defer { slot += 1 }
      let patience = max(rules.silence, plan.interval * 2).wholeMilliseconds
      return Rate(
        parameter: parameter, slot: slot,
        question: SeriesRate.Question(rule, interval: plan.interval, patience: patience),
        needsFlow: needsFlow(parameter, plan: plan, rules: rules))
    }
  }

  private static func rule(of circulation: CirculationRule) -> Rule {
    Rule(
      subject: .measured(circulation.parameter), side: .low, isMandatory: true,
      name: RuleName.circulation, onDelay: circulation.onDelay.wholeMilliseconds,
      offDelay: circulation.offDelay.wholeMilliseconds, deadband: 0)
  }

  static func circulation(
    _ circulation: CirculationRule?, rules: [Rule], parts: [ParameterNumber]
  ) -> Circulation? {
    guard let circulation, let slot = parts.firstIndex(of: circulation.parameter),
      let rule = rules.firstIndex(where: { $0.name == RuleName.circulation })
    else { return nil }
    let bound = DampedBound(
      side: .low, bound: Bound(value: circulation.minimum, isInclusive: true), deadband: 0)
    return Circulation(
      slot: slot, rule: rule, entry: Entry(bound: bound, profile: 0, limit: 0, alternatives: 0..<0))
  }

  private static func rules(
    on subject: LimitSubject, called name: String, limits: [Limit], delays: LimitDamping
  ) -> [Rule] {
    var rules: [Rule] = []
    for isMandatory in [true, false] {
      let own = limits.filter { $0.subject == subject && $0.isMandatory == isMandatory }
      for side in [DampedBound.Side.low, .high] {
        guard own.contains(where: { $0.bound(side) != nil }) else { continue }
        var rule = Rule(
          subject: subject, side: side, isMandatory: isMandatory,
          name: "\(name)_\(side)\(isMandatory ? "" : "_advisory")",
          onDelay: delays.onDelay.wholeMilliseconds,
          offDelay: delays.offDelay.wholeMilliseconds, deadband: delays.deadband)
        if isMandatory, let value = side == .low ? delays.criticalLow : delays.criticalHigh {
          rule.critical = DampedBound(
            side: side, bound: Bound(value: value, isInclusive: true), deadband: delays.deadband)
        }
        rules.append(rule)
      }
    }
    return rules
  }

  /// Whose drift is watched, by parameter: where a mandatory limit is judged.
  static func trends(
    plan: Plan, rules: [Rule], watched: [ParameterNumber: TrendRule]
  ) -> [Trend?] {
    var slot = 0
    return plan.parameters.indices.map { index in
      let parameter = ParameterNumber(index)
      func rule(_ side: Bound.Side) -> Int? {
        range(of: .measured(parameter), in: rules).first {
          rules[$0].side == side && rules[$0].isMandatory && rules[$0].name != RuleName.circulation
        }
      }
      let (low, high) = (rule(.low), rule(.high))
      guard let watch = watched[parameter], let some = low ?? high else { return nil }
      defer { slot += 1 }
      return Trend(
        parameter: parameter, slot: slot, low: low, high: high, resolution: watch.resolution,
        asksLastDay: watch.asksLastDay, needsFlow: rules[some].needsFlow)
    }
  }

  /// The rules on `subject`, which stand together.
  static func range(of subject: LimitSubject, in rules: [Rule]) -> Range<Int> {
    guard let first = rules.firstIndex(where: { $0.subject == subject }) else { return 0..<0 }
    let end = rules[first...].firstIndex { $0.subject != subject } ?? rules.count
    return first..<end
  }

  static func parts(
    plan: Plan, profiles: [LimitsProfile], rules: [Rule], circulation: CirculationRule?,
    disagreement: DisagreementRule?
  ) -> [ParameterNumber] {
    var parts: Set<ParameterNumber> = []
    if let disagreement { parts.formUnion([disagreement.chlorine, disagreement.orp]) }
    if let circulation { parts.insert(circulation.parameter) }
    let subjects = Set(rules.map(\.subject))
    for limit in profiles.flatMap(\.limits) where subjects.contains(limit.subject) {
      if let condition = limit.condition { parts.insert(condition.parameter) }
      if case .derived(let derived) = limit.subject {
        parts.formUnion(derived.ingredients.compactMap(plan.parameterNumber))
      }
    }
    return parts.sorted()
  }

  /// A plan that lacks an ingredient has nothing to make the parameter of.
  static func derived(
    plan: Plan, rules: [Rule], parts: [ParameterNumber]
  ) -> [Derived] {
    DerivedParameter.allCases.compactMap { parameter in
      let range = range(of: .derived(parameter), in: rules)
      let slots = parameter.ingredients.compactMap { name in
        plan.parameterNumber(name).flatMap { parts.firstIndex(of: $0) }
      }
      guard !range.isEmpty, slots.count == parameter.ingredients.count else { return nil }
      let mask = slots.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
      return Derived(parameter: parameter, slots: slots, mask: mask, rules: range)
    }
  }
}
