public import PoolModel

/// A time in which readings of one series are missing.
public struct Gap: Hashable, Sendable {
  /// The last reading before it; nil when none is known.
  public let from: Timestamp?
  /// The first reading after it; nil when none came yet.
  public let to: Timestamp?
  /// How many readings are missing in it, at least one.
  public let missingCount: Int

  /// `missingCount` readings are missing after the one at `from` and before the one at `to`.
  public init(from: Timestamp?, to: Timestamp?, missingCount: Int) {
    self.from = from
    self.to = to
    self.missingCount = missingCount
  }
}

/// Finds the gaps of one series in one period.
///
/// What is missing is what `CoverageCounter` counts as due and not received: the sum over the gaps is
/// its figure, and one that reaches over an end of the period counts with its part inside. Constant memory,
/// constant cost per reading.
public struct GapFinder: Sendable {
  private let window: DueWindow
  private var last: Timestamp?

  /// The gaps of `period` as they stand at `now`.
  ///
  /// - Parameters:
  ///   - period: the instants that count.
  ///   - interval: the nominal time between two readings, at least one millisecond.
  ///   - now: our clock; what is due later than this less one interval does not count yet.
  ///   - previousReading: the newest counted reading before the period; nil when there is none.
  public init(
    period: Range<Timestamp>, interval: Duration, now: Timestamp, previousReading: Timestamp?
  ) {
    window = DueWindow(period: period, interval: interval, now: now)
    last = previousReading
  }

  /// Notes a reading that counts, with everything but readings that came too late to count.
  ///
  /// - Parameter time: later than that of the reading before; any other is ignored.
  /// - Returns: the gap that it ends; nil when it ends none.
  public mutating func add(_ time: Timestamp) -> Gap? {
    if let last, time <= last { return nil }
    let count =
      if let last {
        window.count(from: last.milliseconds, to: time.milliseconds)
      } else {
        window.count(before: time.milliseconds)
      }
    defer { last = time }
    return count == 0 ? nil : Gap(from: last, to: time, missingCount: count)
  }

  /// Passes over readings up to the one at `time`, between which and the one before none is missing.
  public mutating func pass(to time: Timestamp) {
    last = max(last ?? time, time)
  }

  /// The gap that the period ends in.
  ///
  /// - Parameter next: the first counted reading after the period; nil when there is none yet.
  /// - Returns: the gap; nil when there is none.
  public func end(next: Timestamp?) -> Gap? {
    if let next {
      var rest = self
      return rest.add(next)
    }
    let count = last.map { window.count(after: $0.milliseconds) } ?? window.dueCount
    return count == 0 ? nil : Gap(from: last, to: nil, missingCount: count)
  }
}
