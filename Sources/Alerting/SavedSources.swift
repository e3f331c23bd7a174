import PoolModel

/// Which sources have changed since Records was last told, without a place twice.
///
/// Bounded by the number of pools and series, and allocated at once.
struct SourceChanges: Sendable {
  private(set) var pools: [Int] = []
  private(set) var series: [Int] = []
  private var isPoolNoted: [Bool]
  private var isSeriesNoted: [Bool]

  init(poolCount: Int, seriesCount: Int) {
    isPoolNoted = Array(repeating: false, count: poolCount)
    isSeriesNoted = Array(repeating: false, count: seriesCount)
    pools.reserveCapacity(poolCount)
    series.reserveCapacity(seriesCount)
  }

  mutating func note(pool: Int) {
    guard !isPoolNoted[pool] else { return }
    isPoolNoted[pool] = true
    pools.append(pool)
  }

  mutating func note(series place: Int) {
    guard !isSeriesNoted[place] else { return }
    isSeriesNoted[place] = true
    series.append(place)
  }

  mutating func clear() {
    for pool in pools { isPoolNoted[pool] = false }
    for place in series { isSeriesNoted[place] = false }
    pools.removeAll(keepingCapacity: true)
    series.removeAll(keepingCapacity: true)
  }
}

/// The sources as Records held them, in the plan's order, and those it has never heard of.
struct SavedSources {
  private(set) var pools: [SilenceWatch]
  /// By pool and parameter.
  private(set) var series: [SilenceWatch]
  /// Pools and required series that were not saved yet: they are expected from now on.
  private(set) var unsaved: SourceChanges
  private(set) var newestReading: Timestamp?

  init(plan: Plan, state: JudgementState, now: Moment) {
    let parameterCount = plan.parameters.count
    let fresh = SilenceWatch(
      expectedSince: now.wall, newestReading: nil, start: now.monotonic)
    pools = Array(repeating: fresh, count: plan.pools.count)
    series = Array(repeating: fresh, count: plan.pools.count * parameterCount)
    unsaved = SourceChanges(poolCount: pools.count, seriesCount: series.count)
    var savedPools: Set<Int> = []
    var savedSeries: Set<Int> = []
    for source in state.sources {
      guard let pool = plan.poolNumber(source.pool) else { continue }
      let watch = SilenceWatch(
        expectedSince: source.expectedSince, newestReading: source.newestReading,
        start: now.monotonic)
      if let name = source.parameter {
        guard let parameter = plan.parameterNumber(name) else { continue }
        let place = pool.index * parameterCount + parameter.index
        series[place] = watch
        savedSeries.insert(place)
      } else {
        pools[pool.index] = watch
        savedPools.insert(pool.index)
      }
      if let reading = source.newestReading {
        newestReading = newestReading.map { max($0, reading) } ?? reading
      }
    }
    for pool in plan.pools.indices {
      if !savedPools.contains(pool) { unsaved.note(pool: pool) }
      for parameter in plan.required {
        let place = pool * parameterCount + parameter.index
        if !savedSeries.contains(place) { unsaved.note(series: place) }
      }
    }
  }
}

/// Finds what a saved occurrence is about.
struct ConditionDirectory {
  private let plan: Plan
  private let ruleByName: [String: Int]
  private let monitoring: MonitoringRules
  private let gateways: GatewayWatches
  private let trends: [RuleBook.Trend?]
  private let rates: [RuleBook.Rate?]

  init(
    plan: Plan, book: RuleBook, monitoring: MonitoringRules, gateways: GatewayWatches
  ) {
    self.plan = plan
    self.gateways = gateways
    self.monitoring = monitoring
    trends = book.trends
    rates = book.rates
    ruleByName = Dictionary(
      book.rules.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// nil when the plan or the rules no longer know it, or no longer require the parameter.
  func condition(of occurrence: AlarmOccurrence) -> Condition? {
    if occurrence.rule == RuleName.brokerLink { return .brokerLink }
    if occurrence.rule == RuleName.throttled {
      return (occurrence.pool?.venue).flatMap(plan.venue).map { .throttled(venue: $0.id) }
    }
    if occurrence.rule == RuleName.gatewayOffline || occurrence.rule == RuleName.clockOffset {
      return gatewayCondition(of: occurrence)
    }
    guard let pool = occurrence.pool.flatMap(plan.poolNumber) else { return nil }
    if occurrence.rule == RuleName.silence { return .silence(pool: pool) }
    if occurrence.rule == RuleName.transmission {
      return monitoring.transmission.map { _ in .transmission(pool) }
    }
    if occurrence.rule == RuleName.disagreement {
      return monitoring.disagreement.map { _ in .disagreement(pool) }
    }
    if occurrence.rule == RuleName.stuck || occurrence.rule == RuleName.badShare {
      guard let parameter = occurrence.parameter.flatMap(plan.parameterNumber) else { return nil }
      let series = Series(pool: pool, parameter: parameter)
      if occurrence.rule == RuleName.stuck { return monitoring.stuck.map { _ in .stuck(series) } }
      return monitoring.badShare.map { _ in .badShare(series) }
    }
    if occurrence.rule == RuleName.missingParameter {
      guard let parameter = occurrence.parameter.flatMap(plan.parameterNumber),
        plan.required.contains(parameter)
      else { return nil }
      return .missingParameter(Series(pool: pool, parameter: parameter))
    }
    if occurrence.alarmClass == .trend { return drift(of: occurrence, in: pool) }
    return ruleByName[occurrence.rule].map { .limit(pool: pool, rule: $0) }
  }

  private func gatewayCondition(of occurrence: AlarmOccurrence) -> Condition? {
    guard let id = occurrence.parameter, gateways.byID[id] != nil else { return nil }
    if occurrence.rule == RuleName.clockOffset {
      return monitoring.clockOffset.map { _ in .clockOffset(id) }
    }
    return monitoring.gatewayOffline.map { _ in .gatewayOffline(id) }
  }

  private func drift(of occurrence: AlarmOccurrence, in pool: PoolNumber) -> Condition? {
    guard let name = occurrence.parameter, let parameter = plan.parameterNumber(name) else {
      return nil
    }
    if rates[parameter.index] != nil {
      let sides = [Bound.Side.low, .high]
      let side = sides.first { occurrence.rule == RuleName.rate(of: name, to: $0) }
      if let side { return .rate(Series(pool: pool, parameter: parameter), side) }
    }
    guard let trend = trends[parameter.index] else { return nil }
    let sides = [(Bound.Side.low, trend.low), (.high, trend.high)]
    let side = sides.first { side, rule in
      rule != nil && occurrence.rule == RuleName.trend(of: name, to: side)
    }
    return side.map { .trend(Series(pool: pool, parameter: parameter), $0.0) }
  }
}
