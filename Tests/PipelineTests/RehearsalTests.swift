import Alerting
import Pipeline
import PoolModel
import RingStore
import Testing

@Suite struct `Rehearsals` {
  /// Free chlorine of both pools about the limit, with spikes, steps, failed sensors and lost messages.
  private func live(seed: UInt64) throws -> (bench: Workbench, transitions: [AlarmTransition]) {
    let bench = try Workbench(quality: .standard(of: Workbench.plan))
    var random = SplitMix64(seed: seed)
    var levels = ["a": 0.33, "b": 0.36]
    for second in 0..<3000 {
      for pool in ["a", "b"] {
        let level = levels[pool, default: 0.3] + Double.random(in: -0.012...0.012, using: &random)
        levels[pool] = min(0.5, max(0.2, level))
        let chance = Int.random(in: 0..<100, using: &random)
        if chance == 0 { continue }
        let value = chance == 1 ? level + 2 : chance == 2 ? -1 : level
        let flag =
          chance == 3 ? #","flags":{"free_chlorine":"calibration"}"# : ""
        let text = (value * 1000).rounded() / 1000
        bench.receive(
          payload:
            #"{"ts":\#(bench.now.wall.milliseconds),"values":{"free_chlorine":\#(text)}\#(flag)}"#,
          pool: pool)
      }
      try bench.pipeline.commit(now: bench.now)
      try bench.judge()
      // The clock stands at the last row in the end.
      if second < 2999 { bench.pass(.seconds(1)) }
    }
    return (bench, bench.order.compactMap { bench.transitions[$0] })
  }

