import PoolModel

/// The thresholds of one series as plain numbers, so that no test asks whether it is made: one that is not
/// has thresholds that nothing goes beyond.
struct SeriesTests: Sendable {
  /// What the sensor can show, ends included.
  let failLow, failHigh: Double
  /// What is expected, ends included; nothing outside of what the sensor can show.
  let expectedLow, expectedHigh: Double
  let spikeSuspect, spikeFail: Double
  /// Per second.
  let rateSuspect, rateFail: Double
  /// Somewhat less than both: what is slower need not be divided out, which is most of what flags cost.
  private let slowRate: Double
  /// NaN where rest is not looked for.
  let tolerance: Double
  let restSuspectCount, restFailCount: Int32
  /// The longest rest that is told from a longer one, in intervals; 0 where none is looked for.
  let longestRest: Int32
  /// Whether the deviation over a period is looked at.
  let isAttenuationTested: Bool
  let attenuation: QualitySettings.Attenuation

  init(_ settings: QualitySettings) {
    failLow = settings.failSpan.lowerBound
    failHigh = settings.failSpan.upperBound
    expectedLow = max(failLow, settings.suspectSpan?.lowerBound ?? -.infinity)
    expectedHigh = min(failHigh, settings.suspectSpan?.upperBound ?? .infinity)
    spikeSuspect = settings.spike?.suspect ?? .infinity
    spikeFail = settings.spike?.fail ?? .infinity
    rateSuspect = settings.rateOfChange?.suspect ?? .infinity
    rateFail = settings.rateOfChange?.fail ?? .infinity
    slowRate = min(rateSuspect, rateFail) * 0.999_999 / 1000
    if let flat = settings.flatLine, flat.tolerance > 0 {
      tolerance = flat.tolerance
      restSuspectCount = Int32(clamping: flat.suspectIntervalCount)
      restFailCount = Int32(clamping: flat.failIntervalCount)
      longestRest = max(restSuspectCount, restFailCount)
    } else {
      // No range is less than a tolerance of nothing.
      tolerance = .nan
      (restSuspectCount, restFailCount, longestRest) = (.max, .max, 0)
    }
    isAttenuationTested = settings.attenuation != nil
    attenuation =
      settings.attenuation
      ?? .init(levels: .init(suspect: 0, fail: 0), period: .zero, minimumCount: 0)
  }

  /// Whether the flag of a value follows from the value alone.
  var isOfValueAlone: Bool {
    spikeSuspect == .infinity && spikeFail == .infinity && rateSuspect == .infinity
      && rateFail == .infinity && longestRest == 0 && !isAttenuationTested
  }
}

/// What a test says of a value: a flag of QARTOD as a number, of which the greatest stands for all.
enum Severity {
  static let good: UInt8 = 0
  static let suspect: UInt8 = 1
  static let fail: UInt8 = 2

  /// What goes beyond one of two bounds.
  @inline(__always)
  static func of(_ size: Double, suspect: Double, fail: Double) -> UInt8 {
    // Not `else`: the bounds need not be in order, and NaN is beyond neither.
    size > fail ? Self.fail : size > suspect ? Self.suspect : good
  }

  /// The flag.
  @inline(__always)
  static func flag(_ severity: UInt8) -> QualityFlag {
    severity == good ? .good : severity == suspect ? .suspect : .fail
  }

  /// The number for the flag of a value that is there.
  static func of(_ flag: QualityFlag) -> UInt8 {
    switch flag {
    case .fail: fail
    case .suspect: suspect
    case .good, .unknown, .missing: good
    }
  }
}

extension SeriesTests {
  /// Whether the sensor can show `value` and it is expected.
  @inline(__always)
  func range(_ value: Double) -> UInt8 {
    if value >= expectedLow, value <= expectedHigh { return Severity.good }
    return value >= failLow && value <= failHigh ? Severity.suspect : Severity.fail
  }

  /// How far `newest` stands out from both neighbours on the same side; NaN is missing.
  @inline(__always)
  func spike(_ before: Double, _ newest: Double, _ next: Double) -> UInt8 {
    let rise = newest - before
    let fall = next - newest
    guard rise * fall < 0 else { return Severity.good }
    return Severity.of(min(abs(rise), abs(fall)), suspect: spikeSuspect, fail: spikeFail)
  }

  /// How fast `next` was reached from `newest`; NaN is missing.
  @inline(__always)
  func rate(_ newest: Double, _ next: Double, milliseconds: Int64) -> UInt8 {
    let step = abs(next - newest)
    if step < slowRate * Double(milliseconds) { return Severity.good }
    // A jump in no time is infinitely fast; no jump in no time is NaN, which passes.
    return Severity.of(
      step / (Double(milliseconds) / 1000), suspect: rateSuspect, fail: rateFail)
  }

  /// How long the series has rested, in intervals.
  @inline(__always)
  func rest(_ count: Int32) -> UInt8 {
    count < min(restSuspectCount, restFailCount)
      ? Severity.good : count >= restFailCount ? Severity.fail : Severity.suspect
  }
}
