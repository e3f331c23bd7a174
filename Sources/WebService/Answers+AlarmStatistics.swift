import Hummingbird
import PoolModel
import Querying
import Records
import RingStore

extension Answers {
  /// The figures about alarms, of the newest 30 days unless asked otherwise.
  func alarmStatistics(query: Query) async throws -> Response {
    let now = try await gate.withStore { _, now in now.wall }
    let to = try query.time("to", now: now, zone: zone) ?? now
    let from = try query.time("from", now: now, zone: zone) ?? to - Self.usualPeriod
    try requireOrder(from, to)
    guard from <= now else {
      throw RequestError.usage("--from \(zone.rfc3339(from)) is still to come, expected before now")
    }
    let operators = query["operators"] ?? "1"
    guard let operatorCount = Int(operators), (1...10_000).contains(operatorCount) else {
      throw RequestError.usage("'\(operators)' is no number of operators, expected 1 to 10000")
    }
    // What is still to come is no time without alarms.
    let period = from..<min(to, now)
    var statistics = AlarmStatistics(
      period: period, interval: plan.interval, operatorCount: operatorCount)
    var mark: Records.Mark?
    repeat {
      let part = try records.toldAlarms(in: period, from: mark, limit: Self.stepLimit)
      for alarm in part.alarms { statistics.add(alarm) }
      mark = part.next
      await Task.yield()
    } while mark != nil
    let standing = try records.standingAlarms(
      in: period, longerThan: AlarmStatistics.staleSpan)
    for alarm in standing { statistics.add(standing: alarm) }
    try await addTimesOutOfLimits(to: &statistics, in: period)
    return json(AnswerJSON.array(statistics.rows(zone: zone)))
  }

  /// IEC 62682 wants figures of 30 days or more.
  private static let usualPeriod = Duration.seconds(30 * 86_400)

  /// Steps of alarms read at once: about a tenth of a second.
  private static let stepLimit = 5000

  /// Adds for how long each parameter of each pool was out of its mandatory limits while the pool was open and
  /// in use.
  private func addTimesOutOfLimits(
    to statistics: inout AlarmStatistics, in period: Range<Timestamp>
  ) async throws {
    let closures = Dictionary(
      grouping: try records.closures(overlapping: period, venue: nil), by: \.venue)
    for pool in plan.poolNumbersInOrder {
      let due = dueTimes(of: pool, in: period, closures: closures[plan[pool].id.venue] ?? [])
      for (index, seconds) in try await secondsOutOfLimits(of: pool, in: period, due: due) {
        statistics.add(
          outOfLimits: seconds, of: plan[pool].id, parameter: plan.parameters[index].name)
      }
    }
  }

  /// For how long the parameters of `pool` were out of limits in the parts `due` of `period` in which it
  /// was open, by their places in the plan; without those that never were.
  ///
  /// Asks for days, and for the hours of those alone in which something was out of limits.
  private func secondsOutOfLimits(
    of pool: PoolNumber, in period: Range<Timestamp>, due: [Range<Timestamp>]
  ) async throws -> [(parameter: Int, seconds: Double)] {
    let (schedule, zone) = (plan.openingSchedule(of: pool), zone)
    let parameterCount = plan.parameters.count
    var sums: [Int: Double] = [:]
    for month in try await monthsHeld(of: pool, in: period) {
      // A month of days is one page for each parameter at most.
      let days = try await gate.withStore { store, _ in
        try (0..<parameterCount).flatMap { index in
          let series = Series(pool: pool, parameter: ParameterNumber(index))
          return try store.daysOutOfLimits(of: series, in: month).map {
            (index, $0.day, $0.seconds)
          }
        }
      }
      for (index, day, seconds) in days {
        let open = due.flatMap { part -> [Range<Timestamp>] in
          let part = part.clamped(to: day)
          return part.isEmpty ? [] : schedule.openTimes(in: part, zone: zone)
        }
        if open == [day] {
          sums[index, default: 0] += seconds
          continue
        }
        let series = Series(pool: pool, parameter: ParameterNumber(index))
        sums[index, default: 0] += try await gate.withStore { store, _ in
          try open.reduce(0) { try $0 + store.secondsOutOfLimits(of: series, in: $1) }
        }
      }
    }
    return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The part of `period` of which something of `pool` is held, in parts of a month that end at midnights.
  private func monthsHeld(
    of pool: PoolNumber, in period: Range<Timestamp>
  ) async throws -> [Range<Timestamp>] {
    let held = try await gate.withStore { store, _ in
      (try store.firstReading(of: pool), store.newestTime(of: pool))
    }
    guard let oldest = held.0, let newest = held.1 else { return [] }
    var start = max(period.lowerBound, oldest)
    // The newest value stands for an interval.
    let end = min(period.upperBound, newest + plan.interval)
    var months: [Range<Timestamp>] = []
    while start < end {
      let last = CivilDate(daysSinceEpoch: zone.date(at: start).daysSinceEpoch + 31)
      months.append(start..<min(end, zone.start(of: last)))
      start = zone.start(of: last)
    }
    return months
  }
}

extension RingStore {
  /// The days in `period`, cut to it, on which `series` was out of limits, and for how long.
  fileprivate func daysOutOfLimits(
    of series: Series, in period: Range<Timestamp>
  ) throws -> [(day: Range<Timestamp>, seconds: Double)] {
    try aggregates(
      of: series, from: period.lowerBound, to: period.upperBound, step: .seconds(86_400),
      limit: .max
    ).compactMap { day in
      let range = (day.start..<day.end).clamped(to: period)
      return day.secondsOutOfLimits > 0 ? (range, day.secondsOutOfLimits) : nil
    }
  }

  /// For how long `series` was out of limits in `period`.
  fileprivate func secondsOutOfLimits(
    of series: Series, in period: Range<Timestamp>
  ) throws -> Double {
    try daysOutOfLimits(of: series, in: period).reduce(0) { $0 + $1.seconds }
  }
}
