import PoolModel

/// The gateway's own word on what it sends.
///
/// Under maintenance, calibration or fault it is no measurement of the water and fails. A number typed
/// in by a person is one.
struct GatewayMarkTest: QualityTest {
  private static let disqualifying: GatewayMarks = [.maintenance, .calibration, .fault]

  func flag(_ value: Double, at time: Timestamp, marks: GatewayMarks) -> QualityFlag {
    marks.isDisjoint(with: Self.disqualifying) ? .good : .fail
  }
}
