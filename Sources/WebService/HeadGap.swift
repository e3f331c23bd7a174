import PoolModel
import Querying
import RingStore

/// What is missing of a series before its oldest reading, from a begin that was asked for.
struct HeadGap {
  /// The oldest counted reading.
  let reading: Timestamp
  /// The oldest of those that is good or suspect; when there is none, what would follow the newest one: all
  /// up to that count.
  let usableReading: Timestamp
  /// What was due before it does not count.
  let begin: Timestamp
  /// The nominal time between two readings.
  let interval: Duration

  /// The figures of some steps with what is missing in them before the oldest reading.
  func added(to figures: [StepFigures]) -> [StepFigures] {
    figures.map { figures in
      var step = figures
      step.missingCount += count(before: reading, step.start..<step.end)
      step.missingValidCount += count(before: usableReading, step.start..<step.end)
      return step
    }
  }

  /// How many of reading − I, reading − 2 I … lie in `step` and not before the begin.
  func count(before reading: Timestamp, _ step: Range<Timestamp>) -> Int {
    let (start, end) = (max(step.lowerBound, begin), min(step.upperBound, reading))
    guard start < end else { return 0 }
    let length = interval.wholeMilliseconds
    let since = (reading - start).wholeMilliseconds / length
    return Int(since - (reading - end).wholeMilliseconds / length)
  }
}

extension Answers {
  /// What is missing of `series` from `from` up to its oldest reading; nil when there is an older one, or
  /// none before `to`.
  func headGap(
    of series: Series, from: Timestamp?, to: Timestamp
  ) async throws -> HeadGap? {
    guard let from else { return nil }
    let found = try await gate.withStore { store, _ -> CoverageStretch? in
      guard try store.lastReading(of: series, before: from).any == nil else { return nil }
      guard let oldest = store.oldestTime(of: series.pool), oldest < to else { return nil }
      // From where a bucket begins: of the middle of one that has no raw rows any more nothing is known.
      return try store.stretch(of: series, from: max(from, oldest), to: to)
    }
    guard let found, let first = found.first, let last = found.last else { return nil }
    return HeadGap(
      reading: first, usableReading: found.firstUsable ?? last + plan.interval, begin: from,
      interval: plan.interval)
  }
}
