import PoolModel
import SimulatedDisk

/// Our own wall clock jumps by an hour, a day or ten years, forth and back, between rows, commits and
/// checkpoints.
///
/// Nothing may depend on it but the marks of arrival, which follow from their definition, and the
/// time of the newest commit.
struct ClockTrial: Trial {
  let name = "clock-step"
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    let next = seed.map { $0 + 1 } ?? 0
    return next < (isLong ? 2_000 : 100) ? next : nil
  }

  /// ±1 h, ±1 day, −10 years, and right.
  private static let steps: [Int64] = [
    3_600_000, -3_600_000, 86_400_000, -86_400_000, -315_576_000_000, 0,
  ]

  mutating func run(seed: UInt64) -> [String] {
    let isTiny = seed % 4 == 3
    let life = Life(
      shape: StoreShape(rowCount: isTiny ? 40 : 4000), seed: seed &+ 0xC10C, isTiny: isTiny)
    do {
      for _ in 0..<4 {
        step(life)
        try life.open()
        life.checkAll()
        for _ in 0..<12 {
          if life.oneIn(3) { step(life) }
          life.batch(rowLimit: 24)
          if life.oneIn(4) { step(life) }
          if life.oneIn(4) { life.checkpoint() }
          if life.oneIn(4) { life.judgeAll() }
        }
        life.checkAll()
        if life.failedCommitCount > 0 { life.complain("a commit failed") }
        life.close()
        if life.oneIn(2) { life.disk = life.disk.afterPowerCut() }
      }
      try life.open()
      life.checkAll()
    } catch {
      life.complain("\(error)")
    }
    tally["batches"] += life.commitCount
    return life.complaints
  }

  private mutating func step(_ life: Life) {
    life.wallStep = Self.steps[life.below(Self.steps.count)]
    tally["steps"] += 1
  }
}
