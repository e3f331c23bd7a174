import LinuxSystem
import Pipeline
import PoolModel
import RingStore
import Testing

/// Messages of a batch that several threads decode.
@Suite struct `Decoding on several threads` {
  private static let batchCount = 4
  private static let messagesPerBatch = 900

  /// What a run left behind.
  private struct Outcome: Equatable {
    var counters: Counters
    var refusals: [Refusal] = []
    var rows: [[SampleRow]] = []
  }

  /// Good messages of two pools with all that can be wrong with one among them, by number.
  private static func receive(_ number: Int, in bench: Workbench) {
    let time = bench.now.wall.milliseconds
    switch number % 31 {
    case 3: bench.receive(payload: "{\"ts\":\(time),\"values\":")
    case 7: bench.receive(payload: #"{"ts":\#(time),"values":{"unknown":1,"free_chlorine":0.4}}"#)
    case 11: bench.receive("0.41", pool: "none")
    case 13:
      let readings = (0..<60 as Range<Int64>).map { (index: Int64) -> String in
        let earlier = time - 60_000 + index * 500 + 250
        return #"{"ts":\#(earlier),"values":{"free_chlorine":0.5,"ph":7.1}}"#
      }
      bench.receive(payload: "[" + readings.joined(separator: ",") + "]", pool: "b")
    case 17:
      bench.pipeline.receive(
        Delivery(topic: "other/gateway", payload: Array(#"{"value":0.\#(number % 90)}"#.utf8)),
        now: bench.now)
    case 19:
      bench.receive(
        payload: #"{"ts":\#(time),"values":{"free_chlorine":0.6}}"#, isRetained: true)
    case 23:
      bench.pipeline.receive(
        Delivery(
          topic: "pools/v1/310107/jade/status", payload: Array(#"{"online":true}"#.utf8)),
        now: bench.now)
    default: bench.receive("0.\(number % 60 + 35)", pool: number % 2 == 0 ? "a" : "b")
    }
  }

  private static func outcome(workers: any Workers) throws -> Outcome {
    let bench = try Workbench(gateways: [binding], workers: workers)
    for batch in 0..<batchCount {
      for message in 0..<messagesPerBatch {
        bench.pass(.milliseconds(100))
        receive(batch * messagesPerBatch + message, in: bench)
      }
      #expect(!bench.pipeline.batchIsEmpty)
      try bench.pipeline.commit(now: bench.now)
      #expect(bench.pipeline.batchIsEmpty)
    }
    let rows = try [0, 1].map { pool in
      try bench.pipeline.store.rows(
        of: PoolNumber(pool), from: .distantPast, through: .distantFuture, limit: .max)
    }
    return Outcome(
      counters: bench.pipeline.counters, refusals: bench.pipeline.takeRefusals(), rows: rows)
  }

  /// A gateway whose messages have no time of their own: each arrives at an instant of its own.
  private static let binding = GatewayBinding(
    id: "other", venue: "jade", filter: "other/gateway",
    dialect: .mapped(MappedLayout(readings: nil, time: nil, timeFormat: .epochMilliseconds)),
    values: [
      ValueBinding(
        name: "value", pool: PoolNumber(1), parameter: ParameterNumber(3), conversion: nil)
    ])

  @Test func `comes to the same, message for message`() throws {
    let alone = try Self.outcome(workers: CallerAlone())
    let shared = try Self.outcome(workers: WorkerThreads(threadCount: 1))
    #expect(alone.counters.received == Self.batchCount * Self.messagesPerBatch)
    #expect(Set(alone.refusals.map(\.reason)).isSuperset(of: [.badJSON, .unknownPool]))
    #expect(alone.rows.allSatisfy { $0.count > 1000 })
    #expect(shared == alone)
  }

  @Test func `leaves nothing behind of a batch that is given back`() throws {
    let bench = try Workbench(workers: WorkerThreads(threadCount: 1))
    for number in 0..<500 {
      bench.pass(.milliseconds(100))
      bench.receive("0.\(number % 60 + 35)")
    }
    bench.pipeline.giveBack()
    #expect(bench.pipeline.batchIsEmpty)
    #expect(try !bench.pipeline.commit(now: bench.now))
    #expect(bench.pipeline.counters.received == 0)
    #expect(try bench.history().isEmpty)
  }

  @Test func `a batch is full by its messages before they are decoded`() throws {
    let bench = try Workbench(workers: WorkerThreads(threadCount: 1))
    for number in 0..<1000 {
      #expect(!bench.pipeline.batchIsFull, "\(number)")
      bench.pass(.milliseconds(1))
      bench.receive("0.5")
    }
    #expect(bench.pipeline.batchIsFull)
  }
}
