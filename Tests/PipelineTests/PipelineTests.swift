import Pipeline
import PoolModel
import RingStore
import Testing

@Suite struct `A batch` {
  @Test func `whose sync fails is undone whole and stored once when it comes again`() throws {
    let bench = try Workbench()
    bench.receive("0.5")
    try bench.pipeline.commit(now: bench.now)
    let before = bench.pipeline.counters
    bench.pass(.seconds(1))

    bench.storage.failingSyncCount = 1
    bench.receive("0.6")
    bench.receive(payload: "{", pool: "a")
    #expect(throws: (any Error).self) { try bench.pipeline.commit(now: bench.now) }
    var undone = bench.pipeline.counters
    #expect(undone.failedCommits == 1)
    undone.failedCommits = 0
    #expect(undone == before)
    #expect(bench.pipeline.takeRefusals().isEmpty)
    #expect(bench.pipeline.batchIsEmpty)
    #expect(try bench.history() == [[0, 0.5]])

    // The broker delivers the batch again.
    bench.receive("0.6")
    bench.receive(payload: "{", pool: "a")
    try bench.pipeline.commit(now: bench.now)
    #expect(bench.pipeline.counters.stored == 2)
    #expect(bench.pipeline.counters.duplicate == 0)
    #expect(bench.pipeline.takeRefusals().map(\.reason) == [.badJSON])
    #expect(try bench.history() == [[0, 0.5], [1, 0.6]])

    // And kill -9.
    try bench.restart()
    #expect(try bench.history() == [[0, 0.5], [1, 0.6]])
  }

  @Test func `is one sync, and none where there is nothing to store`() throws {
    let bench = try Workbench()
    let opened = bench.storage.syncCount
    for _ in 0..<50 {
      bench.pass(.seconds(1))
      bench.receive("0.5")
    }
    try bench.pipeline.commit(now: bench.now)
    #expect(bench.storage.syncCount == opened + 1)
    bench.receive(payload: "nonsense")
    try bench.pipeline.commit(now: bench.now)
    #expect(bench.storage.syncCount == opened + 1)
    #expect(bench.pipeline.counters.refused == [.badJSON: 1])
  }

  @Test func `delivered twice is stored once, and a second value for an instant is a conflict`()
    throws
  {
    let bench = try Workbench()
    for _ in 0..<2 {
      bench.receive("0.5")
      try bench.pipeline.commit(now: bench.now)
    }
    bench.receive("0.7")
    try bench.pipeline.commit(now: bench.now)
    #expect(bench.pipeline.counters.stored == 1)
    #expect(bench.pipeline.counters.duplicate == 1)
    #expect(bench.pipeline.counters.conflict == 1)
    #expect(try bench.history() == [[0, 0.5]])
  }
}

@Suite struct `Garbage` {
  @Test func `is kept within a bound, and what found no room is counted`() throws {
    let bench = try Workbench()
    let payload = String(repeating: "x", count: 100_000)
    for _ in 0..<1000 { bench.receive(payload: payload) }
    try bench.pipeline.commit(now: bench.now)
    let kept = bench.pipeline.takeRefusals()
    #expect(kept.allSatisfy { $0.payload.count == 4096 && $0.payloadByteCount == 100_000 })
    #expect(!kept.isEmpty)
    #expect(kept.count * 4096 < 2 << 20)
    #expect(bench.pipeline.counters.refused == [.badJSON: 1000])
    #expect(bench.pipeline.counters.refusalsNotKept == 1000 - kept.count)
  }
}

@Suite struct `A reading older than the ring` {
  @Test func `is refused by name, once a message`() throws {
    let bench = try Workbench()
    let first = bench.now.wall.milliseconds
    // The ring is given the space of an hour at 8 bytes a reading; values that no codec makes smaller
    // take as much, and three hours of them make it wrap.
    var random = SplitMix64(seed: 1)
    for round in 0..<10_800 {
      bench.pass(.seconds(1))
      bench.receive("0.\(1_000_000_000_000_000 + random.next() >> 16)")
      if round % 100 == 99 { try bench.pipeline.commit(now: bench.now) }
    }
    bench.pipeline.watchedVenues = ["jade"]
    bench.receive(
      payload: #"[{"ts":\#(first),"values":{"ph":7}},{"ts":\#(first + 1),"values":{"ph":7}}]"#)
    try bench.pipeline.commit(now: bench.now)
    // Whoever watches is not told that it was accepted.
    let observed = bench.pipeline.takeObservations().messages
    #expect(observed.map(\.readingCount) == [0])
    let refusals = bench.pipeline.takeRefusals()
    #expect(refusals.map(\.reason) == [.tooOld])
    #expect(
      refusals.first?.detail
        == "ts 2026-11-02T00:00:00.000+00:00 is older than the oldest reading the store can still "
        + "hold of jade/a, and 1 more of the message")
    #expect(bench.pipeline.counters.refused == [.tooOld: 1])
    #expect(bench.pipeline.counters.stored == 10_800)
  }
}

