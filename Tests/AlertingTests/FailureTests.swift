import Alerting
import PoolModel
import Testing

@Suite struct `Alarms about sensors` {
  /// A sensor rests after three intervals of ten seconds; two failed values of ten that are due are too many.
  private static func engine(_ state: JudgementState = JudgementState()) -> AlarmEngine {
    var settings = QualitySettings(failSpan: 0...20)
    settings.flatLine = .init(
      suspect: .seconds(20), fail: .seconds(30), tolerance: 0.001, interval: .seconds(10))
    let quality = QualityRules(parameters: [ParameterNumber(0): settings])
    let rules = AlarmRules(
      limits: [
        ParameterNumber(0): LimitDamping(
          deadband: 0.03, onDelay: .seconds(10), offDelay: .seconds(10))
      ], silence: .seconds(600), brokerDown: .seconds(60),
      monitoring: MonitoringRules(
        stuck: quality, badShare: .init(percent: 55, window: .seconds(120))))
    return AlarmEngine(plan: plan, profiles: [profile], rules: rules, state: state, now: moment(0))
  }

  private static let plan = Plan(
    district: District(code: "310107", title: Title(english: "P", chinese: ""), zone: .utc),
    interval: .seconds(10), parameters: [Parameter.standard[0]], required: [],
    venues: [
      Venue(id: "v", title: Title(english: "V", chinese: ""), street: "S", openingHours: [])
    ],
    pools: [
      Pool(
        id: PoolID(venue: "v", pool: "p"), venue: 0, title: Title(english: "", chinese: ""),
        kind: .indoor, disinfectant: .chlorine, resolution: [:])
    ])

  private static let profile = LimitsProfile(
    id: "l", title: Title(english: "L", chinese: ""), from: CivilDate(daysSinceEpoch: 0), to: nil,
    limits: [
      Limit(
        parameter: ParameterNumber(0), low: Bound(value: 0.3, isInclusive: true), high: nil,
        isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "c", source: "s",
        status: .primary)
    ])

  private static let start = Timestamp(milliseconds: 1_793_577_600_000)

  private static func moment(_ seconds: Int) -> Moment {
    Moment(wall: start + .seconds(seconds), monotonic: .seconds(seconds))
  }

  private static func row(
    _ seconds: Int, _ value: Double, _ flag: QualityFlag, _ marks: GatewayMarks = []
  ) -> SampleRow {
    SampleRow(
      pool: PoolNumber(0), time: start + .seconds(seconds),
      samples: [
        Sample(parameter: ParameterNumber(0), value: value, flag: flag, gatewayMarks: marks)
      ])
  }

  /// What became of rows ten seconds apart: rule, kind and the seconds of event and step.
  private static func steps(
    _ rows: [(value: Double, flag: QualityFlag, marks: GatewayMarks)]
  ) -> [String] {
    var engine = engine()
    return rows.enumerated().flatMap { number, row in
      engine.judge(
        Self.row(number * 10, row.value, row.flag, row.marks), now: moment(number * 10)
      ).map {
        let event = ($0.occurrence.eventTime - start).inSeconds
        return "\($0.occurrence.rule) \($0.kind.rawValue) \(Int(event)) at \(number * 10)"
      }
    }
  }

  @Test func `nobody is told of a sensor of a pool that is out of use`() throws {
    var engine = Self.engine()
    let closure = engine.registerClosure(
      .maintenance, venue: "v", pool: nil, from: Self.start, to: nil,
      by: AlarmTransition.Actor(name: "li", comment: "drained"), now: Self.moment(0))
    func kinds(_ numbers: Range<Int>) -> [AlarmTransition.Kind] {
      numbers.flatMap { number in
        engine.judge(Self.row(number * 10, 0.2, .fail), now: Self.moment(number * 10))
      }.map(\.kind)
    }
    #expect(kinds(0..<20) == [])
    _ = try engine.endClosure(
      id: closure.id, by: AlarmTransition.Actor(name: "li", comment: "filled"),
      now: Self.moment(195))
    #expect(kinds(20..<40).contains(.raised))
  }

  @Test func `an alarm whose rule is no more can be closed by taking it on`() throws {
    for rule in ["stuck", "bad_share"] {
      let occurrence = AlarmOccurrence(
        id: rule, alarmClass: .monitoring, state: .active, rule: rule,
        pool: Self.plan.pools[0].id, parameter: "free_chlorine", eventTime: Self.start,
        detectedTime: Self.start, isAnnounced: true)
      var state = JudgementState()
      state.occurrences = [occurrence]
      let rules = AlarmRules(
        limits: [:], silence: .seconds(600), brokerDown: .seconds(60),
        monitoring: MonitoringRules(stuck: nil, badShare: nil))
      var engine = AlarmEngine(
        plan: Self.plan, profiles: [Self.profile], rules: rules, state: state, now: Self.moment(0))
      let steps = try engine.act(
        .acknowledge, on: occurrence.id,
        by: AlarmTransition.Actor(name: "li", comment: "rule is off"), now: Self.moment(1))
      #expect(steps.map(\.occurrence.state) == [.returned], "\(rule)")
    }
  }

