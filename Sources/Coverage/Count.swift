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
/// Give it the newest reading before the period, every reading in it in time order, singly or as
/// stretches whose missing readings are known, and the first one after it. Constant memory, constant
/// cost per reading and per stretch.
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
    window = DueWindow(period: period, interval: interval, now: now)
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

  /// Notes a stretch of readings that count, of which is known how many are missing inside it: the
  /// same as noting each of them.
  ///
  /// It has to lie inside the period and before our clock less one interval: what is missing inside it
  /// is taken to be due.
  ///
  /// - Parameters:
  ///   - first: the time of its first reading, later than that of the one before; a stretch that
  ///     ends no later than that is ignored.
  ///   - last: the time of its last reading, not before `first`.
  ///   - missingCount: how many are missing between neighbours from `first` to `last`.
  ///   - usable: the same of its good and suspect readings alone; nil when it has none.
  public mutating func add(
    first: Timestamp, last: Timestamp, missingCount: Int,
    usable: (first: Timestamp, last: Timestamp, missingCount: Int)?
  ) {
    readings.add(first, last, missingCount: missingCount, in: window)
    if let usable {
      self.usable.add(
        usable.first, usable.last, missingCount: usable.missingCount, in: window)
    }
  }

  /// The same of a stretch as the store tells it; one without a reading is ignored.
  public mutating func add(_ stretch: CoverageStretch) {
    guard let first = stretch.first, let last = stretch.last else { return }
    var usable: (first: Timestamp, last: Timestamp, missingCount: Int)?
    if let first = stretch.firstUsable, let last = stretch.lastUsable {
      usable = (first, last, stretch.missingUsableCount)
    }
    add(first: first, last: last, missingCount: stretch.missingCount, usable: usable)
  }

  /// How many readings are missing by what was added so far.
  ///
  /// - Parameters:
  ///   - nextReading: the first counted reading after the period; nil when there is none yet.
  ///   - nextUsable: the first counted reading after the period that is good or suspect; nil when
  ///     there is none yet.
  /// - Returns: those missing of all, and when only good and suspect ones count; where the period is no
  ///   multiple of the interval that can be one more than are due.
  public func missing(
    nextReading: Timestamp?, nextUsable: Timestamp?
  ) -> (all: Int, usable: Int) {
    (readings.missing(next: nextReading, in: window), usable.missing(next: nextUsable, in: window))
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
    let missing = missing(nextReading: nextReading, nextUsable: nextUsable)
    let received = max(0, due - missing.all)
    let valid = max(0, due - missing.usable)
    // Where a gap begins and ends shifts by parts of an interval when unusable readings are left
    // out, so at a period's edge one more valid than received could come out.
    return CoverageFigures(due: due, received: received, valid: min(valid, received))
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

  mutating func add(
    _ first: Timestamp, _ last: Timestamp, missingCount: Int, in window: DueWindow
  ) {
    if let known = self.last, last.milliseconds <= known { return }
    add(first, in: window)
    missing += missingCount
    self.last = last.milliseconds
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
