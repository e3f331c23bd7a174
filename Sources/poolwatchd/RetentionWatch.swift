import AsyncAlgorithms
import Logging
import PoolModel
import Querying
import Registry
import ServiceLifecycle

/// Looks at the start and every day whether the store will hold what the configuration demands.
struct RetentionWatch: Service {
  let inForce: SettingsInForce
  let figures: StoreFiguresReader
  let systemAlarms: SystemAlarms
  let logger: Logger

  func run() async throws {
    await look()
    let days = AsyncTimerSequence(interval: .seconds(86_400), clock: .continuous)
    for await _ in days.cancelOnGracefulShutdown() { await look() }
  }

  private func look() async {
    let moment = inForce.now
    let plan = moment.settings.plan
    var short: [(pool: PoolID, figures: StoreFigures)] = []
    do {
      for pool in plan.poolNumbersInOrder {
        let tiers =
          try await figures.figures(of: [pool], generation: moment.generation).first ?? []
        short += tiers.filter { $0.shortPoolCount > 0 }.map { (plan[pool].id, $0) }
      }
    } catch {
      // It is stopping, or too busy to be asked; a day later it is asked again.
      logger.debug("the store's retention was not looked at", metadata: ["error": "\(error)"])
      return
    }
    guard let worst = short.min(by: { $0.figures.share < $1.figures.share }) else {
      return systemAlarms.clear(.retention)
    }
    for (pool, figures) in short {
      logger.warning(
        "the store will hold less than required",
        metadata: [
          "pool": "\(pool)", "store.tier": "\(figures.tier)",
          "store.days_expected": "\(figures.wholeDaysExpected)",
          "store.days_required": "\(figures.wholeDaysRequired)",
        ])
    }
    let pools = Set(short.map(\.pool)).count
    systemAlarms.raise(
      .retention,
      "the store will hold less than required of \(pools) \(pools == 1 ? "pool" : "pools"), at worst "
        + "\(worst.figures.wholeDaysExpected) of \(worst.figures.wholeDaysRequired) days "
        + "(\(worst.pool), tier \(worst.figures.tier)): "
        + (worst.figures.shortCause ?? .largeRows).advice)
  }
}

extension StoreFigures {
  /// What is expected of what is required.
  fileprivate var share: Double {
    (expectedDays ?? 0) / max(required.inSeconds / 86_400, 0.0001)
  }
  fileprivate var wholeDaysExpected: Int { Int(min(expectedDays ?? 0, 1e9)) }
  fileprivate var wholeDaysRequired: Int { Int(required.inSeconds / 86_400) }
}
