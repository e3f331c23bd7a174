import PoolModel
import RingStore
import SimulatedDisk

/// The nth operation of the disk fails, n = 1, 2, 3 … until the life passes, once or for ever from
/// there.
///
/// What was acknowledged is never lost; the store opens as soon as the disk lets it; what a page
/// that cannot be read costs is named, and everything else is served.
///
/// A seed is n plus 10,000 times the number of the case.
struct FailingOperationTrial: Trial {
  let name = "failing-operation"
  private var tally = Counts()
  /// Whether the nth operation of the last life came at all.
  private var hasCome = true

  var counts: String { tally.description }

  /// What fails, for how long, and what happens then.
  private struct Case {
    var isReading: Bool
    var isForEver: Bool
    var isFull: Bool
    var endsInPowerCut: Bool
    var isTiny: Bool
    var script: UInt64

    /// The number of cases of one script.
    static let count = 32

    init(_ number: Int) {
      isReading = number & 1 != 0
      isForEver = number & 2 != 0
      endsInPowerCut = number & 4 != 0
      isTiny = number & 8 != 0
      isFull = number & 16 != 0
      script = UInt64(number / Self.count)
    }

    /// Reading never finds the disk full; and a page that could not be read when its ring went on is
    /// there again later, older than what the ring has given up meanwhile.
    var isPossible: Bool { !isReading || (!isFull && !isTiny) }

    var shape: StoreShape {
      var shape = StoreShape(rowCount: isTiny ? 30 : 400)
      shape.poolCount = 3
      return shape
    }
  }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    guard let seed else { return 1 }
    if hasCome, seed % 10_000 < 9_999 { return seed + 1 }
    var next = Int(seed / 10_000) + 1
    while !Case(next).isPossible { next += 1 }
    return next < (isLong ? 20 : 1) * Case.count ? UInt64(next) * 10_000 + 1 : nil
  }

  mutating func run(seed: UInt64) -> [String] {
    let what = Case(Int(seed / 10_000))
    let life = Life(shape: what.shape, seed: 77 + what.script, isTiny: what.isTiny)
    life.disk = SimulatedDisk(seed: seed)
    life.disk.failingKinds = what.isReading ? [.read, .open] : SimulatedDisk.Operation.changes
    life.disk.failsForEver = what.isForEver
    life.disk.failureCode = what.isFull ? 28 : 5
    life.disk.failingOperation = Int(seed % 10_000)
    for _ in 0..<3 { live(life) }
    hasCome = life.hasFailed
    life.disk.failingOperation = nil
    goOn(life)
    if what.endsInPowerCut { life.disk = life.disk.afterPowerCut() }
    end(life)
    tally[what.isReading ? "reads failed" : "changes failed"] += hasCome ? 1 : 0
    tally["batches"] += life.commitCount
    return life.complaints
  }

  /// A process from its start to its end.
  private mutating func live(_ life: Life) {
    life.close()
    do { try life.open() } catch {
      guard case .storage = error else { return life.complain("opening: \(error)") }
      guard life.hasFailed else { return life.complain("opening a sound disk: \(error)") }
      tally["openings refused"] += 1
      return
    }
    for step in 0..<8 {
      life.batch(rowLimit: 24)
      if step % 4 == 3 { life.judgeAll() }
      if step % 3 == 2 { life.checkpoint() }
    }
  }

  /// The disk is well again, and the same process goes on.
  private func goOn(_ life: Life) {
    guard let store = life.store else { return }
    let failed = life.failedCommitCount
    for _ in 0..<3 { life.batch(rowLimit: 6) }
    if life.failedCommitCount > failed { life.complain("a commit on a sound disk failed") }
    do throws(RingStoreError) { try store.checkpoint(at: life.now) } catch {
      life.complain("a checkpoint on a sound disk: \(error)")
    }
  }

  /// Opens twice more, with a power cut between: what is there is there to stay.
  private mutating func end(_ life: Life) {
    life.close()
    do {
      try life.open()
      life.checkAll()
      life.batch(rowLimit: 8)
      life.close()
      life.disk = life.disk.afterPowerCut()
      try life.open()
      life.checkAll()
    } catch {
      life.complain("opening a sound disk: \(error)")
    }
  }
}