@Suite struct `A retained reading` {
  @Test func `is stored, and neither judged nor a sign of life`() throws {
    let bench = try Workbench()
    for _ in 0..<20 {
      bench.pass(.seconds(1))
      bench.receive(
        payload: #"{"ts":\#(bench.now.wall.milliseconds),"values":{"free_chlorine":0.1}}"#,
        isRetained: true)
    }
    try bench.pipeline.commit(now: bench.now)
    try bench.judge()
    #expect(try bench.history().count == 20)
    #expect(bench.transitions.isEmpty)
    #expect(bench.saved.sources.allSatisfy { $0.newestReading == nil })
  }
}

@Suite struct `Judgement` {
  /// In limits, then out of them for a while, and so on; the odd reading comes late.
  private static let values = (0..<240).map { second in
    second % 60 < 40 ? "0.5\(second % 7)" : "0.2\(second % 5)"
  }

  /// Runs the stream with a restart after each batch that `restarts` names.
  private static func run(batch: Int, restarts: (Int) -> Bool) throws -> [String: AlarmTransition] {
    let bench = try Workbench()
    for (second, value) in values.enumerated() {
      bench.pass(.seconds(1))
      bench.receive(value)
      guard second % batch == batch - 1 else { continue }
      try bench.pipeline.commit(now: bench.now)
      if restarts(second / batch) {
        // Some crashes come before judgement, some after.
        if second % 2 == 0 { try bench.judge() }
        try bench.restart()
      }
      try bench.judge()
    }
    return bench.transitions
  }

  private struct Step: Hashable {
    let id: String
    let kind: AlarmTransition.Kind
    let state: AlarmState
    let event: Timestamp
  }

  private static func steps(_ transitions: [String: AlarmTransition]) -> Set<Step> {
    Set(
      transitions.values.map { transition in
        Step(
          id: transition.occurrence.id, kind: transition.kind, state: transition.occurrence.state,
          event: transition.occurrence.eventTime)
      })
  }

  @Test func `gives the same alarms with a restart after every batch as without any`() throws {
    for batch in [1, 3, 7] {
      let undisturbed = Self.steps(try Self.run(batch: batch, restarts: { _ in false }))
      let restarted = Self.steps(try Self.run(batch: batch, restarts: { _ in true }))
      // Four stretches out of limits; the last is over before the stream is.
      #expect(undisturbed.filter { $0.kind == .raised }.count == 4)
      #expect(restarted == undisturbed)
    }
  }

  @Test func `tells the inspector once, in the decision that moves the cursor`() throws {
    let bench = try Workbench()
    for value in Self.values.prefix(58) {
      bench.pass(.seconds(1))
      bench.receive(value)
    }
    try bench.pipeline.commit(now: bench.now)
    let decision = try #require(try bench.pipeline.judge(rowLimit: 1000, now: bench.now))
    #expect(decision.cursor == bench.pipeline.store.committed)
    #expect(decision.transitions.map(\.kind) == [.raised])
    #expect(decision.notices.map(\.person) == ["li"])
    // 0.20 at second 40 of the stream, counted from 0, is the 41st reading.
    #expect(decision.transitions.first?.occurrence.eventTime == Workbench.start + .seconds(41))
    #expect(decision.transitions.first?.occurrence.limit == 0.3)
    // The next decision repeats nothing.
    #expect(try bench.pipeline.judge(rowLimit: 1000, now: bench.now) == nil)
  }

  @Test func `goes on from the pages when the journal has moved past its cursor`() throws {
    let bench = try Workbench(journalByteCount: 65_536)
    var raised = 0
    // Nothing is judged while far more is committed than the journal holds.
    for round in 0..<3000 {
      bench.pass(.milliseconds(500))
      bench.receive(Self.values[(round / 2) % Self.values.count])
      try bench.pipeline.commit(now: bench.now)
    }
    #expect(bench.pipeline.store.oldestHeld > .start)
    try bench.judge()
    raised = bench.transitions.values.filter { $0.kind == .raised }.count
    #expect(bench.pipeline.counters.judgedFromPages == 1)
    // 1,500 seconds hold 25 stretches out of limits, as the undisturbed engine finds them.
    #expect(raised == 25)
    #expect(!bench.pipeline.isBehind)
  }
}

