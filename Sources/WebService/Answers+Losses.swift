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
    KnownParts(of: period, without: try await gate.unknownTimes(of: pool, in: period))
  }
}

extension StoreGate {
  /// The times in `period` of which it is not known what came to `pool`, asked for day by day, where
  /// whole buckets of `coarsest` answer at best.
  func unknownTimes(
    of pool: PoolNumber, in period: Range<Timestamp>, coarsest: Tier = .day
  ) async throws -> [Range<Timestamp>] {
    let losses = try await withStore { store, _ in store.losses(of: pool, in: period) }
    let zone = plan.district.zone
    var unknown: [Range<Timestamp>] = []
    var start = period.lowerBound
    for loss in losses {
      // To midnights: no bucket is cut but at the ends of the period.
      start = max(start, zone.start(of: zone.date(at: loss.lowerBound)))
      while start < loss.upperBound {
        let tomorrow = CivilDate(daysSinceEpoch: zone.date(at: start).daysSinceEpoch + 1)
        let day = start..<min(period.upperBound, zone.start(of: tomorrow))
        for range in try await withStore({ store, _ in
          try store.unknownTimes(of: pool, in: day, coarsest: coarsest)
        }) {
          if let last = unknown.last, last.upperBound == range.lowerBound {
            unknown[unknown.count - 1] = last.lowerBound..<range.upperBound
          } else {
            unknown.append(range)
          }
        }
        start = day.upperBound
      }
    }
    return unknown
  }
}
