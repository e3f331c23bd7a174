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
    let known = try await knownParts(of: pool, in: period)
    if known.unknown.isEmpty {
      return try await figures(of: pool, part: known.parts[0], now: now)
    }
    let due = DueTimes(
      begin: period.lowerBound, settled: now - plan.interval, interval: plan.interval)
    let lost = known.lostCount(due)
    let whole = CoverageFigures(due: due.count(in: period) - lost, lost: lost)
    var sums = plan.required.map { _ in whole }
    var missing = plan.required.map { _ in (all: 0, valid: 0) }
    for part in known.parts {
      for (index, figures) in try await figures(of: pool, part: part, now: now).enumerated() {
        missing[index].all += figures.due - figures.received
        missing[index].valid += figures.due - figures.valid
      }
    }
    for index in sums.indices {
      sums[index].received = max(0, whole.due - missing[index].all)
      sums[index].valid = max(0, min(sums[index].received, whole.due - missing[index].valid))
    }
    return sums
  }

  private func figures(
    of pool: PoolNumber, part: KnownParts.Part, now: Timestamp
  ) async throws -> [CoverageFigures] {
    let plan = plan
    let period = part.range
    let series = plan.required.map { Series(pool: pool, parameter: $0) }
    var (counters, oldest) = try await gate.withStore { store, _ in
      let counters = try series.map { series in
        let begin = period.lowerBound
        let previous =
          part.isAfterLoss
          ? (any: begin, usable: begin) : try store.lastReading(of: series, before: begin)
        return CoverageCounter(
          period: period, interval: plan.interval, now: now, previousReading: previous.any,
          previousUsable: previous.usable)
      }
      return (counters, store.oldestTime(of: pool))
    }
    let settled = period.settled(at: now, interval: plan.interval)
    var start = max(period.lowerBound, oldest ?? settled)
    while start < settled {
      // A month at once is two pages of hours for each parameter; to a midnight, because the store
      // keeps days.
      let last = CivilDate(daysSinceEpoch: zone.date(at: start).daysSinceEpoch + 31)
      let (from, to) = (start, min(settled, zone.start(of: last)))
      let stretches = try await gate.withStore { store, _ in
        var stretches: [CoverageStretch] = []
        try store.coverage(of: pool, parameters: plan.required, from: from, to: to) {
          stretches.append($1)
        }
        return stretches
      }
      for (index, stretch) in stretches.enumerated() { counters[index].add(stretch) }
      start = to
    }
    return try await figures(of: series, after: settled, part: part, counters: counters)
  }

  /// The figures with the single readings after what is settled.
  private func figures(
    of series: [Series], after settled: Timestamp, part: KnownParts.Part,
    counters: [CoverageCounter]
  ) async throws -> [CoverageFigures] {
    let (period, limit) = (part.range, gate.pageRowCount)
    // Readings up to one interval after the period still say what was missing at its end.
    let through = period.upperBound + plan.interval + plan.interval
    var counters = counters
    var next: [(reading: Timestamp?, usable: Timestamp?)] = series.map { _ in (nil, nil) }
    var starts: [Timestamp?] = series.map { _ in settled }
    while starts.contains(where: { $0 != nil }) {
      let asked = starts
      let slices = try await gate.withStore { store, _ in
        try zip(series, asked).map { series, from in
          try from.map { try store.samples(of: series, from: $0, through: through, limit: limit) }
        }
      }
      for (index, slice) in slices.enumerated() {
        starts[index] = nil
        guard let slice else { continue }
        for row in 0..<slice.count where slice.isReceived(at: row) {
          let (time, isUsable) = (slice.times[row], slice.isUsable(at: row))
          if time < period.upperBound {
            counters[index].add(time: time, isUsable: isUsable)
          } else {
            next[index].reading = next[index].reading ?? time
            if isUsable { next[index].usable = next[index].usable ?? time }
          }
        }
        if slice.count == limit { starts[index] = slice.times.last.map { $0 + .milliseconds(1) } }
      }
    }
    next = try await nextReadings(of: series, after: part, found: next)
    return zip(counters, next).map { counter, next in
      counter.figures(nextReading: next.reading, nextUsable: next.usable)
    }
  }
}

extension Answers {
  /// The first readings after a part of a period, where those of raw rows are `found`: what was rolled of
  /// rows that are lost can have earlier ones.
  private func nextReadings(
    of series: [Series], after part: KnownParts.Part,
    found: [(reading: Timestamp?, usable: Timestamp?)]
  ) async throws -> [(reading: Timestamp?, usable: Timestamp?)] {
    let end = part.range.upperBound
    if part.isBeforeLoss { return series.map { _ in (end, end) } }
    let near = end..<end + plan.interval + plan.interval
    return try await gate.withStore { store, _ in
      guard let pool = series.first?.pool, !store.losses(of: pool, in: near).isEmpty else {
        return found
      }
      return try zip(series, found).map { series, found in
        let next = try store.firstReading(of: series, notBefore: end)
        return (next.any ?? found.reading, next.usable ?? found.usable)
      }
    }
  }
}

extension CoverageCounter {
  fileprivate mutating func add(_ stretch: CoverageStretch) {
    guard let first = stretch.first, let last = stretch.last else { return }
    var usable: (first: Timestamp, last: Timestamp, missingCount: Int)?
    if let first = stretch.firstUsable, let last = stretch.lastUsable {
      usable = (first, last, stretch.missingUsableCount)
    }
    add(first: first, last: last, missingCount: stretch.missingCount, usable: usable)
  }
}

/// What a line of coverage is about; nil where it sums over all.
private struct CoverageKey: Hashable {
  var street: String?
  var venue: String?
  var pool: String?
  var parameter: String?
}
