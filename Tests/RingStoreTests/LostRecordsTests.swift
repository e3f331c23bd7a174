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

  /// A row of one pool every 10 s, each a batch.
  private func append(
    _ numbers: Range<Int64>, pool: Int = 0, to store: RingStore
  ) throws -> [Int] {
    try numbers.map { number in
      _ = store.append(
        row(pool, 10_000 * number, [0: noise(number, 0), 1: 7]),
        arrival: Timestamp(milliseconds: 0))
      try store.commit(at: Timestamp(milliseconds: 10_000 * number))
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
  func `batches behind a damaged record are named, and what is lost with them stays known`(
    byte: Int
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    _ = try append(720..<725, pool: 1, to: store)
    let ends = try append(720..<740, to: store)
    // Row 730 is damaged, nine batches follow.
    disk.corrupt(FileName.journal) { $0[ends[9] + byte] ^= 0xA5 }
    let lost = [stretch(7_290_001..<7_390_001)]
    for opening in 0..<2 {
      store = try opened(disk)
      #expect(store.recovery.lostBatches == LostBatches(offset: ends[9], count: 9))
      #expect(
        try problems(store) == [
          "journal \(ends[9]) a record is damaged, and 9 whole ones after it cannot be reached"
        ], "opening \(opening)")
      #expect(store.losses(of: PoolNumber(0), in: everything) == lost)
      #expect(store.losses(of: PoolNumber(1), in: everything) == [])
    }
    let copy = SimulatedDisk(seed: 2)
    try store.rebuild(into: copy, configuration: smallest, progress: { _ in })
    #expect(try opened(copy).losses(of: PoolNumber(0), in: everything) == lost)
    // 92 readings never came before the next ones.
    for life in Int64(0)..<3 {
      _ = try append(832 + 3 * life..<835 + 3 * life, to: store)
      if life > 0 { try store.checkpoint(at: Timestamp(milliseconds: 0)) }
      store = try opened(disk)
      #expect(store.recovery.lostBatches == nil, "life \(life)")
      #expect(try problems(store) == [], "life \(life)")
      #expect(store.losses(of: PoolNumber(0), in: everything) == lost, "life \(life)")
      #expect(store.losses(of: PoolNumber(1), in: everything) == [])
      // Nothing was rolled of the lost rows. Their last minute ends where rows are held again.
      let unknown = try store.unknownTimes(of: PoolNumber(0), in: everything)
      #expect(unknown.first?.upperBound == lost[0].upperBound, "\(unknown)")
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

  @Test func `late rows behind a damaged record are lost, and rows that are amended there are not`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    _ = try append(720..<750, to: store)
    let end = try #require(append(800..<810, to: store).last)
    _ = try append(810..<811, to: store)
    _ = try append(770..<773, to: store)
    let known = row(0, 7_250_000, [0: noise(725, 0), 1: 7, 2: 3])
    #expect(store.append(known, arrival: Timestamp(milliseconds: 0)).stored == 1)
    try store.commit(at: Timestamp(milliseconds: 0))
    disk.corrupt(FileName.journal) { $0[end + 50] ^= 0xA5 }
    store = try opened(disk)
    #expect(store.recovery.lostBatches?.count == 4)
    // Of the damaged record itself nothing can be told: nothing newer came.
    #expect(
      store.losses(of: PoolNumber(0), in: everything) == [stretch(7_700_000..<7_720_001)])
  }
}
