import PoolModel
import RingStore
import Testing

@testable import Pipeline

@Suite struct `A value that turns out to be a spike` {
  private static let quality: QualityRules = {
    var settings = QualitySettings(failSpan: 0...20)
    settings.spike = .init(suspect: 0.1, fail: 0.2)
    return QualityRules(parameters: [ParameterNumber(0): settings])
  }()

  /// The usual rules, and chlorine that may change by 0.125 mg/L in five seconds.
  private static let rules = AlarmRules(
    limits: Workbench.rules.limits, silence: Workbench.rules.silence,
    brokerDown: Workbench.rules.brokerDown,
    rates: [ParameterNumber(0): RateRule(perMinute: 1.5, window: .seconds(5))])

  private struct Step: Hashable {
    let id: String
    let rule: String
    let kind: AlarmTransition.Kind
    let event: Timestamp
    let time: Timestamp
  }

  /// In limits, then out of them, and so on, with spikes to either side.
  private static func values(seed: UInt64) -> [String] {
    var random = SplitMix64(seed: seed)
    return (0..<240).map { second in
      if random.next() % 6 == 0 { return ["0.9", "0.05"][Int(random.next() % 2)] }
      return second % 50 < 30 ? "0.4\(second % 7)" : "0.2\(second % 5)"
    }
  }

