public import PoolModel

/// The tests of one series apart from all others, sample by sample in the order of their times: for a
/// stretch that is read back from the store.
public struct SeriesChain: Sendable {
  /// What a sample turned out to be.
  public struct Outcome: Hashable, Sendable {
    /// The severity of its tests but for the spike: 0 good, 1 suspect, 2 fail.
    public var severity: UInt8
    /// That of the spike test of the sample before it, finally.
    public var previousSpike: UInt8
  }

  var state = SeriesState()
  var windows = SeriesWindows()
  let tests: SeriesTests
  /// How many samples it has taken.
  private var count = 0
  /// The time of the first.
  private var start = Int64.max

  init(_ tests: SeriesTests) {
    self.tests = tests
  }

  /// The tests with `settings`, before the first sample.
  public init(_ settings: QualitySettings) {
    self.init(SeriesTests(settings))
  }

  /// Takes the next sample; NaN is a value that is missing.
  public mutating func take(_ value: Double, at time: Timestamp) -> Outcome {
    let milliseconds = time.milliseconds
    count += 1
    start = min(start, milliseconds)
    var isQuiet = Severity.good
    if tests.isAttenuationTested {
      isQuiet = Severity.of(
        windows.attenuation(value.isNaN ? nil : value, at: milliseconds, tests))
    }
    guard !value.isNaN else {
      windows.skip()
      state.takeMissing(at: milliseconds)
      return Outcome(severity: Severity.good, previousSpike: Severity.good)
    }
    let findings = state.take(value, at: milliseconds, tests) { state, value in
      windows.rest(value, tests, &state)
    }
    return Outcome(
      severity: max(findings.range, findings.rate, findings.rest, isQuiet),
      previousSpike: findings.previousSpike)
  }

  /// Whether no sample before the first it took could change what it says of those to come.
  public var isSettled: Bool {
    guard count >= 2 else { return false }
    let isRestKnown =
      tests.longestRest == 0 || Int(state.restCount) < count - 1
      || state.restCount >= tests.longestRest
    return isRestKnown && isPeriodHeld(since: start)
  }

  /// Whether nothing at or before `time`, after which it took `count` samples, matters to what it says
  /// of those to come, or would have mattered had something else been there.
  public func isBeyond(_ time: Timestamp, count: Int) -> Bool {
    // The rest began after a sample that came after that time itself.
    let isRestBeyond =
      tests.longestRest == 0 || Int(state.restCount) <= count - 2 || count > Int(tests.longestRest)
    return count >= 3 && isRestBeyond && isPeriodHeld(since: time.milliseconds)
  }

  private func isPeriodHeld(since time: Int64) -> Bool {
    !tests.isAttenuationTested
      || state.time - tests.attenuation.period.wholeMilliseconds >= time
  }

  /// The flag of a value of `severity` with the gateway's `marks`.
  public static func flag(_ severity: UInt8, marks: GatewayMarks) -> QualityFlag {
    Severity.flag(max(severity, GatewayMarkTest.severity(marks)))
  }
}
