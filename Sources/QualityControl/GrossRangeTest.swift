import PoolModel

/// QARTOD's gross range test: whether the sensor can show such a value and the operator expects it.
struct GrossRangeTest: QualityTest {
  /// Outside, a value fails; both ends pass.
  let failSpan: ClosedRange<Double>
  /// Outside, a value is suspect; both ends pass, and nil means that no value is suspect.
  let suspectSpan: ClosedRange<Double>?

  /// A test with one or two spans.
  init(failSpan: ClosedRange<Double>, suspectSpan: ClosedRange<Double>? = nil) {
    self.failSpan = failSpan
    self.suspectSpan = suspectSpan
  }

  func flag(_ value: Double, at time: Timestamp, marks: GatewayMarks) -> QualityFlag {
    guard failSpan.contains(value) else { return .fail }
    guard suspectSpan?.contains(value) ?? true else { return .suspect }
    return .good
  }
}
