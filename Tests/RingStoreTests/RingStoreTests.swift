import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

@Suite struct RingStoreTests {
  private let now = Timestamp(milliseconds: 1_000_000_000)

  private func newStore(
    _ disk: SimulatedDisk, pools: Int = 2, configuration: RingStore.Configuration = smallest
  ) throws -> RingStore {
    try RingStore(plan: plan(poolCount: pools), configuration: configuration, storage: disk)
  }

  @Test func `a new store is empty and says that it was created`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try newStore(disk)
    #expect(store.recovery.isCreated)
    #expect(store.newestCommitTime == nil)
    #expect(store.committed == .start)
    #expect(store.oldestHeld == .start)
    #expect(try store.allRows(of: 0).isEmpty)
    #expect(try store.rows(after: .start, limit: 10) == JournalStretch(rows: [], end: .start))
    #expect(
      RingStore.requiredByteCount(plan: plan(poolCount: 2), configuration: smallest)
        == disk.files.values.reduce(0) { $0 + $1.seen.count })
    #expect(
      disk.files.keys.sorted() == [
        "catalog", "day.pages", "hour.pages", "journal", "minute.pages", "raw.pages",
      ])
  }

  @Test func `staged rows are seen by nobody, committed ones by all`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
    _ = store.append(row(0, 1000, [0: 0.5, 1: 7.2]), arrival: now)
    #expect(store.latest(series) == nil)
    #expect(try store.allRows(of: 0).isEmpty)
    #expect(store.stagedByteCount > 0)
    try store.commit(at: now)
    #expect(store.stagedByteCount == 0)
    #expect(store.latest(series)?.time == Timestamp(milliseconds: 1000))
    #expect(store.latest(series)?.sample.value == 0.5)
    #expect(store.latestTime(of: PoolNumber(0)) == Timestamp(milliseconds: 1000))
    #expect(store.latestTime(of: PoolNumber(1)) == nil)
    #expect(try store.allRows(of: 0).count == 1)
    #expect(store.newestCommitTime == now)
  }

  @Test func `a commit with nothing staged writes nothing`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try newStore(disk)
    let before = disk.operationCount
    try store.commit(at: now)
    #expect(disk.operationCount == before)
    #expect(store.committed == .start)
  }

  @Test func `a commit is one write and one sync`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try newStore(disk)
    let before = disk.operationCount
    for time in 0..<20 { _ = store.append(row(time % 2, Int64(time), [0: 1]), arrival: now) }
    try store.commit(at: now)
    #expect(disk.operationCount == before + 2)
  }

  @Test func `identity is pool, parameter and time, in the batch as on disk`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    for _ in 0..<2 {
      var outcome = store.append(row(0, 1000, [0: 0.5]), arrival: now)
      #expect(outcome.stored + outcome.duplicate == 1)
      outcome = store.append(row(0, 1000, [0: 0.5]), arrival: now)
      #expect(outcome.duplicate == 1 && outcome.stored == 0)
      outcome = store.append(row(0, 1000, [0: 0.6]), arrival: now)
      #expect(outcome.conflict == 1 && outcome.stored == 0)
      outcome = store.append(row(1, 1000, [0: 0.6]), arrival: now)
      #expect(outcome.conflict == 0)
      try store.commit(at: now)
    }
    #expect(try store.allRows(of: 0).map(\.samples.count) == [1])
    #expect(try store.allRows(of: 0)[0].samples[0].value == 0.5)
  }

  @Test func `a value of another parameter joins its row`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    _ = store.append(row(0, 1000, [0: 0.5]), arrival: now)
    try store.commit(at: now)
    let outcome = store.append(row(0, 1000, [0: 0.5, 1: 7.0, 2: 26]), arrival: now)
    #expect(outcome.stored == 2 && outcome.duplicate == 1 && outcome.late == 0)
    try store.commit(at: now)
    let rows = try store.allRows(of: 0)
    #expect(rows.count == 1)
    #expect(rows[0].samples.map(\.value) == [0.5, 7.0, 26])
  }

  @Test func `minus zero, NaN payloads and missing values come back bit for bit`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try newStore(disk)
    let payload = Double(bitPattern: 0x7FF8_0000_DEAD_BEEF)
    _ = store.append(row(0, 1000, [0: -0.0, 1: payload, 2: .leastNonzeroMagnitude]), arrival: now)
    #expect(store.append(row(0, 1000, [0: 0.0]), arrival: now).conflict == 1)
    #expect(store.append(row(0, 1000, [1: .nan]), arrival: now).duplicate == 1)
    #expect(store.append(row(0, 1000, [1: 7.0]), arrival: now).conflict == 1)
    try store.commit(at: now)
    try store.checkpoint(at: now)
    let again = try newStore(disk)
    let samples = try again.allRows(of: 0)[0].samples
    #expect(samples.map(\.value.bitPattern) == [1 << 63, 0x7FF8_0000_DEAD_BEEF, 1])
    #expect(samples[1].flag == .missing)
  }

  @Test func `a duplicate's new gateway marks join, on open and on sealed pages`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try newStore(disk)
    for time in 0..<60 as Range<Int64> {
      let values = [0: 1, 1: noise(time, 1), 2: noise(time, 2)]
      _ = store.append(row(0, time, values), arrival: now)
    }
    try store.commit(at: now)
    try store.checkpoint(at: now)
    #expect(store.occupancy.pageCount == 2)
    for time in [0, 59] as [Int64] {
      let marked = row(0, time, [0: 1], marks: [.maintenance])
      #expect(store.append(marked, arrival: now).duplicate == 1)
      #expect(store.append(marked, arrival: now).duplicate == 1)
    }
    try store.commit(at: now)
    #expect(store.append(row(0, 0, [0: 1], marks: .maintenance), arrival: now).duplicate == 1)
    #expect(store.stagedByteCount == 0)
    for _ in 0..<2 {
      let rows = try store.allRows(of: 0)
      #expect(rows.count == 60)
      #expect(rows[0].samples[0].gatewayMarks == .maintenance)
      #expect(rows[0].samples[0].arrivalMarks == [.backfilled, .tooLateToCount])
      #expect(rows[59].samples[0].gatewayMarks == .maintenance)
      #expect(rows[1].samples[0].gatewayMarks == [])
      try store.checkpoint(at: now)
      store = try newStore(disk)
    }
  }

  @Test(arguments: [false, true])
  func `the flag of a value with several marks does not depend on which came first`(
    isReversed: Bool
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try newStore(disk)
    var parts: [(QualityFlag, GatewayMarks)] = [
      (.good, .manual), (.fail, .maintenance), (.good, .manual), (.suspect, .fault),
    ]
    if isReversed { parts.reverse() }
    for (time, isEachCommitted) in [(0, false), (10_000, true)] as [(Int64, Bool)] {
      for (flag, marks) in parts {
        _ = store.append(row(0, time, [0: 1], flag: flag, marks: marks), arrival: now)
        if isEachCommitted { try store.commit(at: now) }
      }
      try store.commit(at: now)
    }
    for _ in 0..<2 {
      let samples = try store.allRows(of: 0).flatMap(\.samples)
      #expect(samples.map(\.flag) == [.fail, .fail])
      #expect(samples.allSatisfy { $0.gatewayMarks == [.manual, .maintenance, .fault] })
      try store.checkpoint(at: now)
      store = try newStore(disk)
    }
  }

  /// Ages in milliseconds with the bits of the marks due.
  static let ages: [(Int64, UInt8)] = [
    (0, 0), (20_000, 0), (20_001, 0x20), (259_200_000, 0x20), (259_200_001, 0x60),
  ]

  @Test(arguments: ages)
  func `age at arrival is marked beyond two intervals and beyond 72 h`(
    age: Int64, expected: UInt8
  ) throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    let time = now.milliseconds - age
    #expect(store.append(row(0, time, [0: 1]), arrival: now).late == 0)
    try store.commit(at: now)
    #expect(try store.allRows(of: 0)[0].samples[0].arrivalMarks.rawValue == expected)
  }

  @Test func `late is older than the newest of its series, staged or stored`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    _ = store.append(row(0, now.milliseconds, [0: 1]), arrival: now)
    #expect(store.append(row(0, now.milliseconds - 1, [0: 1, 1: 1]), arrival: now).late == 1)
    try store.commit(at: now)
    #expect(store.append(row(0, now.milliseconds - 2, [0: 1, 2: 1]), arrival: now).late == 1)
    #expect(store.append(row(1, now.milliseconds - 2, [0: 1]), arrival: now).late == 0)
    try store.commit(at: now)
    let marks = try store.allRows(of: 0).map { $0.samples.map(\.arrivalMarks) }
    #expect(marks == [[.late, []], [.late, []], [[]]])
  }

  @Test func `undo leaves everything as it was`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    _ = store.append(row(0, 1000, [0: 1]), arrival: now)
    try store.commit(at: now)
    let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
    let latest = store.latest(series)
    let end = store.committed
    _ = store.append(row(0, 2000, [0: 2]), arrival: now)
    _ = store.append(row(0, 1000, [1: 2], marks: .fault), arrival: now)
    store.undo()
    #expect(store.stagedByteCount == 0)
    try store.commit(at: now)
    #expect(store.committed == end)
    #expect(store.latest(series) == latest)
    #expect(store.append(row(0, 1500, [0: 1.5]), arrival: now).late == 0)
    #expect(store.append(row(0, 2000, [0: 9]), arrival: now).stored == 1)
    try store.commit(at: now)
    #expect(try store.allRows(of: 0).map { $0.samples[0].value } == [1, 1.5, 9])
  }

  @Test func `a batch too large for the journal is refused whole`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    // Ten bytes a value in any coding: a third more than the record can have.
    for time in 0..<Int64(store.batchByteLimit / 23) {
      let values = [0: noise(time, 0), 1: noise(time, 1), 2: noise(time, 2)]
      _ = store.append(row(0, time, values), arrival: now)
    }
    let error = #expect(throws: RingStoreError.self) { try store.commit(at: now) }
    guard case .batchTooLarge(let count, store.batchByteLimit) = error else {
      Issue.record("refused for another reason: \(String(describing: error))")
      return
    }
    #expect(count > store.batchByteLimit)
    #expect(try store.allRows(of: 0).isEmpty)
    #expect(store.append(row(0, 0, [0: 2]), arrival: now).stored == 1)
    try store.commit(at: now)
  }

  @Test func `the time before is found on open and sealed pages, by column`() throws {
    let store = try newStore(
      SimulatedDisk(seed: 1),
      configuration: RingStore.Configuration(
        retention: .seconds(6000), pageByteCount: 1024, journalByteCount: 65_536))
    let sparse = Series(pool: PoolNumber(0), parameter: ParameterNumber(1))
    let dense = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
    for time in 0..<300 as Range<Int64> {
      let value = noise(time, 0)
      _ = store.append(row(0, time, time == 3 ? [0: value, 1: 2] : [0: value]), arrival: now)
      try store.commit(at: now)
    }
    #expect(store.rings[0].raw.pages.count > 1)
    func time(_ series: Series, _ before: Int64) throws -> Int64? {
      try store.previousTime(of: series, before: Timestamp(milliseconds: before))?.milliseconds
    }
    #expect(try time(sparse, 1000) == 3)
    #expect(try time(sparse, 3) == nil)
    for before in 0..<61 {
      #expect(try time(dense, Int64(before)) == (before == 0 ? nil : Int64(before - 1)))
    }
    #expect(store.latest(sparse)?.time.milliseconds == 3)
  }

  @Test func `ranges and limits cut where they say, across pages that overlap`() throws {
    let store = try newStore(
      SimulatedDisk(seed: 1),
      configuration: RingStore.Configuration(
        retention: .seconds(3000), pageByteCount: 1024, journalByteCount: 65_536))
    // Even times in order, then odd times late: every page of the second half overlaps the first.
    let times = (0..<120).filter { $0 % 2 == 0 } + (0..<120).filter { $0 % 2 == 1 }
    for time in times {
      _ = store.append(row(0, Int64(time), [0: Double(time)]), arrival: now)
      try store.commit(at: now)
    }
    for (from, through, limit) in [
      (0, 119, 200), (0, 119, 1), (5, 17, 4), (50, 90, 41), (119, 500, 9), (7, 6, 5),
    ] {
      let found = try store.rows(
        of: PoolNumber(0), from: Timestamp(milliseconds: Int64(from)),
        through: Timestamp(milliseconds: Int64(through)), limit: limit)
      let expected = (0..<120).filter { $0 >= from && $0 <= through }.prefix(limit)
      #expect(found.map { Int($0.time.milliseconds) } == Array(expected))
    }
  }
}