  @Test
  func `a sensor stuck low is told of with the second failed value, and its water alarm stays`() {
    // Out of limits from the first value on; failed from 30 s; it moves at 70 s, in limits from then on.
    let rows: [(Double, QualityFlag, GatewayMarks)] =
      [(0.2, .good, []), (0.2, .good, []), (0.2, .suspect, [])]
      + Array(repeating: (0.2, .fail, []), count: 4)
      + Array(repeating: (0.5, .good, []), count: 3)
    #expect(
      Self.steps(rows) == [
        "free_chlorine_low raised 0 at 10", "stuck raised 30 at 40", "stuck returned 30 at 70",
        "free_chlorine_low returned 0 at 80",
      ])
  }

  @Test func `what failed otherwise is not stuck`() {
    // Implausible, under calibration, or jumping: never the same value failed at rest twice.
    let marked: [(Double, QualityFlag, GatewayMarks)] = [
      (0.5, .fail, .calibration), (0.5, .fail, .maintenance), (0.5, .fail, .calibration),
      (0.5, .good, []),
    ]
    #expect(Self.steps(marked) == [])
    #expect(Self.steps([(99, .fail, []), (99, .fail, []), (0.5, .good, [])]) == [])
    #expect(Self.steps([(0.5, .fail, []), (3, .fail, []), (0.5, .fail, []), (3, .good, [])]) == [])
  }

  @Test func `too many failed values are told of until half as many are left`() {
    // Twelve are due in two minutes; more than 55 % are seven. The window's parts are of ten seconds.
    let rows: [(Double, QualityFlag, GatewayMarks)] =
      (0..<7).map { (Double(30 + $0), .fail, []) } + Array(repeating: (0.5, .good, []), count: 12)
    // 27.5 % are 3.3: with the fourth that leaves the window, whose parts 0 … 3 are out at 150 s.
    #expect(
      Self.steps(rows) == ["bad_share raised 60 at 60", "bad_share returned 60 at 150"])
  }

  // Of the values at rest the first alone counts, which may be a failure of any kind: six others make it seven.
  @Test(arguments: [5, 6])
  func `a stuck sensor is told of once, whatever failed besides`(others: Int) {
    let rows: [(Double, QualityFlag, GatewayMarks)] =
      Array(repeating: (0.5, .fail, []), count: 30) + [(0.6, .good, [])]
      + (0..<others).map { (Double(30 + $0), .fail, []) }
    let stuck = ["stuck raised 0 at 10", "stuck returned 0 at 300"]
    #expect(Self.steps(rows) == stuck)
    let after = (0..<others).map { (Double(30 + $0), QualityFlag.fail, GatewayMarks()) }
    #expect(
      Self.steps(after + Array(repeating: (0.5, .fail, []), count: 9))
        == (others == 5
          ? ["stuck raised 50 at 60"]
          : ["bad_share raised 60 at 60", "stuck raised 60 at 70"]))
  }

  @Test func `that was stuck is not told of as failing after a restart`() {
    let values = Array(repeating: (0.5, QualityFlag.fail), count: 12) + [(0.6, .good), (30, .fail)]
    let rows = values.enumerated().map { Self.row($0 * 10, $1.0, $1.1) }
    for restart in 1..<rows.count {
      var engine = Self.engine()
      var steps: [AlarmTransition] = []
      for (number, row) in rows.enumerated() {
        if number == restart {
          let open = steps.last.flatMap { $0.kind == .raised ? [$0.occurrence] : nil } ?? []
          engine = Self.engine(
            JudgementState(occurrences: open, sources: engine.takeChangedSources()))
          rows[..<number].forEach { engine.warm($0) }
        }
        steps += engine.judge(row, now: Self.moment(number * 10))
      }
      #expect(
        steps.map { "\($0.occurrence.rule) \($0.kind.rawValue)" } == [
          "stuck raised", "stuck returned",
        ], "\(restart)")
    }
  }

  @Test func `a value that fails with its final flag alone counts like any other, once`() {
    func kinds(restartedAt restart: Int?) -> [String] {
      var engine = Self.engine()
      var rows: [SampleRow] = []
      var steps: [String] = []
      for number in 0..<9 {
        if number == restart {
          engine = Self.engine(JudgementState(sources: engine.takeChangedSources()))
          rows.forEach { engine.warm($0) }
        }
        // Good when it comes; with the next it is known to stand out.
        let row = Self.row(number * 10, Double(30 + number) / 100, .good)
        var final = row
        final.samples[0].flag = .fail
        for part in [row, final, final] {
          steps += engine.judge(part, now: Self.moment(number * 10)).map {
            "\($0.occurrence.rule) \($0.kind.rawValue) at \(number * 10)"
          }
        }
        rows.append(final)
      }
      return steps
    }
    // More than 55 % of the twelve that are due in two minutes are seven. People are told with the next row,
    // which a final flag comes with.
    let expected = ["bad_share raised at 60", "bad_share announced at 70"]
    #expect(kinds(restartedAt: nil) == expected)
    for restart in 1...6 { #expect(kinds(restartedAt: restart) == expected, "\(restart)") }
  }

  @Test func `goes on over a restart`() throws {
    let rows = [0.5, 0.5, 0.5].enumerated().map { Self.row($0 * 10, $1, .fail) }
    var engine = Self.engine()
    #expect(engine.judge(rows[0], now: Self.moment(0)).isEmpty)
    // A new process knows of the first failed value by reading it back.
    var second = Self.engine(JudgementState(sources: engine.takeChangedSources()))
    second.warm(rows[0])
    let raised = second.judge(rows[1], now: Self.moment(10))
    #expect(
      raised.map(\.occurrence) == engine.judge(rows[1], now: Self.moment(10)).map(\.occurrence))
    #expect(raised.map(\.occurrence.rule) == ["stuck"])
    // And the next one of the alarm, which it does not raise again, and ends.
    var third = Self.engine(
      JudgementState(
        occurrences: raised.map(\.occurrence), sources: second.takeChangedSources()))
    rows[...1].forEach { third.warm($0) }
    #expect(third.judge(rows[2], now: Self.moment(20)).isEmpty)
    let ended = third.judge(Self.row(30, 0.51, .good), now: Self.moment(30))
    #expect(ended.map(\.kind) == [.returned])
    #expect(ended.first?.occurrence.id == raised.first?.occurrence.id)
  }
}
