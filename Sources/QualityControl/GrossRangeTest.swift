import PoolModel

/// QARTOD's gross range test: whether the sensor can show such a value and the operator expects it.
struct GrossRangeTest: Sendable {
  /// Outside, a value fails; both ends pass.
  let failSpan: ClosedRange<Double>
  /// Outside, a value is suspect; both ends pass, and nil means that no value is suspect.
  let suspectSpan: ClosedRange<Double>?

  /// A test with one or two spans.
  init(failSpan: ClosedRange<Double>, suspectSpan: ClosedRange<Double>? = nil) {
    self.failSpan = failSpan
    self.suspectSpan = suspectSpan
  }

  /// The flag of `value`, which is finite.
  func flag(_ value: Double) -> QualityFlag {
    guard failSpan.contains(value) else { return .fail }
    guard suspectSpan?.contains(value) ?? true else { return .suspect }
    return .good
  }
}
