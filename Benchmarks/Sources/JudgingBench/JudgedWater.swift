import PoolModel

/// The water of a district, a round of all pools at a time: noise that hangs together, some pools that
/// drift out of their limits and back, some sensors that are stuck, some values that fail, some pools that
/// fall silent.
struct JudgedWater {
  private let plan: Plan
  private var numbers = SplitMix64(seed: 7)
  /// By series: what it is about, and the noise of the last round, both in parts of its limits' width.
  private var levels: [Double]
  private var noise: [Double]
  /// The rounds made so far.
  private(set) var roundCount = 0
  /// The values of them that count, and all.
  private(set) var usableCount = 0
  private(set) var valueCount = 0

  /// Of so many series one drifts.
  private static let driftEvery = 51
  /// Of so many one is stuck.
  private static let stuckEvery = 201
  /// Of so many one fails with every value, restlessly.
  private static let failingEvery = 199
  /// Of so many pools one falls silent, in the round with that number.
  private static let silentEvery = 1000
  private static let silentFrom = 20
  /// A drift goes through all of its range within so long.
  private static let driftSeconds = 10_800.0

  /// The water of `plan`, before its first round.
  init(_ plan: Plan) {
    self.plan = plan
    let count = plan.pools.count * plan.parameters.count
    var numbers = SplitMix64(seed: 11)
    levels = (0..<count).map { _ in 0.35 + 0.3 * Self.unit(&numbers) }
    noise = Array(repeating: 0, count: count)
  }

  private static func unit(_ numbers: inout SplitMix64) -> Double {
    Double(numbers.next() >> 11) * 0x1p-53
  }

  /// The next round, at `time`, as the store hands it to judgement, so many rows a stretch.
  mutating func round(at time: Timestamp, into stretches: inout [SampleStretch], rowCount: Int) {
    var index = 0
    for first in stride(from: 0, to: plan.pools.count, by: rowCount) {
      if index == stretches.count { stretches.append(SampleStretch()) }
      stretches[index].removeAll()
      for pool in first..<min(first + rowCount, plan.pools.count)
      where pool % Self.silentEvery != 5 || roundCount < Self.silentFrom {
        append(pool, at: time, to: &stretches[index])
      }
      index += 1
    }
    roundCount += 1
  }

  private mutating func append(_ pool: Int, at time: Timestamp, to stretch: inout SampleStretch) {
    let start = stretch.samples.count
    for parameter in plan.parameters.indices {
      stretch.samples.append(sample(pool, parameter, at: time))
    }
    stretch.rows.append(
      SampleStretch.Row(
        pool: PoolNumber(pool), time: time, samples: start..<stretch.samples.count))
  }

  private mutating func sample(_ pool: Int, _ parameter: Int, at time: Timestamp) -> Sample {
    let series = pool * plan.parameters.count + parameter
    let band = JudgedDistrict.bands[parameter]
    noise[series] = 0.8 * noise[series] + 0.04 * (Self.unit(&numbers) - 0.5)
    var level = levels[series] + noise[series]
    if series % Self.driftEvery == 1 {
      let turn = Double(time.milliseconds) / 1000 / Self.driftSeconds + levels[series] * 10
      level = 2.4 * abs(turn - turn.rounded()) * 2 - 0.7
    }
    let chance = numbers.next() % 1000
    var flag: QualityFlag = chance < 2 ? .fail : chance < 5 ? .suspect : .good
    if series % Self.stuckEvery == 3 {
      level = levels[series]
      flag = .fail
    }
    if series % Self.failingEvery == 7 {
      level += roundCount.isMultiple(of: 2) ? 0.3 : -0.3
      flag = .fail
    }
    valueCount += 1
    if flag.isUsable { usableCount += 1 }
    let value = band.limit.lowerBound + level * band.width
    return Sample(
      parameter: ParameterNumber(parameter), value: (value / band.step).rounded() * band.step,
      flag: flag)
  }
}
