public import PoolModel

/// The tests of one series, sample by sample in the order of their times, with what each of them says: for
/// tuning on recordings.
///
/// The same tests as `QualityControl` makes of what gateways send.
public struct SeriesQuality: Sendable {
  /// What one sample turned out to be.
  public struct Outcome: Hashable, Sendable {
    /// What the tests say about it; the spike test speaks with the next sample.
    public var flags: TestFlags
    /// What the spike test says about the sample before it, finally; nil for the first sample.
    public var previousSpike: QualityFlag?
  }

  private let settings: QualitySettings
  private let tests: SeriesTests
  private var state = SeriesState()
  private var windows = SeriesWindows()

  /// The tests with `settings`, before the first sample.
  public init(_ settings: QualitySettings) {
    self.settings = settings
    tests = SeriesTests(settings)
  }

  /// Tests the next sample.
  ///
  /// - Parameters:
  ///   - value: what was measured; nil when it is missing. Infinite and NaN are missing too.
  ///   - time: when; after the sample before it.
  /// - Returns: the flags of this sample, and the final spike flag of the one before.
  public mutating func take(_ value: Double?, at time: Timestamp) -> Outcome {
    let value = value.flatMap { $0.isFinite ? $0 : nil }
    let before = state
    let gap = gap(at: time)
    let attenuated =
      tests.isAttenuationTested
      ? windows.attenuation(value, at: time.milliseconds, tests) : .unknown
    guard let value else {
      windows.skip()
      state.takeMissing(at: time.milliseconds)
      return Outcome(
        flags: TestFlags(
          grossRange: .missing, spike: .missing, rateOfChange: .missing, flatLine: .missing,
          attenuated: .missing, gap: gap),
        previousSpike: previousSpike(before, Severity.good, isKnown: false))
    }
    let findings = state.take(value, at: time.milliseconds, tests) { state, value in
      windows.rest(value, tests, &state)
    }
    return Outcome(
      flags: TestFlags(
        grossRange: Severity.flag(findings.range), spike: .unknown,
        rateOfChange: settings.rateOfChange == nil ? .unknown : Severity.flag(findings.rate),
        flatLine: settings.flatLine == nil ? .unknown : Severity.flag(findings.rest),
        attenuated: attenuated, gap: gap),
      previousSpike: previousSpike(
        before, findings.previousSpike, isKnown: !before.secondNewest.isNaN))
  }

  /// The flag of a sample at `time` for what lies between it and the one before.
  private func gap(at time: Timestamp) -> QualityFlag {
    guard let longest = settings.gap else { return .unknown }
    guard state.time != .min else { return .good }
    return time.milliseconds - state.time > longest.wholeMilliseconds ? .fail : .good
  }

  /// The spike flag of the newest sample of `before`; it is not evaluated where a neighbour is missing.
  private func previousSpike(
    _ before: SeriesState, _ severity: UInt8, isKnown: Bool
  ) -> QualityFlag? {
    guard before.time != .min else { return nil }
    guard !before.newest.isNaN else { return .missing }
    return isKnown && settings.spike != nil ? Severity.flag(severity) : .unknown
  }
}
