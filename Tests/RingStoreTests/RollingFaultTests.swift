import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Rollups of a store whose pages are damaged or cannot be read.
@Suite struct `Rolling over damage`: RollingFaults {
  /// That of a store which has never seen a fault.
  private func expectSame(_ store: RingStore, as sound: RingStore) throws {
    for tier in Tier.rollups {
      let found = try rollups(store, tier)
      let expected = try rollups(sound, tier)
      let isSame = found == expected
      #expect(isSame, "\(tier): \(found.starts.count) rows, \(expected.starts.count) expected")
    }
  }

  @Test func `a page that can never be read stops no checkpoint and no other pool`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    try fill(store, 0..<7200)
    try checkpoint(store)
    let ring = store.rings[0].raw
    let page = ring.pages[2]
    let (file, bad) = try place(page, of: ring, in: store)
    disk.unreadable[file] = bad
    // A late row, so that the page is wanted by rolling.
    append(store, (page.firstTime - start) / 1000 + 5)
    for second in 0..<8000 as Range<Int64> {
      append(store, 10 * second, pool: 1)
      if second % 50 == 49 { try commit(store) }
    }
    #expect(store.committed.byteOffset > 2 * 65_536)
    #expect(store.failedCheckpointCount == 0 && store.tailForced == 0)
    #expect(store.damagedPages.map(\.offset) == [bad.lowerBound])
    #expect(try store.allRows(of: 1, step: 1000).count == 8000)
  }

  @Test func `what could not be read once is rolled when it can be`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    let sound = try open(SimulatedDisk(seed: 1))
    for store in [store, sound] {
      try fill(store, 0..<7200)
      try checkpoint(store)
    }
    let ring = store.rings[0].raw
    let page = ring.pages[2]
    let (file, bad) = try place(page, of: ring, in: store)
    disk.unreadable[file] = bad
    for store in [store, sound] {
      append(store, (page.firstTime - start) / 1000 + 65)
      try fill(store, 7200..<7300)
      try checkpoint(store)
    }
    disk.unreadable = [:]
    for store in [store, sound] {
      try fill(store, 7300..<7400)
      try checkpoint(store)
    }
    try expectSame(store, as: sound)
  }

  @Test(arguments: [false, true])
  func `rollups found damaged while hours are made are made anew first`(isRefused: Bool) throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    let sound = try open(SimulatedDisk(seed: 1))
    for store in [store, sound] {
      try fill(store, 0..<3540)
      try checkpoint(store)
    }
    let ring = store.rings[0].rollups(.minute)
    let (file, bad) = try place(try #require(ring.pages.first), of: ring, in: store)
    if isRefused {
      disk.unreadable[file] = bad
    } else {
      disk.corrupt(file) { $0[bad.lowerBound + 300] ^= 1 }
    }
    for store in [store, sound] {
      try fill(store, 3540..<3700)
      try checkpoint(store)
    }
    disk.unreadable = [:]
    #expect(store.damagedPages.map(\.offset) == [bad.lowerBound])
    #expect(store.rings[0].stale.isEmpty)
    let hours = try rollups(store, .hour)
    #expect(try hours.rowCount == 1 && hours == rollups(sound, .hour))
    if isRefused { try expectSame(store, as: sound) }
  }

  @Test func `of two rollups of one hour the newer one is served for ever`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    let hour: Int64 = 3600
    func rows(_ store: RingStore, _ seconds: Range<Int64>) throws {
      for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: 60) {
        append(store, second, value: 1)
      }
      try commit(store)
    }
    try rows(store, 0..<12 * hour)
    try checkpoint(store)
    let again = try open(disk)
    append(again, 10 * hour + 3570, value: 2)
    try rows(again, 12 * hour..<12 * hour + 120)
    try checkpoint(again)
    append(again, 11 * hour + 1830, value: 3)
    try commit(again)
    try checkpoint(again)
    for next in 12..<30 as Range<Int64> {
      try rows(again, next * hour + 120..<next * hour + 3600 + 120)
      try checkpoint(again)
    }
    let hours = try rollups(again, .hour)
    #expect(hours.columns[0].cells[10...12].map { $0?.maximum } == [2, 3, 1])
    #expect(hours.columns[0].cells[10...12].map { $0?.count } == [61, 61, 60])
  }

  enum Loss: CaseIterable {
    case body, header, openHeader
  }

  @Test(arguments: Loss.allCases)
  func `what was rolled of a damaged page stands when late rows come`(loss: Loss) throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try open(disk)
    try fill(store, 0..<90_000)
    try checkpoint(store)
    let ring = store.rings[0].raw
    let index = ring.pages.count / 2
    let page = ring.pages[index]
    let before = try Tier.rollups.map { try rollups(store, $0) }
    #expect(before.allSatisfy { $0.rowCount > 0 })
    var (file, bad) = try place(page, of: ring, in: store)
    if loss == .openHeader {
      let offset = ring.place.offset + (try #require(ring.openSlot)) * 1024
      (file, bad) = (file, offset..<offset + 1024)
    }
    // Rows of an older copy would take late rows.
    let sequence = loss == .openHeader ? ring.openSequence : page.sequence
    dropOlderCopies(of: sequence, in: store, on: disk)
    disk.corrupt(file) { $0[bad.lowerBound + (loss == .body ? 300 : 20)] ^= 1 }
    if loss != .body { store = try open(disk) }
    var late = [page.firstTime + 5000, page.firstTime + 65_000, page.lastTime - 5000]
    if loss == .openHeader { late = [try #require(store.rings[0].raw.lastTime) + 5000] }
    for time in late { append(store, (time - start) / 1000) }
    try commit(store)
    try fill(store, 90_000..<90_100)
    try checkpoint(store)
    #expect(store.damagedPages.contains { $0.offset == bad.lowerBound })
    for (tier, old) in zip(Tier.rollups, before) {
      let found = try rollups(store, tier)
      // A full ring has given its oldest ones up, of long before the damage.
      let oldest = try #require(found.starts.first)
      let first = try #require(old.starts.firstIndex(of: oldest))
      try #require(first == 0 || old.starts[first] < page.firstTime)
      let isSame = found[0..<old.rowCount - first] == old[first..<old.rowCount]
      #expect(isSame, "\(tier)")
    }
  }
}
