import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

@Suite struct RingTests {
  /// A ring of `slotCount` slots of 1 KiB: rows are taken to have 8 bytes, a page has 896.
  private func configuration(slotCount: Int) -> RingStore.Configuration {
    RingStore.Configuration(
      retention: .seconds(10 * 112 * (slotCount - 3)), pageByteCount: 1024,
      journalByteCount: 65_536)
  }

  @Test(arguments: [4, 5, 6, 7])
  func `a ring holds its newest pages, whatever is written and wherever it is opened again`(
    slotCount: Int
  ) throws {
    let configuration = configuration(slotCount: slotCount)
    // The start shifts the page borders against the batches, the count ends in each part of a lap.
    for start in [1, 7, 22, 23, 24] {
      var disk = SimulatedDisk(seed: 1)
      var store = try RingStore(
        plan: plan(poolCount: 1), configuration: configuration, storage: disk)
      #expect(store.rings[0].raw.place.slotCount == slotCount)
      var written: Int64 = 0
      var oldest = 0
      for count in [start] + Array(repeating: 13, count: 6 * slotCount) {
        for _ in 0..<count {
          _ = store.append(
            row(
              0, written * 10_000,
              [0: noise(written, 0), 1: noise(written, 1), 2: noise(written, 2)]),
            arrival: Timestamp(milliseconds: written * 10_000))
          written += 1
        }
        try store.commit(at: Timestamp(milliseconds: 0))
        store.release(judgedUpTo: store.committed)
        let held = try store.allRows(of: 0)
        // All rows of a stretch up to the newest, none of it given up too early: a sealed page has at
        // least 30 rows of 24 bytes and at most 37, and all but three slots hold sealed pages. Before
        // one has been packed for size, the open page is taken to shrink to half.
        let first = Int(written) - held.count
        #expect(held.map(\.samples[0].value) == (first..<Int(written)).map { noise(Int64($0), 0) })
        #expect(first >= oldest)
        #expect(first == 0 || held.count >= 30 * (slotCount - 3))
        #expect(held.count <= 37 * (slotCount - 1) + 2)
        oldest = first
        if written % 3 == 0 { try store.checkpoint(at: Timestamp(milliseconds: 0)) }
        if written % 2 == 0 {
          if written % 4 == 0 { disk = disk.afterPowerCut() }
          store = try RingStore(
            plan: plan(poolCount: 1), configuration: configuration, storage: disk)
          // Packed anew, rows may lie on other pages: the oldest page may be given up at another time.
          let again = try store.allRows(of: 0)
          #expect(again.suffix(held.count) == held.suffix(again.count))
          #expect(again.count >= min(Int(written), 30 * (slotCount - 3)))
          oldest = Int(written) - again.count
        }
      }
      #expect(oldest > 0)
      #expect(store.append(row(0, 0, [0: 1]), arrival: Timestamp(milliseconds: 0)).tooOld == 1)
      #expect(store.damagedPages.isEmpty)
    }
  }

  @Test func `one pool's flood leaves another pool's rows alone`() throws {
    let store = try RingStore(
      plan: plan(poolCount: 2), configuration: smallest, storage: SimulatedDisk(seed: 1))
    _ = store.append(row(1, 5, [0: 1]), arrival: Timestamp(milliseconds: 0))
    for time in 0..<600 {
      _ = store.append(
        row(0, Int64(time), [0: noise(Int64(time), 0), 1: noise(Int64(time), 1)]),
        arrival: Timestamp(milliseconds: 0))
      if time % 20 == 0 { try store.commit(at: Timestamp(milliseconds: 0)) }
    }
    try store.commit(at: Timestamp(milliseconds: 0))
    #expect(try store.allRows(of: 1).map(\.time.milliseconds) == [5])
    // Two pages of 896 bytes with 16 a row, and the newest batch.
    #expect(try store.allRows(of: 0).count <= 2 * 56 + 20)
  }

  @Test func `a series whose last page is given up has no newest value, also after reopening`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    let gone = Series(pool: PoolNumber(0), parameter: ParameterNumber(2))
    for time in 0..<300 as Range<Int64> {
      let value = noise(time, 0)
      _ = store.append(
        row(0, time, time == 4 ? [0: value, 2: 5] : [0: value]),
        arrival: Timestamp(milliseconds: 0))
      try store.commit(at: Timestamp(milliseconds: 0))
      if time == 10 { #expect(store.latest(gone)?.sample.value == 5) }
    }
    #expect(store.latest(gone) == nil)
    store = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    #expect(store.latest(gone) == nil)
    #expect(store.latestTime(of: PoolNumber(0))?.milliseconds == 299)
  }

  @Test func `random lives agree with a dictionary`() throws {
    let roomy = RingStore.Configuration(
      retention: .seconds(30_000), pageByteCount: 1024, journalByteCount: 65_536)
    for seed in 0..<12 as Range<UInt64> {
      var script = StoreScript(
        disk: SimulatedDisk(seed: seed), seed: seed, poolCount: 3, configuration: roomy)
      try script.open()
      for step in 0..<120 {
        let complaints = script.batch(rowLimit: 10)
        #expect(complaints.isEmpty, "seed \(seed), step \(step): \(complaints.prefix(2))")
        if step % 7 == 0 { script.judgeAll() }
        if step % 17 == 0 { script.checkpoint() }
        if step % 23 == 0 { try script.open() }
        if step % 20 == 0 {
          let found = try script.complaints()
          #expect(found.isEmpty, "seed \(seed), step \(step): \(found.prefix(2))")
        }
      }
      for (series, time) in script.model.newest {
        #expect(script.store?.latest(series)?.time.milliseconds == time)
      }
    }
  }
}
