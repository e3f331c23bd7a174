import Pipeline
import PoolModel
import Presence
import RingStore
import Testing

/// Quarantined messages, decoded again.
@Suite struct `A replay of the quarantine` {
  private static func message(
    _ bench: Workbench, _ payload: String, pool: String = "a"
  ) -> QuarantinedMessage {
    QuarantinedMessage(
      topic: "pools/v1/310107/jade/\(pool)/telemetry", payload: Array(payload.utf8),
      time: bench.now.wall)
  }

  private static func reading(_ bench: Workbench, _ chlorine: String) -> String {
    #"{"ts":\#(bench.now.wall.milliseconds),"values":{"free_chlorine":\#(chlorine)}}"#
  }

  private static func replay(
    _ bench: Workbench, _ messages: [QuarantinedMessage], venue: String? = nil,
    isTrial: Bool = false, judgesTimesNow: Bool = false
  ) throws -> [ReplayOutcome] {
    var run = bench.pipeline.beginReplay(
      venue: venue, isTrial: isTrial, judgesTimesNow: judgesTimesNow)
    return try bench.pipeline.replay(messages, in: &run, now: bench.now)
  }

  @Test func `stores what is acceptable, which is neither judged nor a sign of life`() throws {
    let bench = try Workbench()
    var messages: [QuarantinedMessage] = []
    for _ in 0..<20 {
      bench.pass(.seconds(1))
      messages.append(Self.message(bench, Self.reading(bench, "0.1")))
    }
    messages.append(Self.message(bench, "{"))
    bench.pass(.seconds(3600))
    let outcomes = try Self.replay(bench, messages)
    #expect(outcomes.map(\.isWhole) == Array(repeating: true, count: 20) + [false])
    #expect(outcomes.reduce(0) { $0 + $1.values.stored } == 20)
    try bench.judge()
    #expect(try bench.history().count == 20)
    #expect(bench.transitions.isEmpty)
    #expect(bench.saved.sources.allSatisfy { $0.newestReading == nil })
    // What is refused again is neither counted nor kept a second time.
    #expect(bench.pipeline.counters.refused.isEmpty)
    #expect(bench.pipeline.takeRefusals().isEmpty)
    #expect(bench.pipeline.counters.received == 0)
    #expect(bench.pipeline.counters.stored == 20)
    let figures = bench.pipeline.ledger.figures(
      in: 0..<bench.pipeline.ledger.count, now: bench.now)
    #expect(figures.allSatisfy { $0.messageCount == 0 && $0.lastSeen == nil })
  }

  @Test func `after a crash before its entries were marked stores nothing twice`() throws {
    let bench = try Workbench()
    bench.pass(.seconds(1))
    let message = Self.message(bench, Self.reading(bench, "0.5"))
    #expect(try Self.replay(bench, [message])[0].values.stored == 1)
    try bench.restart()
    let again = try Self.replay(bench, [message])[0]
    #expect(again.isWhole)
    #expect(again.values.stored == 0)
    #expect(again.values.duplicate == 1)
    #expect(try bench.history() == [[1, 0.5]])
  }

  @Test func `whose sync fails has stored nothing`() throws {
    let bench = try Workbench()
    bench.pass(.seconds(1))
    let message = Self.message(bench, Self.reading(bench, "0.5"))
    bench.storage.failingSyncCount = 1
    #expect(throws: (any Error).self) { try Self.replay(bench, [message]) }
    #expect(try bench.history().isEmpty)
    #expect(try Self.replay(bench, [message])[0].values.stored == 1)
  }

  @Test func `on trial tells the same and changes nothing`() throws {
    let bench = try Workbench()
    bench.pass(.seconds(1))
    let message = Self.message(bench, Self.reading(bench, "0.5"))
    let before = bench.pipeline.counters
    let trial = try Self.replay(bench, [message], isTrial: true)
    #expect(bench.pipeline.counters == before)
    #expect(try bench.history().isEmpty)
    #expect(try Self.replay(bench, [message]) == trial)
    #expect(try bench.history() == [[1, 0.5]])
  }

  @Test func `of another venue looks at nothing`() throws {
    let bench = try Workbench()
    bench.pass(.seconds(1))
    let message = Self.message(bench, Self.reading(bench, "0.5"))
    #expect(try Self.replay(bench, [message], venue: "opal") == [ReplayOutcome()])
    #expect(try bench.history().isEmpty)
    #expect(try Self.replay(bench, [message], venue: "jade")[0].isWhole)
  }

  @Test func `takes the part that is acceptable of a message that stays`() throws {
    let bench = try Workbench()
    bench.pass(.seconds(1))
    let payload =
      #"{"ts":\#(bench.now.wall.milliseconds),"values":{"free_chlorine":0.5,"salt":3}}"#
    let outcome = try Self.replay(bench, [Self.message(bench, payload)])[0]
    #expect(!outcome.isWhole)
    #expect(outcome.isPartial)
    #expect(outcome.values.stored == 1)
  }

