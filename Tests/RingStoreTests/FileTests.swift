import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

@Suite struct FileTests {
  private let now = Timestamp(milliseconds: 0)

  /// A store with 100 rows in pages, then closed.
  private func filled(_ disk: SimulatedDisk, _ plan: Plan) throws {
    let store = try RingStore(plan: plan, configuration: roomy, storage: disk)
    for time in 0..<100 {
      let time = Int64(time)
      _ = store.append(
        row(0, time, [0: Double(time), 1: noise(time, 1), 2: noise(time, 2)]), arrival: now)
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }

  private let roomy = RingStore.Configuration(
    retention: .seconds(3000), pageByteCount: 1024, journalByteCount: 65_536)

  private func opening(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 1), configuration: roomy, storage: disk)
  }

  @Test(arguments: ["catalog", "raw.pages", "journal"])
  func `foreign, newer, zeroed, cut and missing files are refused, and nothing is overwritten`(
    name: String
  ) throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    let whole = try #require(disk.bytes(of: name))
    func refused(_ bytes: [UInt8]?, _ expected: RingStoreError) {
      if let bytes { disk.plant(name, bytes) } else { disk.lose(name) }
      let before = disk.operationCount
      #expect(throws: expected) { _ = try opening(disk) }
      #expect(disk.operationCount == before, "\(expected)")
      #expect(disk.bytes(of: name) == bytes)
    }
    let text = Array("%PDF-1.7 nothing of ours ".utf8)
    refused(
      (0..<whole.count).map { text[$0 % text.count] }, .foreignFile(name))
    refused([UInt8](repeating: 0, count: whole.count), .foreignFile(name))
    var newer = whole
    let version: UInt8 = name == "raw.pages" ? 2 : 3
    for block in stride(from: 0, to: min(whole.count, 16_384), by: 4096)
    where newer[block] == UInt8(ascii: "P") {
      newer[block + 8] = version
    }
    refused(newer, .newerFormat(file: name, version: UInt32(version)))
    refused(nil, .missingFile(name))
    if name != "catalog" {
      refused(
        Array(whole.dropLast(4096)),
        .wrongByteCount(file: name, found: whole.count - 4096, expected: whole.count))
    }
    disk.plant(name, whole)
    #expect(try opening(disk).allRows(of: 0).count == 100)
  }

  @Test func `a journal of which a newer program wrote one header is refused, and left as it is`()
    throws
  {
    for slot in 0..<2 {
      let disk = SimulatedDisk(seed: 1)
      try filled(disk, plan(poolCount: 1))
      disk.corrupt("journal") { bytes in
        for block in 0..<2 { bytes[slot * 8192 + block * 4096 + 8] = 3 }
      }
      let before = (disk.operationCount, disk.bytes(of: "journal"))
      #expect(throws: RingStoreError.newerFormat(file: "journal", version: 3)) {
        _ = try opening(disk)
      }
      #expect(disk.operationCount == before.0 && disk.bytes(of: "journal") == before.1)
    }
    // A bit that flipped in one block is no newer version.
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    disk.corrupt("journal") { $0[8] = 3 }
    #expect(try opening(disk).allRows(of: 0).count == 100)
  }

  @Test(arguments: ["catalog", "raw.pages", "day.pages"])
  func `one good copy of a file's header is enough, and the other is made anew`(
    name: String
  ) throws {
    for copy in 0..<2 {
      let disk = SimulatedDisk(seed: 1)
      try filled(disk, plan(poolCount: 1))
      let whole = disk.files[name]?.seen
      disk.corrupt(name) { $0[copy * 4096 + 14] ^= 0x10 }
      var findings: [StoreFinding] = []
      var store = try opening(disk)
      #expect(try store.allRows(of: 0).count == 100)
      #expect(store.recovery.damagedHeaders.map(\.file) == [name])
      try store.verify(progress: { _ in }) { findings.append($0) }
      #expect(findings.map(\.file) == [name] && findings.map(\.offset) == [copy * 4096])
      #expect(disk.files[name]?.seen == whole)
      store = try opening(disk)
      #expect(store.recovery.damagedHeaders.isEmpty)
      disk.corrupt(name) { bytes in for copy in 0..<2 { bytes[copy * 4096 + 14] ^= 0x10 } }
      #expect(throws: RingStoreError.damagedFile(name)) { _ = try opening(disk) }
    }
  }

  @Test func `a copy of a header that the disk does not take is no reason not to open`() throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    for name in ["catalog", "raw.pages"] { disk.corrupt(name) { $0[14] ^= 0x10 } }
    for suffix in ["catalog.new", ".pages"] {
      (disk.failingOperation, disk.failsForEver, disk.failingSuffix) = (1, true, suffix)
      #expect(try opening(disk).allRows(of: 0).count == 100)
    }
  }

  @Test func `a damaged page is named, its rows are gone, all others are served`() throws {
    // In the header, in the directory of sections, and in the times.
    for offset in [3, 17, 64, 130, 160] {
      let disk = SimulatedDisk(seed: 1)
      try filled(disk, plan(poolCount: 2))
      var store = try RingStore(plan: plan(poolCount: 2), configuration: roomy, storage: disk)
      let page = store.rings[0].raw.pages[1]
      let at = PagesFileHeader.byteCount + Int(try #require(page.slot)) * 1024
      disk.corrupt("raw.pages") { $0[at + offset] ^= 0x20 }
      store = try RingStore(plan: plan(poolCount: 2), configuration: roomy, storage: disk)
      let times = try store.allRows(of: 0).map(\.time.milliseconds)
      #expect(times == Array(0..<page.firstTime) + Array(page.lastTime + 1..<100))
      #expect(page.lastTime > page.firstTime + 20)
      let named = DamagedPage(
        file: "raw.pages", offset: at, pool: PoolID(venue: "venue-01", pool: "p0"))
      #expect(store.damagedPages == [named])
      // What lies in the header is found by opening.
      #expect(store.recovery.damagedPages == (offset < 128 ? [named] : []))
      // In words, for a log.
      let words =
        "1 damaged place, the first raw.pages offset \(at), venue-01/p0, the page is damaged"
      #expect("\(store.recovery)".hasSuffix(words) == (offset < 128))
      #expect(
        "\(store.recovery)".hasPrefix("\(store.recovery.pageCount) pages; 0 rows of 0 journal"))
      for row in try store.allRows(of: 0) {
        #expect(row.samples[0].value == Double(row.time.milliseconds))
      }
      #expect(store.append(row(0, 100, [0: 1]), arrival: now).stored == 1)
      #expect(store.append(row(1, 100, [0: 1]), arrival: now).stored == 1)
      try store.commit(at: now)
    }
  }

  @Test func `damage that comes while the store is open is noticed when the page is read`() throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    let store = try opening(disk)
    #expect(store.damagedPages.isEmpty)
    let page = store.rings[0].raw.pages[0]
    let at = PagesFileHeader.byteCount + Int(try #require(page.slot)) * 1024
    disk.corrupt("raw.pages") { $0[at + 160] ^= 0x20 }
    #expect(try store.allRows(of: 0).map(\.time.milliseconds) == Array(page.lastTime + 1..<100))
    #expect(store.damagedPages.map(\.offset) == [at])
  }

  @Test func `pools and parameters join and leave the plan, and history stays`() throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    // More pools, and the same parameters in another order with a new one between.
    let grown = plan(poolCount: 3, parameters: ["orp", "temperature", "ph", "free_chlorine"])
    var store = try RingStore(plan: grown, configuration: roomy, storage: disk)
    let tiers = ["raw", "minute", "hour", "day"]
    let pages = tiers.flatMap { ["\($0).pages", "\($0)-2.pages"] }
    #expect(Set(disk.files.keys) == Set(["catalog", "journal"] + pages))
    #expect(try store.allRows(of: 0).count == 100)
    let chlorine = Series(pool: PoolNumber(0), parameter: ParameterNumber(3))
    #expect(store.latest(chlorine)?.sample.value == 99)
    for pool in 0..<3 { _ = store.append(row(pool, 200, [0: 650, 3: 0.4]), arrival: now) }
    try store.commit(at: now)
    try store.checkpoint(at: now)
    // Back to the small plan: what it does not know is not shown, and nothing is lost by it.
    store = try opening(disk)
    #expect(try store.allRows(of: 0).last?.samples.map(\.value) == [0.4])
    _ = store.append(row(0, 300, [0: 0.5]), arrival: now)
    try store.commit(at: now)
    store = try RingStore(plan: grown, configuration: roomy, storage: disk)
    #expect(try store.allRows(of: 2).map { $0.samples.map(\.value) } == [[650, 0.4]])
    #expect(try store.allRows(of: 0).count == 102)
    #expect(disk.files.count == 10)
  }

  @Test func `a plan that grows while the disk fails loses nothing`() throws {
    var number = 1
    while number < 50 {
      let disk = SimulatedDisk(seed: UInt64(number))
      try filled(disk, plan(poolCount: 1))
      disk.failingOperation = disk.operationCount + number
      let grown = plan(poolCount: 2, parameters: ["free_chlorine", "ph", "temperature", "orp"])
      // Whether this opening fails is what the number decides.
      _ = try? RingStore(plan: grown, configuration: roomy, storage: disk)
      let came = disk.operationCount >= disk.failingOperation ?? 0
      disk.failingOperation = nil
      let left = disk.afterPowerCut()
      let store = try RingStore(plan: grown, configuration: roomy, storage: left)
      #expect(try store.allRows(of: 0).count == 100)
      _ = store.append(row(1, 1, [3: 1]), arrival: now)
      try store.commit(at: now)
      guard came else { break }
      number += 1
    }
    #expect(number > 5 && number < 50)
  }

  @Test(arguments: [0, 1000, 1023, 1536, 2_097_152])
  func `a page size that is none is refused`(byteCount: Int) {
    #expect(throws: RingStoreError.badPageByteCount(byteCount)) {
      _ = try RingStore(
        plan: plan(poolCount: 1),
        configuration: RingStore.Configuration(
          retention: .seconds(1), pageByteCount: byteCount),
        storage: SimulatedDisk(seed: 1))
    }
  }

  @Test func `the page size of a store that is there stays in force`() throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    let store = try RingStore(
      plan: plan(poolCount: 1),
      configuration: RingStore.Configuration(retention: .seconds(9), pageByteCount: 4096),
      storage: disk)
    #expect(store.catalog.pageByteCount == 1024)
    #expect(try store.allRows(of: 0).count == 100)
  }

  @Test func `the journal takes an hour of the plan's rate, and 4 MiB at least`() throws {
    let small = RingStore.Configuration(retention: .seconds(1))
    let disk = SimulatedDisk(seed: 1)
    _ = try RingStore(plan: plan(poolCount: 1), configuration: small, storage: disk)
    #expect(disk.bytes(of: "journal")?.count == 4 << 20)
    // 1,000 pools every 10 s are 360,000 rows an hour, each 13 + 3 × 11 + 18 bytes, and
    // 16 KiB of headers: 5,629 blocks of 4 KiB.
    #expect(
      JournalLayout.defaultByteCount(plan: plan(poolCount: 1000)) == 23_056_384)
  }
}
