public import PoolModel

/// Writes the native payload, version 1.
public enum NativePayload {
  /// One reading: `{"ts":1767225600000,"seq":17,"values":{"ph":7.31}}`.
  public static func reading(
    time: Timestamp, sequence: UInt64, values: [SensorValue]
  ) -> [UInt8] {
    let pairs = values.map { "\"\($0.parameter)\":\($0.text)" }.joined(separator: ",")
    return Array(
      "{\"ts\":\(time.milliseconds),\"seq\":\(sequence),\"values\":{\(pairs)}}".utf8)
  }

  /// Several readings in one message, as a gateway that empties its buffer sends them.
  public static func array(_ readings: some Sequence<[UInt8]>) -> [UInt8] {
    [UInt8(ascii: "[")] + readings.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
  }

  /// What a gateway says about itself when it comes at `time`.
  public static func hello(time: Timestamp) -> [UInt8] {
    Array("{\"online\":true,\"ts\":\(time.milliseconds),\"firmware\":\"poolsim\"}".utf8)
  }

  /// What is said of it when it has gone; without a time, because a will is written beforehand.
  public static let goodbye = Array("{\"online\":false,\"firmware\":\"poolsim\"}".utf8)
}
