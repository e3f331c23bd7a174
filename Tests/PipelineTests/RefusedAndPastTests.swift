import Pipeline
import PoolModel
import Presence
import Testing

/// What comes too often, and what a gateway says is of the past.
@Suite struct `Too many readings, and historical ones` {
  /// The two pools' rows of the workbench's hour are fewer than what every venue may send at once, by
  /// the manual's `intake.burst_hours`.
  private static let share = 10_000

  /// Sends as much as the venue may, in messages of 2,000 readings.
  private static func fill(_ bench: Workbench) throws {
    for part in 0..<(share / 2000) {
      let end = bench.now.wall.milliseconds - Int64(part * 2000)
      let readings = (0..<2000).map {
        #"{"ts":\#(end - 2000 + Int64($0)),"values":{"free_chlorine":0.5}}"#
      }
      bench.receive(payload: "[\(readings.joined(separator: ","))]")
      try bench.pipeline.commit(now: bench.now)
    }
    #expect(bench.pipeline.counters.refused.isEmpty)
  }

  /// Looks for floods as the daemon does every second, and judges.
  private static func look(_ bench: Workbench) throws {
    bench.pipeline.noteThrottled(now: bench.now)
    try bench.judge()
  }

  @Test func `a reading that is sent again and again leaves its venue room`() throws {
    let bench = try Workbench()
    for _ in 0..<12 {
      for _ in 0..<1000 { bench.receive("0.5") }
      try bench.pipeline.commit(now: bench.now)
    }
    #expect(bench.pipeline.counters.refused.isEmpty)
    #expect(bench.pipeline.counters.duplicate == 11_999)
  }

  @Test func `a flood is a monitoring alarm of the venue until ten minutes after its end`() throws {
    let bench = try Workbench()
    try Self.fill(bench)
    try Self.look(bench)
    #expect(bench.transitions.isEmpty)

    bench.receive("0.5", pool: "b")
    try bench.pipeline.commit(now: bench.now)
    #expect(bench.pipeline.counters.refused == [.throttled: 1])
    try Self.look(bench)
    let raised = try #require(bench.transitions.values.first)
    #expect(bench.transitions.count == 1 && raised.kind == .raised)
    #expect(raised.occurrence.rule == "throttled")
    #expect(raised.occurrence.alarmClass == .monitoring)
    #expect(raised.occurrence.pool?.venue == "jade")

    bench.pass(.seconds(599))
    try Self.look(bench)
    #expect(bench.transitions.count == 1)
    bench.pass(.seconds(1))
    try Self.look(bench)
    #expect(Set(bench.transitions.values.map(\.kind)) == [.raised, .returned])
  }

  @Test func `a restart neither ends nor repeats it at once`() throws {
    let bench = try Workbench()
    try Self.fill(bench)
    bench.receive("0.5")
    try bench.pipeline.commit(now: bench.now)
    try Self.look(bench)
    #expect(bench.transitions.count == 1)
    bench.pass(.seconds(5))
    try bench.restart()
    try Self.look(bench)
    #expect(bench.transitions.count == 1)
    bench.pass(.seconds(600))
    try Self.look(bench)
    #expect(Set(bench.transitions.values.map(\.kind)) == [.raised, .returned])
  }

  // MARK: Historical

  private static let binding = GatewayBinding(
    id: "plc", venue: "jade", filter: "spBv1.0/g/+/plc", dialect: .sparkplug,
    values: [
      ValueBinding(
        name: "cl", pool: PoolNumber(0), parameter: ParameterNumber(0),
        conversion: UnitConversion(from: "mg/L", to: "mg/L"))
    ])

  /// A Sparkplug payload of `seq` with values at their times; field numbers are those of the
  /// specification's `sparkplug_b.proto`.
  private static func payload(
    seq: UInt64, birth: Bool = false, _ values: [(time: Timestamp, value: Double)],
    isHistorical: Bool = false
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    if birth { bytes += field(2, field(1, Array("bdSeq".utf8)) + field(4, 4) + field(11, 0)) }
    for (time, value) in values {
      let number = (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
      let metric =
        field(1, Array("cl".utf8)) + field(3, UInt64(time.milliseconds)) + field(4, 10)
        + (isHistorical ? field(5, 1) : []) + [13 << 3 | 1] + number
      bytes += field(2, metric)
    }
    return bytes + field(3, seq)
  }

  private static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  private static func field(_ number: UInt64, _ value: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(value.count)) + value
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  /// The course of a gateway that is born with good water and then sends twenty values out of limits, of
  /// the last ten seconds.
  private static func run(isHistorical: Bool) throws -> Workbench {
    let bench = try Workbench(gateways: [binding])
    let start = bench.now.wall
    func receive(_ type: String, _ payload: [UInt8]) {
      bench.pipeline.receive(
        Delivery(topic: "spBv1.0/g/\(type)/plc", payload: payload), now: bench.now)
    }
    receive("NBIRTH", payload(seq: 0, birth: true, [(start, 0.5)]))
    bench.pass(.seconds(20))
    let values = (1...20).map { (time: start + .milliseconds(Int64($0) * 500), value: 0.1) }
    receive("NDATA", payload(seq: 1, values, isHistorical: isHistorical))
    try bench.pipeline.commit(now: bench.now)
    try bench.judge()
    return bench
  }

  private static func figures(of bench: Workbench) throws -> GatewayFigures {
    let ledger = bench.pipeline.ledger
    let figures = ledger.figures(in: 0..<ledger.count, now: bench.now)
    return try #require(figures.first { $0.id == "plc" })
  }

  @Test func `what a gateway marks as historical is recorded as past, and says nothing of now`()
    throws
  {
    let bench = try Self.run(isHistorical: true)
    #expect(try bench.history().count == 21)
    #expect(bench.transitions.values.map(\.occurrence.state) == [.historical])
    #expect(bench.transitions.values.allSatisfy { !$0.isAnnouncement })
    let figures = try Self.figures(of: bench)
    #expect(figures.silence == .seconds(20))
    #expect(figures.newestTime == Workbench.start)
    #expect(figures.tally.stored == 21)
  }

  @Test func `the same values without the mark are an alarm`() throws {
    let bench = try Self.run(isHistorical: false)
    #expect(try bench.history().count == 21)
    #expect(bench.transitions.values.map(\.kind) == [.raised])
    #expect(try Self.figures(of: bench).silence == .zero)
  }
}
