import PoolModel
import Testing

@testable import RingStore

@Suite struct FileTests {
  private let now = Timestamp(milliseconds: 0)

  /// A store with 100 rows in pages, then closed.
  private func filled(_ disk: SimulatedDisk, _ plan: Plan) throws {
    let store = try RingStore(plan: plan, configuration: roomy, storage: disk)
    for time in 0..<100 {
      _ = store.append(row(0, Int64(time), [0: Double(time), 1: 1]), arrival: now)
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
    for block in stride(from: 0, to: min(whole.count, 16_384), by: 4096)
    where newer[block] == UInt8(ascii: "P") {
      newer[block + 8] = 2
    }
    refused(newer, .newerFormat(file: name, version: 2))
    refused(nil, .missingFile(name))
    if name != "catalog" {
      refused(
        Array(whole.dropLast(4096)),
        .wrongByteCount(file: name, found: whole.count - 4096, expected: whole.count))
    }
    disk.plant(name, whole)
    #expect(try opening(disk).allRows(of: 0).count == 100)
  }

  @Test(arguments: ["catalog", "raw.pages"])
  func `one good copy of a file's header is enough`(name: String) throws {
    for copy in 0..<2 {
      let disk = SimulatedDisk(seed: 1)
      try filled(disk, plan(poolCount: 1))
      disk.corrupt(name) { $0[copy * 4096 + 14] ^= 0x10 }
      #expect(try opening(disk).allRows(of: 0).count == 100)
      disk.corrupt(name) { $0[(1 - copy) * 4096 + 14] ^= 0x10 }
      #expect(throws: RingStoreError.damagedFile(name)) { _ = try opening(disk) }
    }
  }

  @Test func `a damaged page is named, its rows are gone, all others are served`() throws {
    for offset in [3, 17, 64, 130, 900] {
      let disk = SimulatedDisk(seed: 1)
      try filled(disk, plan(poolCount: 2))
      // The second sealed page: rows 32 … 63 at 896 × 8 / (64 + 2 × 81) = 31 rows a page.
      disk.corrupt("raw.pages") { $0[PagesFileHeader.byteCount + 1024 + offset] ^= 0x20 }
      let store = try RingStore(plan: plan(poolCount: 2), configuration: roomy, storage: disk)
      #expect(
        store.recovery.damagedPages == [
          DamagedPage(
            file: "raw.pages", offset: PagesFileHeader.byteCount + 1024,
            pool: PoolID(venue: "venue-01", pool: "p0"))
        ])
      let times = try store.allRows(of: 0).map(\.time.milliseconds)
      #expect(times == Array(0..<31) + Array(62..<100))
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
    disk.corrupt("raw.pages") { $0[PagesFileHeader.byteCount + 200] ^= 0x20 }
    #expect(try store.allRows(of: 0).map(\.time.milliseconds) == Array(31..<100))
    #expect(store.damagedPages.map(\.offset) == [PagesFileHeader.byteCount])
  }

  @Test func `pools and parameters join and leave the plan, and history stays`() throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk, plan(poolCount: 1))
    // More pools, and the same parameters in another order with a new one between.
    let grown = plan(poolCount: 3, parameters: ["orp", "temperature", "ph", "free_chlorine"])
    var store = try RingStore(plan: grown, configuration: roomy, storage: disk)
    #expect(disk.files.keys.sorted() == ["catalog", "journal", "raw-2.pages", "raw.pages"])
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
    #expect(disk.files.count == 4)
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
