public import PoolModel

/// What rollups depend on beside the readings: zone, interval, and the mandatory limits by date.
///
/// On each local day the limits profile in force holds, the one that began later if there are two;
/// of several limits on one parameter the tightest bounds. Advisory limits do not count. The alarm
/// rules choose in the same way.
///
/// Rollups look at one parameter at a time. Of limits that hold on a condition on another one the
/// loosest bounds count, so that what is out of limits is so whatever the other was; limits on computed
/// parameters do not count, as these have no rollups.
public struct RollupRules: Sendable {
  /// The zone whose local days are the day tier's.
  let zone: Zone
  /// The nominal time between two readings, in milliseconds, above 0.
  let interval: Int64
  /// The parameters' names, by number.
  let parameterNames: [String]
  /// The days that have one set of limits each, in order and apart.
  let stretches: [Stretch]
  private let classOfPool: [Int]
  /// Lines of the store for pools that left the plan: what their rollups were made by.
  var departed: [String] = []

  /// Local days with the same profile in force.
  struct Stretch: Sendable {
    /// The first day, as days since 1970-01-01.
    let firstDay: Int
    /// The day after the last one; nil while it has no end.
    let endDay: Int?
    /// From the first day's first instant to the last one's end, in milliseconds.
    let range: Range<Int64>
    /// By class of pool and parameter.
    let bounds: [RollupBounds]
  }

  /// The rules that follow from a plan and its limits.
  ///
  /// - Parameters:
  ///   - plan: gives the zone, the interval, the parameters, and each pool's kind and disinfectant.
  ///   - profiles: the limits.
  public init(plan: Plan, profiles: [LimitsProfile]) {
    zone = plan.district.zone
    interval = max(1, plan.interval.wholeMilliseconds)
    parameterNames = plan.parameters.map(\.name)
    classOfPool = plan.pools.map { Self.poolClass($0.kind, $0.disinfectant) }
    stretches = Self.stretches(profiles, zone: plan.district.zone, parameters: parameterNames.count)
  }

  private init(zone: Zone, interval: Int64) {
    self.zone = zone
    self.interval = interval
    parameterNames = []
    stretches = []
    classOfPool = []
  }

  /// Rules without limits.
  static func none(zone: Zone, interval: Duration) -> RollupRules {
    RollupRules(zone: zone, interval: max(1, interval.wholeMilliseconds))
  }

  /// The limits in force at `time`, and until when these are.
  ///
  /// - Parameters:
  ///   - pool: nil, as for one that the plan has no more: no limits.
  ///   - parameter: nil, as for one that the plan has no more: no limits.
  ///   - time: milliseconds since the epoch.
  /// - Returns: the limits, and the first instant that may have others.
  func bounds(
    pool: PoolNumber?, parameter: ParameterNumber?, at time: Int64
  ) -> (bounds: RollupBounds, until: Int64) {
    guard let pool, let parameter, classOfPool.indices.contains(pool.index),
      parameterNames.indices.contains(parameter.index)
    else { return (.none, .max) }
    for stretch in stretches where time < stretch.range.upperBound {
      if time < stretch.range.lowerBound { return (.none, stretch.range.lowerBound) }
      let index = classOfPool[pool.index] * parameterNames.count + parameter.index
      return (stretch.bounds[index], stretch.range.upperBound)
    }
    return (.none, .max)
  }

  /// What the limits of a pool depend on: its kind and disinfectant, such as `indoor/chlorine`; nil for
  /// one that came after the rules were made.
  func poolClass(of pool: PoolNumber) -> String? {
    classOfPool.indices.contains(pool.index) ? Self.classNames[classOfPool[pool.index]] : nil
  }

  /// Every kind and disinfectant, by class of pool.
  static let classNames = PoolKind.allCases.flatMap { kind in
    Disinfectant.allCases.map { "\(kind.rawValue)/\($0.rawValue)" }
  }

  private static func poolClass(_ kind: PoolKind, _ disinfectant: Disinfectant) -> Int {
    let kindIndex = PoolKind.allCases.firstIndex(of: kind) ?? 0
    let disinfectantIndex = Disinfectant.allCases.firstIndex(of: disinfectant) ?? 0
    return kindIndex * Disinfectant.allCases.count + disinfectantIndex
  }

  private static func stretches(
    _ profiles: [LimitsProfile], zone: Zone, parameters: Int
  ) -> [Stretch] {
    // Should two be in force on one day the later one wins, so it is looked at first.
    let profiles = profiles.sorted { $0.from > $1.from }
    var days: Set<Int> = []
    for profile in profiles {
      days.insert(profile.from.daysSinceEpoch)
      if let to = profile.to { days.insert(to.daysSinceEpoch + 1) }
    }
    let cuts = days.sorted()
    var stretches: [Stretch] = []
    for (index, day) in cuts.enumerated() {
      let date = CivilDate(daysSinceEpoch: day)
      guard
        let profile = profiles.first(where: { profile in
          profile.from <= date && profile.to.map { date <= $0 } ?? true
        })
      else { continue }
      let endDay = index + 1 < cuts.count ? cuts[index + 1] : nil
      let start = zone.start(of: date).milliseconds
      let end = endDay.map { zone.start(of: CivilDate(daysSinceEpoch: $0)).milliseconds }
      stretches.append(
        Stretch(
          firstDay: day, endDay: endDay, range: start..<max(start, end ?? .max),
          bounds: bounds(of: profile, parameters: parameters)))
    }
    return stretches
  }

  private static func bounds(of profile: LimitsProfile, parameters: Int) -> [RollupBounds] {
    var all = [RollupBounds](repeating: .none, count: classNames.count * parameters)
    var conditional = [RollupBounds?](repeating: nil, count: all.count)
    for limit in profile.limits where limit.isMandatory {
      guard let parameter = limit.parameter?.index, parameter < parameters else { continue }
      for kind in limit.kinds {
        for disinfectant in limit.disinfectants {
          let place = poolClass(kind, disinfectant) * parameters + parameter
          if limit.condition == nil {
            all[place].tighten(low: limit.low, high: limit.high)
          } else {
            conditional[place] =
              conditional[place]?.loosened(by: limit)
              ?? RollupBounds(low: limit.low, high: limit.high)
          }
        }
      }
    }
    for (place, bounds) in conditional.enumerated() {
      if let bounds { all[place].tighten(low: bounds.low, high: bounds.high) }
    }
    return all
  }
}
