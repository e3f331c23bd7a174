import Pipeline
import PoolModel
import Presence
import RingStore
import TestSupport
import Testing

/// What a gateway's counter tells is kept over restarts and crashes: nothing is called missing that came,
/// and nothing that did not come is forgotten.
@Suite struct `A gateway's counter` {
  private static func receive(_ number: UInt64, at bench: Workbench, pool: String = "a") {
    bench.receive(
      payload:
        #"{"ts":\#(bench.now.wall.milliseconds),"seq":\#(number),"values":{"free_chlorine":0.5}}"#,
      pool: pool)
  }

  /// A batch for each number, a second apart.
  private static func receive(_ numbers: some Sequence<UInt64>, at bench: Workbench) throws {
    for number in numbers {
      bench.pass(.seconds(1))
      receive(number, at: bench)
      try bench.pipeline.commit(now: bench.now)
    }
  }

  private static func missing(_ bench: Workbench) -> [Int] {
    bench.pipeline.ledger.figures(in: 0..<1, now: bench.now).flatMap {
      [$0.gapCount, $0.missingMessageCount]
    }
  }

  private static func stop(_ bench: Workbench) throws {
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    try bench.restart()
  }

  @Test func `goes on after a stop, so that what the broker lost meanwhile is counted`() throws {
    let bench = try Workbench()
    try Self.receive(50...54, at: bench)
    try Self.stop(bench)
    try Self.receive([58], at: bench)
    #expect(Self.missing(bench) == [1, 3])
    // Those that come after all are missing no more, and the count is kept.
    try Self.stop(bench)
    bench.receive(
      payload:
        #"{"ts":\#(bench.now.wall.milliseconds - 500),"seq":56,"values":{"free_chlorine":0.5}}"#)
    try bench.pipeline.commit(now: bench.now)
    try Self.stop(bench)
    #expect(Self.missing(bench) == [1, 2])
    try Self.receive([59], at: bench)
    #expect(Self.missing(bench) == [1, 2])
  }

  @Test func `is saved within 10 s, and what came after that is not missing after a crash`() throws
  {
    let bench = try Workbench()
    try Self.receive(0...10, at: bench)
    try bench.judge()
    #expect(bench.saved.sequences.states.map(\.highest) == [10])
    try Self.receive(11...14, at: bench)
    try bench.judge()
    #expect(bench.saved.sequences.states.map(\.highest) == [10])
    try bench.restart()
    // The acknowledgements of the last two were lost with us.
    bench.pass(.seconds(-1))
    Self.receive(13, at: bench)
    bench.pass(.seconds(1))
    Self.receive(14, at: bench)
    try bench.pipeline.commit(now: bench.now)
    try Self.receive(15...16, at: bench)
    #expect(Self.missing(bench) == [0, 0])
    // What is missing later is not taken for what came before.
    try Self.receive([19], at: bench)
    #expect(Self.missing(bench) == [1, 2])
  }

  @Test func `counts what was lost in a crash between those that came`() throws {
    for acknowledged in [false, true] {
      let bench = try Workbench()
      try Self.receive(0...10, at: bench)
      try bench.judge()
      // 13 is missing, 15 and 16 too.
      try Self.receive([11, 12, 14], at: bench)
      try bench.restart()
      if !acknowledged {
        Self.receive(14, at: bench)
        try bench.pipeline.commit(now: bench.now)
      }
      try Self.receive([17], at: bench)
      #expect(Self.missing(bench)[1] == 3)
    }
  }

  @Test func `is told by what came of several pools at one instant, and a second crash`() throws {
    let bench = try Workbench()
    try Self.receive(0...10, at: bench)
    Self.receive(11, at: bench, pool: "b")
    try bench.pipeline.commit(now: bench.now)
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    bench.pass(.seconds(1))
    Self.receive(12, at: bench, pool: "a")
    Self.receive(13, at: bench, pool: "b")
    try bench.pipeline.commit(now: bench.now)
    try bench.restart()
    // Saved with what is known to have come; then more comes of nobody's number.
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    #expect(bench.saved.sequences.states.map(\.unnumberedCount) == [2])
    bench.pass(.seconds(1))
    bench.receive(payload: #"{"ts":\#(bench.now.wall.milliseconds),"values":{"ph":7}}"#)
    try bench.pipeline.commit(now: bench.now)
    try bench.restart()
    try Self.receive([15], at: bench)
    #expect(Self.missing(bench) == [0, 0])
  }

  @Test func `begins anew without a gap in and after a crash`() throws {
    let bench = try Workbench()
    try Self.receive(100...110, at: bench)
    try bench.judge()
    try Self.receive(0...3, at: bench)
    try bench.restart()
    try Self.receive(4...5, at: bench)
    #expect(Self.missing(bench) == [0, 0])
    try Self.receive([8], at: bench)
    #expect(Self.missing(bench) == [1, 2])
  }

  @Test func `is told by the pages where the journal has moved on`() throws {
    let bench = try Workbench(journalByteCount: 65_536)
    try Self.receive(0...10, at: bench)
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    let saved = bench.saved.sequences
    try Self.receive(11..<2500, at: bench)
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    bench.forget(sequencesSince: saved)
    try bench.restart()
    #expect(bench.pipeline.store.oldestHeld > saved.position)
    try Self.receive([2503], at: bench)
    #expect(Self.missing(bench) == [1, 3])
  }

  @Test func `of a gateway that left the plan is forgotten`() throws {
    let bench = try Workbench()
    let strangers = [
      SequenceState(gateway: "gone", venue: "gone", highest: 5, newestTime: nil),
      SequenceState(gateway: "jade", venue: "gone", highest: 5, newestTime: nil),
    ]
    bench.forget(sequencesSince: SequenceStates(states: strangers))
    try bench.restart()
    try Self.receive([100], at: bench)
    #expect(Self.missing(bench) == [0, 0])
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    #expect(bench.saved.sequences.states.map(\.highest) == [100])
  }

  /// A gateway counts; some messages are lost on the way, batches of some are committed, and now and then
  /// the process dies: behind a batch that the broker took no acknowledgement of, or in one.
  ///
  /// Brute force: a set of numbers.
  @Test(arguments: 1...8)
  func `tells what never came, wherever the process dies`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bench = try Workbench()
    var came: Set<UInt64> = []
    var next: UInt64 = 0
    var waiting: [(number: UInt64, time: Timestamp)] = []
    func receive(_ message: (number: UInt64, time: Timestamp)) {
      bench.receive(
        payload:
          #"{"ts":\#(message.time.milliseconds),"seq":\#(message.number),"values":{"ph":7.1}}"#)
      came.insert(message.number)
    }
    // Until the first count is saved nothing is known that could be kept.
    for _ in 0..<11 {
      bench.pass(.seconds(1))
      receive((next, bench.now.wall))
      next += 1
    }
    try bench.pipeline.commit(now: bench.now)
    try bench.judge()
    for _ in 0..<80 {
      for _ in 0...(random.next() % 4) {
        bench.pass(.milliseconds(400))
        let isLost = random.next() % 6 == 0
        if !isLost { waiting.append((next, bench.now.wall)) }
        next += 1
      }
      waiting.forEach(receive)
      switch random.next() % 8 {
      case 0:
        // In the batch: it all comes again.
        try bench.restart()
        continue
      case 1:
        // After the commit, before the broker had the acknowledgements.
        try bench.pipeline.commit(now: bench.now)
        try bench.restart()
        continue
      case 2:
        try bench.pipeline.commit(now: bench.now)
        waiting = []
        try bench.restart()
      case 3:
        try bench.pipeline.commit(now: bench.now)
        waiting = []
        try Self.stop(bench)
      default:
        try bench.pipeline.commit(now: bench.now)
        waiting = []
      }
      try bench.judge()
    }
    waiting.forEach(receive)
    bench.pass(.seconds(1))
    receive((next, bench.now.wall))
    try bench.pipeline.commit(now: bench.now)
    #expect(Self.missing(bench)[1] == (0...next).filter { !came.contains($0) }.count)
  }

  @Test func `takes no new flag of an earlier value for a reading that came before a crash`() throws
  {
    var settings = QualitySettings(failSpan: 0...20)
    settings.spike = .init(suspect: 0.1, fail: 0.2)
    let bench = try Workbench(quality: QualityRules(parameters: [ParameterNumber(0): settings]))
    func receive(_ number: Int, _ value: Double) throws {
      bench.pass(.seconds(1))
      bench.receive(
        payload:
          #"{"ts":\#(bench.now.wall.milliseconds),"seq":\#(number),"values":{"free_chlorine":\#(value)}}"#
      )
      try bench.pipeline.commit(now: bench.now)
    }
    for number in 0..<10 { try receive(number, 0.5) }
    try receive(10, 0.9)
    bench.save(bench.pipeline.decisionNow(now: bench.now))
    // With it the one before is known to be a spike; then we crash.
    try receive(11, 0.5)
    try bench.restart()
    // 12, 13 and 14 are missing.
    try receive(15, 0.5)
    #expect(Self.missing(bench) == [1, 3])
  }
}
