import PoolModel

/// The limit rules of a plan, looked up by index.
///
/// A rule is one side of one parameter's limit, mandatory or advisory; which bound it has follows from
/// the profile in force at the sample's own local date, from the pool's kind and disinfectant, and, for a
/// limit with a condition, from another parameter.
struct RuleBook: Sendable {
  /// One rule, the same for every pool.
  struct Rule: Sendable {
    let subject: LimitSubject
    let side: DampedBound.Side
    let isMandatory: Bool
    /// Such as `free_chlorine_low`, `temperature_high_advisory` or `derived_hypochlorous_acid_low`.
    let name: String
    let onDelay: Int64
    let offDelay: Int64
    let deadband: Double
  }

  /// A bound and where it is written.
  struct Entry: Sendable {
    let bound: DampedBound
    let profile: Int
    let limit: Int
    /// The bounds to choose from, in `alternatives`; empty when there is no condition, as mostly.
    ///
    /// This one is the tightest of them.
    var alternatives: Range<Int>
  }

  /// A bound that holds on a condition, which is on the parameter in `slot` of the parts; nil for one that
  /// always holds beside them.
  struct Alternative: Sendable {
    let condition: LimitCondition?
    let slot: Int
    let entry: Entry
  }

  /// A computed parameter that has rules.
  struct Derived: Sendable {
    let parameter: DerivedParameter
    /// Where its ingredients are among the parts, two or three.
    let slots: [Int]
    /// The same as bits.
    let mask: UInt64
    let rules: Range<Int>
  }

  /// Sorted by parameter, those of computed parameters last.
  let rules: [Rule]
  /// The parameters whose values choose bounds or make up computed parameters; usually none.
  let parts: [ParameterNumber]
  /// The computed parameters; usually none.
  let derived: [Derived]
  /// The longest on- or off-delay of any rule, in milliseconds.
  let longestDelay: Int64
  private let rangesByParameter: [Range<Int>]
  private let profiles: [LimitsProfile]
  /// First instant in force and first one no more, in milliseconds, for each profile.
  private let periods: [Range<Int64>]
  private let classOfPool: [Int]
  /// By profile, class of pool and rule.
  private let entries: [Entry?]
  let alternatives: [Alternative]

  init(plan: Plan, profiles: [LimitsProfile], rules damping: AlarmRules) {
    // Should two be in force on one day the later one wins, so it is looked at first.
    let profiles = profiles.sorted { $0.from > $1.from }
    let rules = Self.rules(plan: plan, profiles: profiles, damping: damping)
    self.profiles = profiles
    self.rules = rules
    longestDelay = rules.map { max($0.onDelay, $0.offDelay) }.max() ?? 0
    rangesByParameter = plan.parameters.indices.map { index in
      Self.range(of: .measured(ParameterNumber(index)), in: rules)
    }
    parts = Self.parts(plan: plan, profiles: profiles, rules: rules)
    derived = Self.derived(plan: plan, rules: rules, parts: parts)
    periods = profiles.map { profile in
      let zone = plan.district.zone
      let from = zone.start(of: profile.from).milliseconds
      let end = profile.to.map { CivilDate(daysSinceEpoch: $0.daysSinceEpoch + 1) }
      return from..<max(from, end.map { zone.start(of: $0).milliseconds } ?? .max)
    }
    classOfPool = plan.pools.map { Self.poolClass(kind: $0.kind, disinfectant: $0.disinfectant) }
    var table = EntryTable(profiles: profiles, rules: rules, parts: parts)
    table.fill()
    entries = table.entries
    alternatives = table.alternatives
  }

  /// The rules about `parameter`.
  func rules(of parameter: ParameterNumber) -> Range<Int> { rangesByParameter[parameter.index] }

  /// The place of `parameter` among the parts; nil when it is none.
  func slot(of parameter: ParameterNumber) -> Int? { parts.firstIndex(of: parameter) }

  /// Whether a rule depends on `parameter`.
  func looks(at parameter: ParameterNumber) -> Bool {
    !rules(of: parameter).isEmpty || slot(of: parameter) != nil
  }

  /// The index of the profile in force at `time`; nil when there is none.
  func profile(at time: Timestamp) -> Int? {
    for index in periods.indices where periods[index].contains(time.milliseconds) { return index }
    return nil
  }

  /// The bound of a rule for a pool; nil when the profile has none.
  func entry(profile: Int?, pool: PoolNumber, rule: Int) -> Entry? {
    guard let profile else { return nil }
    let row = profile * Self.classCount + classOfPool[pool.index]
    return entries[row * rules.count + rule]
  }

  /// The id of the profile that `entry` is of.
  func profileID(of entry: Entry) -> String { profiles[entry.profile].id }
  /// The limit that `entry` is of.
  func limit(of entry: Entry) -> Limit { profiles[entry.profile].limits[entry.limit] }

  private static let classCount = PoolKind.allCases.count * Disinfectant.allCases.count

  private static func poolClass(kind: PoolKind, disinfectant: Disinfectant) -> Int {
    let kindIndex = PoolKind.allCases.firstIndex(of: kind) ?? 0
    let disinfectantIndex = Disinfectant.allCases.firstIndex(of: disinfectant) ?? 0
    return kindIndex * Disinfectant.allCases.count + disinfectantIndex
  }
}

// MARK: - Making it

extension RuleBook {
  private static func rules(
    plan: Plan, profiles: [LimitsProfile], damping: AlarmRules
  ) -> [Rule] {
    var rules: [Rule] = []
    let limits = profiles.flatMap(\.limits)
    for (index, parameter) in plan.parameters.enumerated() {
      let number = ParameterNumber(index)
      guard let delays = damping.limits[number] else { continue }
      rules += self.rules(
        on: .measured(number), called: parameter.name, limits: limits, delays: delays)
    }
    for derived in DerivedParameter.allCases {
      guard let delays = damping.derived[derived] else { continue }
      rules += self.rules(
        on: .derived(derived), called: "derived_\(derived.rawValue)", limits: limits,
        delays: delays)
    }
    return rules
  }

  private static func rules(
    on subject: LimitSubject, called name: String, limits: [Limit], delays: LimitDamping
  ) -> [Rule] {
    var rules: [Rule] = []
    for isMandatory in [true, false] {
      let own = limits.filter { $0.subject == subject && $0.isMandatory == isMandatory }
      for side in [DampedBound.Side.low, .high] {
        guard own.contains(where: { $0.bound(side) != nil }) else { continue }
        rules.append(
          Rule(
            subject: subject, side: side, isMandatory: isMandatory,
            name: "\(name)_\(side)\(isMandatory ? "" : "_advisory")",
            onDelay: delays.onDelay.wholeMilliseconds,
            offDelay: delays.offDelay.wholeMilliseconds, deadband: delays.deadband))
      }
    }
    return rules
  }

  /// The rules on `subject`, which stand together.
  private static func range(of subject: LimitSubject, in rules: [Rule]) -> Range<Int> {
    guard let first = rules.firstIndex(where: { $0.subject == subject }) else { return 0..<0 }
    let end = rules[first...].firstIndex { $0.subject != subject } ?? rules.count
    return first..<end
  }

  private static func parts(
    plan: Plan, profiles: [LimitsProfile], rules: [Rule]
  ) -> [ParameterNumber] {
    var parts: Set<ParameterNumber> = []
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
  private static func derived(
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
