import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// What the store says of its losses, before a repair and after it.
@Suite struct LossesTests {
  private let now = Timestamp(milliseconds: 0)
  private let pool = PoolNumber(0)
  private let everything = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: .max)
  private let configuration = RingStore.Configuration(
    retention: .seconds(20_000), minuteRetention: .seconds(400_000), pageByteCount: 1024,
    journalByteCount: 65_536)

  private func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 1), configuration: configuration, storage: disk)
  }

  /// A row every 10 s, and a checkpoint at the end: no page has an older copy.
  private func append(_ count: Int, to store: RingStore, _ next: inout Int64) throws {
    for number in 0..<count {
      let values = [0: noise(next, 0), 1: noise(next, 1), 2: 27]
      _ = store.append(row(0, 10_000 * next, values), arrival: now)
      next += 1
      if number % 50 == 49 { try store.commit(at: now) }
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }

  /// A disk with pages of rows, some of them sealed.
  private func filled(_ count: Int = 500) throws -> (disk: SimulatedDisk, next: Int64) {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    try append(count, to: opened(disk), &next)
    return (disk, next)
  }

  private func repaired(_ store: RingStore) throws -> (disk: SimulatedDisk, store: RingStore) {
    let copy = SimulatedDisk(seed: 2)
    try store.rebuild(into: copy, configuration: configuration, progress: { _ in })
    return (copy, try opened(copy))
  }

  private func damage(_ page: Page, on disk: SimulatedDisk, at byte: Int = 150) throws {
    let at = PagesFileHeader.byteCount + Int(try #require(page.slot)) * 1024
    disk.corrupt("raw.pages") { $0[at + byte] ^= 1 }
  }

  private func times(_ page: Page) -> Range<Timestamp> {
    Timestamp(
      milliseconds: page.firstTime)..<Timestamp(milliseconds: page.lastTime + 1)
  }

  @Test func `of a damaged page exactly its rows are lost, and a repair changes nothing of that`()
    throws
  {
    let whole = try opened(filled().disk).rings[0].raw.pages
    #expect(whole.count > 5)
    // One alone, the oldest, two neighbours, and two with a page between them.
    for lost in [[2], [0], [2, 3], [1, 3]] {
      let (disk, number) = try filled()
      var next = number
      for index in lost { try damage(whole[index], on: disk) }
      var store = try opened(disk)
      try store.verify(progress: { _ in }) { _ in }
      // Somebody reads them.
      _ = try store.allRows(of: 0)
      // Between two neighbours nothing is held.
      let expected =
        lost == [2, 3]
        ? [times(whole[2]).lowerBound..<times(whole[3]).upperBound] : lost.map { times(whole[$0]) }
      #expect(store.losses(of: pool, in: everything) == expected, "\(lost)")
      #expect(store.knownLosses.isEmpty)
      let part = expected[0]
      let half = part.lowerBound + .seconds(50)..<part.upperBound + .seconds(1)
      #expect(store.losses(of: pool, in: half) == [half.lowerBound..<part.upperBound])
      var copy: SimulatedDisk
      (copy, store) = try repaired(store)
      for repair in 0..<2 {
        #expect(store.losses(of: pool, in: everything) == expected, "\(lost) \(repair)")
        let known = store.knownLosses.map(\.lost)
        #expect(known.map(\.from) == expected.map(\.lowerBound), "\(lost) \(repair)")
        #expect(
          known.map(\.through) == expected.map { $0.upperBound - .milliseconds(1) },
          "\(lost) \(repair)")
        try append(50, to: store, &next)
        #expect(try opened(copy).losses(of: pool, in: everything) == expected)
        (copy, store) = try repaired(opened(copy))
      }
    }
  }

  @Test func `where a page's header is lost, its rows lay between those of its neighbours`() throws
  {
    let whole = try opened(filled().disk).rings[0].raw.pages
    for lost in 0...2 {
      let (disk, _) = try filled()
      try damage(whole[lost], on: disk, at: 20)
      let store = try opened(disk)
      let before = Timestamp(milliseconds: whole[lost + 1].firstTime)
      // Nothing is held from before the oldest row but its minute, or what was rolled of it.
      let after =
        lost == 0
        ? Timestamp(milliseconds: whole[0].firstTime)
        : Timestamp(milliseconds: whole[lost - 1].lastTime + 1)
      #expect(store.losses(of: pool, in: everything) == [after..<before], "\(lost)")
      let again = try repaired(store).store
      #expect(again.losses(of: pool, in: everything) == [after..<before], "\(lost)")
      let known = try #require(again.knownLosses.first?.lost)
      #expect(known.from == (lost == 0 ? nil : after))
      #expect(known.through == before - .milliseconds(1))
    }
  }

  @Test func `a loss is told of until the ring gives up that time`() throws {
    let (disk, number) = try filled()
    var next = number
    let page = try opened(disk).rings[0].raw.pages[1]
    try damage(page, on: disk)
    var store = try opened(disk)
    _ = try store.allRows(of: 0)
    try append(50, to: store, &next)
    #expect(store.losses(of: pool, in: everything) == [times(page)])
    let copy: SimulatedDisk
    (copy, store) = try repaired(store)
    for _ in 0..<100 where store.rings[0].raw.oldestHeld ?? .min <= page.lastTime {
      #expect(store.losses(of: pool, in: everything) == [times(page)])
      try append(50, to: store, &next)
    }
    #expect(store.rings[0].raw.oldestHeld ?? .min > page.lastTime)
    try append(50, to: store, &next)
    #expect(store.losses(of: pool, in: everything) == [])
    #expect(try opened(copy).knownLosses.isEmpty)
  }

  @Test(arguments: UInt64(1)...8)
  func `no loss is told of where none was, whatever power cuts do`(seed: UInt64) throws {
    var disk = SimulatedDisk(seed: seed)
    var random = SplitMix64(seed: seed)
    var next: Int64 = 720
    for _ in 0..<6 {
      let store = try opened(disk)
      #expect(store.losses(of: pool, in: everything) == [])
      disk.failingOperation = disk.operationCount + 20 + Int(random.next() % 200)
      disk.failsForEver = true
      for _ in 0..<20 { try? append(50, to: store, &next) }
      disk.failingOperation = nil
      disk = disk.afterPowerCut()
    }
    #expect(try opened(disk).losses(of: pool, in: everything) == [])
  }

  @Test func `a checkpoint writes the catalog when the notes have changed, and only then`() throws {
    let (disk, number) = try filled()
    var next = number
    try damage(opened(disk).rings[0].raw.pages[2], on: disk)
    let store = try opened(disk)
    _ = try store.allRows(of: 0)
    let (copy, again) = try repaired(store)
    let generation = try #require(try Catalog.read(from: copy)).generation
    #expect(!again.rings[0].notes.hasChanged)
    try append(50, to: again, &next)
    #expect(try Catalog.read(from: copy)?.generation == generation)
    again.rings[0].notes.noteLacking(before: 10_000 * next)
    #expect(again.rings[0].notes.hasChanged)
    try append(50, to: again, &next)
    #expect(!again.rings[0].notes.hasChanged)
    #expect(try Catalog.read(from: copy)?.generation == generation + 1)
  }
}
