import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// When the readings held of a pool begin.
@Suite struct `The first reading` {
  /// 07:23:45.670 of a day in UTC.
  private let first: Int64 = 1_767_225_600_000 + 26_625_670

  private func fill(_ store: RingStore, rowCount: Int64, from first: Int64) throws {
    for index in 0..<rowCount {
      let time = first + 10_000 * index
      // The first reading is of the second parameter.
      let values = index == 0 ? [1: 0.5] : [0: noise(time, 0), 1: noise(time, 1)]
      _ = store.append(row(0, time, values), arrival: Timestamp(milliseconds: time))
      if index % 100 == 99 { try commit(store, at: time) }
    }
    try commit(store, at: first + 10_000 * rowCount)
  }

  private func commit(_ store: RingStore, at time: Int64) throws {
    try store.commit(at: Timestamp(milliseconds: time))
    store.release(judgedUpTo: store.committed)
    // Rolls what is over, before the raw rows are given up.
    try store.checkpoint(at: Timestamp(milliseconds: time))
  }

  @Test func `no bucket that it lies in makes it earlier`() throws {
    let store = try RingStore(
      plan: plan(poolCount: 2),
      configuration: RingStore.Configuration(
        retention: .seconds(2 * 86_400), pageByteCount: 4096, journalByteCount: 65_536),
      storage: SimulatedDisk(seed: 1))
    #expect(try store.firstReading(of: PoolNumber(0)) == nil)
    // Over a day, so that there are minutes, hours and a day of it.
    try fill(store, rowCount: 10_000, from: first)
    #expect(store.oldestTime(of: PoolNumber(0)) == Timestamp(milliseconds: 1_767_225_600_000))
    #expect(try store.firstReading(of: PoolNumber(0)) == Timestamp(milliseconds: first))
    #expect(try store.firstReading(of: PoolNumber(1)) == nil)
  }

  @Test func `it is known from rollups when its row is given up`() throws {
    let disk = SimulatedDisk(seed: 1)
    let configuration = RingStore.Configuration(
      retention: .seconds(60), minuteRetention: .seconds(60), hourRetention: .seconds(90 * 86_400),
      dayRetention: .seconds(90 * 86_400), pageByteCount: 4096, journalByteCount: 65_536)
    let store = try RingStore(
      plan: plan(poolCount: 1), configuration: configuration, storage: disk)
    try fill(store, rowCount: 20_000, from: first)
    let raw = try #require(try store.allRows(of: 0).first)
    #expect(raw.time > Timestamp(milliseconds: first + 86_400_000))
    #expect(try store.firstReading(of: PoolNumber(0)) == Timestamp(milliseconds: first))
    let opened = try RingStore(
      plan: plan(poolCount: 1), configuration: configuration, storage: disk)
    #expect(try opened.firstReading(of: PoolNumber(0)) == Timestamp(milliseconds: first))
  }
}