@Suite struct `A cursor that fits no record` {
  /// Twenty readings out of limits, stored and not judged.
  private func unjudged() throws -> Workbench {
    let bench = try Workbench()
    for _ in 0..<20 {
      bench.pass(.seconds(1))
      bench.receive("0.21")
      try bench.pipeline.commit(now: bench.now)
    }
    return bench
  }

  @Test func `within a record is made good from the pages`() throws {
    let bench = try unjudged()
    let end = bench.pipeline.store.committed.byteOffset
    try bench.restart(cursor: JournalPosition(byteOffset: end - 8))
    try bench.judge()
    #expect(bench.pipeline.counters.judgedFromPages == 1)
    #expect(bench.transitions.values.map(\.kind) == [.raised])
    #expect(!bench.pipeline.isBehind)
  }

  @Test func `of another store is put back, and everything held is judged`() throws {
    let bench = try unjudged()
    let end = bench.pipeline.store.committed.byteOffset
    try bench.restart(cursor: JournalPosition(byteOffset: end + 1_000_000))
    #expect(bench.pipeline.cursorIsForeign)
    let decision = try #require(try bench.pipeline.judge(rowLimit: 1000, now: bench.now))
    #expect(decision.cursor == bench.pipeline.store.committed)
    #expect(decision.transitions.map(\.kind) == [.raised])
  }
}

@Suite struct `Our own clock` {
  @Test func `is trusted from the release date and the newest commit on`() {
    // 2026-11-01T00:00:00Z
    let release = Timestamp(milliseconds: 1_793_491_200_000)
    var trust = ClockTrust(newestCommit: nil)
    #expect(trust.trusts(release))
    #expect(!trust.trusts(release - .milliseconds(1)))
    #expect(!trust.trusts(Timestamp(milliseconds: 0)))
    trust.committed(at: Moment(wall: release + .seconds(60), monotonic: .seconds(5)))
    #expect(!trust.trusts(release + .seconds(59)))
    #expect(trust.trusts(release + .seconds(60)))
    let later = ClockTrust(newestCommit: release + .seconds(120))
    #expect(!later.trusts(release + .seconds(119)))
  }

  @Test func `is trusted again when it was ahead for a while and is set right`() {
    let release = Timestamp(milliseconds: 1_793_491_200_000)
    var trust = ClockTrust(newestCommit: nil)
    func at(_ second: Int, step: Int = 0) -> Moment {
      Moment(wall: release + .seconds(second + step), monotonic: .seconds(second))
    }
    trust.committed(at: at(10))
    trust.committed(at: at(20, step: 86_400))
    #expect(trust.trusts(at(21).wall))
    // Set back for good it is not.
    #expect(!trust.trusts(at(21, step: -2).wall))
    trust.committed(at: at(30))
    #expect(!trust.trusts(at(29).wall))
  }

  @Test func `a step back of less than a second is let pass, and no kernel is asked for it`() {
    let release = Timestamp(milliseconds: 1_793_491_200_000)
    var trust = ClockTrust(newestCommit: release + .seconds(60))
    func isTrusted(afterStepOf milliseconds: Int64) -> Bool {
      let wall = release + .seconds(60) - .milliseconds(milliseconds)
      return trust.trusts(Moment(wall: wall, monotonic: .seconds(1)), isSynchronized: { false })
    }
    #expect(isTrusted(afterStepOf: 1000))
    #expect(!isTrusted(afterStepOf: 1001))
    #expect(trust.floor == release + .seconds(60))
  }

  @Test func `before the newest commit is trusted when the kernel vouches for it, but not in 1970`()
  {
    let release = Timestamp(milliseconds: 1_793_491_200_000)
    var trust = ClockTrust(newestCommit: release + .seconds(86_400))
    let now = Moment(wall: release + .seconds(60), monotonic: .seconds(1))
    func isTrusted(_ now: Moment, isSynchronized: Bool) -> Bool {
      trust.trusts(now, isSynchronized: { isSynchronized })
    }
    #expect(!isTrusted(now, isSynchronized: false))
    #expect(trust.dated(now).wall == release + .seconds(86_400))
    #expect(isTrusted(now, isSynchronized: true))
    #expect(trust.trusts(now.wall))
    #expect(!trust.trusts(now.wall - .seconds(1)))
    #expect(trust.dated(now) == now)
    let wrong = Moment(wall: Timestamp(milliseconds: 0), monotonic: .seconds(2))
    #expect(!isTrusted(wrong, isSynchronized: true))
  }
}
