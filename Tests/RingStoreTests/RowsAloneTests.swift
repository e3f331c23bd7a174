import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// A store that is opened for its raw rows alone.
@Suite struct RowsAloneTests {
  private let now = Timestamp(milliseconds: 0)
  private let roomy = RingStore.Configuration(
    retention: .seconds(400_000), pageByteCount: 1024, journalByteCount: 1 << 20)

  private func opened(
    _ disk: SimulatedDisk, _ plan: Plan, low: Double, readsRowsAlone: Bool
  ) throws -> RingStore {
    return try RingStore(
      plan: plan, configuration: roomy, rules: RollupRules(plan: plan, low: low),
      readsRowsAlone: readsRowsAlone, storage: disk)
  }

  @Test func `rows are read without making rollups of changed limits, also of a pool that left`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk, plan(poolCount: 2), low: 0.51, readsRowsAlone: false)
    for index in 0..<2000 as Range<Int64> {
      for pool in 0..<2 {
        _ = store.append(row(pool, 10_000 * index, [0: noise(index, pool)]), arrival: now)
      }
    }
    try store.commit(at: now)
    try store.checkpoint(at: now)
    let held = try bits(store.allRows(of: 1, step: 400))
    #expect(held.count == 2000)
    let before = ["catalog", "raw.pages", "minute.pages"].map { disk.bytes(of: $0) }
    // The second pool left the plan, and the limit was changed.
    let alone = plan(poolCount: 1)
    store = try opened(disk, alone, low: 0.52, readsRowsAlone: true)
    let whole = store.wholePlan
    store = try opened(disk, whole, low: 0.52, readsRowsAlone: true)
    #expect(try bits(store.allRows(of: 1, step: 400)) == held)
    #expect(before == ["catalog", "raw.pages", "minute.pages"].map { disk.bytes(of: $0) })
    #expect(store.waitingPageCount == 0)
    // Opened for more, the rollups are made anew.
    _ = try opened(disk, alone, low: 0.52, readsRowsAlone: false)
    #expect(before != ["catalog", "raw.pages", "minute.pages"].map { disk.bytes(of: $0) })
  }
}
