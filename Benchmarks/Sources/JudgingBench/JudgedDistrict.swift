import Alerting
import Measuring
import PoolModel

/// A district whose every series is judged by at least ten rules.
struct JudgedDistrict {
  /// Free chlorine, pH, temperature and ORP of each pool, every ten seconds.
  let plan: Plan
  let profiles: [LimitsProfile]
  let quality: QualityRules
  let rules: AlarmRules

  /// The bands of the parameters, in the plan's order.
  static let bands = [
    Band(name: "free_chlorine", limit: 0.3...1, critical: 0.1...3, step: 0.01),
    Band(name: "ph", limit: 7...7.8, critical: 6.5...8.5, step: 0.01),
    Band(name: "temperature", limit: 23...30, critical: 20...35, step: 0.1),
    Band(name: "orp", limit: 650...850, critical: 500...1000, step: 1),
  ]

  /// Where the values of a parameter belong.
  struct Band {
    let name: String
    /// The mandatory limit; the advisory one leaves a tenth less room on each side.
    let limit: ClosedRange<Double>
    /// What is beyond it is critical.
    let critical: ClosedRange<Double>
    /// The step of its sensors.
    let step: Double

    var width: Double { limit.upperBound - limit.lowerBound }
  }

  /// A district with `seriesCount` series, a multiple of four, with or without rules about drifts.
  ///
  /// - Throws: `Failure` where the machine has no time zones.
  init(seriesCount: Int, watchesDrifts: Bool) throws {
    plan = try Plan.benchmark(
      poolCount: seriesCount / Self.bands.count, interval: .seconds(10),
      names: Self.bands.map(\.name))
    guard let start = CivilDate(year: 2000, month: 1, day: 1) else { throw Failure("no such day") }
    profiles = [
      LimitsProfile(
        id: "benchmark", title: Title(english: "benchmark", chinese: "benchmark"), from: start,
        to: nil,
        limits: Self.bands.indices.flatMap { [Self.limit($0, true), Self.limit($0, false)] })
    ]
    quality = Self.quality(of: plan)
    rules = Self.rules(quality, watchesDrifts: watchesDrifts)
  }

  private static func limit(_ index: Int, _ isMandatory: Bool) -> Limit {
    let band = bands[index]
    let room = isMandatory ? 0 : band.width / 10
    return Limit(
      parameter: ParameterNumber(index),
      low: Bound(value: band.limit.lowerBound + room, isInclusive: true),
      high: Bound(value: band.limit.upperBound - room, isInclusive: true), isMandatory: isMandatory,
      kinds: Set(PoolKind.allCases), disinfectants: Set(Disinfectant.allCases),
      clause: "benchmark", source: "benchmark", status: .unverified)
  }

  /// What is proposed for the others is made for ORP, too: every series has all tests that are delivered on.
  private static func quality(of plan: Plan) -> QualityRules {
    var parameters = QualityRules.standard(of: plan).parameters
    for (index, band) in bands.enumerated() where band.name == "orp" {
      var settings = QualitySettings(failSpan: plan.parameters[index].plausible)
      settings.suspectSpan = 300...1000
      settings.spike = .init(suspect: 60, fail: 200)
      settings.rateOfChange = .init(suspect: 2, fail: 10)
      settings.flatLine = .init(
        suspect: .seconds(4 * 3600), fail: .seconds(8 * 3600), tolerance: 0.1,
        interval: plan.interval)
      parameters[ParameterNumber(index)] = settings
    }
    return QualityRules(parameters: parameters)
  }

  private static func rules(_ quality: QualityRules, watchesDrifts: Bool) -> AlarmRules {
    var limits: [ParameterNumber: LimitDamping] = [:]
    var trends: [ParameterNumber: TrendRule] = [:]
    for (index, band) in bands.enumerated() {
      limits[ParameterNumber(index)] = LimitDamping(
        deadband: band.width / 20, onDelay: .seconds(180), offDelay: .seconds(300),
        criticalLow: band.critical.lowerBound, criticalHigh: band.critical.upperBound)
      if watchesDrifts { trends[ParameterNumber(index)] = TrendRule(resolution: band.step) }
    }
    var monitoring = MonitoringRules(
      stuck: quality, badShare: .init(percent: 20, window: .seconds(600)))
    monitoring.disagreement = DisagreementRule(
      chlorine: ParameterNumber(0), orp: ParameterNumber(3),
      weakORP: .init(chlorine: 0.5, orp: 600), delay: .seconds(3600))
    return AlarmRules(
      limits: limits, silence: .seconds(600), brokerDown: .seconds(60), monitoring: monitoring,
      trends: trends)
  }

  /// An engine that is told that its link is up.
  func engine(now: Moment) -> AlarmEngine {
    var engine = AlarmEngine(
      plan: plan, profiles: profiles, rules: rules, state: JudgementState(), now: now)
    _ = engine.brokerLinkChanged(isUp: true, now: now)
    return engine
  }

  /// How many rules a series is judged by, at least.
  func leastRuleCount(in engine: AlarmEngine, at time: Timestamp) throws -> Int {
    let counts = plan.allSeries.prefix(1000).map { engine.ruleNames(of: $0, at: time).count }
    guard let least = counts.min(), least >= 10 else {
      throw Failure("a series is judged by \(counts.min() ?? 0) rules, not ten")
    }
    return least
  }
}
