import PoolModel

@testable import Alerting

/// An outdoor pool that is judged by given limits, and the list of what that raised and ended.
struct LimitScenario {
  var engine: AlarmEngine
  private(set) var transitions: [AlarmTransition] = []
  let plan: Plan
  let zone: Zone

  static let freeChlorine = ParameterNumber(0)
  static let combinedChlorine = ParameterNumber(1)
  static let totalChlorine = ParameterNumber(2)
  static let pH = ParameterNumber(3)
  static let temperature = ParameterNumber(4)
  static let orp = ParameterNumber(5)

  /// An engine in `zone` with readings a minute; alarms need two samples, and return with the second
  /// inside.
  init(
    _ profiles: [LimitsProfile], zone: String = "Asia/Shanghai", kind: PoolKind = .outdoor,
    state: JudgementState = JudgementState(), startSeconds: Int = 0,
    circulation: CirculationRule? = nil
  ) {
    self.zone = Zone(name: zone) ?? .utc
    let title = Title(english: "", chinese: "")
    plan = Plan(
      district: District(code: "310107", title: title, zone: self.zone), interval: .seconds(60),
      parameters: Parameter.standard, required: [],
      venues: [Venue(id: "lido", title: title, street: "north", openingHours: [])],
      pools: [
        Pool(
          id: PoolID(venue: "lido", pool: "main"), venue: 0, title: title, kind: kind,
          disinfectant: .chlorine, resolution: [:])
      ])
    let none = LimitDamping(deadband: 0, onDelay: .zero, offDelay: .zero)
    let numbers = (0..<6).map(ParameterNumber.init)
    let rules = AlarmRules(
      limits: Dictionary(uniqueKeysWithValues: numbers.map { ($0, none) }),
      derived: [.hypochlorousAcid: none, .combinedChlorine: none], silence: .seconds(600),
      brokerDown: .seconds(600), circulation: circulation)
    engine = AlarmEngine(
      plan: plan, profiles: profiles, rules: rules, state: state,
      now: Self.moment(Timestamp(milliseconds: Int64(startSeconds) * 1000)))
    _ = engine.brokerLinkChanged(
      isUp: true, now: Self.moment(Timestamp(milliseconds: Int64(startSeconds) * 1000)))
  }

  static func moment(_ time: Timestamp) -> Moment {
    Moment(wall: time, monotonic: .milliseconds(time.milliseconds))
  }

  static func row(
    _ time: Timestamp, _ values: [ParameterNumber: Double], flags: [ParameterNumber: QualityFlag]
  ) -> SampleRow {
    SampleRow(
      pool: PoolNumber(0), time: time,
      samples: values.keys.sorted().map { parameter in
        Sample(
          parameter: parameter, value: values[parameter] ?? 0, flag: flags[parameter] ?? .good)
      })
  }

  /// Judges a row a second after its time.
  mutating func judge(
    _ time: Timestamp, _ values: [ParameterNumber: Double],
    flags: [ParameterNumber: QualityFlag] = [:], isLate: Bool = false
  ) {
    var row = Self.row(time, values, flags: flags)
    if isLate {
      for index in row.samples.indices { row.samples[index].arrivalMarks = .late }
    }
    transitions += engine.judge(row, now: Self.moment(time + .seconds(1)))
  }

  /// Judges a row at each of `minutes` after 2026-03-02T00:00:00Z.
  mutating func judge(
    minutes: Range<Int>, _ values: [ParameterNumber: Double],
    flags: [ParameterNumber: QualityFlag] = [:]
  ) {
    for minute in minutes { judge(Self.minute(minute), values, flags: flags) }
  }

  static func minute(_ minute: Int) -> Timestamp {
    Timestamp(milliseconds: 1_772_409_600_000 + Int64(minute) * 60_000)
  }

  /// What was raised and ended so far: kind and rule.
  var events: [String] { transitions.map { "\($0.kind) \($0.occurrence.rule)" } }
  /// What the newest alarm rests on beside its clause.
  var basis: String? { transitions.last?.occurrence.basis }
  /// The bound that the newest alarm names.
  var limit: Double? { transitions.last?.occurrence.limit }

  static func profile(
    _ limits: [Limit], id: String = "p", from: String = "2000-01-01", to: String? = nil
  ) -> LimitsProfile {
    LimitsProfile(
      id: id, title: Title(english: id, chinese: ""),
      from: CivilDate(from) ?? CivilDate(daysSinceEpoch: 0), to: to.flatMap { CivilDate($0) },
      limits: limits)
  }

  static func limit(
    _ subject: LimitSubject, low: Double? = nil, high: Double? = nil, isInclusive: Bool = true,
    when condition: LimitCondition? = nil, isMandatory: Bool = true,
    override: LimitOverride? = nil
  ) -> Limit {
    Limit(
      subject: subject, condition: condition,
      low: low.map { Bound(value: $0, isInclusive: isInclusive) },
      high: high.map { Bound(value: $0, isInclusive: isInclusive) }, isMandatory: isMandatory,
      kinds: Set(PoolKind.allCases), disinfectants: Set(Disinfectant.allCases), clause: "clause",
      source: "", status: .primary, override: override)
  }

  static func pHCondition(
    from: Double? = nil, above: Double? = nil, to: Double? = nil, below: Double? = nil
  ) -> LimitCondition {
    let low =
      from.map { Bound(value: $0, isInclusive: true) }
      ?? above.map { Bound(value: $0, isInclusive: false) }
    let high =
      to.map { Bound(value: $0, isInclusive: true) }
      ?? below.map { Bound(value: $0, isInclusive: false) }
    return LimitCondition(parameter: pH, low: low, high: high)
  }

  /// New South Wales: 1.0 mg/L outdoors, 2.0 where pH is above 7.6.
  static let newSouthWales = profile([
    limit(.measured(freeChlorine), low: 1.0, when: pHCondition(to: 7.6)),
    limit(.measured(freeChlorine), low: 2.0, when: pHCondition(above: 7.6)),
  ])

  /// DIN 19643: 750 mV for pH 6.5–7.3, 770 mV for 7.3–7.5.
  static let din = profile([
    limit(.measured(orp), low: 750, when: pHCondition(from: 6.5, to: 7.3)),
    limit(.measured(orp), low: 770, when: pHCondition(above: 7.3, to: 7.5)),
  ])
}
