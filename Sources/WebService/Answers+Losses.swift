import Hummingbird
import PoolModel
import Querying
import RingStore

extension Answers {
  /// When readings are lost by damage to the store: of one pool, all that is held unless asked otherwise,
  /// or of all pools, from local midnight on unless asked otherwise.
  func losses(of id: PoolID?, query: Query) async throws -> Response {
    let now = try await gate.withStore { _, now in now.wall }
    let earliest = id == nil ? zone.start(of: zone.date(at: now)) : .distantPast
    let from = try query.time("from", now: now, zone: zone) ?? earliest
    let to = try query.time("to", now: now, zone: zone) ?? .distantFuture
    try requireOrder(from, to)
    var (pools, plan) = (plan.poolNumbersInOrder, plan)
    if let id {
      let (number, whole) = try await pool(id)
      (pools, plan) = ([number], whole)
    }
    var rows: [LossRow] = []
    // So many pools take less than a page does.
    for start in stride(from: 0, to: pools.count, by: 16) {
      let slice = pools[start..<min(pools.count, start + 16)]
      let plan = plan
      rows += try await gate.withStore { store, _ in
        slice.flatMap { pool in
          store.losses(of: pool, in: from..<to).map {
            LossRow(plan: plan, pool: pool, times: $0)
          }
        }
      }
    }
    return json(AnswerJSON.array(rows))
  }

  /// The parts of `period` of which it is known what came to `pool`.
  func knownParts(
    of pool: PoolNumber, in period: Range<Timestamp>
  ) async throws -> KnownParts {
    let unknown = try await gate.withStore { store, _ in
      try store.unknownTimes(of: pool, in: period)
    }
    return KnownParts(of: period, without: unknown)
  }

  /// What is lost of `series` in `period`, for its steps.
  func lostSteps(
    of series: Series, in period: Range<Timestamp>, now: Timestamp
  ) async throws -> LostSteps {
    let interval = plan.interval
    return try await gate.withStore { store, _ in
      try LostSteps(
        unknown: try store.unknownTimes(of: series.pool, in: period), of: series, in: store,
        settled: now - interval, interval: interval)
    }
  }
}
