import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Tests of rollups over damage, in a store of small pages that is not full.
protocol RollingFaults {}

extension RollingFaults {
  var start: Int64 { 1_767_225_600_000 }
  var small: RingStore.Configuration {
    RingStore.Configuration(
      retention: .seconds(400_000), pageByteCount: 1024, journalByteCount: 65_536)
  }

  func open(_ disk: SimulatedDisk, rules: RollupRules? = nil) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 2), configuration: small, rules: rules, storage: disk)
  }

  func append(_ store: RingStore, _ seconds: Int64, pool: Int = 0, value: Double? = nil) {
    let time = start + 1000 * seconds
    _ = store.append(
      row(pool, time, [0: value ?? noise(time, pool)]), arrival: Timestamp(milliseconds: time))
  }

  /// A row every ten seconds.
  func fill(_ store: RingStore, _ seconds: Range<Int64>, pool: Int = 0) throws {
    for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: 10) {
      append(store, second, pool: pool)
      if second % 500 == 0 { try commit(store) }
    }
    try commit(store)
  }

  func commit(_ store: RingStore) throws {
    try store.commit(at: Timestamp(milliseconds: start))
    store.release(judgedUpTo: store.committed)
  }

  func checkpoint(_ store: RingStore) throws {
    try store.checkpoint(at: Timestamp(milliseconds: start))
  }

  /// Where a page is on the disk.
  func place<Content>(
    _ page: Page, of ring: PageRing<Content>, in store: RingStore
  ) throws -> (file: String, range: Range<Int>) {
    let slot = Int(try #require(page.slot))
    let offset = ring.place.offset + slot * store.catalog.pageByteCount
    let name = store.catalog.pagesFileNames[ring.place.file]
    return (name, offset..<offset + store.catalog.pageByteCount)
  }

  /// The copies of the raw page `sequence` that the disk has, the newest first.
  func copies(
    of sequence: UInt64, in store: RingStore, on disk: SimulatedDisk
  ) -> [(slot: Int, header: PageHeader)] {
    let ring = store.rings[0].raw
    let bytes = disk.bytes(of: "raw.pages") ?? []
    return (0..<ring.place.slotCount).compactMap { slot in
      let at = ring.place.offset + slot * 1024
      guard case .valid(let header) = PageHeader.read(Array(bytes[at..<at + 128])),
        header.sequence == sequence
      else { return nil }
      return (slot, header)
    }.sorted { $0.header.generation > $1.header.generation }
  }

  /// Leaves the newest copy of the raw page `sequence` alone, wherever checkpoints came.
  func dropOlderCopies(
    of sequence: UInt64, in store: RingStore, on disk: SimulatedDisk
  ) {
    let offset = store.rings[0].raw.place.offset
    for (slot, _) in copies(of: sequence, in: store, on: disk).dropFirst() {
      let at = offset + slot * 1024
      disk.corrupt("raw.pages") { bytes in
        bytes.replaceSubrange(at..<at + 1024, with: repeatElement(0, count: 1024))
      }
    }
  }

  func rollups(_ store: RingStore, _ tier: Tier) throws -> RollupTable {
    try store.rollupRows(of: store.rings[0].rollups(tier), from: .min, to: .max)
  }
}
