import PoolModel
import RingStore
import SimulatedDisk

/// Random lives on a sound disk against a dictionary: appends of every kind, amendments, checkpoints,
/// reopening; questions of every kind in between.
///
/// Every third life is in rings so small that they give up pages all the time; in another third the
/// rows come in order and the raw ones are given up, so that old history comes from rollups alone.
struct ModelTrial: Trial {
  let name = "model"
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    let next = seed.map { $0 + 1 } ?? 0
    return next < (isLong ? 5_000 : 150) ? next : nil
  }

  /// Zones with clocks that change within the lives' days, and without.
  private static let zones = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York"]

  static func life(seed: UInt64, isTiny: Bool) -> Life {
    var random = SplitMix64(seed: seed &* 31)
    var shape = StoreShape(rowCount: isTiny ? 40 : 3000)
    shape.pageByteCount = [1024, 1024, 2048, 8192][Int(random.next() % 4)]
    shape.poolCount = 1 + Int(random.next() % 3)
    shape.parameterCount = 1 + Int(random.next() % 4)
    shape.rollupCount = 3000
    shape.zone = Zone(name: zones[Int(random.next() % 4)]) ?? .utc
    shape.limits = random.next() % 2 == 0 ? ValueLimits(low: 6.9, high: 7.05) : nil
    let life = Life(shape: shape, seed: seed, isTiny: isTiny)
    // Shortly before clocks are put back in Berlin, forward in New York, or neither.
    life.clock = [1_698_526_800_000, 1_709_935_200_000, 1_700_000_000_000][Int(random.next() % 3)]
    return life
  }

  mutating func run(seed: UInt64) -> [String] {
    let life = Self.life(seed: seed, isTiny: seed % 3 != 0)
    if seed % 3 == 2 { life.isInOrderOnly = true }
    do {
      try life.open()
      for step in 1...60 where life.complaints.isEmpty {
        life.batch(rowLimit: [2, 12, 40, 120][life.below(4)])
        if life.oneIn(5) { life.judgeAll() }
        if life.oneIn(6) { life.checkpoint() }
        if life.oneIn(12) {
          life.close()
          if life.oneIn(2) { life.disk = life.disk.afterPowerCut() }
          try life.open()
        }
        if step % 6 == 0 { ask(life) }
      }
      life.checkAll()
      if life.failedCommitCount > 0 { life.complain("a commit failed") }
    } catch {
      life.complain("\(error)")
    }
    tally["batches"] += life.commitCount
    tally["values"] += life.model.entries.count + life.model.goneCount
    tally["values given up"] += life.model.goneCount
    return life.complaints
  }

  private mutating func ask(_ life: Life) {
    life.checkAll()
    life.checkRanges()
    tally["looks"] += 1
    if !life.isTiny { life.checkAggregates() } else if life.isInOrderOnly { askHistory(life) }
  }

  /// Rollups outlive the raw rows: they answer for all that ever came.
  private func askHistory(_ life: Life) {
    guard let store = life.store, let series = life.shape.series.randomElement(using: &life.random)
    else { return }
    let readings = life.readings(of: series, from: life.model.everything)
    guard let first = readings.first else { return }
    let zone = life.shape.zone
    let from = zone.start(of: zone.date(at: Timestamp(milliseconds: first.time)))
    for step in [60_000, 3_600_000, 86_400_000] as [Int64] {
      life.checkAggregates(
        store, of: series, readings, from: from.milliseconds,
        to: life.clock + 2 * 86_400_000, step: step, limit: .max)
    }
  }
}
