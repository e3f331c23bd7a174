import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Damage that nobody has asked for is found.
@Suite struct ScrubTests: SmallPages {
  let poolCount = 3

  /// The places of all written pages but those that are open, by file.
  private func places(_ store: RingStore) -> [String: Set<Int>] {
    var places: [String: Set<Int>] = [:]
    func note<Content>(_ ring: PageRing<Content>) {
      for slot in ring.pages.compactMap(\.slot) {
        places[store.catalog.pagesFileNames[ring.place.file], default: []]
          .insert(ring.place.offset + Int(slot) * 1024)
      }
    }
    for ring in store.rings {
      note(ring.raw)
      for rollups in ring.rollups { note(rollups) }
    }
    return places
  }

  private func found(_ store: RingStore) -> [String: Set<Int>] {
    Dictionary(grouping: store.damagedPages, by: \.file).mapValues { Set($0.map(\.offset)) }
  }

  private func filled(_ disk: SimulatedDisk) throws -> RingStore {
    let store = try opened(disk)
    for number in Int64(720)..<1400 {
      for pool in 0..<poolCount where pool != 1 {
        let values = [0: noise(number, 0), 1: noise(number, 1)]
        _ = store.append(row(pool, 10_000 * number, values), arrival: now)
      }
      if number % 50 == 49 {
        try store.commit(at: Timestamp(milliseconds: 10_000 * number))
        store.release(judgedUpTo: store.committed)
        try store.checkpoint(at: now)
      }
    }
    return store
  }

  @Test(arguments: [1, 3, 1000])
  func `a round finds every damaged page, by few pages at a time or by many`(
    pageCount: Int
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    _ = try filled(disk)
    let store = try opened(disk)
    let places = places(store)
    #expect(places.keys.sorted() == ["minute.pages", "raw.pages"])
    let count = places.values.reduce(0) { $0 + $1.count }
    for (file, offsets) in places {
      disk.corrupt(file) { bytes in for offset in offsets { bytes[offset + 140] ^= 4 } }
    }
    #expect(store.damagedPages.isEmpty)
    var calls = 1
    while !store.scrub(pageCount: pageCount) { calls += 1 }
    #expect(found(store) == places)
    // The call that ends the round may have nothing left to read.
    #expect(calls == count / pageCount + 1)
  }

  @Test func `the next round finds what came later, and a page that cannot be read`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try filled(disk)
    while !store.scrub(pageCount: 2) {}
    #expect(store.damagedPages.isEmpty)
    let offsets = try #require(places(store)["raw.pages"]).sorted()
    disk.corrupt("raw.pages") { $0[offsets[2] + 140] ^= 4 }
    disk.unreadable["raw.pages"] = offsets[1] + 512..<offsets[1] + 1024
    while !store.scrub(pageCount: 2) {}
    #expect(found(store) == ["raw.pages": [offsets[1], offsets[2]]])
    #expect(
      Set(store.damagedPages.map(\.problem)) == ["the page is damaged", "the page cannot be read"])
    while !store.scrub(pageCount: 2) {}
    #expect(store.damagedPages.count == 2)
  }

  @Test func `a store without a page has nothing to read`() throws {
    let store = try opened(SimulatedDisk(seed: 1))
    #expect(store.scrub(pageCount: 4))
    #expect(store.damagedPages.isEmpty)
  }
}
