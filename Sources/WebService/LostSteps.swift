import PoolModel
import Querying
import RingStore

/// What is taken out of the missing readings of steps: what was due at times of which readings are lost
/// by damage to the store, and nothing tells whether they came.
struct LostSteps {
  /// A time of which nothing is known, between two readings.
  private struct Stretch {
    let range: Range<Timestamp>
    /// The last reading before it, and the last of those that is good or suspect.
    let before: (any: Timestamp?, usable: Timestamp?)
    /// The first reading after it, and the first of those that is good or suspect.
    let after: (any: Timestamp?, usable: Timestamp?)
  }

  private let stretches: [Stretch]
  private let interval: Duration

  /// The times `unknown`, up to `settled`, with the readings around them.
  ///
  /// - Throws: what the store throws.
  init(
    unknown: [Range<Timestamp>], of series: Series, in store: RingStore, settled: Timestamp,
    interval: Duration
  ) throws {
    self.interval = interval
    stretches = try unknown.filter { $0.lowerBound < settled }.map { range in
      Stretch(
        range: range.lowerBound..<min(range.upperBound, settled),
        before: try store.lastReading(of: series, before: range.upperBound),
        after: try store.firstReading(of: series, notBefore: range.upperBound))
    }
  }

  /// The figures of steps without what is lost of them; it is told apart.
  func taken(from figures: [StepFigures]) -> [StepFigures] {
    stretches.isEmpty ? figures : figures.map(taken)
  }

  private func taken(from figures: StepFigures) -> StepFigures {
    var step = figures
    for stretch in stretches {
      let start = max(step.start, stretch.range.lowerBound)
      let end = min(step.end, stretch.range.upperBound)
      guard start < end else { continue }
      step.lostCount += Int((end - start).wholeMilliseconds / interval.wholeMilliseconds)
      step.missingCount -= count(
        after: stretch.before.any, next: stretch.after.any, from: start, to: end)
      step.missingValidCount -= count(
        after: stretch.before.usable, next: stretch.after.usable, from: start, to: end)
    }
    step.missingCount = max(0, step.missingCount)
    step.missingValidCount = max(0, step.missingValidCount)
    return step
  }

  /// How many of the readings that are missing between two are missing from `from` to `to`.
  private func count(
    after reading: Timestamp?, next: Timestamp?, from: Timestamp, to: Timestamp
  ) -> Int {
    guard let reading else { return 0 }
    let step = interval.wholeMilliseconds
    let limit =
      next.map {
        MissingReadings.count(from: reading.milliseconds, to: $0.milliseconds, interval: step)
      } ?? .max
    func before(_ instant: Timestamp) -> Int64 {
      MissingReadings.count(
        after: reading.milliseconds, before: instant.milliseconds, interval: step, limit: limit)
    }
    return Int(clamping: before(to) - before(from))
  }
}
