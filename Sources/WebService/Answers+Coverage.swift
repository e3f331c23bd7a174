import Coverage
import Hummingbird
import PoolModel
import Querying
import Records

extension Answers {
  /// How much of the plan was monitored, from local midnight to now unless asked otherwise.
  func coverage(query: Query) async throws -> Response {
    let now = try await gate.withStore { _, now in now.wall }
    let grouping = try query.choice("by", CoverageGrouping.self, fallback: .venue)
    let from =
      try query.time("from", now: now, zone: zone) ?? zone.start(of: zone.date(at: now))
    let to = try query.time("to", now: now, zone: zone) ?? now
    try requireOrder(from, to)
    let closures = Dictionary(
      grouping: try records.closures(overlapping: from..<to, venue: nil), by: \.venue)
    var keys: [CoverageKey] = []
    var sums: [CoverageKey: CoverageFigures] = [:]
    for pool in plan.poolNumbersInOrder {
      for parameter in plan.required {
        let key = key(grouping, pool: pool, parameter: parameter)
        if sums[key] == nil { keys.append(key) }
        sums[key, default: CoverageFigures()] = sums[key, default: CoverageFigures()]
      }
      for due in dueTimes(of: pool, in: from..<to, closures: closures[plan[pool].id.venue] ?? []) {
        let figures = try await figures(of: pool, period: due, now: now)
        for (parameter, figures) in zip(plan.required, figures) {
          let key = key(grouping, pool: pool, parameter: parameter)
          sums[key] = sums[key, default: CoverageFigures()] + figures
        }
      }
    }
    let rows = keys.map { key in
      let figures = sums[key, default: CoverageFigures()]
      return CoverageRow(
        street: key.street, venue: key.venue, pool: key.pool, parameter: key.parameter,
        dueCount: figures.due, receivedCount: figures.received, validCount: figures.valid,
        lostCount: figures.lost)
    }
    return json(AnswerJSON.array(rows))
  }

  private func key(
    _ grouping: CoverageGrouping, pool: PoolNumber, parameter: ParameterNumber
  ) -> CoverageKey {
    let venue = plan.venue(of: pool)
    var key = CoverageKey()
    if grouping == .plan { return key }
    key.street = venue.street
    if grouping == .street { return key }
    key.venue = venue.id
    if grouping == .venue { return key }
    key.pool = plan[pool].id.pool
    if grouping == .parameter { key.parameter = plan[parameter].name }
    return key
  }

  /// The figures of the pool's required parameters, in their order: those of the parts of `period` of
  /// which it is known what came.
  private func figures(
    of pool: PoolNumber, period: Range<Timestamp>, now: Timestamp
  ) async throws -> [CoverageFigures] {
    let series = plan.required.map { Series(pool: pool, parameter: $0) }
    let known = try await gate.knownParts(of: series, in: period)
    let count = PartCount(gate: gate, series: series, now: now)
    if known.unknown.isEmpty { return try await count.figures(of: known.parts[0]) }
    let due = DueTimes(
      begin: period.lowerBound, settled: now - plan.interval, interval: plan.interval)
    let lost = known.lostCount(due)
    let whole = CoverageFigures(due: due.count(in: period) - lost, lost: lost)
    return try await count.missing(in: known.parts).map { missing in
      var sum = whole
      sum.received = max(0, whole.due - missing.all)
      sum.valid = max(0, min(sum.received, whole.due - missing.valid))
      return sum
    }
  }
}

/// What a line of coverage is about; nil where it sums over all.
private struct CoverageKey: Hashable {
  var street: String?
  var venue: String?
  var pool: String?
  var parameter: String?
}
