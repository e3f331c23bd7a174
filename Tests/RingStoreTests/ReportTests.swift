import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// What a store says of its room, and of what it lost.
@Suite struct ReportTests {
  private let now = Timestamp(milliseconds: 0)
  private static let configuration = RingStore.Configuration(
    retention: .seconds(8000), pageByteCount: 1024, journalByteCount: 65_536)

  private func opened(_ disk: SimulatedDisk, poolCount: Int = 1) throws -> RingStore {
    try RingStore(
      plan: plan(poolCount: poolCount), configuration: Self.configuration, storage: disk)
  }

  /// A row in each pool every `seconds`.
  private func fill(_ store: RingStore, count: Int, every seconds: Int64, poolCount: Int = 1) throws
  {
    for index in 0..<Int64(count) {
      for pool in 0..<poolCount {
        let values = [0: noise(index, 0), 1: Double(index % 7), 2: 27]
        _ = store.append(row(pool, 1000 * seconds * index, values), arrival: now)
      }
      guard index % 50 == 49 else { continue }
      try store.commit(at: now)
      store.release(judgedUpTo: store.committed)
      try store.checkpoint(at: now)
    }
  }

  private func findings(_ store: RingStore) throws -> [StoreFinding] {
    var findings: [StoreFinding] = []
    try store.verify(progress: { _ in }) { findings.append($0) }
    return findings
  }

  private func rebuilt(_ store: RingStore) throws -> RingStore {
    let disk = SimulatedDisk(seed: 2)
    _ = try store.rebuild(into: disk, configuration: Self.configuration, progress: { _ in })
    return try opened(disk)
  }

  @Test func `what was lost before a repair takes no room of the ring`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    try fill(store, count: 300, every: 10)
    let ring = store.rings[0].raw
    let slot = try #require(ring.pages.dropFirst().first?.slot)
    disk.corrupt("raw.pages") { $0[ring.place.offset + Int(slot) * 1024 + 20] ^= 1 }
    store = try opened(disk)
    #expect(try !findings(store).isEmpty)
    #expect(store.report(of: PoolNumber(0)).first?.hasLosses == true)
    let new = try rebuilt(store)
    #expect(!new.knownLosses.isEmpty)
    #expect(try findings(new).isEmpty)
    #expect(new.report(of: PoolNumber(0)).allSatisfy { !$0.hasLosses })
  }

  @Test func `the rows of a page are those of the one in the middle`() throws {
    let store = try opened(SimulatedDisk(seed: 1))
    #expect(store.report(of: PoolNumber(0)).map(\.medianPageRowCount) == [0, 0, 0, 0])
    try fill(store, count: 300, every: 10)
    let counts = store.rings[0].raw.pages.map { Int($0.rowCount) }.sorted()
    #expect(counts.count > 2)
    let median = try #require(store.report(of: PoolNumber(0)).first).medianPageRowCount
    #expect(counts.count { $0 < median } <= counts.count / 2)
    #expect(counts.count { $0 > median } <= counts.count / 2)
  }

  @Test func `a store written anew has room for the pools that left its plan`() throws {
    let disk = SimulatedDisk(seed: 1)
    try fill(try opened(disk, poolCount: 3), count: 50, every: 10, poolCount: 3)
    let store = try opened(disk)
    #expect(store.retiredPools.count == 2)
    let size = try store.sizesAnew(Self.configuration)
    #expect(
      size.tiers
        == (try RingStore.sizes(plan: plan(poolCount: 3), configuration: Self.configuration)).tiers)
    let anew = SimulatedDisk(seed: 2)
    _ = try store.rebuild(into: anew, configuration: Self.configuration, progress: { _ in })
    var byteCount = 0
    for name in try anew.names() { byteCount += try anew.file(name)?.byteCount ?? 0 }
    // The catalog is written in blocks, and its name is longer than what is in it.
    #expect(abs(size.byteCount - byteCount) <= 8192)
  }

  @Test func `a damaged page of days is no loss of hours`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    try fill(store, count: 400, every: 1800)
    let ring = store.rings[0].rollups(.day)
    let slot = try #require(ring.openSlot)
    disk.corrupt("day.pages") { $0[ring.place.offset + slot * 1024 + 20] ^= 1 }
    store = try opened(disk)
    #expect(try !findings(store).isEmpty)
    let new = try rebuilt(store)
    #expect(try findings(new).isEmpty)
    #expect(new.knownLosses.allSatisfy { $0.lost.tier == .day })
  }
}
