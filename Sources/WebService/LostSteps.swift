import PoolModel
import Querying
import RingStore

/// What is taken out of the missing readings of steps: what was due at times of which readings are lost
/// by damage to the store, and nothing tells whether they came.
///
/// As in coverage, where such a time begins and where it ends counts as a reading.
struct LostSteps {
  /// Times of which nothing is known, between two readings that are neighbours.
  private struct Hidden {
    /// The reading before them; nil when there is none.
    let before: Timestamp?
    /// The reading after them; nil when there is none.
    let after: Timestamp?
    /// The times, ascending.
    var times: [Range<Timestamp>]
  }

  /// The times of which nothing is known.
  private let unknown: [Range<Timestamp>]
  /// The same among all readings, and among those that are good or suspect.
  private var all: [Hidden] = []
  private var usable: [Hidden] = []
  private let due: DueTimes
  private let headGap: HeadGap?
  private let openGap: OpenGap?

  /// The times `unknown`, with the readings around each, for steps to which `headGap` and `openGap` are
  /// added.
  init(
    unknown: [Range<Timestamp>], neighbors: [Neighbors], due: DueTimes, headGap: HeadGap?,
    openGap: OpenGap?
  ) {
    self.unknown = unknown
    self.due = due
    self.headGap = headGap
    self.openGap = openGap
    for (times, found) in zip(unknown, neighbors) {
      Self.add(times, found.before.any, found.after.any, to: &all)
      // Where none is usable the gaps at the ends have all for their own.
      let isAlone = found.before.usable == nil && found.after.usable == nil
      let isLast = isAlone && found.after.any == nil
      let isFirst = isAlone && found.before.any == nil
      Self.add(
        times, found.before.usable ?? (isLast ? found.before.any : nil),
        found.after.usable ?? (isFirst ? headGap?.usableReading : nil), to: &usable)
    }
  }

  /// The readings around a stretch of time: the newest before it, and the oldest after it.
  struct Neighbors: Sendable {
    let before: (any: Timestamp?, usable: Timestamp?)
    let after: (any: Timestamp?, usable: Timestamp?)
  }

  private static func add(
    _ times: Range<Timestamp>, _ before: Timestamp?, _ after: Timestamp?,
    to hidden: inout [Hidden]
  ) {
    if let last = hidden.last, last.before == before, last.after == after {
      hidden[hidden.count - 1].times.append(times)
    } else if before != nil || after != nil {
      hidden.append(Hidden(before: before, after: after, times: [times]))
    }
  }

  /// The figures of steps without what is lost of them; it is told apart.
  func taken(from figures: [StepFigures]) -> [StepFigures] {
    unknown.isEmpty ? figures : figures.map(taken)
  }

  private func taken(from figures: StepFigures) -> StepFigures {
    var step = figures
    let range = step.start..<step.end
    for times in unknown where times.overlaps(range) {
      step.lostCount += due.count(in: times.clamped(to: max(step.start, due.begin)..<step.end))
    }
    for hidden in all { step.missingCount += change(hidden, range) }
    for hidden in usable { step.missingValidCount += change(hidden, range) }
    step.missingCount = max(0, step.missingCount)
    step.missingValidCount = max(0, step.missingValidCount)
    return step
  }

  /// What is missing in `step` between two readings when only what is known counts, less what is
  /// missing there without that.
  private func change(_ hidden: Hidden, _ step: Range<Timestamp>) -> Int {
    guard hidden.before ?? .distantPast < step.upperBound,
      step.lowerBound < hidden.after ?? .distantFuture
    else { return 0 }
    var count = -missing(after: hidden.before, before: hidden.after, step)
    var start = hidden.before
    for times in hidden.times {
      count += missing(after: start, before: times.lowerBound, step)
      start = times.upperBound
    }
    return count + missing(after: start, before: hidden.after, step)
  }

  /// How many are missing in `step` after a reading and before the next one, where either may be none.
  private func missing(
    after reading: Timestamp?, before next: Timestamp?, _ step: Range<Timestamp>
  ) -> Int {
    let length = due.interval.wholeMilliseconds
    switch (reading, next) {
    case (let reading?, let next?):
      let limit = MissingReadings.count(
        from: reading.milliseconds, to: next.milliseconds, interval: length)
      func before(_ instant: Timestamp) -> Int64 {
        MissingReadings.count(
          after: reading.milliseconds, before: instant.milliseconds, interval: length,
          limit: limit)
      }
      return Int(clamping: before(min(step.upperBound, due.settled)) - before(step.lowerBound))
    case (nil, let next?): return headGap?.count(before: next, step) ?? 0
    case (let reading?, nil): return openGap?.count(after: reading, step) ?? 0
    case (nil, nil): return 0
    }
  }
}

extension Answers {
  /// What is lost of `series` in `period`, for its steps of a length of `step`.
  func lostSteps(
    of series: Series, in period: Range<Timestamp>, step: Duration, now: Timestamp,
    gaps: (head: HeadGap?, open: OpenGap?)
  ) async throws -> LostSteps {
    let unknown = try await gate.unknownTimes(
      of: series.pool, in: period, coarsest: .dividing(step))
    var neighbors: [LostSteps.Neighbors] = []
    for start in stride(from: 0, to: unknown.count, by: 8) {
      let slice = unknown[start..<min(unknown.count, start + 8)]
      neighbors += try await gate.withStore { store, _ in
        try slice.map { range in
          LostSteps.Neighbors(
            before: try store.lastReading(of: series, before: range.lowerBound),
            after: try store.firstReading(of: series, notBefore: range.upperBound))
        }
      }
    }
    let due = DueTimes(
      begin: period.lowerBound, settled: now - plan.interval, interval: plan.interval)
    return LostSteps(
      unknown: unknown, neighbors: neighbors, due: due, headGap: gaps.head, openGap: gaps.open)
  }
}

extension Tier {
  /// The coarsest tier whose buckets steps of a length of `step` are made of.
  fileprivate static func dividing(_ step: Duration) -> Tier {
    let seconds: [(Tier, Int64)] = [(.day, 86_400), (.hour, 3600), (.minute, 60)]
    return seconds.first { step.wholeMilliseconds % ($0.1 * 1000) == 0 }?.0 ?? .raw
  }
}
