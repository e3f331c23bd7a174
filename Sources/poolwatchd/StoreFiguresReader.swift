import Pipeline
import PoolModel
import Querying
import Registry
import RingStore

/// Reads how full the store is, on the thread that owns it.
struct StoreFiguresReader: Sendable {
  let jobs: JobQueue
  let settings: Configuration.Store

  /// The figures of every tier of each of `pools`.
  ///
  /// - Throws: `RequestError.unavailable` when too many wait, the daemon stops, or the plan has been
  ///   replaced since `generation`.
  func figures(of pools: [PoolNumber], generation: Int) async throws -> [[StoreFigures]] {
    let settings = settings
    return try await jobs.perform { pipeline, _ in
      try pipeline.requireGeneration(generation)
      let interval = pipeline.plan.interval
      return pools.map { pool in
        pipeline.store.report(of: pool).map { report in
          StoreFigures(
            report, interval: interval, configuration: settings.ringConfiguration)
        }
      }
    }
  }
}