  // The daemon's own pipeline is the reference: the stored rows have to bring the same again.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `stored rows bring the alarms that the daemon raised, step by step`(seed: UInt64) throws {
    let (bench, transitions) = try live(seed: seed)
    #expect(transitions.count > 10)
    var rehearsal = Rehearsal(
      settings: PipelineSettings(
        plan: Workbench.plan, profiles: [Workbench.profile], rules: Workbench.rules,
        quality: .standard(of: Workbench.plan), people: []), start: Workbench.start,
      source: try Self.source(of: bench.pipeline.store))
    try PoolRows(
      of: [PoolNumber(0), PoolNumber(1)], parameters: [ParameterNumber(0), ParameterNumber(3)],
      in: bench.pipeline.store
    ).forEach(from: Workbench.start, through: Workbench.start + .seconds(86_400)) {
      rehearsal.take($0)
    }
    #expect(rehearsal.takeTransitions() == transitions)
    #expect(rehearsal.takeTransitions().isEmpty)
  }

  /// All rows of `store`.
  private static func source(of store: RingStore) throws -> Rehearsal.Source {
    let rows = try [0, 1].map {
      try store.rows(
        of: PoolNumber($0), from: .distantPast, through: .distantFuture, limit: .max)
    }
    return { pool, range, body in rows[pool.index].filter { range.contains($0.time) }.forEach(body)
    }
  }

  // One zero of the flow stops what is pending in the water, until it turns out to be a spike.
  @Test func `what a spike of the flow had stopped goes on from where it began`() throws {
    let flow = try #require(Workbench.plan.parameterNumber("flow"))
    var spiky = QualitySettings(failSpan: 0...1000)
    spiky.spike = .init(suspect: 2, fail: 5)
    let rules = AlarmRules(
      limits: Workbench.rules.limits, silence: .seconds(86_400), brokerDown: .seconds(86_400),
      circulation: CirculationRule(
        parameter: flow, minimum: 1, onDelay: .seconds(60), offDelay: .seconds(60)))
    let rows = (0..<30).map { second in
      SampleRow(
        pool: PoolNumber(0), time: Workbench.start + .seconds(second),
        samples: [
          Sample(parameter: ParameterNumber(0), value: second < 10 ? 0.5 : 0.2, flag: .good),
          Sample(parameter: flow, value: second == 12 ? 0 : 10, flag: .good),
        ])
    }
    var rehearsal = Rehearsal(
      settings: PipelineSettings(
        plan: Workbench.plan, profiles: [Workbench.profile], rules: rules,
        quality: QualityRules(parameters: [flow: spiky]), people: []),
      start: Workbench.start,
      source: { _, range, body in rows.filter { range.contains($0.time) }.forEach(body) })
    for row in rows { rehearsal.take(row) }
    // Out of limits since 10 s, and for five seconds at 15 s.
    let steps = rehearsal.takeTransitions()
    #expect(steps.map(\.occurrence.rule) == ["free_chlorine_low"])
    #expect(steps.first?.occurrence.eventTime == Workbench.start + .seconds(10))
    #expect(steps.first?.occurrence.detectedTime == Workbench.start + .seconds(15))
  }

  @Test func `rows of several pools come in the order of their times, stretch by stretch`() throws {
    let bench = try Workbench()
    var expected: [String] = []
    // 40 days apart, so that two stretches are walked; the store keeps an hour of rows in any case.
    for (pool, second) in [("b", 1), ("a", 2), ("b", 2), ("a", 3_456_000), ("b", 3_456_001)] {
      let time = Workbench.start + .seconds(second)
      bench.pass(time - bench.now.wall)
      bench.receive("0.\(second % 10 + 1)", pool: pool)
      try bench.pipeline.commit(now: bench.now)
      expected.append("\(pool) \(second)")
    }
    var found: [String] = []
    try PoolRows(
      of: [PoolNumber(0), PoolNumber(1)], parameters: [ParameterNumber(0)],
      in: bench.pipeline.store
    ).forEach(from: Workbench.start, through: Workbench.start + .seconds(4_000_000)) { row in
      #expect(row.samples.count == 1)
      found.append(
        "\(row.pool.index == 0 ? "a" : "b") \(Int((row.time - Workbench.start).inSeconds))")
    }
    #expect(found == expected)
  }

  // What is late takes no part in what comes in order, with its first flag as with its final one.
  @Test(arguments: [false, true])
  func `a late value that turns out to be a spike stays late`(isLate: Bool) {
    var settings = QualitySettings(failSpan: 0...20)
    settings.spike = .init(suspect: 0.1, fail: 0.2)
    var rehearsal = Rehearsal(
      settings: PipelineSettings(
        plan: Workbench.plan, profiles: [Workbench.profile],
        rules: AlarmRules(
          limits: [:], silence: .seconds(600), brokerDown: .seconds(600),
          monitoring: MonitoringRules(badShare: .init(percent: 5, window: .seconds(60)))),
        quality: QualityRules(parameters: [ParameterNumber(0): settings]), people: []),
      start: Workbench.start, source: { _, _, _ in })
    for second in 0..<30 {
      let isSpike = second % 5 == 4
      var chlorine = Sample(
        parameter: ParameterNumber(0), value: isSpike ? 0.9 : 0.5, flag: .good)
      // The pH of the same row came in time.
      if isLate, isSpike { chlorine.arrivalMarks = .late }
      rehearsal.take(
        SampleRow(
          pool: PoolNumber(0), time: Workbench.start + .seconds(second),
          samples: [chlorine, Sample(parameter: ParameterNumber(3), value: 7, flag: .good)]))
    }
    let raised = rehearsal.takeTransitions().filter { $0.kind == .raised }
    #expect(raised.map(\.occurrence.rule) == (isLate ? [] : ["bad_share"]))
  }

  @Test func `a pool that stops is silent within ten seconds of its patience`() {
    var rehearsal = Rehearsal(
      settings: PipelineSettings(
        plan: Workbench.plan, profiles: [Workbench.profile],
        rules: AlarmRules(limits: [:], silence: .seconds(60), brokerDown: .seconds(60)),
        people: []), start: Workbench.start, source: { _, _, _ in })
    for second in 0..<30 {
      for pool in 0..<2 where pool == 0 || second < 5 {
        rehearsal.take(
          SampleRow(
            pool: PoolNumber(pool), time: Workbench.start + .seconds(second),
            samples: [ParameterNumber(0), ParameterNumber(3)].map {
              Sample(parameter: $0, value: 7, flag: .good)
            }))
      }
    }
    rehearsal.pass(to: Workbench.start + .seconds(80))
    // Pool b was last heard of at 4 s, 60 s before the tick at 70 s.
    let steps = rehearsal.takeTransitions()
    #expect(steps.map(\.occurrence.rule) == ["silence"])
    #expect(steps.first?.occurrence.pool?.pool == "b")
    #expect(steps.first?.occurrence.eventTime == Workbench.start + .seconds(4))
    #expect(steps.first?.occurrence.detectedTime == Workbench.start + .seconds(70))
  }
}
