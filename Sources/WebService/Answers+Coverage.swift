import Coverage
import Hummingbird
import PoolModel
import Querying
import RingStore

extension Answers {
  /// How much of the plan was monitored, from local midnight to now unless asked otherwise.
  func coverage(query: Query) async throws -> Response {
    let now = try await gate.withStore { _, now in now.wall }
    let grouping = try query.choice("by", CoverageGrouping.self, fallback: .venue)
    let from =
      try query.time("from", now: now, zone: zone) ?? zone.start(of: zone.date(at: now))
    let to = try query.time("to", now: now, zone: zone) ?? now
    try requireOrder(from, to)
    var keys: [CoverageKey] = []
    var sums: [CoverageKey: CoverageFigures] = [:]
    for pool in plan.poolNumbersInOrder {
      let figures = try await figures(of: pool, period: from..<to, now: now)
      for (parameter, figures) in zip(plan.required, figures) {
        let key = key(grouping, pool: pool, parameter: parameter)
        if sums[key] == nil { keys.append(key) }
        sums[key] = sums[key, default: CoverageFigures()] + figures
      }
    }
    let rows = keys.map { key in
      let figures = sums[key, default: CoverageFigures()]
      return CoverageRow(
        street: key.street, venue: key.venue, pool: key.pool, parameter: key.parameter,
        dueCount: figures.due, receivedCount: figures.received, validCount: figures.valid)
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

  /// The figures of the pool's required parameters, in their order.
  private func figures(
    of pool: PoolNumber, period: Range<Timestamp>, now: Timestamp
  ) async throws -> [CoverageFigures] {
    let plan = plan
    let limit = gate.pageRowCount
    var counters = try await gate.withStore { store, _ in
      try plan.required.map { parameter in
        let previous = try store.previous(
          of: Series(pool: pool, parameter: parameter), before: period.lowerBound)
        return CoverageCounter(
          period: period, interval: plan.interval, now: now, previousReading: previous.reading,
          previousUsable: previous.usable)
      }
    }
    // Readings up to one interval after the period still say what was missing at its end.
    let through = period.upperBound + plan.interval + plan.interval
    var next: [(reading: Timestamp?, usable: Timestamp?)] = counters.map { _ in (nil, nil) }
    var start: Timestamp? = period.lowerBound
    while let from = start {
      let rows = try await gate.withStore { store, _ in
        try store.rows(of: pool, from: from, through: through, limit: limit)
      }
      for row in rows {
        for (index, parameter) in plan.required.enumerated() {
          guard let sample = row.samples.first(where: { $0.parameter == parameter }),
            sample.countsAsReceived
          else { continue }
          if row.time < period.upperBound {
            counters[index].add(time: row.time, isUsable: sample.flag.isUsable)
          } else {
            next[index].reading = next[index].reading ?? row.time
            if sample.flag.isUsable { next[index].usable = next[index].usable ?? row.time }
          }
        }
      }
      start = rows.count == limit ? rows.last.map { $0.time + .milliseconds(1) } : nil
    }
    return zip(counters, next).map { counter, next in
      counter.figures(nextReading: next.reading, nextUsable: next.usable)
    }
  }
}

extension RingStore {
  /// The newest counted value of `series` before `instant`, and the newest usable one.
  ///
  /// Looks at no more than 20 values: what lies further back moves a figure by
  /// less than one reading.
  fileprivate func previous(
    of series: Series, before instant: Timestamp
  ) throws -> (reading: Timestamp?, usable: Timestamp?) {
    var reading: Timestamp?
    var candidate = try previousTime(of: series, before: instant)
    for _ in 0..<20 {
      guard let time = candidate else { break }
      let row = try rows(of: series.pool, from: time, through: time, limit: 1).first
      let sample = row?.samples.first { $0.parameter == series.parameter }
      if let sample, sample.countsAsReceived {
        reading = reading ?? time
        if sample.flag.isUsable { return (reading, time) }
      }
      candidate = try previousTime(of: series, before: time)
    }
    return (reading, nil)
  }
}

extension Sample {
  /// Whether it is a reading in the sense of coverage: it has a value and came within 72 h.
  fileprivate var countsAsReceived: Bool {
    flag != .missing && !arrivalMarks.contains(.tooLateToCount)
  }
}

/// What a line of coverage is about; nil where it sums over all.
private struct CoverageKey: Hashable {
  var street: String?
  var venue: String?
  var pool: String?
  var parameter: String?
}
