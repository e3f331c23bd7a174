import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// A store written anew without pages that were lost: it is in order, and stays so.
@Suite struct RepairTests {
  private let now = Timestamp(milliseconds: 0)
  private let poolCount = 2

  /// Ten to twenty slots of 1 KiB, for rollups too or many times as many.
  private func configuration(_ seed: UInt64) -> RingStore.Configuration {
    RingStore.Configuration(
      retention: .seconds(seed % 2 == 0 ? 8000 : 16_000),
      minuteRetention: .seconds(seed % 3 == 0 ? 8000 : 400_000), pageByteCount: 1024,
      journalByteCount: 65_536)
  }

  private func opened(_ disk: SimulatedDisk, _ seed: UInt64) throws -> RingStore {
    try RingStore(
      plan: plan(poolCount: poolCount), configuration: configuration(seed), storage: disk)
  }

  /// A row every 10 s in each pool, every fifth one up to an hour late.
  private func append(
    _ count: Int, to store: RingStore, _ next: inout Int64, _ random: inout SplitMix64
  ) throws {
    for _ in 0..<count {
      for pool in 0..<poolCount {
        var time = 10_000 * next
        if random.next() % 5 == 0 { time -= Int64(random.next() % 3_600_000) }
        let values = [0: noise(next, 0), 1: Double(next % 7), 2: 27]
        _ = store.append(row(pool, max(0, time), values), arrival: now)
      }
      next += 1
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }

  /// Loses some raw pages of some pools in one of three ways.
  private func lose(_ disk: SimulatedDisk, of store: RingStore, _ random: inout SplitMix64) {
    for pool in 0..<poolCount where pool == 0 || random.next() % 2 == 0 {
      let ring = store.rings[pool].raw
      let slots = ring.pages.compactMap(\.slot).map(Int.init) + [ring.openSlot].compactMap(\.self)
      let first = Int(random.next() % UInt64(slots.count))
      let way = random.next() % 3
      for slot in slots[first..<min(slots.count, first + 1 + Int(random.next() % 3))] {
        let at = ring.place.offset + slot * 1024
        disk.corrupt("raw.pages") { bytes in
          switch way {
          case 0: bytes.replaceSubrange(at..<at + 1024, with: repeatElement(0, count: 1024))
          case 1: bytes[at + 20] ^= 1
          default: bytes[at + 150] ^= 1
          }
        }
      }
    }
  }

  private func findings(_ store: RingStore) throws -> [String] {
    var findings: [String] = []
    try store.verify(progress: { _ in }) { finding in
      findings.append("\(finding.file) \(finding.pool.map { "\($0)" } ?? "") \(finding.problem)")
    }
    return findings
  }

  /// The rollups per minute of a pool that begin before `end`.
  private func minutes(_ store: RingStore, _ pool: Int, before end: Int64) throws -> RollupTable {
    try store.rollupRows(of: store.rings[pool].rollups(.minute), from: .min, to: end)
  }

  @Test(arguments: UInt64(1)...6)
  func `a repaired store is in order, keeps the rollups of lost rows, and stays in order`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    var disk = SimulatedDisk(seed: seed)
    var store = try opened(disk, seed)
    var next: Int64 = 720
    for _ in 0..<5 { try append(30 + Int(random.next() % 40), to: store, &next, &random) }
    for repair in 0..<2 {
      let whole = try opened(disk, seed)
      #expect(try findings(whole) == [], "before repair \(repair)")
      lose(disk, of: whole, &random)
      store = try opened(disk, seed)
      #expect(try !findings(store).isEmpty, "repair \(repair)")
      let copy = SimulatedDisk(seed: seed)
      let counts = try store.rebuild(
        into: copy, configuration: configuration(seed), progress: { _ in })
      let again = try opened(copy, seed)
      #expect(try findings(again) == [], "repair \(repair)")
      for pool in 0..<poolCount {
        let held = try bits(again.allRows(of: pool))
        let all = try bits(store.allRows(of: pool))
        // Rows in another order can need a page more.
        #expect(held == all.suffix(held.count) && held.count > all.count - 60)
        #expect(held.count == all.count || counts.dropped > 0 || again.isFull(pool))
        let end = again.rings[pool].newestTime.map { $0 - $0 % 60_000 } ?? 0
        #expect(
          try minutes(again, pool, before: end) == minutes(whole, pool, before: end),
          "repair \(repair), pool \(pool)")
      }
      disk = copy
      // Until the ring has gone round, the second time.
      for life in 0..<4 {
        store = try opened(disk, seed)
        try append((1 + repair) * (20 + Int(random.next() % 60)), to: store, &next, &random)
        #expect(try findings(opened(disk, seed)) == [], "repair \(repair), life \(life)")
      }
    }
  }

  @Test func `what was lost before a repair is known after it, until it would have been given up`()
    throws
  {
    let seed: UInt64 = 2
    var random = SplitMix64(seed: 1)
    let disk = SimulatedDisk(seed: seed)
    var store = try opened(disk, seed)
    var next: Int64 = 720
    for _ in 0..<3 {
      for _ in 0..<40 {
        for pool in 0..<poolCount {
          _ = store.append(
            row(pool, 10_000 * next, [0: noise(next, 0), 1: noise(next, 1)]), arrival: now)
        }
        next += 1
      }
      try store.commit(at: now)
      store.release(judgedUpTo: store.committed)
      try store.checkpoint(at: now)
    }
    store = try opened(disk, seed)
    #expect(store.knownLosses.isEmpty)
    let page = store.rings[1].raw.pages[1]
    let all = try store.allRows(of: 1).map(\.time.milliseconds)
    let at = store.rings[1].raw.place.offset + Int(try #require(page.slot)) * 1024
    disk.corrupt("raw.pages") { $0[at + 150] ^= 1 }
    store = try opened(disk, seed)
    let copy = SimulatedDisk(seed: seed)
    try store.rebuild(into: copy, configuration: configuration(seed), progress: { _ in })
    store = try opened(copy, seed)
    let known = try #require(store.knownLosses.first)
    #expect(store.knownLosses.count == 1)
    #expect(known.pool == store.rings[1].pool)
    #expect(known.lost.tier == .raw)
    // An older copy of the page may have its first rows; what is lost is known to the minute at least.
    let lost = try Set(all).subtracting(store.allRows(of: 1).map(\.time.milliseconds)).sorted()
    let first = try #require(lost.first)
    let last = try #require(lost.last)
    #expect(page.firstTime <= first && last <= page.lastTime)
    #expect(try (0..<60_000).contains(first - #require(known.lost.from).milliseconds))
    #expect(try (0..<60_000).contains(#require(known.lost.through).milliseconds - last))
    // A late row does not make less of a minute whose rows are lost.
    let minute = first + 60_000 - first % 60_000
    let before = try minutes(store, 1, before: minute + 60_000)
    _ = store.append(row(1, minute + 5, [0: 1]), arrival: now)
    try store.commit(at: now)
    try store.checkpoint(at: now)
    #expect(try minutes(store, 1, before: minute + 60_000) == before)
    for _ in 0..<12 { try append(60, to: store, &next, &random) }
    #expect(try opened(copy, seed).knownLosses.isEmpty)
  }

  @Test func `what rollups may be lacking is known after a restart, and when the damage is gone`()
    throws
  {
    let seed: UInt64 = 6
    var random = SplitMix64(seed: 3)
    let disk = SimulatedDisk(seed: seed)
    var store = try opened(disk, seed)
    var next: Int64 = 720
    for _ in 0..<3 { try append(60, to: store, &next, &random) }
    let ring = store.rings[0].rollups(.minute)
    let slot = Int(try #require(ring.pages.last?.slot))
    disk.corrupt("minute.pages") { $0[ring.place.offset + slot * 1024 + 20] ^= 1 }
    let catalog = try Catalog.read(from: disk)?.rules
    store = try opened(disk, seed)
    #expect(store.rings[0].notes.lackingBefore == store.rings[0].rolled[0])
    // A disk that has no room for another catalog keeps no row from its page.
    disk.failingKinds = [.create]
    disk.failingOperation = disk.operationCount + 1
    disk.failsForEver = true
    try append(20, to: store, &next, &random)
    disk.failingOperation = nil
    #expect(store.failedCheckpointCount == 0)
    #expect(try Catalog.read(from: disk)?.rules == catalog)
    var known = store.rings[0].notes.lackingBefore
    #expect(known > 0)
    while known > .min, next < 4000 {
      try append(20, to: store, &next, &random)
      let held = store.rings[0].raw.oldestHeld ?? .min
      store = try opened(disk, seed)
      let now = store.rings[0].notes.lackingBefore
      // Not forgotten before no row is held that it is about.
      #expect(now >= known || held >= known, "\(next)")
      known = now
    }
    #expect(store.rings[0].notes.isEmpty)
    #expect(try Catalog.read(from: disk)?.rules == catalog)
  }
}

extension RingStore {
  fileprivate func isFull(_ pool: Int) -> Bool { (rings[pool].raw.pages.first?.sequence ?? 0) > 0 }
}
