import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

@Suite struct JournalTests {
  private func newStore(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 2), configuration: smallest, storage: disk)
  }

  @Test func `the journal gives what was committed, in order, whole records, also after reopening`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try newStore(disk)
    var expected: [[SampleRow]] = []
    for batch in 0..<12 {
      let rows = (0...batch % 4).map { row($0 % 2, Int64(batch * 10 + $0), [0: 1, 2: .nan]) }
      for row in rows { _ = store.append(row, arrival: Timestamp(milliseconds: 0)) }
      try store.commit(at: Timestamp(milliseconds: Int64(batch)))
      expected.append(rows)
      if batch == 6 { try store.checkpoint(at: Timestamp(milliseconds: 0)) }
    }
    for _ in 0..<2 {
      var at = store.oldestHeld
      for rows in expected {
        let stretch = try store.rows(after: at, limit: 1)
        #expect(bits(stretch.rows) == bits(rows))
        at = stretch.end
      }
      #expect(at == store.committed)
      #expect(try store.rows(after: .start, limit: 3).rows.count == 3)
      #expect(try store.rows(after: .start, limit: 5).rows.count == 3)
      #expect(try store.rows(after: .start, limit: 6).rows.count == 6)
      #expect(store.newestCommitTime == Timestamp(milliseconds: 11))
      store = try newStore(disk)
    }
  }

  @Test func `positions where no record ends are refused`() throws {
    let store = try newStore(SimulatedDisk(seed: 1))
    _ = store.append(row(0, 1, [0: 1]), arrival: Timestamp(milliseconds: 0))
    try store.commit(at: Timestamp(milliseconds: 0))
    let end = store.committed
    for offset in [8, end.byteOffset - 8, end.byteOffset + 8] {
      let position = JournalPosition(byteOffset: offset)
      #expect(throws: RingStoreError.unknownPosition(position, committed: end)) {
        _ = try store.rows(after: position, limit: 1)
      }
    }
  }

  @Test func `over many laps the tail follows judgement and every row is read once`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try newStore(disk)
    var cursor = store.oldestHeld
    var times: [Int64] = []
    for batch in 0..<1500 {
      for step in 0..<8 {
        _ = store.append(
          row(batch % 2, Int64(batch * 8 + step), [0: Double(step), 1: 1, 2: 2]),
          arrival: Timestamp(milliseconds: 0))
      }
      try store.commit(at: Timestamp(milliseconds: Int64(batch)))
      if batch % 50 == 49 {
        while cursor < store.committed {
          let stretch = try store.rows(after: cursor, limit: 100)
          times += stretch.rows.map(\.time.milliseconds)
          cursor = stretch.end
        }
        store.release(judgedUpTo: cursor)
      }
      if batch % 400 == 399 { store = try newStore(disk) }
    }
    #expect(store.committed.byteOffset > 3 * 49_152)
    #expect(store.tailForced == 0)
    #expect(times == Array(0..<12_000))
  }

  @Test func `when judgement stands still the tail moves on, says so, and intake goes on`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try newStore(disk)
    for batch in 0..<900 {
      for step in 0..<4 {
        _ = store.append(
          row(0, Int64(batch * 4 + step), [0: 1, 1: 2, 2: 3]), arrival: Timestamp(milliseconds: 0))
      }
      try store.commit(at: Timestamp(milliseconds: 0))
    }
    #expect(store.tailForced > 0)
    #expect(store.oldestHeld > .start)
    #expect(throws: RingStoreError.judgedTooFarBack(oldestHeld: store.oldestHeld)) {
      _ = try store.rows(after: .start, limit: 1)
    }
    let held = try store.allJournalRows(limit: 50).map(\.time.milliseconds)
    #expect(held.last == 3599)
    #expect(held == Array((held.first ?? 0)...3599))
    let again = try newStore(disk)
    #expect(again.oldestHeld == store.oldestHeld)
    #expect(try again.allJournalRows(limit: 50).map(\.time.milliseconds) == held)
  }

  @Test func `a damaged record is passed over, and what follows it is there at every opening`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try newStore(disk)
    var ends: [Int] = [0]
    for time in 0..<10 {
      _ = store.append(row(0, Int64(time), [0: 1]), arrival: Timestamp(milliseconds: 0))
      try store.commit(at: Timestamp(milliseconds: 0))
      ends.append(Int(store.committed.byteOffset))
    }
    disk.corrupt(FileName.journal) {
      $0[JournalLayout.headerByteCount + ends[7] + 50] ^= 4
    }
    store = try newStore(disk)
    let held = Array(Int64(0)..<7) + [8, 9]
    #expect(try store.allRows(of: 0).map(\.time.milliseconds) == held)
    #expect(store.recovery.recordCount == 9)
    #expect(store.recovery.cutByteCount == 0)
    #expect(
      store.recovery.lostBatches
        == LostBatches(offset: JournalLayout.headerByteCount + ends[7], placeCount: 1))
    // Judgement, which stands before the damage, goes on behind it.
    #expect(try store.allJournalRows(limit: 50).map(\.time.milliseconds) == held)
    for time in Int64(20)..<22 {
      _ = store.append(row(0, time, [0: 1]), arrival: Timestamp(milliseconds: 0))
      try store.commit(at: Timestamp(milliseconds: 0))
      store = try newStore(disk)
      #expect(store.recovery.lostBatches == nil)
      #expect(try store.allRows(of: 0).map(\.time.milliseconds) == held + Array(20...time))
    }
  }

  @Test func `damage in rows that pages cover costs judgement its place, and no row`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try newStore(disk)
    for time in 0..<10 {
      _ = store.append(row(0, Int64(time), [0: 1]), arrival: Timestamp(milliseconds: 0))
      try store.commit(at: Timestamp(milliseconds: 0))
      if time == 7 { try store.checkpoint(at: Timestamp(milliseconds: 0)) }
    }
    disk.corrupt(FileName.journal) { $0[JournalLayout.headerByteCount + 50] ^= 4 }
    store = try newStore(disk)
    #expect(try store.allRows(of: 0).map(\.time.milliseconds) == Array(0..<10))
    #expect(store.oldestHeld > .start)
    #expect(try store.allJournalRows().map(\.time.milliseconds) == [8, 9])
  }

  @Test func `one good block of the journal's header is enough`() throws {
    for block in 0..<4 {
      let disk = SimulatedDisk(seed: 1)
      var store = try newStore(disk)
      for time in 0..<5 {
        _ = store.append(row(0, Int64(time), [0: 1]), arrival: Timestamp(milliseconds: 0))
        try store.commit(at: Timestamp(milliseconds: 0))
        try store.checkpoint(at: Timestamp(milliseconds: 0))
      }
      disk.corrupt(FileName.journal) { $0[block * 4096 + 20] ^= 1 }
      store = try newStore(disk)
      #expect(try store.allRows(of: 0).count == 5)
      #expect(store.recovery.recordCount == 0)
    }
  }

  @Test func `nothing is cut off a journal that was never written to`() throws {
    let disk = SimulatedDisk(seed: 1)
    _ = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    let again = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    #expect(again.recovery.cutByteCount == 0)
  }
}
