public import PoolModel

/// Counts how many readings of one series were due in one period, and how many of them came.
///
/// A reading is due every nominal interval I. Missing ones are counted between neighbouring
/// readings, not on a fixed grid, because a few hundred milliseconds of jitter would empty a quarter
/// of a grid: after a reading at a, followed by one at b, those at a + I, a + 2I, … are missing,
/// max(0, round((b − a) / I) − 1) of them, halves rounded up; before the first reading ever and
/// after the last one, every I. Each counts in the period that its own instant falls in, the
/// period's end excluded, and only up to now less one I. So the sum over adjoining periods is
/// the figure of the whole, except that each rounds its own number of due readings down.
///
/// Give it the newest reading before the period, every reading in it in time order, and the first one
/// after it. Constant memory, constant cost per reading.
public struct CoverageCounter: Sendable {
  private let window: DueWindow
  private var readings: Track
  private var usable: Track

  /// A count of `period` as it stands at `now`.
  ///
  /// - Parameters:
  ///   - period: the instants that count.
  ///   - interval: the nominal time between two readings, at least one millisecond.
  ///   - now: our clock; what is due later than this less one interval does not count yet.
  ///   - previousReading: the newest counted reading before the period; nil when there is none.
  ///   - previousUsable: the newest counted reading before the period that was good or suspect; nil
  ///     when there is none.
  public init(
    period: Range<Timestamp>, interval: Duration, now: Timestamp, previousReading: Timestamp?,
    previousUsable: Timestamp?
  ) {
    let step = interval.wholeMilliseconds
    precondition(step > 0, "an interval is at least one millisecond")
    let begin = period.lowerBound.milliseconds
    let end = max(begin, min(period.upperBound.milliseconds, now.milliseconds - step))
    window = DueWindow(begin: begin, end: end, step: step)
    readings = Track(previous: previousReading)
    usable = Track(previous: previousUsable)
  }

  /// Notes a reading that counts, with everything but readings that came too late to count.
  ///
  /// - Parameters:
  ///   - time: the gateway's time of it, later than that of the one before; any other is ignored.
  ///   - isUsable: whether it is good or suspect.
  public mutating func add(time: Timestamp, isUsable: Bool) {
    readings.add(time, in: window)
    if isUsable { usable.add(time, in: window) }
  }

  /// The figures of what was added so far.
  ///
  /// - Parameters:
  ///   - nextReading: the first counted reading after the period; nil when there is none yet.
  ///   - nextUsable: the first counted reading after the period that is good or suspect; nil when
  ///     there is none yet.
  /// - Returns: the three numbers; calling it changes nothing, more may be added after.
  public func figures(nextReading: Timestamp?, nextUsable: Timestamp?) -> CoverageFigures {
    let due = window.dueCount
    let received = max(0, due - readings.missing(next: nextReading, in: window))
    let valid = max(0, due - usable.missing(next: nextUsable, in: window))
    // Where a gap begins and ends shifts by parts of an interval when unusable readings are left
    // out, so at a period's edge one more valid than received could come out.
    return CoverageFigures(due: due, received: received, valid: min(valid, received))
  }
}

/// The part of a period in which readings are due by now, in milliseconds since the epoch.
private struct DueWindow: Sendable {
  let begin: Int64
  /// Excluded; not before `begin`.
  let end: Int64
  let step: Int64

  var dueCount: Int { Int((end - begin) / step) }

  /// How many of anchor + step, anchor + 2 step … (at most `limit` of them) lie inside.
  func count(after anchor: Int64, limit: Int64 = .max) -> Int {
    let first = max(1, quotientUp(begin - anchor))
    let last = min(limit, quotientUp(end - anchor) - 1)
    return Int(max(0, last - first + 1))
  }

  /// How many of anchor − step, anchor − 2 step … lie inside.
  func count(before anchor: Int64) -> Int {
    let nearest = max(1, (anchor - end).flooredDivision(by: step) + 1)
    let farthest = (anchor - begin).flooredDivision(by: step)
    return Int(max(0, farthest - nearest + 1))
  }

  /// How many instants of the gap from a reading at `start` to the next at `end` lie inside.
  func count(from start: Int64, to end: Int64) -> Int {
    count(after: start, limit: max(0, (2 * (end - start) + step) / (2 * step) - 1))
  }

  /// `span` ÷ step, rounded up.
  private func quotientUp(_ span: Int64) -> Int64 {
    -(-span).flooredDivision(by: step)
  }
}

/// The missing readings among one choice of the series' readings: all, or the usable ones.
private struct Track: Sendable {
  private var last: Int64?
  private var missing = 0

  init(previous: Timestamp?) {
    last = previous?.milliseconds
  }

  mutating func add(_ time: Timestamp, in window: DueWindow) {
    let time = time.milliseconds
    if let last {
      guard time > last else { return }
      missing += window.count(from: last, to: time)
    } else {
      missing += window.count(before: time)
    }
    last = time
  }

  /// With the rest of the window, which ends with a reading at `next` or with none.
  func missing(next: Timestamp?, in window: DueWindow) -> Int {
    guard let next else {
      guard let last else { return window.dueCount }
      return missing + window.count(after: last)
    }
    var whole = self
    whole.add(next, in: window)
    return whole.missing
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity, for a positive `divisor`.
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
