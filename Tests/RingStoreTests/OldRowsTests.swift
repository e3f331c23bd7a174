import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Rows that come under newer ones, as those of an import.
@Suite struct `Rows under newer ones` {
  private let start: Int64 = 1_767_225_600_000

  /// Takes a row of each ten seconds of `rows`, and gives back what became of their values.
  private func take(_ rows: Range<Int64>, into store: RingStore) throws -> AppendOutcome {
    var outcome = AppendOutcome()
    for index in rows {
      outcome += store.adopt(row(0, start + 10_000 * index, [0: Double(index % 50) / 100]))
      if store.stagedByteCount > 4096 { try commit(store) }
    }
    try commit(store)
    return outcome
  }

  private func commit(_ store: RingStore) throws {
    try store.commit(at: Timestamp(milliseconds: start))
    store.release(judgedUpTo: store.committed)
  }

  /// Whatever was looked up before: chunks are packed anew in between.
  @Test func `each is found once it is stored, in whatever part of the open page`() throws {
    let store = try RingStore(
      plan: plan(poolCount: 2),
      configuration: RingStore.Configuration(
        retention: .seconds(10 * 86_400), pageByteCount: 8192, journalByteCount: 262_144),
      storage: SimulatedDisk(seed: 1))
    #expect(try take(6000..<9000, into: store).stored == 3000)
    for begin in stride(from: Int64(0), to: 6000, by: 1000) {
      let new = try take(begin..<begin + 1000, into: store)
      #expect(new.stored == 1000)
      #expect(new.duplicate == 0)
      // The end of what was there, and all that is new.
      let again = try take(max(0, begin - 500)..<begin + 1000, into: store)
      #expect(again.stored == 0)
      #expect(again.duplicate == (begin == 0 ? 1000 : 1500))
      try store.checkpoint(at: Timestamp(milliseconds: start))
    }
    #expect(try take(0..<9000, into: store).duplicate == 9000)
    #expect(try store.allRows(of: 0, step: 1000).count == 9000)
  }

  @Test func `a flag that was amended is that of the row looked up next`() throws {
    let store = try RingStore(
      plan: plan(poolCount: 2),
      configuration: RingStore.Configuration(
        retention: .seconds(10 * 86_400), pageByteCount: 8192, journalByteCount: 262_144),
      storage: SimulatedDisk(seed: 1))
    _ = try take(0..<600, into: store)
    let (pool, parameter) = (PoolNumber(0), ParameterNumber(0))
    let time = Timestamp(milliseconds: start + 10_000 * 5)
    #expect(try take(0..<10, into: store).duplicate == 10)
    for flag in [QualityFlag.suspect, .fail, .good] {
      #expect(store.amend(pool: pool, time: time, parameter: parameter, flag: flag))
      try commit(store)
      #expect(!store.amend(pool: pool, time: time, parameter: parameter, flag: flag))
    }
  }
}
