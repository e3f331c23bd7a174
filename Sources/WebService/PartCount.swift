import Coverage
import PoolModel
import RingStore

/// Counts which readings of one pool were due and came, in parts of a period of which that is known.
struct PartCount: Sendable {
  let gate: any StoreGate
  /// What is counted, all of one pool.
  let series: [Series]
  /// What is due later than this less one interval does not count yet.
  let now: Timestamp

  private var interval: Duration { gate.plan.interval }

  /// How many are missing in all of `parts`, by series: of all readings, and of the usable ones alone.
  ///
  /// Where there is no reading before a part what is missing before its first one counts, unless
  /// `countsHead` is false.
  func missing(
    in parts: [KnownParts.Part], countsHead: Bool = true
  ) async throws -> [(all: Int, valid: Int)] {
    var missing = series.map { _ in (all: 0, valid: 0) }
    for part in parts {
      let counts = try await counts(of: part, countsHead: countsHead)
      for (index, count) in counts.enumerated() {
        let found = count.counter.missing(
          nextReading: count.next.any, nextUsable: count.next.usable)
        missing[index].all += found.all
        missing[index].valid += found.usable
      }
    }
    return missing
  }

  /// The figures of one part, by series.
  func figures(of part: KnownParts.Part) async throws -> [CoverageFigures] {
    try await counts(of: part, countsHead: true).map { count in
      count.counter.figures(nextReading: count.next.any, nextUsable: count.next.usable)
    }
  }

  /// What came in a part, and the first readings after it.
  private struct Count {
    var counter: CoverageCounter
    var next: (any: Timestamp?, usable: Timestamp?)
  }

  private func counts(
    of part: KnownParts.Part, countsHead: Bool
  ) async throws -> [Count] {
    let (period, interval, now) = (part.range, interval, now)
    guard let pool = series.first?.pool else { return [] }
    let series = series
    var (counters, oldest) = try await gate.withStore { store, _ in
      let counters = try series.map { series in
        var previous = try store.lastReading(of: series, before: period.lowerBound)
        if !countsHead, previous.any == nil {
          previous = try store.firstReading(of: series, notBefore: period.lowerBound)
        }
        return CoverageCounter(
          period: period, interval: interval, now: now,
          previousReading: part.previous(previous.any),
          previousUsable: part.previous(previous.usable))
      }
      return (counters, store.oldestTime(of: pool))
    }
    let zone = gate.plan.district.zone
    let parameters = series.map(\.parameter)
    let settled = period.settled(at: now, interval: interval)
    var start = max(period.lowerBound, oldest ?? settled)
    while start < settled {
      // A month at once is two pages of hours for each parameter; to a midnight, because the store
      // keeps days.
      let last = CivilDate(daysSinceEpoch: zone.date(at: start).daysSinceEpoch + 31)
      let (from, to) = (start, min(settled, zone.start(of: last)))
      let stretches = try await gate.withStore { store, _ in
        var stretches: [CoverageStretch] = []
        try store.coverage(of: pool, parameters: parameters, from: from, to: to) {
          stretches.append($1)
        }
        return stretches
      }
      for (index, stretch) in stretches.enumerated() { counters[index].add(stretch) }
      start = to
    }
    return try await counts(after: settled, part: part, counters: counters)
  }

  /// The same with the single readings after what is settled.
  private func counts(
    after settled: Timestamp, part: KnownParts.Part, counters: [CoverageCounter]
  ) async throws -> [Count] {
    let (period, limit) = (part.range, gate.pageRowCount)
    // Readings up to one interval after the period still say what was missing at its end.
    let through = period.upperBound + interval + interval
    var counters = counters
    var next: [(reading: Timestamp?, usable: Timestamp?)] = series.map { _ in (nil, nil) }
    var starts: [Timestamp?] = series.map { _ in settled }
    while starts.contains(where: { $0 != nil }) {
      let (asked, series) = (starts, series)
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
    return zip(counters, try await nextReadings(after: part, found: next)).map { counter, next in
      Count(counter: counter, next: (part.next(next.reading), part.next(next.usable)))
    }
  }

  /// The first readings after a part of a period, where those of raw rows are `found`: what was rolled of
  /// rows that are lost, or were given up, can have earlier ones.
  private func nextReadings(
    after part: KnownParts.Part, found: [(reading: Timestamp?, usable: Timestamp?)]
  ) async throws -> [(reading: Timestamp?, usable: Timestamp?)] {
    let (end, series) = (part.range.upperBound, series)
    if part.lossAfter == end { return found }
    let near = end..<end + interval + interval
    return try await gate.withStore { store, _ in
      guard let pool = series.first?.pool,
        found.contains(where: { $0.usable == nil }) || !store.losses(of: pool, in: near).isEmpty
      else { return found }
      return try zip(series, found).map { series, found in
        let next = try store.firstReading(of: series, notBefore: end)
        return (next.any ?? found.reading, next.usable ?? found.usable)
      }
    }
  }
}