  private static func steps(
    seed: UInt64, batch: Int, isRestarted: Bool
  ) throws -> Set<Step> {
    let bench = try Workbench(quality: quality, rules: rules)
    for (second, value) in values(seed: seed).enumerated() {
      bench.pass(.seconds(1))
      bench.receive(value)
      guard second % batch == batch - 1 else { continue }
      try bench.pipeline.commit(now: bench.now)
      if isRestarted {
        // Some crashes come before judgement, some after.
        if second % 2 == 0 { try bench.judge() }
        try bench.restart()
      }
      try bench.judge()
    }
    return Set(
      bench.transitions.values.map {
        Step(
          id: $0.occurrence.id, rule: $0.occurrence.rule, kind: $0.kind,
          event: $0.occurrence.eventTime, time: $0.time)
      })
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `leaves the same alarms with restarts as without, however the rows are batched`(
    seed: UInt64
  ) throws {
    let expected = try Self.steps(seed: seed, batch: 1, isRestarted: false)
    for rule in [
      "free_chlorine_low", "free_chlorine_rate_rising", "free_chlorine_rate_falling",
    ] {
      let kinds = Set(expected.filter { $0.rule == rule }.map(\.kind))
      #expect(kinds.isSuperset(of: [.raised, .returned]), "\(rule)")
    }
    for (batch, isRestarted) in [(1, true), (3, false), (3, true), (7, true)] {
      let steps = try Self.steps(seed: seed, batch: batch, isRestarted: isRestarted)
      #expect(steps == expected, "batch \(batch), restarts \(isRestarted)")
    }
  }

  /// Chlorine says that there is enough of it, ORP that there is not, half a second apart or together; one
  /// value of chlorine is a spike that contradicts nothing.
  private static func disagreement(isApart: Bool, isRestarted: Bool) throws -> [String] {
    var monitoring = MonitoringRules()
    monitoring.disagreement = DisagreementRule(
      chlorine: ParameterNumber(0), orp: try orp(), weakORP: .init(chlorine: 0.4, orp: 600),
      delay: .seconds(10))
    let rules = AlarmRules(
      limits: [:], silence: .seconds(3600), brokerDown: .seconds(60), monitoring: monitoring)
    let bench = try Workbench(quality: quality, rules: rules)
    for second in 0..<16 {
      bench.pass(.seconds(1))
      let time = bench.now.wall.milliseconds - 900
      let chlorine = second == 5 ? 0.05 : 0.5
      if isApart {
        bench.receive(payload: #"{"ts":\#(time),"values":{"free_chlorine":\#(chlorine)}}"#)
        bench.receive(payload: #"{"ts":\#(time + 500),"values":{"orp":500}}"#)
      } else {
        bench.receive(
          payload: #"{"ts":\#(time),"values":{"free_chlorine":\#(chlorine),"orp":500}}"#)
      }
      try bench.pipeline.commit(now: bench.now)
      try bench.judge()
      if isRestarted { try bench.restart() }
    }
    try bench.judge()
    return bench.transitions.values.map {
      let begin = ($0.occurrence.eventTime - Workbench.start).wholeMilliseconds
      return "\($0.kind) \($0.occurrence.rule) \(begin)"
    }
  }

  private static func orp() throws -> ParameterNumber {
    ParameterNumber(try #require(Parameter.standard.firstIndex { $0.name == "orp" }))
  }

  @Test(arguments: [(false, 100), (true, 600)], [false, true])
  func `is no end of a disagreement, together with ORP or apart from it`(
    rows: (isApart: Bool, begin: Int), isRestarted: Bool
  ) throws {
    let steps = try Self.disagreement(isApart: rows.isApart, isRestarted: isRestarted)
    #expect(steps == ["raised orp_disagreement \(rows.begin)"])
  }

  @Test func `is stored at once and amended durably with the next`() throws {
    let bench = try Workbench(quality: Self.quality)
    func flags() throws -> [QualityFlag] {
      try bench.pipeline.store.rows(
        of: PoolNumber(0), from: .distantPast, through: .distantFuture, limit: .max
      ).map { $0.samples[0].flag }
    }
    for (value, expected) in [
      ("0.5", [QualityFlag.good]), ("0.9", [.good, .good]), ("0.5", [.good, .fail, .good]),
      ("0.65", [.good, .fail, .suspect, .good]),
      ("0.5", [.good, .fail, .suspect, .suspect, .good]),
    ] {
      bench.pass(.seconds(1))
      bench.receive(value)
      try bench.pipeline.commit(now: bench.now)
      #expect(try flags() == expected)
      try bench.restart()
      #expect(try flags() == expected)
    }
  }

  @Test func `that comes late, with its neighbours, is no exceedance of the past`() throws {
    let bench = try Workbench(quality: Self.quality)
    for _ in 0..<60 {
      bench.pass(.seconds(1))
      bench.receive("0.5")
    }
    try bench.pipeline.commit(now: bench.now)
    try bench.judge()
    // Out of limits for one value between two rows that are stored.
    func readings(_ values: [Double]) -> String {
      let start = bench.now.wall.milliseconds - 30_000
      let texts = values.enumerated().map { (index: Int, value: Double) -> String in
        #"{"ts":\#(start + Int64(index) * 1000 + 250),"values":{"free_chlorine":\#(value)}}"#
      }
      return "[" + texts.joined(separator: ",") + "]"
    }
    bench.receive(payload: readings([0.5, 0.05, 0.5]))
    try bench.pipeline.commit(now: bench.now)
    try bench.judge()
    #expect(bench.transitions.isEmpty)
    let late = try bench.pipeline.store.rows(
      of: PoolNumber(0), from: .distantPast, through: .distantFuture, limit: .max
    ).filter { $0.samples[0].value == 0.05 }
    #expect(late.map(\.samples[0].flag) == [.fail])
  }

  /// In limits and out of them, with jumps, and rows that come late between those that are judged.
  private static func stepsWithLateRows(seed: UInt64, isRestarted: Bool) throws -> Set<Step> {
    var settings = QualitySettings(failSpan: 0...20)
    settings.spike = .init(suspect: 0.1, fail: 0.2)
    settings.rateOfChange = .init(suspect: 0.2, fail: 0.25)
    let bench = try Workbench(
      quality: QualityRules(parameters: [ParameterNumber(0): settings]), rules: rules)
    var random = SplitMix64(seed: seed)
    func settle() throws {
      try bench.pipeline.commit(now: bench.now)
      if isRestarted {
        if random.next() % 2 == 0 { try bench.judge() }
        try bench.restart()
      }
      try bench.judge()
    }
    var values = SplitMix64(seed: seed &+ 7)
    for second in 0..<200 {
      bench.pass(.seconds(1))
      if values.next() % 5 == 0 { continue }
      bench.receive(second % 40 < 22 ? "0.5" : "0.2\(second % 3)")
      try settle()
      guard values.next() % 3 == 0 else { continue }
      let time = bench.now.wall.milliseconds - 1500 - Int64(values.next() % 4) * 1000
      let value = ["0.5", "0.2", "0.8", "0.05"][Int(values.next() % 4)]
      bench.receive(payload: #"{"ts":\#(time),"values":{"free_chlorine":\#(value)}}"#)
      try settle()
    }
    return Set(
      bench.transitions.values.map {
        Step(
          id: $0.occurrence.id, rule: $0.occurrence.rule, kind: $0.kind,
          event: $0.occurrence.eventTime, time: $0.time)
      })
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `or a jump because of late rows leaves the same alarms with restarts as without`(
    seed: UInt64
  ) throws {
    let expected = try Self.stepsWithLateRows(seed: seed, isRestarted: false)
    let rules = Set(expected.filter { $0.kind == .raised }.map(\.rule))
    #expect(
      rules == ["free_chlorine_low", "free_chlorine_rate_rising", "free_chlorine_rate_falling"])
    #expect(try Self.stepsWithLateRows(seed: seed, isRestarted: true) == expected)
  }

  @Test(arguments: [nil, 6, 7, 8])
  func `or a fall because of a late row counts at once as after a restart`(restart: Int?) throws {
    var settings = QualitySettings(failSpan: 0...20)
    settings.rateOfChange = .init(suspect: 0.2, fail: 0.25)
    let bench = try Workbench(quality: QualityRules(parameters: [ParameterNumber(0): settings]))
    for second in 1...15 {
      bench.pass(.seconds(1))
      // Two seconds apart 0.5 and 0.2 are slow enough.
      if second == 2 { continue }
      bench.receive(second == 1 ? "0.5" : "0.2")
      try bench.pipeline.commit(now: bench.now)
      try bench.judge()
      if second == 5 {
        // Then the one between them comes, and the fall took only a second: what fell failed.
        let time = Workbench.start.milliseconds + 2000
        bench.receive(payload: #"{"ts":\#(time),"values":{"free_chlorine":0.5}}"#)
        try bench.pipeline.commit(now: bench.now)
        try bench.judge()
      }
      if second == restart { try bench.restart() }
    }
    // Out of limits from the fourth second on, not from the third.
    let events = bench.transitions.values.filter { $0.kind == .raised }
      .map { ($0.occurrence.eventTime - Workbench.start).inSeconds }
    #expect(events == [4])
  }

  @Test func `neither ends an alarm nor is a sign of life later than its own`() throws {
    let bench = try Workbench(quality: Self.quality)
    // Out of limits for long, with a spike into them each fourth second.
    for second in 0..<40 {
      bench.pass(.seconds(1))
      bench.receive(second % 4 == 3 ? "0.6" : "0.2")
      try bench.pipeline.commit(now: bench.now)
      try bench.judge()
    }
    #expect(bench.transitions.values.map(\.kind) == [.raised])
    // The on-delay counts from the first, whatever the spikes: 5 s after the first second.
    #expect(
      bench.transitions.values.first?.occurrence.eventTime == Workbench.start + .seconds(1))
  }
}
