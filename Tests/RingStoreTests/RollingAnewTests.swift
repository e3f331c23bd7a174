import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Rollups made anew of all that is held, and what `verify` says of rollups.
@Suite struct `Rolling anew` {
  private let start: Int64 = 1_767_225_600_000
  private let small = RingStore.Configuration(
    retention: .seconds(400_000), pageByteCount: 1024, journalByteCount: 65_536)

  private func open(_ disk: SimulatedDisk, low: Double? = nil) throws -> RingStore {
    var profiles: [LimitsProfile] = []
    if let low {
      let limit = Limit(
        parameter: ParameterNumber(0), low: Bound(value: low, isInclusive: true), high: nil,
        isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "",
        status: .primary)
      profiles = [
        LimitsProfile(
          id: "p", title: Title(english: "p", chinese: "p"), from: CivilDate(daysSinceEpoch: 0),
          to: nil, limits: [limit])
      ]
    }
    return try RingStore(
      plan: plan(poolCount: 3), configuration: small,
      rules: RollupRules(plan: plan(poolCount: 3), profiles: profiles), storage: disk)
  }

  private func fill(_ store: RingStore, _ seconds: Range<Int64>, isJudged: Bool = true) throws {
    for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: 10) {
      let time = start + 1000 * second
      for pool in 0..<3 {
        _ = store.append(
          row(pool, time, [0: noise(time, pool)]), arrival: Timestamp(milliseconds: time))
      }
      if second % 200 == 0 { try commit(store, isJudged) }
    }
    try commit(store, isJudged)
  }

  private func commit(_ store: RingStore, _ isJudged: Bool = true) throws {
    try store.commit(at: Timestamp(milliseconds: start))
    if isJudged { store.release(judgedUpTo: store.committed) }
  }

  private func checkpoint(_ store: RingStore) throws {
    try store.checkpoint(at: Timestamp(milliseconds: start))
  }

  private func findings(_ store: RingStore) throws -> [StoreFinding] {
    var found: [StoreFinding] = []
    try store.verify(progress: { _ in }, finding: { found.append($0) })
    return found
  }

  /// Lets some pages' worth of rollups say something wrong.
  private func spoil(_ ring: PageRing<RollupTable>, of store: RingStore) throws {
    let rows = try store.rollupRows(of: ring, from: start + 60_000_000, to: .max)
    var column = rows.columns[0]
    for row in column.cells.indices { column.cells[row]?.count += 1 }
    store.put(RollupTable(starts: rows.starts, columns: [column]), in: ring)
  }

  @Test(arguments: [false, true])
  func `what waits in memory is written in between`(ofRules: Bool) throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    try fill(store, 0..<90_000)
    try checkpoint(store)
    #expect(store.waitingPageCount == 0)
    // What comes to the same is not stored again.
    for ring in store.rings { try spoil(ring.rollups(.minute), of: store) }
    try checkpoint(store)
    try fill(store, 90_000..<90_020)
    try checkpoint(store)
    try fill(store, 90_020..<90_040)
    store.unwrittenByteLimit = 4096
    for ring in store.rings {
      if ofRules { ring.changedSince = .min } else { ring.stale.insert(.everything) }
    }
    let before = store.journal.header.generation
    try checkpoint(store)
    // One before each ring but the first, and the last one.
    #expect(store.journal.header.generation == before + 3)
    #expect(store.rings.allSatisfy { $0.changedSince == nil && $0.stale.isEmpty })
    #expect(try findings(store).isEmpty)
    let again = try open(disk)
    #expect(try findings(again).isEmpty)
    for pool in 0..<3 { #expect(try again.allRows(of: pool, step: 2000).count == 9004) }
  }

  @Test func `rules are not adopted by a checkpoint that had no room to write what they changed`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    try fill(store, 0..<7200)
    try checkpoint(store)
    // Fills the journal up to its last bytes, all of it in the pages, nothing of it judged.
    var time = start + 7_200_000
    func append(_ store: RingStore) throws {
      time += 10_000
      _ = store.append(row(0, time, [0: 1]), arrival: Timestamp(milliseconds: time))
      try store.commit(at: Timestamp(milliseconds: start))
    }
    while store.journal.place(for: 2 * RecordHeader.byteCount) != nil { try append(store) }
    #expect(store.tailForced == 0)
    try checkpoint(store)
    while try store.appendEmptyRecord(at: Timestamp(milliseconds: 0)) {}
    try checkpoint(store)
    let old = store.catalog.rules
    let changed = try open(disk, low: 1e300)
    #expect(changed.catalog.rules == old)
    // A reading makes room, and the next checkpoint does what had to wait.
    try append(changed)
    try checkpoint(changed)
    #expect(changed.catalog.rules != old)
    let again = try open(disk, low: 1e300)
    #expect(again.catalog.rules == changed.catalog.rules)
    let minutes = try again.rollupRows(
      of: again.rings[0].rollups(.minute), from: start, to: start + 7_200_000)
    let hasOut = minutes.columns[0].cells.contains { ($0?.outMilliseconds ?? 0) > 0 }
    #expect(hasOut)
    #expect(try findings(again).isEmpty)
  }

  @Test(arguments: [Tier.minute, .hour, .day])
  func `verify finds a rollup that is not made of what is held`(tier: Tier) throws {
    let store = try open(SimulatedDisk(seed: 1))
    try fill(store, 0..<90_000)
    try checkpoint(store)
    #expect(try findings(store).isEmpty)
    let ring = store.rings[1].rollups(tier)
    let all = try store.rollupRows(of: ring, from: .min, to: .max)
    let index = all.rowCount - (tier == .minute ? 70 : 1)
    let good = all[index..<index + 1]
    var cells = good.columns[0].cells
    cells[0]?.count += 1
    store.put(
      RollupTable(starts: good.starts, columns: [.init(number: 0, cells: cells)]), in: ring)
    let found = try findings(store)
    // A wrong minute differs from its rows and from its hour.
    #expect(found.count == (tier == .day ? 1 : 2))
    #expect(found.first?.problem.hasPrefix("the rollup of the \(tier) from ") == true)
    #expect(found.allSatisfy { $0.pool == store.rings[1].pool })
    // Elsewhere in the pool a page is damaged: that is no excuse.
    let page = try #require(store.rings[1].raw.pages.last { $0.slot != nil && $0.body == nil })
    store.noteDamage(page, in: store.rings[1].raw)
    #expect(try findings(store).count == found.count + 1)
  }

  @Test func `a minute part of which was given up is not rolled where rollups were lost`() throws {
    var tiny = small
    tiny.retention = .seconds(3_000)
    tiny.minuteRetention = .seconds(400_000)
    let store = try RingStore(
      plan: plan(poolCount: 3), configuration: tiny, storage: SimulatedDisk(seed: 1))
    let ring = store.rings[0]
    var held = start
    var second: Int64 = 0
    // Until what is held begins within a minute.
    while held == start || (held - start) % 60_000 == 0 {
      try fill(store, second..<second + 1000)
      try checkpoint(store)
      second += 1000
      held = ring.raw.oldestHeld ?? start
    }
    let minute = held - (held - start) % 60_000
    // All rollups are lost, as with their pages.
    ring.rollups(.minute).open = OpenPage()
    ring.rollups(.minute).pages = []
    ring.stale.insert(.everything)
    store.roll(ring)
    let rolled = try store.rollupRows(of: ring.rollups(.minute), from: .min, to: .max)
    #expect(rolled.starts.first == minute + 60_000)
    // Nor later, when a late row comes.
    ring.stale.insert(held..<held + 1)
    store.roll(ring)
    let again = try store.rollupRows(of: ring.rollups(.minute), from: .min, to: .max)
    #expect(again.starts.first == minute + 60_000)
  }
}
