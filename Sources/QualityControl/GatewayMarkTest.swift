import PoolModel

/// The gateway's own word on what it sends.
///
/// Under maintenance, calibration or fault it is no measurement of the water and fails. A number typed
/// in by a person is one.
enum GatewayMarkTest {
  private static let disqualifying: UInt8 =
    GatewayMarks.maintenance.rawValue | GatewayMarks.calibration.rawValue
    | GatewayMarks.fault.rawValue

  /// The severity of a value with `marks`.
  @inline(__always)
  static func severity(_ marks: GatewayMarks) -> UInt8 {
    marks.rawValue & disqualifying == 0 ? Severity.good : Severity.fail
  }
}
