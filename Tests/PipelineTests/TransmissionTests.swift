import Pipeline
import PoolModel
import TestSupport
import Testing

/// What is due and came is counted by hand; the bounds are the manual's (docs/alarms.md).
@Suite struct `Too little of what is due` {
  /// Less than 75 % within the ten minutes before a full hour; a reading a second is due.
  private static func bench() throws -> Workbench {
    var monitoring = MonitoringRules()
    monitoring.transmission = .init(percent: 75, window: .seconds(600))
    return try Workbench(
      rules: AlarmRules(
        limits: [:], silence: .seconds(10), brokerDown: .seconds(86_400), monitoring: monitoring))
  }

  /// Readings of both required parameters in the ten minutes before the hour `hour`, none in `missing`, which counts
  /// in seconds of that time; then the eleven minutes after it pass.
  private static func feed(
    _ bench: Workbench, hour: Int, missing: Range<Int>, badChlorine: Bool = false
  ) throws {
    let names = Workbench.plan.required.map { Workbench.plan[$0].name }
    let start = Workbench.start + .seconds(hour * 3600 - 600)
    bench.pass(start - bench.now.wall)
    for second in 0...600 {
      if !missing.contains(second) {
        let chlorine = badChlorine && second < 400 ? "99" : "0.5"
        bench.receive(
          payload:
            #"{"ts":\#(bench.now.wall.milliseconds),"values":{"\#(names[0])":\#(chlorine),"\#(names[1])":7.2}}"#
        )
        try bench.pipeline.commit(now: bench.now)
      }
      bench.pass(.seconds(1))
    }
    try bench.judge()
    bench.pass(.seconds(598))
  }

  /// Looks, and says what has become of pool `a`.
  private static func look(_ bench: Workbench) throws -> [String] {
    bench.pipeline.noteTransmission(now: bench.now)
    bench.pipeline.noteTransmission(now: bench.now)
    try bench.judge()
    return bench.order.compactMap { bench.transitions[$0] }
      .filter { $0.occurrence.rule == "transmission_below" && $0.occurrence.pool?.pool == "a" }
      .map { "\($0.kind) \(Int(($0.time - Workbench.start).inSeconds))" }
  }

  @Test(arguments: [(150, false), (151, true)])
  func `is told of below the bound, ten minutes after the hour`(missing: Int, isTold: Bool) throws {
    let bench = try Self.bench()
    try Self.feed(bench, hour: 1, missing: 200..<200 + missing)
    #expect(try Self.look(bench) == [])
    bench.pass(.seconds(1))
    #expect(try Self.look(bench) == (isTold ? ["raised 3600"] : []))
    let alarm = bench.saved.occurrences.first {
      $0.rule == "transmission_below" && $0.pool?.pool == "a"
    }
    #expect(alarm?.alarmClass == (isTold ? .monitoring : nil))
    #expect(alarm?.basis == (isTold ? "74.8 % of what was due came and was usable" : nil))
  }

  @Test func `counts what came and failed as missing`() throws {
    let bench = try Self.bench()
    // Of chlorine a third was usable, of the other parameter all: two thirds of both.
    try Self.feed(bench, hour: 1, missing: 0..<0, badChlorine: true)
    bench.pass(.seconds(1))
    #expect(try Self.look(bench) == ["raised 3600"])
  }

  @Test func `is over well above the bound, and a restart at any time changes nothing`() throws {
    for restart in [nil, 0, 1, 2] {
      let bench = try Self.bench()
      func again(_ place: Int) throws {
        guard place == restart else { return }
        try bench.restart()
        bench.pass(.seconds(10))
      }
      try Self.feed(bench, hour: 1, missing: 200..<360)
      bench.pass(.seconds(1))
      try again(0)
      #expect(try Self.look(bench) == ["raised 3600"])
      try again(1)
      #expect(try Self.look(bench) == ["raised 3600"])
      // 75 % and a tenth of the rest are 77.5 %: 135 of 600 missing.
      try Self.feed(bench, hour: 2, missing: 200..<336)
      bench.pass(.seconds(1))
      try again(2)
      #expect(try Self.look(bench) == ["raised 3600"])
      try Self.feed(bench, hour: 3, missing: 200..<335)
      bench.pass(.seconds(1))
      #expect(try Self.look(bench) == ["raised 3600", "returned 10800"])
    }
  }

  @Test func `is none of a closure, nor of a pool that is out of use`() throws {
    // 200 of 600 are missing, 120 of them in a closure of two minutes: 80 of 480 are 83 %.
    let bench = try Self.bench()
    let actor = AlarmTransition.Actor(name: "li", comment: "filter")
    let start = Workbench.start + .seconds(3000)
    _ = bench.pipeline.registerClosure(
      .maintenance, venue: "jade", pool: "a", from: start + .seconds(240),
      to: start + .seconds(360),
      by: actor, now: bench.now)
    try Self.feed(bench, hour: 1, missing: 200..<400)
    bench.pass(.seconds(1))
    #expect(try Self.look(bench) == [])
    try Self.feed(bench, hour: 2, missing: 200..<400)
    _ = bench.pipeline.registerClosure(
      .closure, venue: "jade", pool: nil, from: bench.now.wall, to: nil, by: actor, now: bench.now)
    bench.pass(.seconds(1))
    #expect(try Self.look(bench) == [])
  }

  @Test func `is not judged before a pool was expected for the whole window`() throws {
    var monitoring = MonitoringRules()
    monitoring.transmission = .init(percent: 75, window: .seconds(7200))
    let bench = try Workbench(
      rules: AlarmRules(
        limits: [:], silence: .seconds(10), brokerDown: .seconds(86_400), monitoring: monitoring))
    try Self.feed(bench, hour: 1, missing: 0..<0)
    bench.pass(.seconds(1))
    #expect(try Self.look(bench) == [])
    bench.pass(.seconds(3600))
    #expect(try Self.look(bench) == ["raised 7200"])
  }
}
