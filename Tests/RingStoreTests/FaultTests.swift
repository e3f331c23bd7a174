import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

@Suite struct FaultTests {
  /// Room for all rows of a script, so that nothing is given up and every row must be there.
  private let roomy = RingStore.Configuration(
    retention: .seconds(12_000), pageByteCount: 1024, journalByteCount: 65_536)

  /// One life with a failing disk, which is opened again, used, crashed and verified.
  ///
  /// Gives back the complaints and whether the failing operation came at all.
  private func life(failing number: Int, forEver: Bool, powerCut: Bool) throws -> ([String], Bool) {
    let disk = SimulatedDisk(seed: UInt64(number))
    disk.failingOperation = number
    disk.failsForEver = forEver
    var script = StoreScript(disk: disk, seed: 7, configuration: roomy)
    var complaints: [String] = []
    do { try script.open() } catch {
      // Creation failed: nothing is acknowledged, and the next opening has to work.
      guard case .storage = error else { return (["opening: \(error)"], true) }
    }
    if script.store != nil {
      for step in 0..<18 {
        complaints += script.batch(rowLimit: 12)
        if step % 5 == 4 { script.judgeAll() }
        if step % 6 == 5 { script.checkpoint() }
      }
    }
    let came = disk.operationCount >= number
    disk.failingOperation = nil
    // The same process goes on when the disk is well again.
    if script.store != nil {
      let failed = script.failedCommitCount
      for _ in 0..<3 { complaints += script.batch(rowLimit: 6) }
      if script.failedCommitCount != failed { complaints.append("a commit on a sound disk failed") }
    }
    var after = script.moved(to: powerCut ? disk.afterPowerCut() : disk)
    try after.open()
    complaints += try after.complaints()
    // And once more: a row that came back must not depend on what was only in the system's memory.
    try after.adoptWhatIsThere()
    complaints += after.batch(rowLimit: 6)
    var last = after.moved(to: after.disk.afterPowerCut())
    try last.open()
    complaints += try last.complaints()
    if last.store?.recovery.damagedPages != [] { complaints.append("damaged pages") }
    return (complaints, came)
  }

  @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
  func `the nth write, sync, create, rename or removal fails, and nothing acknowledged is lost`(
    forEver: Bool, powerCut: Bool
  ) throws {
    var number = 1
    while true {
      let (complaints, came) = try life(failing: number, forEver: forEver, powerCut: powerCut)
      #expect(complaints.isEmpty, "operation \(number): \(complaints.prefix(3))")
      guard came, number < 500 else { break }
      number += 1
    }
    #expect(number > 60 && number < 500)
  }

  @Test func `a batch whose sync failed is stored by the next commit and survives a power cut`()
    throws
  {
    for seed in 0..<40 as Range<UInt64> {
      let disk = SimulatedDisk(seed: seed)
      let store = try RingStore(
        plan: plan(poolCount: 1), configuration: smallest, storage: disk)
      let now = Timestamp(milliseconds: 0)
      _ = store.append(row(0, 1, [0: 1]), arrival: now)
      try store.commit(at: now)
      // Three syncs fail in a row, each in another place.
      disk.failingKinds = [.synchronize]
      disk.failsForEver = true
      disk.failingOperation = disk.operationCount + 1
      for _ in 0..<3 {
        _ = store.append(row(0, 2, [0: 2]), arrival: now)
        #expect(throws: RingStoreError.self) { try store.commit(at: now) }
        #expect(try store.allRows(of: 0).count == 1)
      }
      disk.failingOperation = nil
      #expect(store.append(row(0, 2, [0: 2]), arrival: now).stored == 1)
      try store.commit(at: now)
      // Each failure gave up a place: the record stands at the fourth multiple of 4096 after it.
      #expect((12_288..<16_384).contains(store.committed.byteOffset))
      _ = store.append(row(0, 3, [0: 3]), arrival: now)
      try store.commit(at: now)
      for left in [disk, disk.afterPowerCut()] {
        let again = try RingStore(
          plan: plan(poolCount: 1), configuration: smallest, storage: left)
        #expect(try again.allRows(of: 0).map { $0.samples[0].value } == [1, 2, 3])
        #expect(try again.allJournalRows().map { $0.samples[0].value } == [1, 2, 3])
      }
    }
  }

  @Test func `syncs that fail until the journal is full of failures do not end it`() throws {
    let disk = SimulatedDisk(seed: 3)
    let store = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    let now = Timestamp(milliseconds: 0)
    disk.failingKinds = [.synchronize]
    disk.failsForEver = true
    disk.failingOperation = 1
    for _ in 0..<100 {
      _ = store.append(row(0, 2, [0: 2]), arrival: now)
      #expect(throws: RingStoreError.self) { try store.commit(at: now) }
    }
    disk.failingOperation = nil
    for time in 1..<10 {
      _ = store.append(row(0, Int64(time), [0: 2]), arrival: now)
      try store.commit(at: now)
    }
    let again = try RingStore(
      plan: plan(poolCount: 1), configuration: smallest, storage: disk.afterPowerCut())
    #expect(try again.allRows(of: 0).map(\.time.milliseconds) == Array(1..<10))
  }

