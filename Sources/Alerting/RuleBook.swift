import PoolModel

/// The limit rules of a plan, looked up by index.
///
/// A rule is one side of one parameter's limit, mandatory or advisory; which bound it has follows from
/// the profile in force at the sample's own local date and from the pool's kind and disinfectant.
struct RuleBook: Sendable {
  /// One rule, the same for every pool.
  struct Rule: Sendable {
    let parameter: ParameterNumber
    let side: DampedBound.Side
    let isMandatory: Bool
    /// Such as `free_chlorine_low` or `temperature_high_advisory`.
    let name: String
    let onDelay: Int64
    let offDelay: Int64
  }

  /// A bound and where it is written.
  struct Entry: Sendable {
    let bound: DampedBound
    let profile: Int
    let limit: Int
  }

  /// Sorted by parameter.
  let rules: [Rule]
  /// The longest on- or off-delay of any rule, in milliseconds.
  let longestDelay: Int64
  private let rangesByParameter: [Range<Int>]
  private let profiles: [LimitsProfile]
  /// First instant in force and first one no more, in milliseconds, for each profile.
  private let periods: [Range<Int64>]
  private let classOfPool: [Int]
  /// By profile, class of pool and rule.
  private let entries: [Entry?]

  init(plan: Plan, profiles: [LimitsProfile], rules damping: AlarmRules) {
    // Should two be in force on one day the later one wins, so it is looked at first.
    let profiles = profiles.sorted { $0.from > $1.from }
    let rules = Self.rules(plan: plan, profiles: profiles, damping: damping)
    self.profiles = profiles
    self.rules = rules
    longestDelay = rules.map { max($0.onDelay, $0.offDelay) }.max() ?? 0
    rangesByParameter = plan.parameters.indices.map { index in
      let first = rules.firstIndex { $0.parameter.index >= index } ?? rules.count
      let end = rules.firstIndex { $0.parameter.index > index } ?? rules.count
      return first..<end
    }
    periods = profiles.map { profile in
      let zone = plan.district.zone
      let from = zone.start(of: profile.from).milliseconds
      let end = profile.to.map { CivilDate(daysSinceEpoch: $0.daysSinceEpoch + 1) }
      return from..<max(from, end.map { zone.start(of: $0).milliseconds } ?? .max)
    }
    classOfPool = plan.pools.map { Self.poolClass(kind: $0.kind, disinfectant: $0.disinfectant) }
    entries = Self.entries(profiles: profiles, rules: rules, damping: damping)
  }

  /// The rules about `parameter`.
  func rules(of parameter: ParameterNumber) -> Range<Int> { rangesByParameter[parameter.index] }

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
  /// Where `entry` is written.
  func clause(of entry: Entry) -> String { profiles[entry.profile].limits[entry.limit].clause }

  private static let classCount = PoolKind.allCases.count * Disinfectant.allCases.count

  private static func poolClass(kind: PoolKind, disinfectant: Disinfectant) -> Int {
    let kindIndex = PoolKind.allCases.firstIndex(of: kind) ?? 0
    let disinfectantIndex = Disinfectant.allCases.firstIndex(of: disinfectant) ?? 0
    return kindIndex * Disinfectant.allCases.count + disinfectantIndex
  }

  private static func rules(
    plan: Plan, profiles: [LimitsProfile], damping: AlarmRules
  ) -> [Rule] {
    var rules: [Rule] = []
    let limits = profiles.flatMap(\.limits)
    for (index, parameter) in plan.parameters.enumerated() {
      let number = ParameterNumber(index)
      guard let delays = damping.limits[number] else { continue }
      for isMandatory in [true, false] {
        let own = limits.filter { $0.parameter == number && $0.isMandatory == isMandatory }
        for side in [DampedBound.Side.low, .high] {
          guard own.contains(where: { $0.bound(side) != nil }) else { continue }
          rules.append(
            Rule(
              parameter: number, side: side, isMandatory: isMandatory,
              name: "\(parameter.name)_\(side)\(isMandatory ? "" : "_advisory")",
              onDelay: delays.onDelay.wholeMilliseconds,
              offDelay: delays.offDelay.wholeMilliseconds))
        }
      }
    }
    return rules
  }

  private static func entries(
    profiles: [LimitsProfile], rules: [Rule], damping: AlarmRules
  ) -> [Entry?] {
    var entries: [Entry?] = []
    for profile in profiles.indices {
      for kind in PoolKind.allCases {
        for disinfectant in Disinfectant.allCases {
          for rule in rules {
            entries.append(
              entry(
                of: rule, in: profiles[profile], at: profile, kind: kind,
                disinfectant: disinfectant, damping: damping))
          }
        }
      }
    }
    return entries
  }

  /// The tightest bound that the profile sets for the rule and such pools.
  private static func entry(
    of rule: Rule, in profile: LimitsProfile, at index: Int, kind: PoolKind,
    disinfectant: Disinfectant, damping: AlarmRules
  ) -> Entry? {
    var tightest: Entry?
    for (position, limit) in profile.limits.enumerated()
    where limit.parameter == rule.parameter && limit.isMandatory == rule.isMandatory
      && limit.applies(to: kind, disinfectant)
    {
      guard let bound = limit.bound(rule.side) else { continue }
      let damped = DampedBound(
        side: rule.side, bound: bound, deadband: damping.limits[rule.parameter]?.deadband ?? 0)
      if tightest.map({ damped.isTighter(than: $0.bound) }) ?? true {
        tightest = Entry(bound: damped, profile: index, limit: position)
      }
    }
    return tightest
  }
}

extension Limit {
  fileprivate func bound(_ side: DampedBound.Side) -> Bound? { side == .low ? low : high }
}
