import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// What a power cut in a checkpoint leaves on the disk, and what becomes of it.
@Suite struct PowerCutTests {
  private let now = Timestamp(milliseconds: 0)

  /// A store in pages of 1 KiB, and with a journal in which the rows of many of them have room.
  private func opened(_ disk: SimulatedDisk, rowCount: Int = 1) throws -> RingStore {
    let configuration = RingStore.Configuration(
      retention: .seconds(10 * rowCount), pageByteCount: 1024, journalByteCount: 65_536)
    return try RingStore(plan: plan(poolCount: 1), configuration: configuration, storage: disk)
  }

  private func append(_ times: [Int64], to store: RingStore) throws {
    for time in times {
      _ = store.append(
        row(0, time, [0: noise(time, 0), 1: Double(time % 7), 2: noise(time, 2)]), arrival: now)
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
  }

  /// Lets the power go when all pages of a checkpoint are durable and it is about to count.
  private func cut(_ disk: SimulatedDisk, checkpointOf store: RingStore) -> SimulatedDisk {
    disk.losesPower = true
    disk.failingSuffix = "journal"
    disk.failingOperation = disk.operationCount + 1
    #expect(throws: RingStoreError.self) { try store.checkpoint(at: now) }
    return disk.afterPowerCut()
  }

  @Test(arguments: [1, 2])
  func `a page that opening wiped is gone from the disk before a checkpoint covers it`(
    openingCount: Int
  ) throws {
    var wipedCount = 0
    for seed in 0..<12 {
      let disk = SimulatedDisk(seed: UInt64(seed))
      var store = try opened(disk, rowCount: 4000)
      for step in 0..<400 {
        _ = store.append(row(0, Int64(step) * 10_000, [0: 7.2, 1: 0.5]), arrival: now)
      }
      try store.commit(at: now)
      let left = cut(disk, checkpointOf: store)
      for _ in 0..<openingCount { store = try opened(left, rowCount: 4000) }
      // Where the journal's header got to the disk after all, the pages count.
      guard !store.rings[0].rollups(.hour).wipedSlots.isEmpty else { continue }
      wipedCount += 1
      // A checkpoint that has nothing else to write to the files of rollups.
      store.isRollingSuspended = true
      try store.checkpoint(at: now)
      for name in ["raw.pages", "minute.pages", "hour.pages"] {
        let content = try #require(left.files[name])
        let isDurable = content.settled == content.seen
        #expect(isDurable, "\(name), seed \(seed)")
      }
      #expect(store.rings[0].rollups(.hour).wipedSlots.isEmpty)
    }
    #expect(wipedCount > 2)
  }

  @Test func `the open page of a checkpoint stays until the next one though it was given up`()
    throws
  {
    var givenUpCount = 0
    for seed in 0..<24 {
      var random = SplitMix64(seed: UInt64(seed))
      func below(_ bound: Int64) -> Int64 { Int64(random.next() % UInt64(bound)) }
      let disk = SimulatedDisk(seed: UInt64(seed))
      var store = try opened(disk)
      var clock: Int64 = 0
      func next(_ count: Int64) -> [Int64] {
        defer { clock += count }
        return (clock..<clock + count).map { $0 * 10_000 }
      }
      /// The rows whose first value was called suspect.
      var amended: Set<Int64> = []
      try append(next(60), to: store)
      try store.checkpoint(at: now)
      // Of rows of the page before the open one.
      for _ in 0..<20 {
        let time = (clock - 1 - below(50)) * 10_000
        let isStored = store.amend(
          pool: PoolNumber(0), time: Timestamp(milliseconds: time), parameter: ParameterNumber(0),
          flag: .suspect)
        if isStored { amended.insert(time) }
      }
      try append(next(3), to: store)
      try store.checkpoint(at: now)
      let open = store.rings[0].raw.openSequence
      for _ in 0..<3 {
        try append(next(15 + below(30)), to: store)
        // The next one goes to other slots.
        disk.failingKinds = [.synchronize]
        disk.failingOperation = disk.operationCount + 1
        #expect(throws: RingStoreError.self) { try store.checkpoint(at: now) }
        disk.failingKinds = SimulatedDisk.Operation.changes
      }
      let left = cut(disk, checkpointOf: store)
      if store.rings[0].raw.firstHeld > open { givenUpCount += 1 }
      store = try opened(left)
      #expect(store.damagedPages.isEmpty, "seed \(seed)")
      let old = try store.allRows(of: 0).filter { row in
        amended.contains(row.time.milliseconds)
          && row.samples.contains { $0.parameter.index == 0 && $0.flag == .good }
      }
      #expect(old.map(\.time).isEmpty, "seed \(seed): rows as they were before they were amended")
    }
    #expect(givenUpCount > 5)
  }
}
