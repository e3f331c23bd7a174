import PoolModel

/// The gateway's own word on what it sends.
///
/// Under maintenance, calibration or fault it is no measurement of the water and fails. A number typed
/// in by a person is one.
enum GatewayMarkTest {
  private static let disqualifying: GatewayMarks = [.maintenance, .calibration, .fault]

  /// The flag of a value with `marks`.
  static func flag(_ marks: GatewayMarks) -> QualityFlag {
    marks.isDisjoint(with: disqualifying) ? .good : .fail
  }
}
