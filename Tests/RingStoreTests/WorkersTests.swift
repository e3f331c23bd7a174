import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Work on the rings of several pools at a time, and rollups made of rows in memory.
@Suite struct `Work shared out` {
  /// Does the last part first: what depends on the order of the parts comes out otherwise.
  private struct LastFirst: Workers {
    func forEach(_ count: Int, _ body: (Int) -> Void) {
      for number in (0..<count).reversed() { body(number) }
    }
  }

  /// Does what was begun as late as it may: when it is asked for.
  private final class AtTheLast: Workers {
    private var begun: [Errand: () -> Void] = [:]
    private(set) var doneCount = 0

    let hasOthers = true

    func forEach(_ count: Int, _ body: (Int) -> Void) {
      for number in 0..<count { body(number) }
    }

    func begin(_ errand: Errand, _ body: @escaping () -> Void) {
      finish(errand)
      begun[errand] = body
    }

    func finish(_ errand: Errand) {
      guard let body = begun.removeValue(forKey: errand) else { return }
      body()
      doneCount += 1
    }
  }

  private static let poolCount = 40
  private static let start: Int64 = 1_767_225_600_000

  /// A store of small pages, of which some are given up, filled with rows in order, late ones
  /// and copies, with checkpoints at odd times.
  private func filled(_ disk: SimulatedDisk, workers: any Workers) throws -> RingStore {
    let store = try RingStore(
      plan: plan(poolCount: Self.poolCount),
      configuration: RingStore.Configuration(
        retention: .seconds(600), minuteRetention: .seconds(200_000), pageByteCount: 1024,
        journalByteCount: 1 << 20),
      storage: disk)
    store.workers = workers
    var random = SplitMix64(seed: 7)
    for round in 0..<12 as Range<Int64> {
      for step in 0..<60 as Range<Int64> {
        for pool in 0..<Self.poolCount {
          var time = Self.start + (round * 60 + step) * 10_000
          if random.next() % 400 == 0 { time -= 600_000 }
          let values = [0: reading(time, pool), 1: 7.2, 2: reading(time, pool + 1)]
          _ = store.append(row(pool, time, values), arrival: Timestamp(milliseconds: time))
        }
      }
      let now = Timestamp(milliseconds: Self.start + round * 600_000)
      try store.commit(at: now)
      store.release(judgedUpTo: store.committed)
      if round % 5 == 3 { try store.checkpoint(at: now) }
    }
    try store.checkpoint(at: Timestamp(milliseconds: Self.start))
    return store
  }

  /// A decimal of five digits, another one each time.
  private func reading(_ time: Int64, _ number: Int) -> Double {
    Double((time / 1000 * 7919 + Int64(number) * 104_729) % 99_991) / 1000
  }

  @Test func `what is written is the same in whatever order the pools' parts are done`() throws {
    let disks = [SimulatedDisk(seed: 1), SimulatedDisk(seed: 1)]
    let stores = [
      try filled(disks[0], workers: CallerAlone()), try filled(disks[1], workers: LastFirst()),
    ]
    #expect(stores[0].rings.contains { $0.raw.oldestHeld != nil })
    #expect(Set(disks[0].files.keys) == Set(disks[1].files.keys))
    for name in disks[0].files.keys.sorted() {
      let areSame = disks[0].bytes(of: name) == disks[1].bytes(of: name)
      #expect(areSame, "\(name)")
    }
  }

