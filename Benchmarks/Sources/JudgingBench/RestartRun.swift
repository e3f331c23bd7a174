import Foundation
import LinuxSystem
import Measuring
import Pipeline
import PoolModel
import Registry
import RingStore

/// Goes on after a restart over the store of a configuration, all of whose readings were judged: how long it takes
/// until the next one can be.
struct RestartRun {
  /// The file of the kind `poolwatch`.
  let path: String

  private struct Answer: Encodable {
    var poolCount: Int
    var seconds: Double
    var processorSeconds: Double
  }

  func measure() throws {
    let settings = try Configuration.load(path: path) { try Files.bytes(atPath: $0) }
    let plan = settings.plan
    let store = try YearStore.open(settings)
    let newest = try plan.poolNumbersInOrder.map { pool in
      guard let time = store.latestTime(of: pool) else { throw Failure("a pool has no row") }
      return time
    }
    let names: [String?] = [nil] + plan.parameters.map(\.name)
    let sources = plan.poolNumbersInOrder.flatMap { pool in
      names.map { name in
        SourceState(
          pool: plan[pool].id, parameter: name, expectedSince: newest[pool.index],
          newestReading: newest[pool.index])
      }
    }
    let state = JudgementState(cursor: store.committed, sources: sources)
    let now = Moment(wall: newest.max() ?? .distantPast, monotonic: .seconds(1000))
    let processorStart = ProcessorTime.milliseconds()
    let start = ContinuousClock.now
    let pipeline = try Pipeline(
      settings: PipelineSettings(
        plan: plan, profiles: settings.profiles, rules: settings.rules, quality: settings.quality,
        people: settings.people),
      store: store, state: state, now: now)
    let wall = ContinuousClock.now - start
    let processor = ProcessorTime.milliseconds() - processorStart
    try require(!pipeline.isBehind, "something was left to be judged")
    try Progress.tell(
      Answer(
        poolCount: plan.pools.count, seconds: wall.milliseconds / 1000,
        processorSeconds: processor / 1000))
  }
}
