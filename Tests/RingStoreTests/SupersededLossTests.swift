import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Losses whose traces are written over: they stay known.
@Suite struct SupersededLossTests: SmallPages {
  let poolCount = 1

  private func corrupt(_ slot: Int, on disk: SimulatedDisk, at byte: Int) {
    let at = PagesFileHeader.byteCount + slot * 1024
    disk.corrupt("raw.pages") { $0[at + byte] ^= 1 }
  }

  private func stretch(_ first: Int64, _ end: Int64) -> Range<Timestamp> {
    Timestamp(milliseconds: first)..<Timestamp(milliseconds: end)
  }

  private func isInOrder(_ store: RingStore) throws -> Bool {
    var isInOrder = true
    try store.verify(progress: { _ in }) { _ in isInOrder = false }
    return isInOrder
  }

  /// What is lost of the newest page, damaged at `byte`, with `olderCopies` that lack its newest rows, when
  /// 92 readings never came and rows follow.
  private func lose(
    at byte: Int, isOlderCopyHeld: Bool
  ) throws -> (disk: SimulatedDisk, lost: Range<Int64>, next: Int64) {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    try append(510, to: store, &next)
    if isOlderCopyHeld { try append(4, to: store, &next) }
    let ring = store.rings[0].raw
    let slot = try #require(ring.openSlot)
    let first = try #require(ring.open.firstTime)
    corrupt(slot, on: disk, at: byte)
    if !isOlderCopyHeld {
      for other in 0..<ring.place.slotCount where other != slot {
        guard !ring.pages.contains(where: { $0.slot == Int32(other) }) else { continue }
        disk.corrupt("raw.pages") { bytes in
          let at = PagesFileHeader.byteCount + other * 1024
          bytes.replaceSubrange(at..<at + 1024, with: repeatElement(0, count: 1024))
        }
      }
    }
    store = try opened(disk)
    let held = try #require(store.rings[0].raw.lastTime)
    // Where the header is lost the rows may have gone on to the end of their minute.
    let end = byte < 128 ? 10_000 * (next - 1) / 60_000 * 60_000 + 60_000 : 10_000 * (next - 1) + 1
    next += 92
    return (disk, byte >= 128 && !isOlderCopyHeld ? first..<end : held + 1..<end, next)
  }

  @Test(arguments: [(byte: 150, isOlderCopyHeld: false), (150, true), (20, false), (20, true)])
  func `of a newest page that is written over exactly its rows stay known as lost`(
    byte: Int, isOlderCopyHeld: Bool
  ) throws {
    let (disk, lost, number) = try lose(at: byte, isOlderCopyHeld: isOlderCopyHeld)
    var next = number
    let expected = [stretch(lost.lowerBound, lost.upperBound)]
    for life in 0..<12 {
      let store = try opened(disk)
      #expect(store.losses(of: pool, in: everything) == expected, "life \(life)")
      if life > 0 {
        let known = store.knownLosses.map(\.lost)
        #expect(known.map(\.from) == expected.map(\.lowerBound), "life \(life)")
        #expect(known.map(\.through) == [expected[0].upperBound - .milliseconds(1)])
      }
      try append(1 + life, to: store, &next)
      #expect(store.losses(of: pool, in: everything) == expected, "life \(life)")
    }
    let store = try opened(disk)
    #expect(try isInOrder(store))
    let copy = SimulatedDisk(seed: 2)
    try store.rebuild(into: copy, configuration: configuration, progress: { _ in })
    #expect(try opened(copy).losses(of: pool, in: everything) == expected)
  }

  @Test func `a missing page stays named when the page after it is written again`() throws {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    try append(510, to: store, &next)
    let page = try #require(store.rings[0].raw.pages.last)
    let after = try #require(store.rings[0].raw.open.firstTime)
    let before = try #require(store.rings[0].raw.pages.dropLast().last).lastTime
    corrupt(Int(try #require(page.slot)), on: disk, at: 20)
    for life in 0..<12 {
      store = try opened(disk)
      #expect(
        store.losses(of: pool, in: everything) == [stretch(before + 1, after)], "life \(life)")
      #expect(try !isInOrder(store), "life \(life)")
      try append(3, to: store, &next)
    }
  }

  @Test(arguments: [0, 3, 6])
  func `a spare slot that cannot be read is no loss of rows`(count: Int) throws {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    if count > 0 { try append(100 * count, to: store, &next) }
    let ring = store.rings[0].raw
    let taken = ring.pages.compactMap(\.slot).map(Int.init) + [ring.openSlot].compactMap(\.self)
    let slot = try #require((0..<ring.place.slotCount).last { !taken.contains($0) })
    let at = PagesFileHeader.byteCount + slot * 1024
    disk.unreadable["raw.pages"] = at..<at + 1
    for life in 0..<4 {
      store = try opened(disk)
      #expect(store.losses(of: pool, in: everything) == [], "life \(life)")
      // Readings that never came are nobody's loss.
      next += 92
      try append(200, to: store, &next)
      #expect(store.losses(of: pool, in: everything) == [], "life \(life)")
    }
  }
}
