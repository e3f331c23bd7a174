import Foundation
import LinuxSystem
import Measuring
import PoolModel
import Registry
import RingStore

/// Fills the store of a configuration with readings of every pool, row by row at the plan's interval.
struct YearStore {
  /// The file of the kind `poolwatch`.
  let path: String
  /// The time of the first row.
  let first: Timestamp
  let days: Int

  private struct Answer: Encodable {
    var rowCount: Int
    var valueCount: Int
  }

  func fill() throws {
    let settings = try Configuration.load(path: path) { try Files.bytes(atPath: $0) }
    let plan = settings.plan
    let store = try Self.open(settings)
    store.workers = WorkerThreads.forThisMachine()
    var water = try YearWater(plan)
    let instants = days * 86_400_000 / Int(plan.interval.wholeMilliseconds)
    var outcome = AppendOutcome()
    var time = first
    for instant in 0..<instants {
      for pool in plan.poolNumbersInOrder {
        outcome += store.append(water.row(of: pool, at: time), arrival: time)
      }
      if instant % Self.batchInstantCount == 0 || instant == instants - 1 {
        try store.commit(at: time)
        store.release(judgedUpTo: store.committed)
      }
      time = time + plan.interval
    }
    try store.checkpoint(at: time)
    let rowCount = instants * plan.pools.count
    try require(
      outcome.stored == rowCount * DataSet.parameterCount && outcome.late == 0,
      "\(outcome.stored) values of \(rowCount) rows were stored")
    try Progress.tell(Answer(rowCount: rowCount, valueCount: outcome.stored))
  }

  /// The store of a configuration, made where there is none.
  static func open(_ settings: Configuration) throws -> RingStore {
    let plan = settings.plan
    let directory = settings.store.directory + "/store"
    try Files.makeDirectories(path: directory)
    return try RingStore(
      plan: plan,
      configuration: RingStore.Configuration(
        retention: settings.store.retention, minuteRetention: settings.store.minuteRetention,
        hourRetention: settings.store.hourRetention, dayRetention: settings.store.dayRetention,
        pageByteCount: settings.store.pageByteCount,
        journalByteCount: settings.store.journalByteCount,
        assumedRowByteCount: settings.store.assumedRowByteCount),
      rules: RollupRules(plan: plan, profiles: settings.profiles),
      storage: try DiskStorage(path: directory))
  }

  /// A thousand rows a commit.
  private static let batchInstantCount = 100
}

/// Chlorine, pH and temperature through the days, as `series.py` makes them: waves with noise, rounded as
/// sensors show them; here chlorine leaves its limits now and then.
private struct YearWater {
  private var numbers = SplitMix64(seed: 7)
  private let phases: [Double]

  private let parameters: [ParameterNumber]

  init(_ plan: Plan) throws {
    parameters = ["free_chlorine", "ph", "temperature"].compactMap(plan.parameterNumber)
    try require(parameters.count == DataSet.parameterCount, "the plan lacks a parameter")
    var numbers = SplitMix64(seed: 11)
    phases = plan.pools.map { _ in Double(numbers.next() >> 11) * 0x1p-53 * 2 * .pi }
  }

  mutating func row(of pool: PoolNumber, at time: Timestamp) -> SampleRow {
    let turn = 2 * Double.pi * Double(time.milliseconds) / 86_400_000 + phases[pool.index]
    let chlorine = 0.55 + 0.25 * sin(turn) + noise(0.03)
    let pH = 7.3 + 0.1 * sin(turn / 1.7) + noise(0.024)
    let temperature = 27.5 + 0.6 * sin(turn + 1) + noise(0.1)
    let values = [
      (chlorine * 100).rounded() / 100, (pH * 100).rounded() / 100,
      (temperature * 10).rounded() / 10,
    ]
    return SampleRow(
      pool: pool, time: time,
      samples: values.enumerated().map {
        Sample(parameter: parameters[$0], value: $1, flag: .good)
      })
  }

  /// Evenly distributed about 0, so far to each side.
  private mutating func noise(_ most: Double) -> Double {
    (Double(numbers.next() >> 11) * 0x1p-53 - 0.5) * 2 * most
  }
}