  @Test func `however often checkpoints fail, one good copy of every page is left`() throws {
    for seed in 0..<10 as Range<UInt64> {
      // Four slots: a copy written in the wrong place would soon hit one that counts.
      let disk = SimulatedDisk(seed: seed)
      var random = SplitMix64(seed: seed)
      let store = try RingStore(
        plan: plan(poolCount: 1), configuration: smallest, storage: disk)
      let now = Timestamp(milliseconds: 0)
      for time in 0..<40 {
        disk.failingOperation = nil
        _ = store.append(row(0, Int64(time), [0: 1, 1: 2, 2: 3]), arrival: now)
        try store.commit(at: now)
        store.release(judgedUpTo: store.committed)
        // The sync of the pages, of the header, or of settling a header in doubt.
        disk.failingKinds = [.synchronize]
        disk.failingOperation =
          time % 13 == 0 ? nil : disk.operationCount + 1 + Int(random.next() % 3)
        // Whether it fails is what the number decides.
        try? store.checkpoint(at: now)
        let again = try RingStore(
          plan: plan(poolCount: 1), configuration: smallest, storage: disk.afterPowerCut())
        #expect(
          try again.allRows(of: 0).map(\.time.milliseconds) == Array(0...Int64(time)),
          "seed \(seed), row \(time)")
      }
      #expect(store.failedCheckpointCount > 10)
    }
  }

  @Test func `pages of a checkpoint that did not come to its end are wiped by opening`() throws {
    let disk = SimulatedDisk(seed: 1)
    let now = Timestamp(milliseconds: 0)
    let store = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    _ = store.append(row(0, 1, [0: 1]), arrival: now)
    try store.commit(at: now)
    // The page is written; its sync fails.
    disk.failingOperation = disk.operationCount + 2
    #expect(throws: RingStoreError.self) { try store.checkpoint(at: now) }
    disk.failingOperation = nil
    func pageCount() throws -> Int {
      let bytes = try #require(disk.bytes(of: "raw.pages"))
      return (0..<4).count { slot in
        let front = PagesFileHeader.byteCount + 1024 * slot
        return bytes[front..<front + 4] == Array("PWPG".utf8)[...]
      }
    }
    #expect(try pageCount() == 1)
    let again = try RingStore(plan: plan(poolCount: 1), configuration: smallest, storage: disk)
    #expect(try pageCount() == 0)
    #expect(try again.allRows(of: 0).count == 1)
    #expect(again.recovery.damagedPages.isEmpty)
  }

  /// A life that ends with a power cut after a random number of steps, several times over.
  static func powerCutComplaints(
    seed: UInt64, configuration: RingStore.Configuration
  ) throws -> [String] {
    var random = SplitMix64(seed: seed)
    var script = StoreScript(
      disk: SimulatedDisk(seed: seed), seed: seed, configuration: configuration)
    var complaints: [String] = []
    for _ in 0..<3 {
      try script.open()
      complaints += try script.complaints()
      try script.adoptWhatIsThere()
      for _ in 0..<random.next() % 14 {
        // Now and then a sync fails shortly before the cut.
        script.disk.failingKinds = [.synchronize]
        script.disk.failingOperation =
          random.next() % 6 == 0 ? script.disk.operationCount + 1 : nil
        complaints += script.batch(rowLimit: 16)
        if random.next() % 3 == 0 { script.judgeAll() }
        if random.next() % 3 == 0 { script.checkpoint() }
      }
      script.disk.failingOperation = nil
      let isKilled = random.next() % 4 == 0
      script = script.moved(to: isKilled ? script.disk : script.disk.afterPowerCut())
    }
    try script.open()
    if script.store?.damagedPages != [] { complaints.append("damaged pages") }
    return try complaints + script.complaints()
  }

  /// Pages within one 4 KiB block, and pages that a power cut can tear.
  @Test(arguments: [1024, 8192])
  func `after power cuts every acknowledged row is there and none is invented`(
    pageByteCount: Int
  ) throws {
    var configuration = roomy
    configuration.pageByteCount = pageByteCount
    for seed in 0..<(pageByteCount == 1024 ? 12 : 6) as Range<UInt64> {
      let complaints = try Self.powerCutComplaints(seed: seed, configuration: configuration)
      #expect(complaints.isEmpty, "seed \(seed): \(complaints.prefix(3))")
    }
  }
}