  @Test func `rows that another thread takes into the pages are known meanwhile`() throws {
    let disks = [SimulatedDisk(seed: 1), SimulatedDisk(seed: 1)]
    let late = AtTheLast()
    let stores = try disks.map { disk in
      try RingStore(
        plan: plan(poolCount: Self.poolCount),
        configuration: RingStore.Configuration(
          retention: .seconds(6000), pageByteCount: 4096, journalByteCount: 16 << 20),
        storage: disk)
    }
    stores[1].workers = late
    var random = SplitMix64(seed: 9)
    var differentCount = 0
    // More rows than wait at most come in order before the first that does not.
    for round in 0..<18 as Range<Int64> {
      for step in 0..<60 as Range<Int64> {
        for pool in 0..<Self.poolCount {
          var time = Self.start + (round * 60 + step) * 10_000
          // Not in order: what is known of the pool has to be looked at.
          if round > 13, random.next() % 500 == 0 { time -= 90_000 }
          let values = [0: reading(time, pool), 1: 7.2, 2: reading(time, pool + 1)]
          let outcomes = stores.map { store in
            store.append(row(pool, time, values), arrival: Timestamp(milliseconds: time))
          }
          if outcomes[0] != outcomes[1] { differentCount += 1 }
        }
      }
      for store in stores {
        try store.commit(at: Timestamp(milliseconds: Self.start + round * 600_000))
        store.release(judgedUpTo: store.committed)
      }
      guard round > 13 else { continue }
      let newest = stores.map { store in
        (0..<Self.poolCount).map { store.latestTime(of: PoolNumber($0)) }
      }
      #expect(newest[0] == newest[1])
    }
    #expect(differentCount == 0)
    #expect(late.doneCount >= 1)
    for store in stores { try store.checkpoint(at: Timestamp(milliseconds: Self.start)) }
    for name in disks[0].files.keys.sorted() {
      let areSame = disks[0].bytes(of: name) == disks[1].bytes(of: name)
      #expect(areSame, "\(name)")
    }
  }

  @Test func `a page that cannot be written leaves the pools to come as they were`() throws {
    // Where the open page of a pool stands: a checkpoint that codes it for size, or seals it, changes that.
    func places(_ store: RingStore) -> [[Int]] {
      store.rings.map { ring in
        [Int(ring.raw.openSequence), ring.raw.pages.count, ring.raw.open.chunks.count]
      }
    }
    let disk = SimulatedDisk(seed: 1)
    let store = try filled(disk, workers: LastFirst())
    // Of each pool another number of rows: the open pages of some have no room for all of theirs.
    for step in 0..<360 as Range<Int64> {
      for pool in 0..<Self.poolCount where step < 40 + 8 * pool {
        let time = Self.start + (12 * 60 + step) * 10_000
        let values = [0: reading(time, pool), 1: 7.2, 2: reading(time, pool + 1)]
        _ = store.append(row(pool, time, values), arrival: Timestamp(milliseconds: time))
      }
    }
    try store.commit(at: Timestamp(milliseconds: Self.start))
    let before = places(store)
    disk.failingSuffix = ".pages"
    disk.failingKinds = [.write]
    disk.failingOperation = disk.operationCount + 1
    #expect(throws: RingStoreError.self) {
      try store.checkpoint(at: Timestamp(milliseconds: Self.start))
    }
    #expect(places(store).dropFirst() == before.dropFirst())
    disk.failingOperation = nil
    try store.checkpoint(at: Timestamp(milliseconds: Self.start))
    let after = places(store)
    #expect(after.dropFirst() != before.dropFirst())
    #expect(store.damagedPages.isEmpty)
  }

  @Test func `rollups of rows in order are those of all rows at once`() throws {
    let disks = [SimulatedDisk(seed: 1), SimulatedDisk(seed: 1)]
    let stores = try disks.map { disk in
      try RingStore(
        plan: plan(poolCount: 1),
        configuration: RingStore.Configuration(
          retention: .seconds(400_000), minuteRetention: .seconds(4_000_000), pageByteCount: 4096,
          journalByteCount: 1 << 20),
        storage: disk)
    }
    // Two days; one store rolls them piece by piece, of lengths that fit neither minutes nor hours.
    for index in 0..<18_000 as Range<Int64> {
      let time = Self.start + index * 10_000
      for store in stores {
        _ = store.append(
          row(0, time, [0: reading(time, 0), 1: reading(time, 1) / 3]),
          arrival: Timestamp(milliseconds: time))
        if index % 100 == 99 {
          try store.commit(at: Timestamp(milliseconds: time))
          store.release(judgedUpTo: store.committed)
        }
      }
      if index % 700 == 399 { try stores[0].checkpoint(at: Timestamp(milliseconds: time)) }
    }
    // The other one rolls all of them again.
    stores[1].rings[0].stale.insert(.everything)
    for store in stores { try store.checkpoint(at: Timestamp(milliseconds: Self.start)) }
    for tier in Tier.rollups {
      let tables = try stores.map { store in
        try store.rollupRows(of: store.rings[0].rollups(tier), from: .min, to: .max)
      }
      #expect(tables[0].rowCount > 0 && tables[0].rowCount == tables[1].rowCount)
      let areSame = tables[0] == tables[1]
      #expect(areSame, "\(tier)")
    }
  }
}
