import PoolModel

/// What is remembered of a series some of whose newest values failed.
struct FailureWatch: Sendable {
  /// The newest value, which failed at rest; nil when it did not.
  private var resting: (value: Double, time: Timestamp)?
  /// Since when the sensor is called stuck; nil while it is not.
  private(set) var stuckSince: Timestamp?
  /// Whether too many of its values fail.
  private(set) var hasBadShare = false
  /// How many failed in the parts of the window, by their numbers since the epoch.
  private var parts: [(number: Int64, count: Int)] = []

  /// So many parts has the window.
  private static let partCount: Int64 = 12
  private static let notMeasured: GatewayMarks = [.maintenance, .calibration, .fault]

  /// Nothing is remembered.
  init() {}

  var isEmpty: Bool {
    resting == nil && stuckSince == nil && !hasBadShare && parts.isEmpty
  }

  /// Forgets the values, and not which alarms are active.
  mutating func forgetValues() {
    resting = nil
    parts = []
  }

  /// An alarm that the sensor is stuck is active since before the start.
  mutating func restoreStuck(since time: Timestamp) { stuckSince = time }

  /// An alarm about too many failed values is, likewise.
  mutating func restoreBadShare() { hasBadShare = true }

  /// A value in order came; it is stuck with the second one that failed at rest.
  ///
  /// A value that failed though the sensor can show it, that the gateway does not disown and that is the same as
  /// the failed one before it has failed at rest: nothing else fails such a value.
  ///
  /// - Parameters:
  ///   - sample: with a value.
  ///   - time: its time.
  ///   - settings: the series' thresholds; nil where no sensor is called stuck.
  ///   - isReadBack: whether it was judged before: then what is known to be stuck stays so.
  /// - Returns: whether it failed at rest, not as the first.
  mutating func rest(
    _ sample: Sample, at time: Timestamp, by settings: QualitySettings?, isReadBack: Bool
  ) -> Bool {
    guard let settings, let tolerance = settings.flatLine?.tolerance, !sample.flag.isUsable else {
      resting = nil
      if !isReadBack { stuckSince = nil }
      return false
    }
    guard sample.gatewayMarks.isDisjoint(with: Self.notMeasured),
      settings.failSpan.contains(sample.value)
    else {
      resting = nil
      return false
    }
    let before = resting
    resting = (sample.value, time)
    guard let before else { return false }
    let isSame = abs(sample.value - before.value) < tolerance
    if !isReadBack { stuckSince = isSame ? stuckSince ?? before.time : nil }
    return isSame
  }

  /// A value in order came: says whether too many have failed.
  ///
  /// Those that a stuck sensor shows do not count: they are told as such. That follows from the values alone, and
  /// not from which alarm is active, so that reading back gives the same.
  ///
  /// Parameters as of `rest`; `due` is how many values are due within the share's window, and `isAtRest` is what
  /// `rest` said.
  mutating func count(
    _ sample: Sample, at time: Timestamp, by share: MonitoringRules.BadShare, due: Double,
    isAtRest: Bool, isReadBack: Bool
  ) {
    let span = max(1, share.window.wholeMilliseconds / Self.partCount)
    let number = time.milliseconds / span
    parts.removeAll { $0.number <= number - Self.partCount }
    let isBad =
      sample.flag == .fail && !isAtRest
      && sample.gatewayMarks.isDisjoint(with: [.maintenance, .calibration])
    if isBad, let last = parts.last, last.number == number {
      parts[parts.count - 1].count += 1
    } else if isBad {
      parts.append((number, 1))
    }
    guard !isReadBack else { return }
    let count = parts.reduce(0) { $0 + $1.count }
    let percent = Double(count) / due * 100
    hasBadShare = hasBadShare ? percent > share.percent / 2 : count >= 2 && percent > share.percent
  }
}
