import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Rollups where an older copy of a page stands for one that is damaged.
@Suite struct OlderCopyTests: RollingFaults {
  /// Fills pages so that the disk has an older copy of one: without its end, which begins within a minute.
  private func fillWithOlderCopy(
    _ store: RingStore, on disk: SimulatedDisk
  ) throws -> (newest: Page, older: PageHeader) {
    let ring = store.rings[0].raw
    // Two rows of a minute, then whole minutes, until the copy is some minutes long and so is the rest.
    var end: Int64 = 45_980
    try fill(store, 0..<end)
    try checkpoint(store)
    for _ in 0..<100 {
      let first = try #require(ring.open.firstTime)
      if (400_000..<700_000).contains(start + 1000 * end - first) { break }
      try fill(store, end..<end + 60)
      try checkpoint(store)
      end += 60
    }
    let sequence = ring.openSequence
    try fill(store, end..<90_000)
    try checkpoint(store)
    let page = try #require(ring.pages.first { $0.sequence == sequence })
    let found = copies(of: sequence, in: store, on: disk)
    try #require(found.count > 1 && found[0].slot == page.slot.map(Int.init))
    let older = found[1].header
    try #require(older.isOpen && older.lastTime == start + 1000 * (end - 10))
    try #require(page.lastTime > older.lastTime + 150_000)
    return (page, older)
  }

  /// In the header, and in the body.
  @Test(arguments: [20, 300])
  func `what was rolled of the end that an older copy lacks stands when late rows come`(
    damagedByte: Int
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try open(disk)
    let (newest, older) = try fillWithOlderCopy(store, on: disk)
    let before = try Tier.rollups.map { try rollups(store, $0) }
    #expect(before.allSatisfy { $0.rowCount > 0 })
    let (file, bad) = try place(newest, of: store.rings[0].raw, in: store)
    disk.corrupt(file) { $0[bad.lowerBound + damagedByte] ^= 1 }
    let minute = older.lastTime / 60_000 * 60_000
    // Two minutes before the one in which the lost end begins.
    let whole = minute - 120_000
    // Without the header the lost rows may have gone on to the next page's first one.
    let end = damagedByte == 20 ? newest.lastTime + 10_000 : newest.lastTime + 1
    let lost = Timestamp(milliseconds: older.lastTime + 1)..<Timestamp(milliseconds: end)
    // The minutes that say more than the rows that are left.
    let minutes =
      Timestamp(
        milliseconds: minute)..<Timestamp(milliseconds: newest.lastTime / 60_000 * 60_000 + 60_000)
    let pool = PoolNumber(0)
    let day = Timestamp(milliseconds: start)..<Timestamp(milliseconds: start + 86_400_000)
    for opening in 0..<3 as Range<Int64> {
      store = try open(disk)
      let held = store.rings[0].raw.pages.first { $0.sequence == older.sequence }
      #expect(held?.lastTime == older.lastTime)
      #expect(!store.damagedPages.isEmpty)
      for time in [whole + 5000, minute + 45_000, minute + 65_000, newest.lastTime - 5000] {
        append(store, (time - start) / 1000 + opening)
      }
      try commit(store)
      try fill(store, 90_000 + 100 * opening..<90_100 + 100 * opening)
      try checkpoint(store)
      for (tier, old) in zip(Tier.rollups, before) {
        try expectNoLess(rollups(store, tier), than: old, tier, lateIn: whole, opening + 1)
      }
      #expect(store.losses(of: pool, in: day) == [lost])
      #expect(try store.unknownTimes(of: pool, in: day) == [])
      let raw = try store.unknownTimes(of: pool, in: day, coarsest: .raw)
      #expect(raw == [minutes])
      try store.coverage(
        of: pool, parameters: [ParameterNumber(0)], from: day.lowerBound, to: day.upperBound
      ) { #expect($1.missingCount == 0) }
    }
  }

  /// Rollups are as they were, but for those of the minute `late`, which `lateCount` rows have come to.
  private func expectNoLess(
    _ found: RollupTable, than old: RollupTable, _ tier: Tier, lateIn late: Int64,
    _ lateCount: Int64
  ) throws {
    // A full ring has given its oldest ones up.
    try #require(try #require(found.starts.first) <= late)
    for index in 0..<old.rowCount where old.starts[index] >= found.starts[0] {
      let row = old.row(index)
      let at = found.firstRow(notBefore: row.start)
      try #require(at < found.rowCount && found.starts[at] == row.start, "\(tier) \(row.start)")
      let count = found.row(at).values.first?.cell.count
      if (row.start..<row.start + tier.span).contains(late) {
        #expect(count == row.values.first.map { $0.cell.count + lateCount }, "\(tier)")
      } else {
        let isSame = found.row(at) == row
        #expect(isSame, "\(tier) from \(row.start): \(count ?? 0) readings")
      }
    }
  }
}
