import PoolModel
import Querying

/// What is missing of a series since its newest reading: a gap that has not ended.
struct OpenGap {
  /// The newest counted reading.
  let reading: Timestamp
  /// The newest of those that is good or suspect; nil when there is none.
  let usableReading: Timestamp?
  /// What is due from here on does not count yet.
  let settled: Timestamp
  /// The nominal time between two readings.
  let interval: Duration

  /// The figures of a run's steps with what is missing in them since the newest reading, and the steps
  /// that have nothing else.
  ///
  /// - Parameters:
  ///   - figures: those of some steps, in order.
  ///   - run: the steps.
  /// - Returns: `figures` with the missing readings added, in order.
  func added(to figures: [StepFigures], of run: StepGrid.Run) -> [StepFigures] {
    let first = min(reading, usableReading ?? reading)
    let end = min(run.end, settled)
    guard first < end else { return figures }
    var done: [StepFigures] = []
    var rest = figures[...]
    let firstIndex = first > run.start ? Int((first - run.start) / run.step) : 0
    for index in firstIndex..<max(firstIndex, run.stepCount) {
      let start = run.start + run.step * index
      if start >= end { break }
      while let known = rest.first, known.start < start {
        done.append(known)
        rest.removeFirst()
      }
      var step = StepFigures(start: start, end: min(start + run.step, run.end))
      if let known = rest.first, known.start == start {
        step = known
        rest.removeFirst()
      }
      step.missingCount += count(after: reading, step.start..<step.end)
      step.missingValidCount += count(after: usableReading ?? reading, step.start..<step.end)
      if step.readingCount + step.missingCount + step.missingValidCount > 0 { done.append(step) }
    }
    return done + rest
  }

  /// How many of reading + I, reading + 2 I … lie in `step` and are due by now.
  func count(after reading: Timestamp, _ step: Range<Timestamp>) -> Int {
    func before(_ instant: Timestamp) -> Int64 {
      MissingReadings.count(
        after: reading.milliseconds, before: instant.milliseconds,
        interval: interval.wholeMilliseconds, limit: .max)
    }
    let end = min(step.upperBound, settled)
    return end <= step.lowerBound ? 0 : Int(clamping: before(end) - before(step.lowerBound))
  }
}
