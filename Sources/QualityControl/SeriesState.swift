/// What the tests remember of a series: one cache line.
///
/// All of it follows from the series' newest samples, as many as the longest window has. What has to be
/// remembered of a longer stretch than a few samples, but rarely, is in `SeriesWindows`.
struct SeriesState: Sendable {
  /// The newest value; NaN when it is missing or there is none.
  var newest = Double.nan
  /// The value before it, likewise.
  var secondNewest = Double.nan
  /// The newest sample's time in milliseconds; `Int64.min` before the first.
  var time = Int64.min
  /// The least value since the rest began; infinite when it has none.
  var restLow = Double.infinity
  /// The greatest one; less than infinite when it has none.
  var restHigh = -Double.infinity
  /// The intervals from the first sample of the rest to the newest one; −1 when there is none.
  var restCount: Int32 = -1
  /// The samples without a value since the newest one with a value.
  var missingCount: Int32 = 0
  /// What was changed since the last commit has its number.
  var batch: UInt32 = 0
  /// Where the thresholds are.
  var tests: UInt16 = 0
  /// The severity of the newest sample's flag as it is stored.
  var severity = Severity.good
  /// The newest sample's marks as they are stored.
  var marks: UInt8 = 0

  /// Whether the rest has more than one value, so that `SeriesWindows` has to know which came when.
  @inline(__always)
  var isRestMixed: Bool { restLow < restHigh }

  /// More intervals than that are not counted.
  private static let mostIntervals = Int32.max / 2

  /// What the tests say of the next sample but for the attenuated signal, and of the newest one for its
  /// spike, now that the next is known.
  struct Findings {
    var range = Severity.good
    var rate = Severity.good
    var rest = Severity.good
    var previousSpike = Severity.good
  }

  /// Takes the next sample, which has a value.
  ///
  /// - Parameters:
  ///   - value: a finite number.
  ///   - time: its time.
  ///   - tests: the series' thresholds.
  ///   - mixed: takes the value into a rest whose values are not all alike.
  /// - Returns: what the tests say.
  @inline(__always)
  mutating func take(
    _ value: Double, at time: Int64, _ tests: SeriesTests,
    mixed: (inout SeriesState, Double) -> Void
  ) -> Findings {
    var findings = Findings()
    findings.range = tests.range(value)
    findings.previousSpike = tests.spike(secondNewest, newest, value)
    findings.rate = tests.rate(newest, value, milliseconds: time &- self.time)
    if value == restLow, !isRestMixed {
      restCount = min(restCount &+ 1, Self.mostIntervals)
    } else if isRestMixed || abs(value - restLow) < tests.tolerance {
      mixed(&self, value)
    } else {
      // What came before differs; the samples in between had no value.
      restCount = restLow == .infinity ? restCount &+ 1 : missingCount
      (restLow, restHigh) = (value, value)
    }
    findings.rest = tests.rest(restCount)
    missingCount = 0
    secondNewest = newest
    newest = value
    self.time = time
    return findings
  }

  /// Takes the next sample, which has no value: it neither ends a rest nor shortens it.
  @inline(__always)
  mutating func takeMissing(at time: Int64) {
    restCount = min(restCount &+ 1, Self.mostIntervals)
    missingCount = min(missingCount &+ 1, Self.mostIntervals)
    secondNewest = newest
    newest = .nan
    self.time = time
    severity = Severity.good
  }
}
