import PoolModel
import Testing

@testable import Alerting

/// The bounds, the delays and what they rest on are the manual's (docs/alarms.md).
@Suite struct `Chlorine against ORP` {
  /// More than 0.5 mg/L with less than 600 mV for ten minutes, or less than 0.2 mg/L with more than 750 mV.
  private static let rules: AlarmRules = {
    var monitoring = MonitoringRules()
    monitoring.disagreement = DisagreementRule(
      chlorine: Station.freeChlorine, orp: Station.orp, weakORP: .init(chlorine: 0.5, orp: 600),
      strongORP: .init(chlorine: 0.2, orp: 750), delay: .seconds(600))
    return AlarmRules(
      limits: [:], silence: .seconds(600), brokerDown: .seconds(120),
      circulation: CirculationRule(
        parameter: Station.temperature, minimum: 1, onDelay: .seconds(3600),
        offDelay: .seconds(60)),
      monitoring: monitoring)
  }()

  private static func row(
    _ seconds: Int, _ chlorine: Double?, _ orp: Double?, flow: Double? = nil,
    flag: QualityFlag = .good
  ) -> SampleRow {
    let samples = [
      chlorine.map { Station.sample(Station.freeChlorine, $0, flag: flag) },
      orp.map { Station.sample(Station.orp, $0) },
      flow.map { Station.sample(Station.temperature, $0) },
    ]
    return SampleRow(
      pool: Station.hall, time: Station.instant(seconds), samples: samples.compactMap(\.self))
  }

  /// What follows from rows, with a new process before the row at `restart`.
  private static func steps(
    _ rows: [SampleRow], restartedAt restart: Int? = nil, hours: [OpeningHours] = []
  ) -> [AlarmTransition] {
    var station = Station(rules: rules, hours: hours)
    var steps: [AlarmTransition] = []
    for (number, row) in rows.enumerated() {
      let now = Moment(
        wall: row.time + .seconds(1),
        monotonic: Station.moment(0).monotonic + (row.time - Station.midnight))
      if number == restart {
        let open = steps.last.flatMap { $0.kind == .raised ? [$0.occurrence] : nil } ?? []
        let state = JudgementState(
          occurrences: open, sources: station.engine.takeChangedSources())
        station = Station(rules: rules, state: state, hours: hours)
        rows[..<number].forEach { station.engine.warm($0) }
      }
      steps += station.engine.judge(row, now: now)
    }
    return steps.filter { $0.occurrence.rule == "orp_disagreement" }
  }

  private static func lines(_ steps: [AlarmTransition]) -> [String] { steps.map(Station.text) }

  /// A row a minute.
  private static func rows(_ values: [(Double?, Double?)]) -> [SampleRow] {
    values.enumerated().map { row($0 * 60, $1.0, $1.1) }
  }

  @Test func `that contradict each other for long enough are told of, until they no longer do`()
    throws
  {
    let rows = Self.rows(
      [(0.6, 640)] + Array(repeating: (0.6, 540), count: 13)
        + Array(repeating: (0.6, 640), count: 7))
    let steps = Self.steps(rows)
    #expect(
      Self.lines(steps) == [
        "raised orp_disagreement active 60… told",
        "returned orp_disagreement returnedUnacknowledged 60–840 told",
      ])
    let alarm = try #require(steps.first?.occurrence)
    #expect(alarm.alarmClass == .monitoring && alarm.parameter == "orp")
    #expect(alarm.basis == "ORP 540 mV with free chlorine 0.6 mg/L")
    // The same ids and times wherever a new process goes on.
    for restart in 1..<rows.count {
      #expect(Self.steps(rows, restartedAt: restart).map(\.id) == steps.map(\.id), "\(restart)")
    }
  }

  @Test func `the other way round counts as well, and what alternates between the two, too`() {
    let rows = Self.rows((0..<12).map { $0 % 2 == 0 ? (0.6, 540) : (0.1, 800) })
    #expect(Self.lines(Self.steps(rows)) == ["raised orp_disagreement active 0… told"])
  }

  @Test(
    arguments: [(0.5, 540), (0.6, 600), (0.2, 800), (0.1, 750), (0.3, 100)] as [(Double, Double)])
  func `on a bound nothing is said`(chlorine: Double, orp: Double) {
    #expect(Self.steps(Self.rows(Array(repeating: (chlorine, orp), count: 30))).isEmpty)
  }

  @Test func `a moment without, a gap, and values that failed begin the delay anew or say nothing`()
  {
    let out: (Double?, Double?) = (0.6, 540)
    let moment = Self.rows(
      Array(repeating: out, count: 10) + [(0.6, 640)] + Array(repeating: out, count: 10))
    #expect(Self.steps(moment).isEmpty)
    // Nothing is known for longer than the silence.
    let gap = (0..<5).map { Self.row($0 * 60, 0.6, 540) } + [Self.row(1000, 0.6, 540)]
    #expect(Self.steps(gap).isEmpty)
    let failed = (0..<20).map { Self.row($0 * 60, 0.6, 540, flag: .fail) }
    #expect(Self.steps(failed).isEmpty)
    // Where one comes without the other, its value of two intervals ago at most counts.
    let apart = (0..<12).map {
      $0 % 2 == 0 ? Self.row($0 * 60, 0.6, nil) : Self.row($0 * 60, nil, 540)
    }
    #expect(Self.lines(Self.steps(apart)) == ["raised orp_disagreement active 60… told"])
  }

  @Test func `standing water and closed hours are not judged`() {
    let standing = (0..<30).map { Self.row($0 * 60, 0.6, 540, flow: 0) }
    #expect(Self.steps(standing).isEmpty)
    let night = (0..<30).map { Self.row($0 * 60, 0.6, 540) }
    let hours = OpeningHours(days: Set(1...7), opensMinute: 60, closesMinute: 120)
    #expect(Self.steps(night, hours: [hours]).isEmpty)
  }

  @Test func `a value that fails with its final flag does not count`() {
    var rows = Self.rows(Array(repeating: (0.6, 540), count: 10))
    // At ten minutes the chlorine stands out, which is known with the next row.
    rows.append(Self.row(600, 0.6, 640))
    var final = Self.row(600, 0.6, nil)
    final.samples[0].flag = .fail
    rows.append(final)
    rows += (11..<12).map { Self.row($0 * 60, 0.6, 540) }
    #expect(Self.lines(Self.steps(rows)) == ["raised orp_disagreement active 0… told"])
  }
}
