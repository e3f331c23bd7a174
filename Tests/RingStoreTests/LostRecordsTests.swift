import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// A journal that is damaged before acknowledged batches: what is lost is said and stays known.
@Suite struct LostRecordsTests {
  private let everything = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: 1 << 50)

  private func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 2), configuration: smallest, storage: disk)
  }

  /// A row of one pool every 10 s, each a batch; committed when it is `delay` milliseconds old.
  private func append(
    _ numbers: Range<Int64>, pool: Int = 0, delay: Int64 = 0, to store: RingStore
  ) throws -> [Int] {
    try numbers.map { number in
      _ = store.append(
        row(pool, 10_000 * number, [0: noise(number, 0), 1: 7]),
        arrival: Timestamp(milliseconds: 0))
      try store.commit(at: Timestamp(milliseconds: 10_000 * number + delay))
      return JournalLayout.headerByteCount + Int(store.committed.byteOffset)
    }
  }

  private func problems(_ store: RingStore) throws -> [String] {
    var problems: [String] = []
    try store.verify(progress: { _ in }) {
      problems.append("\($0.file) \($0.offset) \($0.problem)")
    }
    return problems
  }

  private func stretch(_ range: Range<Int64>) -> Range<Timestamp> {
    Timestamp(milliseconds: range.lowerBound)..<Timestamp(milliseconds: range.upperBound)
  }

  // In the body, and in the header's magic, position, and length.
  @Test(arguments: [50, 0, 9, 41])
  func `of a damaged record its own rows are lost, and what may be lost with it stays known`(
    byte: Int
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    _ = try append(720..<725, pool: 1, to: store)
    let ends = try append(720..<740, to: store)
    // Row 730.
    disk.corrupt(FileName.journal) { $0[ends[9] + byte] ^= 0xA5 }
    // From row to row of the pool that goes on; about the time of the damage of the one that does not.
    let lost = [stretch(7_290_001..<7_310_000)]
    let other = [stretch(7_280_000..<7_310_001)]
    func check(_ life: Int) throws {
      let times = try store.allRows(of: 0).map(\.time.milliseconds)
      #expect(
        Array(times.prefix(19)) == (Int64(720)..<740).filter { $0 != 730 }.map { 10_000 * $0 })
      #expect(store.losses(of: PoolNumber(0), in: everything) == lost, "life \(life)")
      #expect(store.losses(of: PoolNumber(1), in: everything) == other, "life \(life)")
    }
    store = try opened(disk)
    #expect(store.recovery.lostBatches == LostBatches(offset: ends[9], placeCount: 1))
    #expect(try problems(store) == ["journal \(ends[9]) damaged between whole records"])
    try check(0)
    let copy = SimulatedDisk(seed: 2)
    try store.rebuild(into: copy, configuration: smallest, progress: { _ in })
    #expect(try opened(copy).losses(of: PoolNumber(0), in: everything) == lost)
    for life in 1..<4 {
      _ = try append(Int64(737 + 3 * life)..<Int64(740 + 3 * life), to: store)
      if life > 1 { try store.checkpoint(at: Timestamp(milliseconds: 0)) }
      store = try opened(disk)
      #expect(store.recovery.lostBatches == nil, "life \(life)")
      #expect(try problems(store) == [], "life \(life)")
      try check(life)
      let unknown = try store.unknownTimes(of: PoolNumber(0), in: everything)
      #expect(
        unknown == lost,
        "\(unknown), \(store.timesInDoubt(of: PoolNumber(0), in: everything)), \(store.rings[0].notes)"
      )
      // What is held is rolled, beside the damage too.
      let minutes = try store.rollupRows(
        of: store.rings[0].rollups(.minute), from: .min, to: .max)
      let rolled = minutes.columns.first?.cells.reduce(0) { $0 + ($1?.count ?? 0) }
      let end = store.rings[0].rolled[0]
      #expect(rolled == Int64(try store.allRows(of: 0).count { $0.time.milliseconds < end }))
    }
  }

  @Test func `damage that no checkpoint could put behind is passed over again`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    let ends = try append(720..<740, to: store)
    disk.corrupt(FileName.journal) { bytes in
      for end in [ends[4], ends[9]] { bytes[end + 50] ^= 0xA5 }
    }
    let held = (Int64(720)..<760).filter { $0 != 725 && $0 != 730 }.map { 10_000 * $0 }
    for end in [Int64(740), 750, 760] {
      (disk.failingOperation, disk.failsForEver, disk.failingSuffix) = (1, true, ".pages")
      store = try opened(disk)
      #expect(store.checkpointError != nil)
      #expect(store.recovery.lostBatches == LostBatches(offset: ends[4], placeCount: 2))
      #expect(
        try store.allRows(of: 0).map(\.time.milliseconds) == held.filter { $0 < 10_000 * end })
      if end < 760 { _ = try append(end..<end + 10, to: store) }
    }
    disk.failingOperation = nil
    for opening in 0..<2 {
      store = try opened(disk)
      #expect((store.recovery.lostBatches == nil) == (opening > 0))
      #expect(try store.allRows(of: 0).map(\.time.milliseconds) == held)
      #expect(
        store.losses(of: PoolNumber(0), in: everything)
          == [stretch(7_240_001..<7_260_000), stretch(7_290_001..<7_310_000)])
    }
  }

  @Test func `the end of a journal that a crash tore is no damage`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    let ends = try append(720..<740, to: store)
    disk.corrupt(FileName.journal) { bytes in
      let torn = ends[18] + 50..<ends[19]
      bytes.replaceSubrange(torn, with: repeatElement(0, count: torn.count))
    }
    store = try opened(disk)
    #expect(store.recovery.cutByteCount > 0)
    #expect(store.recovery.lostBatches == nil)
    #expect(try problems(store) == [])
    #expect(store.losses(of: PoolNumber(0), in: everything) == [])
  }

  @Test func `late rows and amendments behind a damaged record are there`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    _ = try append(720..<750, to: store)
    let end = try #require(append(800..<810, to: store).last)
    _ = try append(810..<811, to: store)
    _ = try append(770..<773, delay: 410_000, to: store)
    let known = row(0, 7_250_000, [0: noise(725, 0), 1: 7, 2: 3])
    #expect(store.append(known, arrival: Timestamp(milliseconds: 0)).stored == 1)
    try store.commit(at: Timestamp(milliseconds: 8_140_000))
    let rows = try store.allRows(of: 0)
    disk.corrupt(FileName.journal) { $0[end + 50] ^= 0xA5 }
    store = try opened(disk)
    #expect(store.recovery.lostBatches?.placeCount == 1)
    #expect(try store.allRows(of: 0) == rows.filter { $0.time.milliseconds != 8_100_000 })
    // The late ones say nothing about the newest.
    #expect(store.losses(of: PoolNumber(0), in: everything) == [stretch(8_090_001..<8_110_001)])
  }
}
