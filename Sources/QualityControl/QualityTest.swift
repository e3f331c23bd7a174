import PoolModel

/// One test of QARTOD, applied to one series in the order of its samples.
///
/// A missing value is no test's business: it is `missing` for all of them.
protocol QualityTest: Sendable {
  /// What this test says about `value`, which the gateway measured at `time`; finite.
  mutating func flag(_ value: Double, at time: Timestamp, marks: GatewayMarks) -> QualityFlag
}

/// The tests that the values of one parameter go through.
struct SeriesTests: Sendable {
  private var gatewayMark = GatewayMarkTest()
  private var grossRange: GrossRangeTest

  /// The gateway's own word and `grossRange`.
  init(grossRange: GrossRangeTest) {
    self.grossRange = grossRange
  }

  /// What all tests together say about `value`.
  mutating func flag(
    _ value: Double, at time: Timestamp, marks: GatewayMarks
  ) -> QualityFlag {
    gatewayMark.flag(value, at: time, marks: marks)
      .joined(with: grossRange.flag(value, at: time, marks: marks))
  }
}