  @Test func `lets no time that was ahead of our clock become right by waiting`() throws {
    let bench = try Workbench()
    let message = QuarantinedMessage(
      topic: "pools/v1/310107/jade/a/telemetry",
      payload: Array(
        #"{"ts":\#((bench.now.wall + .seconds(600)).milliseconds),"values":{"ph":7}}"#.utf8),
      time: bench.now.wall)
    bench.pass(.seconds(3600))
    #expect(try Self.replay(bench, [message]).map(\.isWhole) == [false])
    // It was our clock that was wrong, says whoever asks for these.
    #expect(try Self.replay(bench, [message], judgesTimesNow: true).map(\.isWhole) == [true])
  }

  @Test func `goes on in slices that one commit holds`() throws {
    let bench = try Workbench()
    bench.pass(.seconds(1))
    let messages = Array(
      repeating: Self.message(bench, Self.reading(bench, "0.5")), count: 3000)
    var run = bench.pipeline.beginReplay(venue: nil, isTrial: false, judgesTimesNow: false)
    var rest = messages[...]
    var stored = 0
    while !rest.isEmpty {
      let outcomes = try bench.pipeline.replay(Array(rest), in: &run, now: bench.now)
      try #require(!outcomes.isEmpty)
      stored += outcomes.reduce(0) { $0 + $1.values.stored }
      rest = rest.dropFirst(outcomes.count)
    }
    #expect(stored == 1)
  }

  // MARK: Without times of their own

  private static let lab = GatewayBinding(
    id: "lab", venue: "jade", filter: "lab", dialect: .senML,
    values: [
      ValueBinding(
        name: "cl", pool: PoolNumber(0), parameter: ParameterNumber(0),
        conversion: UnitConversion.none)
    ])

  /// What the quarantine holds of `payloads` of the laboratory, which all come in one batch.
  private static func refused(
    _ bench: Workbench, _ payloads: [String], isRetained: Bool = false
  ) throws -> [QuarantinedMessage] {
    for payload in payloads {
      bench.pipeline.receive(
        Delivery(topic: "lab", payload: Array(payload.utf8), isRetained: isRetained),
        now: bench.now)
    }
    // The batch is committed, and its refusals are written, a moment later.
    bench.pass(.milliseconds(40))
    try bench.pipeline.commit(now: bench.now)
    return try bench.pipeline.takeRefusals().map { refusal in
      QuarantinedMessage(
        topic: refusal.topic, payload: refusal.payload, time: try #require(refusal.arrival),
        isRetained: refusal.isRetained)
    }
  }

  @Test func `stores no value again that came without a time of its own`() throws {
    let bench = try Workbench(gateways: [Self.lab])
    bench.pass(.seconds(1))
    // Two names of each are unknown, so each is in the quarantine twice.
    let messages = try Self.refused(
      bench,
      ["0.5", "0.6", "0.7"].map {
        #"[{"n":"cl","v":\#($0)},{"n":"x","v":1},{"n":"y","v":1}]"#
      })
    #expect(messages.count == 6)
    let before = try bench.history()
    #expect(before == [[1, 0.5], [1.001, 0.6], [1.002, 0.7]])
    bench.pass(.seconds(3600))
    for messages in [messages, messages.suffix(3), messages.reversed()] {
      let outcomes = try Self.replay(bench, messages)
      #expect(outcomes.map(\.values.duplicate) == Array(repeating: 1, count: messages.count))
      #expect(outcomes.map(\.values.stored).allSatisfy { $0 == 0 })
      #expect(outcomes.map(\.values.conflict).allSatisfy { $0 == 0 })
    }
    #expect(try bench.history() == before)
  }

  @Test func `knows no better when a retained message was measured`() throws {
    let bench = try Workbench(gateways: [Self.lab])
    bench.pass(.seconds(1))
    let messages = try Self.refused(bench, [#"[{"n":"cl","v":0.5}]"#], isRetained: true)
    #expect(messages.map(\.isRetained) == [true])
    bench.pass(.seconds(60))
    #expect(try Self.replay(bench, messages).map(\.isWhole) == [false])
    #expect(try bench.history().isEmpty)
  }

  @Test func `of times that were ahead counts others of the message from when it came`() throws {
    let bench = try Workbench(gateways: [Self.lab])
    bench.pass(.seconds(10))
    let messages = try Self.refused(
      bench, [#"[{"n":"cl","t":-5,"v":0.5},{"n":"cl","t":600,"v":0.6}]"#])
    #expect(try bench.history() == [[5, 0.5]])
    bench.pass(.seconds(3600))
    let outcomes = try Self.replay(bench, messages, judgesTimesNow: true)
    #expect(outcomes.map(\.isWhole) == [true])
    #expect(try bench.history() == [[5, 0.5], [610, 0.6]])
  }
}
