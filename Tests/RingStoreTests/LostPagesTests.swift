import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Slots that cannot be read, pages that are damaged in all copies, and reads that fail once.
@Suite struct LostPagesTests {
  private let now = Timestamp(milliseconds: 0)
  /// Eight slots of 1 KiB.
  private let eightSlots = RingStore.Configuration(
    retention: .seconds(5600), pageByteCount: 1024, journalByteCount: 65_536)

  private func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 2), configuration: eightSlots, storage: disk)
  }

  /// A row in the first pool and one in the second every 10 s.
  private func append(_ count: Int, to store: RingStore, _ next: inout Int64) throws {
    for _ in 0..<count {
      let values = [0: noise(next, 0), 1: Double(next % 7), 2: 27]
      for pool in 0..<2 { _ = store.append(row(pool, 10_000 * next, values), arrival: now) }
      next += 1
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
  }

  @Test(arguments: [0, 3, 6])
  func `a slot that can never be read costs its own page, however often the store is opened`(
    slot: Int
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    #expect(store.rings[0].raw.place.slotCount == 8)
    var next: Int64 = 0
    for _ in 0..<4 {
      try append(3, to: store, &next)
      try store.checkpoint(at: now)
      store = try opened(disk)
    }
    let raw = PagesFileHeader.byteCount + slot * 1024
    disk.unreadable["raw.pages"] = raw..<raw + 1
    let minutes = store.rings[0].rollups(.minute).place.offset + slot % 3 * 1024
    disk.unreadable["minute.pages"] = minutes..<minutes + 1
    store = try opened(disk)
    var held = try store.allRows(of: 0)
    let damagedCount = store.damagedPages.count
    #expect(damagedCount >= 1)
    var sequence: UInt64 = 0
    for opening in 0..<30 {
      let before = next
      try append(3, to: store, &next)
      held += try store.rows(
        of: PoolNumber(0), from: Timestamp(milliseconds: 10_000 * before), through: .distantFuture,
        limit: 9)
      #expect(held.suffix(3).map(\.time.milliseconds) == (before..<next).map { 10_000 * $0 })
      // The second pool alone has news in every third life.
      if opening % 3 == 1 {
        _ = store.append(row(1, 10_000 * next - 5000, [0: 1]), arrival: now)
        try store.commit(at: now)
      }
      try store.checkpoint(at: now)
      store = try opened(disk)
      #expect(try bits(store.allRows(of: 0)) == bits(held), "opening \(opening)")
      #expect(store.damagedPages.count <= damagedCount, "\(store.damagedPages)")
      if opening == 4 { sequence = store.rings[0].rollups(.minute).openSequence }
    }
    // Fifteen minutes of some eighty bytes; made anew at every opening they would be hundreds.
    #expect(store.rings[0].rollups(.minute).openSequence <= sequence + 6)
    disk.unreadable = [:]
    store = try opened(disk)
    #expect(store.damagedPages.isEmpty)
    #expect(try Set(bits(held)).isSubset(of: bits(store.allRows(of: 0))))
    try append(3, to: store, &next)
    try store.checkpoint(at: now)
    #expect(try opened(disk).damagedPages.isEmpty)
  }

  @Test func `instants before a newest page that is damaged are not taken again`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    var next: Int64 = 0
    try append(100, to: store, &next)
    try store.checkpoint(at: now)
    let slot = try #require(store.rings[0].raw.openSlot)
    disk.corrupt("raw.pages") { $0[PagesFileHeader.byteCount + slot * 1024 + 140] ^= 0x20 }
    store = try opened(disk)
    #expect(store.damagedPages.count == 1)
    let last = try #require(store.rings[0].raw.pages.last?.lastTime)
    // A late row makes the next page begin long before the rows that are given up.
    let late = last / 2 + 5
    #expect(store.append(row(0, late, [0: 1]), arrival: now).stored == 1)
    next += 1
    while store.rings[0].raw.pages.first.map({ $0.lastTime <= last }) ?? true {
      try append(10, to: store, &next)
    }
    #expect(store.rings[0].raw.pages.first?.firstTime == late)
    let outcome = store.append(row(0, last - 10_000, [0: 1]), arrival: now)
    #expect(outcome.tooOld == 1 && outcome.stored == 0)
  }

  @Test func `a page that cannot be read is left out of a copy and of an export, and named`() throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    var next: Int64 = 0
    try append(300, to: store, &next)
    try store.checkpoint(at: now)
    store = try opened(disk)
    let all = try store.allRows(of: 0)
    let page = store.rings[0].raw.pages[1]
    let at = PagesFileHeader.byteCount + Int(try #require(page.slot)) * 1024
    disk.unreadable["raw.pages"] = at + 200..<at + 201
    store = try opened(disk)
    // Whoever serves answers says that there is none.
    #expect(throws: RingStoreError.self) { try store.allRows(of: 0) }
    #expect(store.damagedPages.isEmpty)
    let named = DamagedPage(
      file: "raw.pages", offset: at, pool: PoolID(venue: "venue-01", pool: "p0"),
      problem: "the page cannot be read")
    let left = all.filter {
      !(page.firstTime...page.lastTime).contains($0.time.milliseconds)
    }
    #expect(left.count > 150 && left.count < 290)
    let copy = SimulatedDisk(seed: 2)
    let counts = try store.rebuild(into: copy, configuration: eightSlots, progress: { _ in })
    #expect(counts.dropped == 0 && store.damagedPages == [named])
    #expect(try bits(opened(copy).allRows(of: 0)) == bits(left))
    #expect(try opened(copy).allRows(of: 1).count == 300)
    store = try opened(disk)
    store.leavesOutUnreadablePages = true
    #expect(try bits(store.allRows(of: 0)) == bits(left))
    #expect(store.damagedPages == [named])
  }

  @Test func `a read that fails once does not let a value that is stored be taken for new`() throws
  {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    var next: Int64 = 0
    try append(120, to: store, &next)
    try store.checkpoint(at: now)
    _ = store.append(row(1, 10_000 * next, [0: 1]), arrival: now)
    try store.commit(at: now)
    try store.checkpoint(at: now)
    // A slot that cannot be read: the page with the newest rows has to be read from the disk then.
    let ring = store.rings[0].raw
    let taken = ring.pages.compactMap { $0.slot.map(Int.init) } + [ring.openSlot]
    let slot = try #require((0..<ring.place.slotCount).first { !taken.contains($0) })
    let at = PagesFileHeader.byteCount + slot * 1024
    disk.unreadable["raw.pages"] = at..<at + 1
    store = try opened(disk)
    #expect(store.rings[0].raw.open.isEmpty && store.damagedPages.count == 1)
    let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
    let newest = Timestamp(milliseconds: 10_000 * (next - 1))
    let before = store.latest(series)
    #expect(before?.time == newest)
    disk.failingKinds = [.read]
    disk.failingSuffix = "raw.pages"
    disk.failsForEver = true
    var seen = 0
    for number in 1...200 {
      disk.failingOperation = disk.operationCount + number
      let again = try? opened(disk)
      let came = disk.operationCount >= disk.failingOperation ?? 0
      disk.failingOperation = nil
      if let again, again.damagedPages.count == 1,
        again.rings[0].raw.pages.count == store.rings[0].raw.pages.count
      {
        #expect(again.latestTime(of: PoolNumber(0)) == newest, "read \(number)")
        let outcome = again.append(row(0, newest.milliseconds, [0: 6, 1: 29]), arrival: now)
        #expect(outcome.conflict == 2, "read \(number): \(outcome)")
        if again.latest(series) == nil { seen += 1 }
      }
      if !came { break }
    }
    // The reads that fail are those that look for the newest value.
    #expect(seen > 0)
    // And when a page is given up while that one cannot be read.
    let page = try #require(store.rings[0].raw.pages.last)
    store.cache = PageCache()
    disk.failingOperation = disk.operationCount + 1
    store.forget(page, of: store.rings[0])
    disk.failingOperation = nil
    #expect(store.latest(series) == before)
    #expect(store.latestTime(of: PoolNumber(0)) == newest)
  }
}
