import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// What a repair says of losses that lie side by side, and of a store without any raw row.
@Suite struct RepairedLossTests: SmallPages {
  let poolCount = 2

  private func repaired(_ store: RingStore) throws -> RingStore {
    let copy = SimulatedDisk(seed: 2)
    try store.rebuild(into: copy, configuration: configuration, progress: { _ in })
    return try opened(copy)
  }

  private func minutes(_ store: RingStore) throws -> RollupTable {
    try store.rollupRows(of: store.rings[0].rollups(.minute), from: .min, to: .max)
  }

  @Test(arguments: [20, 150])
  func `a repair keeps the rollups when no raw row is left in the whole store`(byte: Int) throws {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    try append(30, to: store, &next)
    let place = store.rings[0].raw.place
    #expect(store.rings[0].raw.pages.isEmpty)
    let slot = try #require(store.rings[0].raw.openSlot)
    disk.corrupt("raw.pages") { $0[place.offset + slot * 1024 + byte] ^= 1 }
    store = try opened(disk)
    #expect(try store.allRows(of: 0).isEmpty)
    let held = try minutes(store)
    // 30 rows every 10 s from a full minute on: the last minute is not over.
    #expect(held.starts == (120..<124).map { 60_000 * $0 })
    let lost = store.losses(of: pool, in: everything)
    let again = try repaired(store)
    #expect(try minutes(again) == held)
    #expect(again.losses(of: pool, in: everything) == lost)
    #expect(!lost.isEmpty && again.knownLosses.count == 1)
  }

  @Test func `of a page with a damaged column the other columns are read, and kept by a repair`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    try append(600, to: store, &next)
    let all = try store.allRows(of: 0)
    let minutes = try minutes(store)
    let raw = store.rings[0].raw
    let page = try #require(raw.pages.dropFirst(1).first)
    let times = page.firstTime...page.lastTime
    // The last bytes are of the values of the column written last.
    let end = raw.place.offset + Int(page.slot ?? 0) * 1024 + Int(page.byteCount)
    disk.corrupt("raw.pages") { $0[end - 1] ^= 0xFF }
    store = try opened(disk)
    var expected = all
    for index in expected.indices where times.contains(expected[index].time.milliseconds) {
      expected[index].samples.removeLast()
    }
    #expect(expected != all)
    #expect(try store.allRows(of: 0) == expected)
    #expect(store.damagedPages.count == 1)
    // What is left is not stored a second time, and is not replaced.
    let first = page.firstTime
    let other = store.append(row(0, first, [0: 3, 1: noise(first / 10_000, 1)]), arrival: now)
    #expect(other.conflict == 1 && other.duplicate == 1 && other.stored == 0)
    store.undo()
    let again = try repaired(store)
    #expect(try again.allRows(of: 0) == expected)
    #expect(try self.minutes(again) == minutes)
    #expect(again.losses(of: pool, in: everything) == store.losses(of: pool, in: everything))
    #expect(again.knownLosses.count == 1)
  }

  @Test func `raw rows that are held are not lost with the rollups made of them`() throws {
    let disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    try append(600, to: store, &next)
    let raw = store.rings[0].raw
    let minute = store.rings[0].rollups(.minute)
    let page = try #require(raw.pages.dropFirst(1).first)
    let lost = raw.pages[0].lastTime + 1..<raw.pages[2].firstTime
    // A page of minutes whose raw rows are not those of the other page.
    let other = try #require(minute.pages.first { $0.firstTime >= lost.upperBound })
    disk.corrupt("raw.pages") { $0[raw.place.offset + Int(page.slot ?? 0) * 1024 + 20] ^= 1 }
    disk.corrupt("minute.pages") {
      $0[minute.place.offset + Int(other.slot ?? 0) * 1024 + 20] ^= 1
    }
    store = try opened(disk)
    let expected = [
      Timestamp(milliseconds: lost.lowerBound)..<Timestamp(milliseconds: lost.upperBound)
    ]
    #expect(store.losses(of: pool, in: everything) == expected)
    store = try repaired(store)
    #expect(store.losses(of: pool, in: everything) == expected)
    let raws = store.knownLosses.filter { $0.lost.tier == .raw }
    #expect(raws.count == 1)
  }
}
