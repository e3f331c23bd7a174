import PoolModel

/// What the tests of a series remember beside its `SeriesState`: most series nothing.
struct SeriesWindows: Sendable {
  /// The rest, while its values are not all alike.
  var rest: RestWindow?
  /// The values of the attenuated signal test, where that is made.
  var quiet: QuietWindow?

  var isEmpty: Bool { rest == nil && quiet == nil }

  /// Takes a value into a rest whose values are not all alike, or are so no more.
  mutating func rest(_ value: Double, _ tests: SeriesTests, _ state: inout SeriesState) {
    var window = rest ?? RestWindow(state)
    window.take(value, tolerance: tests.tolerance, longest: tests.longestRest, into: &state)
    rest = state.isRestMixed ? window : nil
  }

  /// Takes the next sample, which has no value.
  mutating func skip() { rest?.skip() }

  /// What the attenuated signal test says of `value`, nil when it is missing.
  mutating func attenuation(
    _ value: Double?, at time: Int64, _ tests: SeriesTests
  ) -> QualityFlag {
    var window = quiet ?? QuietWindow()
    quiet = nil
    let flag = window.flag(value, at: time, tests.attenuation)
    quiet = window
    return flag
  }
}
