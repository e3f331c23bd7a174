import PoolModel
import SimulatedDisk

@testable import RingStore

/// Tests of what is lost with some pages of a small store.
protocol SmallPages {
  /// How many pools it has; rows are of the first.
  var poolCount: Int { get }
}

extension SmallPages {
  var now: Timestamp { Timestamp(milliseconds: 0) }
  var pool: PoolNumber { PoolNumber(0) }
  var everything: Range<Timestamp> { now..<Timestamp(milliseconds: .max) }
  var configuration: RingStore.Configuration {
    RingStore.Configuration(
      retention: .seconds(20_000), minuteRetention: .seconds(400_000), pageByteCount: 1024,
      journalByteCount: 65_536)
  }

  func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(
      plan: plan(poolCount: poolCount), configuration: configuration, storage: disk)
  }

  /// A row every 10 s, and a checkpoint at the end: no page has an older copy.
  func append(_ count: Int, to store: RingStore, _ next: inout Int64) throws {
    for number in 0..<count {
      let values = [0: noise(next, 0), 1: noise(next, 1), 2: 27]
      _ = store.append(row(0, 10_000 * next, values), arrival: now)
      next += 1
      if number % 50 == 49 { try store.commit(at: now) }
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }
}
