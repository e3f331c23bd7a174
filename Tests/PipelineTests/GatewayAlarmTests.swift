import Pipeline
import PoolModel
import TestSupport
import Testing

/// What the ledger of messages tells judgement of a gateway.
@Suite struct `The alarms about gateways follow from their messages` {
  private static func bench() throws -> Workbench {
    var monitoring = MonitoringRules()
    monitoring.gatewayOffline = .init(silence: .seconds(60), afterWord: .seconds(10))
    monitoring.clockOffset = .seconds(5)
    return try Workbench(
      rules: AlarmRules(
        limits: Workbench.rules.limits, silence: .seconds(600), brokerDown: .seconds(600),
        monitoring: monitoring))
  }

  /// Seconds with a message each, whose time is so far behind.
  private static func run(
    _ bench: Workbench, _ seconds: Int, behind: Int? = 0, isRetained: Bool = false
  ) throws {
    for _ in 0..<seconds {
      bench.pass(.seconds(1))
      if let behind {
        let time = bench.now.wall.milliseconds - Int64(behind) * 1000
        bench.receive(
          payload: #"{"ts":\#(time),"values":{"free_chlorine":0.5}}"#, isRetained: isRetained)
        try bench.pipeline.commit(now: bench.now)
      }
      bench.pipeline.noteGateways(now: bench.now)
      try bench.judge()
    }
  }

  private static func status(_ bench: Workbench, isOnline: Bool) throws {
    bench.pipeline.receive(
      Delivery(
        topic: "pools/v1/310107/jade/status",
        payload: Array(#"{"online":\#(isOnline)}"#.utf8),
        isRetained: false), now: bench.now)
    try bench.pipeline.commit(now: bench.now)
  }

  private static func steps(_ bench: Workbench) -> [String] {
    bench.order.compactMap { bench.transitions[$0] }.map {
      "\($0.occurrence.rule) \($0.kind) at \(Int(($0.time - Workbench.start).inSeconds))"
    }
  }

  @Test func `a silent one is offline, whatever the broker replays, until it is heard again`()
    throws
  {
    let bench = try Self.bench()
    try Self.run(bench, 20)
    try Self.run(bench, 59, behind: nil)
    #expect(Self.steps(bench).isEmpty)
    try Self.run(bench, 2, behind: 90, isRetained: true)
    // Dated by the newest reading.
    #expect(Self.steps(bench) == ["gateway_offline raised at 20"])
    try bench.restart()
    try Self.run(bench, 100, behind: nil)
    try Self.run(bench, 2)
    #expect(
      Self.steps(bench) == ["gateway_offline raised at 20", "gateway_offline returned at 182"])
  }

  @Test func `one that says that it goes is offline ten seconds later`() throws {
    let bench = try Self.bench()
    try Self.run(bench, 20)
    try Self.status(bench, isOnline: false)
    try Self.run(bench, 9, behind: nil)
    #expect(Self.steps(bench).isEmpty)
    try Self.run(bench, 2, behind: nil)
    #expect(Self.steps(bench) == ["gateway_offline raised at 20"])
    try Self.status(bench, isOnline: true)
    try Self.run(bench, 1, behind: nil)
    #expect(Self.steps(bench).last == "gateway_offline returned at 31")
  }

  @Test func `a clock is wrong by the median of its messages`() throws {
    let bench = try Self.bench()
    // Two intervals behind at most count at once, and others when they keep step.
    try Self.run(bench, 30, behind: 6)
    #expect(Self.steps(bench).count == 1)
    #expect(Self.steps(bench).first?.hasPrefix("clock_offset raised") == true)
    let alarm = bench.saved.occurrences.first
    #expect(alarm?.basis == "its clock is 6 s behind ours" && alarm?.parameter == "jade")
    // The median of thirty messages of six seconds, and as many of none.
    try Self.run(bench, 40, behind: 0)
    #expect(Self.steps(bench).last?.hasPrefix("clock_offset returned") == true)
  }
}
