import LinuxSystem
import Pipeline
import PoolModel
import RingStore
import Testing

/// Rows that another thread judges while the intake goes on.
@Suite struct `Judgement beside the intake` {
  private static let batchCount = 8
  private static let messagesPerBatch = 700

  /// Each pool's chlorine is out of limits for a minute and within for two, one a little after the other.
  private static func value(_ second: Int, _ pool: Int) -> String {
    (second + pool * 17) % 180 < 60 ? "0.20" : "0.50"
  }

  /// The transitions of batches that are judged by `workers`, as they came, and how often there was
  /// nothing to take yet of a batch.
  private static func transitions(
    workers: any Workers
  ) throws -> (all: [AlarmTransition], laggingCount: Int) {
    let bench = try Workbench(workers: workers)
    var laggingCount = 0
    for batch in 0..<batchCount {
      for message in 0..<messagesPerBatch {
        let second = batch * messagesPerBatch + message
        bench.pass(.seconds(1))
        for (pool, name) in ["a", "b"].enumerated() {
          bench.receive(value(second, pool), pool: name)
        }
      }
      try bench.pipeline.commit(now: bench.now)
      try bench.judgeSlice(rowLimit: 2000)
      if bench.pipeline.isBehind { laggingCount += 1 }
    }
    while bench.pipeline.isBehind { try bench.judgeSlice(rowLimit: 2000) }
    #expect(bench.saved.cursor == bench.pipeline.store.committed)
    return (bench.order.compactMap { bench.transitions[$0] }, laggingCount)
  }

  @Test func `comes to the same alarms in the same order, one call later`() throws {
    let alone = try Self.transitions(workers: CallerAlone())
    let beside = try Self.transitions(workers: WorkerThreads(threadCount: 1))
    // 5,600 s hold 31 spans of 180 s; each pool goes out of limits at least once in each.
    #expect(alone.all.filter { $0.kind == .raised }.count >= 62)
    #expect(alone.laggingCount == 0)
    #expect(beside.laggingCount == Self.batchCount)
    #expect(beside.all == alone.all)
  }

  @Test func `is waited for by whoever asks for what it has to say`() throws {
    let bench = try Workbench(workers: WorkerThreads(threadCount: 1))
    for second in 0..<600 {
      bench.pass(.seconds(1))
      bench.receive(second < 300 ? "0.50" : "0.20")
    }
    try bench.pipeline.commit(now: bench.now)
    #expect(try bench.pipeline.judge(rowLimit: 2000, now: bench.now) == nil)
    let decision = bench.pipeline.decisionNow(now: bench.now)
    #expect(decision.cursor == bench.pipeline.store.committed)
    // The 301st reading is the first out of limits.
    #expect(decision.transitions.map(\.kind) == [.raised])
    #expect(decision.transitions.first?.occurrence.eventTime == Workbench.start + .seconds(301))
    #expect(!bench.pipeline.isBehind)
  }
}
