public import PoolModel

/// What each of QARTOD's tests says about one sample.
public struct TestFlags: Hashable, Sendable {
  /// Outside of what the sensor can show, or of what is expected.
  public var grossRange: QualityFlag
  /// Standing out from both neighbours; `unknown` until the next sample is there.
  public var spike: QualityFlag
  /// Changed too fast since the sample before.
  public var rateOfChange: QualityFlag
  /// At rest for too long.
  public var flatLine: QualityFlag
  /// Too quiet for a measurement.
  public var attenuated: QualityFlag
  /// Nothing came for too long before it.
  ///
  /// Says nothing of the value and does not enter `aggregate`.
  public var gap: QualityFlag

  /// The flag that stands for the value: the highest but that of the gap.
  ///
  /// Source: `QualityFlag.aggregate`.
  public var aggregate: QualityFlag {
    .aggregate(grossRange, spike, rateOfChange, flatLine, attenuated)
  }
}
