import PoolModel

/// Finds the bounds of every rule, by profile, kind of pool and disinfectant.
struct EntryTable {
  let profiles: [LimitsProfile]
  let rules: [RuleBook.Rule]
  let parts: [ParameterNumber]
  /// By profile, class of pool and rule.
  private(set) var entries: [RuleBook.Entry?] = []
  private(set) var alternatives: [RuleBook.Alternative] = []

  /// An empty table.
  init(profiles: [LimitsProfile], rules: [RuleBook.Rule], parts: [ParameterNumber]) {
    self.profiles = profiles
    self.rules = rules
    self.parts = parts
  }

  /// Fills it.
  mutating func fill() {
    for profile in profiles.indices {
      for kind in PoolKind.allCases {
        for disinfectant in Disinfectant.allCases {
          for rule in rules {
            entries.append(
              entry(of: rule, at: profile, kind: kind, disinfectant: disinfectant))
          }
        }
      }
    }
  }

  /// The tightest bound that the profile sets for the rule and such pools, with those to choose from where
  /// one of them has a condition.
  private mutating func entry(
    of rule: RuleBook.Rule, at profile: Int, kind: PoolKind, disinfectant: Disinfectant
  ) -> RuleBook.Entry? {
    var tightest: RuleBook.Entry?
    var choices: [RuleBook.Alternative] = []
    for (position, limit) in profiles[profile].limits.enumerated()
    where limit.subject == rule.subject && limit.isMandatory == rule.isMandatory
      && limit.applies(to: kind, disinfectant)
    {
      guard let bound = limit.bound(rule.side) else { continue }
      let entry = RuleBook.Entry(
        bound: DampedBound(side: rule.side, bound: bound, deadband: rule.deadband),
        profile: profile, limit: position, alternatives: 0..<0)
      let slot = limit.condition.flatMap { parts.firstIndex(of: $0.parameter) } ?? 0
      choices.append(
        RuleBook.Alternative(condition: limit.condition, slot: slot, entry: entry))
      if tightest.map({ entry.bound.isTighter(than: $0.bound) }) ?? true { tightest = entry }
    }
    guard choices.contains(where: { $0.condition != nil }) else { return tightest }
    let first = alternatives.count
    alternatives += choices
    tightest?.alternatives = first..<alternatives.count
    return tightest
  }
}

extension Limit {
  /// The bound on `side`; nil when there is none.
  func bound(_ side: DampedBound.Side) -> Bound? { side == .low ? low : high }
}
