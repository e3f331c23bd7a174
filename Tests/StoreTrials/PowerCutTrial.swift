import PoolModel
import RingStore
import SimulatedDisk

/// The power goes at any operation of the disk, also while the store is being created and while it
/// recovers from the last time.
///
/// Of the blocks not synchronized a random subset is left, one of them torn. Everything acknowledged
/// must be there bit for bit, nothing else, a batch that was under way wholly or not at all.
struct PowerCutTrial: Trial {
  let name = "power-cut"
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    let next = seed.map { $0 + 1 } ?? 0
    if next < (isLong ? 50_000 : 2_000) { return next }
    return Self.foundSeeds.first { $0 >= next }
  }

  /// Seeds beyond the first two thousand that have failed once, ascending.
  private static let foundSeeds: [UInt64] = [
    3611, 3668, 3722, 4470, 10_962, 11_945, 12_150, 13_531, 14_448, 16_364,
  ]

  /// Rings that give up pages in every third life, pages that a cut can tear in every fourth.
  private static func shape(_ seed: UInt64) -> (shape: StoreShape, isTiny: Bool) {
    var random = SplitMix64(seed: ~seed)
    let isTiny = random.next() % 3 == 0
    var shape = StoreShape(rowCount: isTiny ? 20 + Int(random.next() % 100) : 4000)
    shape.pageByteCount = [1024, 1024, 2048, 8192][Int(random.next() % 4)]
    shape.poolCount = 1 + Int(random.next() % 3)
    shape.parameterCount = 1 + Int(random.next() % 4)
    return (shape, isTiny)
  }

  mutating func run(seed: UInt64) -> [String] {
    let (shape, isTiny) = Self.shape(seed)
    let life = Life(shape: shape, seed: seed, isTiny: isTiny)
    for _ in 0..<3 where life.complaints.isEmpty {
      guard open(life) else { break }
      live(life)
      cut(life)
    }
    if life.complaints.isEmpty, open(life) {
      life.batch(rowLimit: 8)
      life.checkAll()
    }
    tally["batches"] += life.commitCount
    tally["values"] += life.model.entries.count + life.model.goneCount
    tally["values given up"] += life.model.goneCount
    tally["leftovers named damaged"] += life.namedLeftoverCount
    return life.complaints
  }

  /// Opens; every other time the power goes again while it does, up to three times.
  private mutating func open(_ life: Life) -> Bool {
    for _ in 0..<3 where life.oneIn(2) {
      arm(life, within: 60)
      do {
        try life.open()
        return true
      } catch {
        tally["cuts while opening"] += 1
        cut(life)
      }
    }
    life.disk.failingOperation = nil
    do {
      try life.open()
      life.checkAll()
      return true
    } catch {
      life.complain("opening: \(error)")
      return false
    }
  }

  private mutating func live(_ life: Life) {
    if life.oneIn(60) { return stall(life) }
    // A journal that is full at every commit moves its tail with each of them.
    let isBrimming = life.oneIn(20)
    let stepCount = isBrimming ? 10 + life.below(20) : life.below(14)
    let last = life.oneIn(3) ? stepCount : life.below(stepCount + 1)
    for step in 0..<stepCount where life.complaints.isEmpty {
      if step == last { arm(life, within: 8) }
      life.batch(rowLimit: isBrimming ? 300 : [4, 16, 32, 80][life.below(4)])
      if life.oneIn(isBrimming ? 12 : 3) { life.judgeAll() }
      if life.oneIn(isBrimming ? 12 : 3) { life.checkpoint() }
      if life.hasFailed { return }
      if life.oneIn(7) { failOnce(life) }
    }
  }

  /// No page can be written until the journal is full of what no page has; when they can again the
  /// power goes as the journal is synchronized, over whose oldest records the next one is written.
  private mutating func stall(_ life: Life) {
    tally["full journals"] += 1
    life.disk.failingKinds = [.write]
    life.disk.failingSuffix = ".pages"
    life.disk.failsForEver = true
    life.disk.failingOperation = life.disk.operationCount + 1
    let failed = life.failedCommitCount
    for _ in 0..<80 where life.failedCommitCount == failed && life.complaints.isEmpty {
      life.batch(rowLimit: 300)
      life.judgeAll()
    }
    life.disk.failsForEver = false
    life.disk.failingKinds = [.synchronize]
    life.disk.failingSuffix = "journal"
    life.disk.losesPower = true
    life.disk.failingOperation = life.disk.operationCount + 1 + life.below(2)
    life.batch(rowLimit: 300)
  }

  /// A sync that fails shortly before.
  private func failOnce(_ life: Life) {
    life.disk.failingKinds = [.synchronize]
    life.disk.failingOperation = life.disk.operationCount + 1
    if life.oneIn(2) { life.batch(rowLimit: 16) } else { life.checkpoint() }
    life.disk.failingOperation = nil
  }

  /// The power will go at one of the next operations.
  private func arm(_ life: Life, within count: Int) {
    life.disk.losesPower = true
    life.disk.failingKinds = Set(SimulatedDisk.Operation.allCases)
    life.disk.failingOperation = life.disk.operationCount + 1 + life.below(count)
  }

  private mutating func cut(_ life: Life) {
    life.close()
    // Every eighth time the process alone dies, and the system keeps what it was given.
    if life.oneIn(8), !life.hasFailed {
      tally["kills"] += 1
      life.disk.failingOperation = nil
      return
    }
    let tear: SimulatedDisk.Tear = life.oneIn(2) ? .byte : .sector
    tally["cuts"] += 1
    if tear == .byte { life.mayNameDamage = true }
    life.disk = life.disk.afterPowerCut(tear: tear)
  }
}
