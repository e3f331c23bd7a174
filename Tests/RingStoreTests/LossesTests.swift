import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// What the store says of its losses, before a repair and after it.
@Suite struct LossesTests: SmallPages {
  let poolCount = 1

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

  @Test func `what was rolled of lost rows is known, but for parts of a minute`() throws {
    let whole = try opened(filled().disk).rings[0].raw
    let page = try #require(whole.pages.dropFirst(2).first)
    let (disk, _) = try filled()
    try damage(page, on: disk)
    let store = try opened(disk)
    _ = try store.allRows(of: 0)
    let minute = Timestamp(milliseconds: page.firstTime / 60_000 * 60_000 + 120_000)
    let inside = minute + .seconds(20)
    #expect(store.losses(of: pool, in: everything) == [times(page)])
    for from in [Timestamp(milliseconds: 0), minute] {
      for to in [Timestamp(milliseconds: 1 << 50), minute + .seconds(60)] {
        let found = try store.unknownTimes(of: pool, in: from..<to)
        #expect(found == [], "\(from) \(to): \(times(page))")
      }
    }
    let next = minute + .seconds(60)
    let late = Timestamp(milliseconds: 1 << 50)
    #expect(try store.unknownTimes(of: pool, in: inside..<late) == [inside..<next])
    #expect(
      try store.unknownTimes(of: pool, in: Timestamp(milliseconds: 0)..<inside) == [minute..<inside]
    )
  }

  @Test(arguments: [150, 20])
  func `of a lost end what was not rolled is not known, and a repair changes nothing of that`(
    byte: Int
  ) throws {
    // Ends 3 rows after a full minute, which the last one of them ends.
    let (disk, number) = try filled(510 - 720 % 6 + 3)
    var next = number
    let ring = try opened(disk).rings[0].raw
    let at = PagesFileHeader.byteCount + (try #require(ring.openSlot)) * 1024
    disk.corrupt("raw.pages") { $0[at + byte] ^= 1 }
    let last = 10_000 * (number - 1)
    let minute = Timestamp(milliseconds: last / 60_000 * 60_000)
    let all = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: 1 << 50)
    // Without the header the lost rows may have gone on to the minute's end.
    let end = Timestamp(milliseconds: byte == 20 ? last / 60_000 * 60_000 + 60_000 : last + 1)
    var store = try opened(disk)
    #expect(try store.unknownTimes(of: pool, in: all) == [minute..<end])
    var copy: SimulatedDisk
    (copy, store) = try repaired(store)
    #expect(try store.unknownTimes(of: pool, in: all) == [minute..<end])
    try append(50, to: store, &next)
    // What came next ends it at the latest.
    let rest = minute..<min(end, Timestamp(milliseconds: 10_000 * number))
    for _ in 0..<2 {
      #expect(try store.unknownTimes(of: pool, in: all) == [rest])
      (copy, store) = try repaired(opened(copy))
    }
  }
}
