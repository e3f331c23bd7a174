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
    /// Beyond which bound an alarm of it is critical; nil where none is.
    var critical: DampedBound?
    /// Whether it says nothing of the pool while the water stands.
    var needsFlow = true
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

  /// When water does not circulate.
  struct Circulation: Sendable {
    /// The place of its parameter among the parts.
    let slot: Int
    /// The rule that raises it.
    let rule: Int
    /// Below its bound water stands.
    let entry: Entry

    /// Whether water stands where its parameter is `value`.
    func isStanding(_ value: Double) -> Bool { entry.bound.standing(of: value) == .outside }
  }

  /// A parameter whose drift is watched.
  struct Trend: Sendable {
    let parameter: ParameterNumber
    /// Its place among those that are.
    let slot: Int
    /// The rules about its mandatory limits; at least one.
    let low: Int?
    let high: Int?
    /// The smallest step of its sensors, where the plan does not know it.
    let resolution: Double
    /// Whether a warning asks for the day before.
    let asksLastDay: Bool
    /// Whether it says nothing of the pool while the water stands.
    let needsFlow: Bool
  }

  /// A parameter whose fast changes are watched.
  struct Rate: Sendable {
    let parameter: ParameterNumber
    /// Its place among those that are.
    let slot: Int
    let question: SeriesRate.Question
    /// Whether it says nothing of the pool while the water stands.
    let needsFlow: Bool
  }

  /// Sorted by parameter, those of computed parameters last.
  let rules: [Rule]
  /// The parameters whose values choose bounds or make up computed parameters; usually none.
  let parts: [ParameterNumber]
  /// The computed parameters; usually none.
  let derived: [Derived]
  /// When water stands; nil where that is not looked at.
  let circulation: Circulation?
  /// The longest on- or off-delay of any rule, in milliseconds.
  let longestDelay: Int64
  /// By parameter; nil for one whose drift is not watched.
  let trends: [Trend?]
  /// How many are.
  let trendCount: Int
  /// By parameter; nil for one whose changes are not watched.
  let rates: [Rate?]
  /// How many are.
  let rateCount: Int
  private let rangesByParameter: [Range<Int>]
  /// By parameter the place among the parts; −1 for one that is none.
  private let slots: [Int8]
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
    longestDelay = max(
      rules.map { max($0.onDelay, $0.offDelay) }.max() ?? 0,
      damping.monitoring.disagreement?.delay.wholeMilliseconds ?? 0)
    rangesByParameter = plan.parameters.indices.map { index in
      Self.range(of: .measured(ParameterNumber(index)), in: rules)
    }
    parts = Self.parts(
      plan: plan, profiles: profiles, rules: rules, circulation: damping.circulation,
      disagreement: damping.monitoring.disagreement)
    slots = plan.parameters.indices.map { [parts] index in
      Int8(parts.firstIndex(of: ParameterNumber(index)) ?? -1)
    }
    circulation = Self.circulation(damping.circulation, rules: rules, parts: parts)
    derived = Self.derived(plan: plan, rules: rules, parts: parts)
    trends = Self.trends(plan: plan, rules: rules, watched: damping.trends)
    trendCount = trends.count { $0 != nil }
    rates = Self.rates(plan: plan, rules: damping)
    rateCount = rates.count { $0 != nil }
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
  func slot(of parameter: ParameterNumber) -> Int? {
    let slot = slots[parameter.index]
    return slot < 0 ? nil : Int(slot)
  }

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
    if let circulation, rule == circulation.rule { return circulation.entry }
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
