import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Pages that are gone without a trace in their slots, and holes that are no losses.
@Suite struct MissingPagesTests {
  private let now = Timestamp(milliseconds: 0)
  /// Thirteen slots of 1 KiB, and a journal in which many pages' rows have room.
  private let small = RingStore.Configuration(
    retention: .seconds(11_000), pageByteCount: 1024, journalByteCount: 1 << 20)

  private func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 1), configuration: small, storage: disk)
  }

  /// A row every 10 s.
  private func append(_ count: Int, to store: RingStore, _ next: inout Int64) throws {
    for _ in 0..<count {
      let values = [0: noise(next, 0), 1: Double(next % 7), 2: noise(next, 2)]
      _ = store.append(row(0, 10_000 * next, values), arrival: now)
      next += 1
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
  }

  /// A disk whose ring has gone round, with all of it in pages, and the number of its next row.
  private func fullRing() throws -> (disk: SimulatedDisk, next: Int64) {
    let disk = SimulatedDisk(seed: 1)
    let store = try opened(disk)
    var next: Int64 = 0
    for _ in 0..<60 {
      try append(11, to: store, &next)
      try store.checkpoint(at: now)
    }
    return (disk, next)
  }

  /// Makes a slot of the ring as if nothing had ever been written there.
  private func empty(_ page: Page, on disk: SimulatedDisk) throws {
    let at = PagesFileHeader.byteCount + Int(try #require(page.slot)) * 1024
    disk.corrupt("raw.pages") { bytes in
      bytes.replaceSubrange(at..<at + 1024, with: repeatElement(0, count: 1024))
    }
  }

  @Test func `a page is not missing that rows of the journal have pushed out of the ring`() throws {
    let (disk, number) = try fullRing()
    var next = number
    let oldest = try #require(try opened(disk).rings[0].raw.pages.first)
    let short = disk.copy()
    try empty(oldest, on: short)
    #expect(try opened(short).damagedPages.count == 1)
    // No checkpoint: opening finds these rows in the journal alone.
    try append(400, to: opened(disk), &next)
    try empty(oldest, on: disk)
    let store = try opened(disk)
    #expect(try #require(store.rings[0].raw.pages.first).sequence > oldest.sequence)
    #expect(store.damagedPages == [])
  }

  /// The headers of a ring's slots that count.
  private func headers(_ disk: SimulatedDisk, of ring: PageRing<PageTable>) -> [PageHeader] {
    let bytes = disk.bytes(of: "raw.pages") ?? []
    return (0..<ring.place.slotCount).compactMap { slot in
      let at = ring.place.offset + slot * 1024
      guard case .valid(let header) = PageHeader.read(Array(bytes[at..<at + 128])) else {
        return nil
      }
      return header
    }
  }

  @Test func `a checkpoint that a power cut ends leaves holes, and nothing is named`() throws {
    var holeCount = 0
    for seed in 0..<24 {
      let disk = SimulatedDisk(seed: UInt64(seed))
      var store = try opened(disk)
      #expect(store.rings[0].raw.place.slotCount == 13)
      var next: Int64 = 0
      // A full ring, whose slots lie in no simple order.
      for _ in 0..<25 {
        try append(7 + seed % 40, to: store, &next)
        try store.checkpoint(at: now)
      }
      try append(150 + seed % 5 * 40, to: store, &next)
      disk.losesPower = true
      disk.failingOperation = disk.operationCount + 2 + seed % 9
      #expect(throws: RingStoreError.self) { try store.checkpoint(at: now) }
      var left = disk.afterPowerCut()
      // What a power cut leaves, before anything is opened.
      let checkpoint = store.journal.header.checkpoint
      let found = headers(left, of: store.rings[0].raw).filter { $0.covered <= checkpoint }
        .sorted { $0.sequence < $1.sequence }
      let holes = zip(found, found.dropFirst()).filter { one, next in
        next.previousSequence.map { $0 > one.sequence } ?? false
      }
      if !holes.isEmpty { holeCount += 1 }
      for opening in 0..<4 {
        store = try opened(left)
        #expect(store.damagedPages.isEmpty, "seed \(seed), opening \(opening)")
        var findings: [StoreFinding] = []
        try store.verify(progress: { _ in }, finding: { findings.append($0) })
        #expect(findings.isEmpty, "seed \(seed), opening \(opening)")
        try append(3, to: store, &next)
        if opening > 0 { try store.checkpoint(at: now) }
        if opening == 1 {
          // Once more, in the midst of the next one.
          try append(100, to: store, &next)
          left.losesPower = true
          left.failingOperation = left.operationCount + 2 + seed % 7
          #expect(throws: RingStoreError.self) { try store.checkpoint(at: now) }
          left = left.afterPowerCut()
        }
      }
    }
    #expect(holeCount > 4)
  }

  @Test func `a page that is gone is named by opening and by verify, whichever it is`() throws {
    let (disk, _) = try fullRing()
    let store = try opened(disk)
    #expect(store.damagedPages.isEmpty)
    let pages = store.rings[0].raw.pages
    let all = try store.allRows(of: 0)
    #expect(pages.count == 10 && pages[0].sequence > 0)
    for (index, page) in pages.enumerated() {
      let copy = disk.copy()
      try empty(page, on: copy)
      for opening in 0..<2 {
        let again = try opened(copy)
        #expect(again.damagedPages.count == 1, "page \(index), opening \(opening)")
        let problem = again.damagedPages.first?.problem ?? ""
        #expect(problem.contains("missing"), "page \(index), opening \(opening)")
        #expect(again.recovery.damagedPages == again.damagedPages)
        var findings: [StoreFinding] = []
        try again.verify(progress: { _ in }, finding: { findings.append($0) })
        #expect(findings.map(\.problem).contains(problem))
        let held = try Set(bits(again.allRows(of: 0)))
        #expect(held.isSubset(of: bits(all)) && held.count < all.count)
        try again.checkpoint(at: now)
      }
    }
  }

  @Test func `pages of an older program before one whose header is damaged stay`() throws {
    var (disk, next) = try fullRing()
    var store = try opened(disk)
    let pages = store.rings[0].raw.pages
    let middle = pages[pages.count / 2]
    let lost = PagesFileHeader.byteCount + Int(try #require(middle.slot)) * 1024
    disk.corrupt("raw.pages") { bytes in
      for slot in 0..<13 {
        let at = PagesFileHeader.byteCount + slot * 1024
        guard case .valid(var header) = PageHeader.read(Array(bytes[at..<at + 128])) else {
          continue
        }
        header.firstHeld = nil
        bytes.replaceSubrange(at..<at + 128, with: header.encoded())
      }
      bytes[lost + 20] ^= 1
    }
    for opening in 0..<3 {
      store = try opened(disk)
      #expect(store.damagedPages.count == 1, "opening \(opening)")
      let held = store.rings[0].raw.pages.map(\.sequence)
      #expect(held.first == pages[0].sequence, "opening \(opening)")
      #expect(!held.contains(middle.sequence))
      // A row, so that a page says what is held.
      try append(1, to: store, &next)
      try store.checkpoint(at: now)
    }
  }

  @Test func `a loss is named until the page after it is given up`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try opened(disk)
    var next: Int64 = 0
    try append(400, to: store, &next)
    try store.checkpoint(at: now)
    store = try opened(disk)
    let lost = store.rings[0].raw.pages[4]
    let at = PagesFileHeader.byteCount + Int(try #require(lost.slot)) * 1024
    disk.corrupt("raw.pages") { bytes in
      bytes.replaceSubrange(at..<at + 1024, with: repeatElement(0, count: 1024))
    }
    var namedCount = 0
    for _ in 0..<60 {
      store = try opened(disk)
      let oldest = try #require(store.rings[0].raw.pages.first?.sequence)
      #expect(store.damagedPages.count == (oldest <= lost.sequence + 1 ? 1 : 0))
      namedCount += store.damagedPages.count
      try append(13, to: store, &next)
      try store.checkpoint(at: now)
    }
    #expect(namedCount > 5 && namedCount < 50)
  }
}
