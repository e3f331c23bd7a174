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
}

extension StoreGate {
  /// The parts of `period` of which it is known what came of `series`, all of one pool, where whole
  /// buckets of `coarsest` answer at best.
  func knownParts(
    of series: [Series], in period: Range<Timestamp>, coarsest: Tier = .day
  ) async throws -> KnownParts {
    guard let pool = series.first?.pool else {
      return KnownParts(of: period, without: [], before: nil, after: nil)
    }
    let unknown = try await unknownTimes(of: pool, in: period, coarsest: coarsest)
    return KnownParts(
      of: period, without: unknown,
      before: try await unknownEnd(of: series, in: pool, before: period.lowerBound),
      after: try await unknownBegin(of: series, in: pool, notBefore: period.upperBound))
  }

  /// The times in `period` of which it is not known what came to `pool`, those of losses asked for day by
  /// day.
  private func unknownTimes(
    of pool: PoolNumber, in period: Range<Timestamp>, coarsest: Tier
  ) async throws -> [Range<Timestamp>] {
    let (losses, givenUp) = try await withStore { store, _ in
      (
        store.timesInDoubt(of: pool, in: period),
        try store.givenUpTimes(of: pool, in: period, coarsest: coarsest)
      )
    }
    var unknown: [Range<Timestamp>] = []
    var start = period.lowerBound
    for loss in losses {
      // To midnights: no bucket is cut but at the ends of the period.
      start = max(start, midnight(loss.lowerBound))
      while start < loss.upperBound {
        let day = start..<min(period.upperBound, midnight(start, daysLater: 1))
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
    return unknown.joined(with: givenUp)
  }

  /// Where the last time before `instant` ends of which nothing is known; nil where there is none after
  /// the last readings before it.
  private func unknownEnd(
    of series: [Series], in pool: PoolNumber, before instant: Timestamp
  ) async throws -> Timestamp? {
    let losses = try await withStore { store, _ -> [Range<Timestamp>] in
      let earliest = min(.distantPast, instant)
      let losses = store.timesInDoubt(of: pool, in: earliest..<instant)
      guard !losses.isEmpty else { return [] }
      let readings = try series.map { try store.lastReading(of: $0, before: instant) }
      let known = readings.map { min($0.any ?? earliest, $0.usable ?? earliest) }.min() ?? earliest
      return losses.filter { $0.upperBound > known }.map {
        max($0.lowerBound, known)..<$0.upperBound
      }
    }
    var end = instant
    for loss in losses.reversed() {
      end = min(end, midnight(loss.upperBound - .milliseconds(1), daysLater: 1))
      while loss.lowerBound < end {
        let day = midnight(end - .milliseconds(1))..<end
        let found = try await withStore { store, _ in
          try store.unknownTimes(of: pool, in: day)
        }
        if let last = found.last { return last.upperBound }
        end = day.lowerBound
      }
    }
    return nil
  }

  /// Where the first time from `instant` on begins of which nothing is known; nil where there is none
  /// before the first readings after it.
  private func unknownBegin(
    of series: [Series], in pool: PoolNumber, notBefore instant: Timestamp
  ) async throws -> Timestamp? {
    let losses = try await withStore { store, _ -> [Range<Timestamp>] in
      let latest = max(.distantFuture, instant)
      let losses = store.timesInDoubt(of: pool, in: instant..<latest)
      guard !losses.isEmpty else { return [] }
      let readings = try series.map { try store.firstReading(of: $0, notBefore: instant) }
      let known = readings.map { max($0.any ?? latest, $0.usable ?? latest) }.max() ?? latest
      return losses.filter { $0.lowerBound < known }.map {
        $0.lowerBound..<min($0.upperBound, known)
      }
    }
    var start = instant
    for loss in losses {
      start = max(start, midnight(loss.lowerBound))
      while start < loss.upperBound {
        let day = start..<midnight(start, daysLater: 1)
        let found = try await withStore { store, _ in
          try store.unknownTimes(of: pool, in: day)
        }
        if let first = found.first { return first.lowerBound }
        start = day.upperBound
      }
    }
    return nil
  }

  /// The beginning of the local day of `instant`, or of a later one.
  private func midnight(_ instant: Timestamp, daysLater: Int = 0) -> Timestamp {
    let zone = plan.district.zone
    let day = zone.date(at: instant).daysSinceEpoch + daysLater
    return zone.start(of: CivilDate(daysSinceEpoch: day))
  }
}

extension [Range<Timestamp>] {
  /// These and `others` ascending, those that overlap or adjoin as one.
  fileprivate func joined(with others: [Range<Timestamp>]) -> [Range<Timestamp>] {
    if others.isEmpty { return self }
    var joined: [Range<Timestamp>] = []
    for range in (self + others).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] =
          last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}

extension RingStore {
  /// When readings of `series` after its newest value are lost by damage: the newest one that was rolled, or
  /// the last time at which one may be lost; nil when none are.
  func lostTime(of series: Series, after newest: Timestamp?) throws(RingStoreError) -> Timestamp? {
    let start = newest.map { $0 + .milliseconds(1) } ?? .distantPast
    guard start < .distantFuture,
      let lost = losses(of: series.pool, in: start..<max(start, .distantFuture)).last
    else { return nil }
    let rolled = try lastReading(of: series, before: .distantFuture).any
    if let rolled, rolled >= start { return rolled }
    // Whole minutes: what was rolled answers for no part of one.
    let minute: Int64 = 60_000
    let end = (lost.upperBound.milliseconds + minute - 1) / minute * minute
    let begin = max(lost.lowerBound.milliseconds, end - 1440 * minute) / minute * minute
    let period = Timestamp(milliseconds: begin)..<Timestamp(milliseconds: end)
    let unknown = try unknownTimes(of: series.pool, in: period).last?.upperBound
    return unknown.flatMap { start < $0 ? $0 - .milliseconds(1) : nil }
  }
}
