import PoolModel

@testable import Alerting

/// An engine that watches the drift of free chlorine in one pool, and rows for it.
///
/// Times are seconds after midnight UTC of 1 January 2026, as in the reference's series.
struct TrendBench {
  var engine: AlarmEngine
  let setting: Setting

  static let start = Timestamp(milliseconds: 1_767_225_600_000)
  static let pool = PoolNumber(0)
  static let chlorine = ParameterNumber(0)
  static let pH = ParameterNumber(1)
  static let flow = ParameterNumber(2)

  /// What plan, limits and rules are.
  struct Setting {
    var intervalSeconds: Int64 = 60
    var low: Double? = 0.3
    var high: Double? = 1
    /// Above pH 7.5 the lower limit is this; nil where it is the same.
    var lowAboveNeutral: Double?
    var isWatched = true
    /// The reference knows nothing of a day before.
    var asksLastDay = false
    /// The plan's own step of the pool's sensor.
    var sensorStep: Double?
    var hasCirculation = false
    var hours: [OpeningHours] = []
    var silenceSeconds = 86_400
    /// How fast chlorine may change; nil where that is not watched.
    var rate: RateRule?
  }

  init(
    _ setting: Setting = Setting(), state: JudgementState = JudgementState(),
    now: Moment = Self.moment(0)
  ) {
    self.setting = setting
    engine = AlarmEngine(
      plan: Self.plan(setting), profiles: [Self.profile(setting)], rules: Self.rules(setting),
      state: state, now: now)
    _ = engine.brokerLinkChanged(isUp: true, now: now)
  }

  private static func plan(_ setting: Setting) -> Plan {
    let title = Title(english: "", chinese: "")
    return Plan(
      district: District(code: "310107", title: title, zone: .utc),
      interval: .seconds(setting.intervalSeconds),
      parameters: [
        Parameter(name: "free_chlorine", unit: "mg/L", title: title, plausible: 0...20),
        Parameter(name: "ph", unit: "", title: title, plausible: 0...14),
        Parameter(name: "flow", unit: "m³/h", title: title, plausible: 0...1000),
      ], required: [],
      venues: [Venue(id: "v", title: title, street: "s", openingHours: setting.hours)],
      pools: [
        Pool(
          id: PoolID(venue: "v", pool: "p"), venue: 0, title: title, kind: .indoor,
          disinfectant: .chlorine,
          resolution: setting.sensorStep.map { [chlorine: $0] } ?? [:])
      ])
  }

  private static func profile(_ setting: Setting) -> LimitsProfile {
    func bound(_ value: Double?) -> Bound? { value.map { Bound(value: $0, isInclusive: true) } }
    func limit(_ low: Double?, _ high: Double?, _ condition: LimitCondition?) -> Limit {
      Limit(
        subject: .measured(chlorine), condition: condition, low: bound(low), high: bound(high),
        isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "clause",
        source: "", status: .secondary)
    }
    let neutral = Bound(value: 7.5, isInclusive: true)
    let above = Bound(value: 7.5, isInclusive: false)
    let limits: [Limit] =
      if let other = setting.lowAboveNeutral {
        [
          limit(
            setting.low, setting.high, LimitCondition(parameter: pH, low: nil, high: neutral)),
          limit(other, setting.high, LimitCondition(parameter: pH, low: above, high: nil)),
        ]
      } else {
        [limit(setting.low, setting.high, nil)]
      }
    return LimitsProfile(
      id: "l", title: Title(english: "l", chinese: ""), from: CivilDate(daysSinceEpoch: 0),
      to: nil, limits: limits)
  }

  private static func rules(_ setting: Setting) -> AlarmRules {
    let damping = LimitDamping(deadband: 0.03, onDelay: .seconds(180), offDelay: .seconds(300))
    return AlarmRules(
      limits: [chlorine: damping], silence: .seconds(setting.silenceSeconds),
      brokerDown: .seconds(60),
      circulation: setting.hasCirculation
        ? CirculationRule(
          parameter: flow, minimum: 1, onDelay: .seconds(60), offDelay: .seconds(60)) : nil,
      trends: setting.isWatched
        ? [chlorine: TrendRule(resolution: 0.01, asksLastDay: setting.asksLastDay)] : [:],
      rates: setting.rate.map { [chlorine: $0] } ?? [:])
  }

  static func instant(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }

  static func moment(_ seconds: Int) -> Moment {
    Moment(wall: instant(seconds), monotonic: .seconds(seconds + 1_000_000))
  }

  /// A row of free chlorine, with other samples.
  static func row(
    _ seconds: Int, _ value: Double, flag: QualityFlag = .good, marks: GatewayMarks = [],
    isLate: Bool = false, others: [Sample] = []
  ) -> SampleRow {
    let sample = Sample(
      parameter: chlorine, value: value, flag: flag, gatewayMarks: marks,
      arrivalMarks: isLate ? .late : [])
    return SampleRow(pool: pool, time: instant(seconds), samples: [sample] + others)
  }

  /// Judges a row as soon as it was measured.
  mutating func judge(_ row: SampleRow) -> [AlarmTransition] {
    let seconds = Int((row.time - Self.start).wholeMilliseconds / 1000)
    return engine.judge(row, now: Self.moment(seconds))
  }

  /// Reads back what the engine asks for of `rows`, as the daemon does.
  mutating func readBack(_ rows: some Collection<SampleRow>) {
    let rows = rows.sorted { $0.time < $1.time }
    let days = engine.dayStretches(of: Self.pool)
    let windows = engine.warmUpStretches(of: Self.pool)
    for row in rows where days.contains(where: { $0.contains(row.time) }) { engine.warmDay(row) }
    for row in rows where windows.contains(where: { $0.contains(row.time) }) { engine.warm(row) }
  }

  /// Judges free chlorine of every minute, or of what the interval is.
  mutating func judge(
    _ values: [Double], from seconds: Int = 0, others: [Sample] = []
  ) -> [AlarmTransition] {
    values.enumerated().flatMap { number, value in
      judge(
        Self.row(seconds + number * Int(setting.intervalSeconds), value, others: others))
    }
  }

  /// Water noise as measured: σ 0.03 with lag-1 0.8 at 0.45, in hundredths, rounded to the sensor's step.
  static func noise(_ seed: UInt64, count: Int) -> [Double] {
    var numbers = SplitMix64(seed: seed)
    var deviation = 0.0
    return (0..<count).map { _ in
      // The sum of twelve is normal enough.
      let normal = (0..<12).reduce(-6.0) { sum, _ in
        sum + Double(UInt32.random(in: 0...UInt32.max, using: &numbers)) / 0x1p32
      }
      deviation = 0.8 * deviation + 0.03 * 0.6 * normal
      return ((0.45 + deviation) * 100).rounded() / 100
    }
  }

  /// One line of a step about a trend: kind, rule, severity, state, its time in seconds, and whether it is told.
  static func text(_ transition: AlarmTransition) -> String {
    let occurrence = transition.occurrence
    let seconds = (transition.time.milliseconds - start.milliseconds) / 1000
    return
      "\(transition.kind) \(occurrence.rule) \(occurrence.severity) \(occurrence.state) \(seconds)"
      + (transition.isAnnouncement ? " told" : "")
  }
}

extension [AlarmTransition] {
  /// Those about trends, each as a line.
  var trends: [String] {
    filter { $0.occurrence.rule.contains("_trend_") }.map(TrendBench.text)
  }

  /// Those about fast changes, likewise.
  var rates: [String] {
    filter { $0.occurrence.rule.contains("_rate_") }.map(TrendBench.text)
  }
}
