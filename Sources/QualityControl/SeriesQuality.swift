public import PoolModel

/// The tests of one series, sample by sample in the order of their times.
///
/// What is remembered depends on the samples of the longest window alone, and not on how they came: read
/// back from the store, they give the same flags.
public struct SeriesQuality: Sendable {
  /// What one sample turned out to be.
  public struct Outcome: Hashable, Sendable {
    /// What the tests say about it; the spike test speaks with the next sample.
    public var flags: TestFlags
    /// What the spike test says about the sample before it, finally; nil for the first sample.
    public var previousSpike: QualityFlag?
  }

  private let settings: QualitySettings
  private var steps = StepTests()
  private var rest = RestWindow()
  private var quiet = QuietWindow()

  /// The tests with `settings`, before the first sample.
  public init(_ settings: QualitySettings) {
    self.settings = settings
  }

  /// Tests the next sample.
  ///
  /// - Parameters:
  ///   - value: what was measured; nil when it is missing. Infinite and NaN are missing too.
  ///   - time: when; after the sample before it.
  /// - Returns: the flags of this sample, and the final spike flag of the one before.
  public mutating func take(_ value: Double?, at time: Timestamp) -> Outcome {
    let value = value.flatMap { $0.isFinite ? $0 : nil }
    let previousSpike = steps.spikeOfNewest(before: value, settings.spike)
    let gap = steps.gap(at: time, longest: settings.gap)
    let rate = steps.rateOfChange(value, at: time, settings.rateOfChange)
    steps.append(value, at: time)
    let flat = settings.flatLine.map { rest.flag(value, $0) } ?? .unknown
    let attenuated = settings.attenuation.map { quiet.flag(value, at: time, $0) } ?? .unknown
    guard let value else {
      return Outcome(
        flags: TestFlags(
          grossRange: .missing, spike: .missing, rateOfChange: .missing, flatLine: .missing,
          attenuated: .missing, gap: gap), previousSpike: previousSpike)
    }
    let range = GrossRangeTest(failSpan: settings.failSpan, suspectSpan: settings.suspectSpan)
    return Outcome(
      flags: TestFlags(
        grossRange: range.flag(value), spike: .unknown, rateOfChange: rate, flatLine: flat,
        attenuated: attenuated, gap: gap), previousSpike: previousSpike)
  }
}

/// What is compared with the two samples before: spike, rate of change, gap.
struct StepTests: Sendable {
  /// The value of the newest sample; NaN when missing or before the first.
  private var newest = Double.nan
  /// The value of the sample before it, likewise.
  private var secondNewest = Double.nan
  /// The time of the newest sample; nil before the first.
  private var newestTime: Timestamp?
  private var hasTwo = false

  /// The final spike flag of the newest sample, now that `next` follows it: how far it stands out from
  /// both neighbours on the same side.
  func spikeOfNewest(before next: Double?, _ levels: QualitySettings.Levels?) -> QualityFlag? {
    guard newestTime != nil else { return nil }
    guard !newest.isNaN else { return .missing }
    guard let levels, hasTwo, let next, !secondNewest.isNaN else { return .unknown }
    let before = newest - secondNewest
    let after = next - newest
    guard before * after < 0 else { return .good }
    let height = min(abs(before), abs(after))
    if height > levels.fail { return .fail }
    return height > levels.suspect ? .suspect : .good
  }

  /// The flag of a sample at `time` for what lies between it and the one before.
  func gap(at time: Timestamp, longest: Duration?) -> QualityFlag {
    guard let longest else { return .unknown }
    guard let newestTime else { return .good }
    return time - newestTime > longest ? .fail : .good
  }

  /// The flag of `value` for its change since the sample before; good where there is none to compare with.
  func rateOfChange(
    _ value: Double?, at time: Timestamp, _ levels: QualitySettings.Levels?
  ) -> QualityFlag {
    guard let levels else { return .unknown }
    guard let value, let newestTime, !newest.isNaN else { return .good }
    let seconds = (time - newestTime).inSeconds
    // A jump in no time is infinitely fast; no jump in no time is NaN, which passes.
    let rate = abs((value - newest) / seconds)
    if rate > levels.fail { return .fail }
    return rate > levels.suspect ? .suspect : .good
  }

  mutating func append(_ value: Double?, at time: Timestamp) {
    secondNewest = newest
    newest = value ?? .nan
    hasTwo = newestTime != nil
    newestTime = time
  }
}
