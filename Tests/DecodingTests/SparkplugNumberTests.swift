import PoolModel
import Testing

@testable import Decoding

@Suite struct `Sparkplug numbers` {
  typealias Message = SparkplugMessage

  /// The number of a metric `a` so encoded, or how it was refused.
  private func read(_ type: UInt64?, _ value: [UInt8], born: UInt64? = nil) -> String {
    var gateway = SparkplugGateway([SampleGateway.value("a", "orp", unit: "mV")])
    _ = gateway.receives(
      "NBIRTH", Message.birth(0, Message.metric("a", type: born ?? type, isNull: true)))
    let decoded = gateway.receives(
      "NDATA", Message(1, Message.metric("a", type: type, value: value)))
    guard let reading = decoded.readings.first else { return SamplePlan.refusal(decoded) }
    return reading.values.map { $0.value.map { "\($0)" } ?? "null" }.joined()
  }

  @Test func `each numeric type of another encoder is read`() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"]
    let parameters = [
      "free_chlorine", "combined_chlorine", "total_chlorine", "ph", "temperature", "orp",
      "turbidity", "conductivity",
    ]
    let units = ["mg/L", "mg/L", "mg/L", "pH", "Cel", "mV", "NTU", "uS/cm"]
    let values = names.indices.map {
      SampleGateway.value(
        names[$0], parameters[$0 % 8], unit: units[$0 % 8], pool: PoolNumber($0 / 8))
    }
    var gateway = SparkplugGateway(values)
    let decoded = gateway.receives("NBIRTH", fixture: SparkplugFixtures.types)
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(
      decoded.readings.flatMap(\.values).map(\.value) == [
        -1, -300, -70_000, -5_000_000_000, 200, 60_000, 4_000_000_000, 9_007_199_254_740_992,
        7.1, 0.1, 127, -1, 16_777_216, 1e-45, 0.52,
      ])
  }

  static let table: [(type: UInt64?, value: [UInt8], expected: String)] = [
    // Negative numbers in the field's two's complement, where the fixtures have the type's.
    (1, Message.field(10, 0xFFFF_FF80), "-128.0"), (1, Message.field(10, 0x80), "-128.0"),
    (1, Message.field(11, .max), "-1.0"), (2, Message.field(10, 0xFFFF_8000), "-32768.0"),
    (3, Message.field(11, 0xFFFF_FFFF), "-1.0"),
    (7, Message.field(11, 0xFFFF_FFFF), "4294967295.0"),
    (4, Message.field(11, 1 << 53), "9007199254740992.0"),
    (4, Message.field(11, 1 << 63), "-9.223372036854776e+18"),
    (9, [13 << 3 | 1, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F], "1.0"), (10, Message.float(7.1), "7.1"),
    (5, Message.field(10, 255), "255.0"), (6, Message.field(10, 65_535), "65535.0"),
    // Too much for the type or a double.
    (1, Message.field(10, 256), Self.refused("256", "int8")),
    (1, Message.field(10, 0xFFFF_FF7F), Self.refused("-129", "int8")),
    (2, Message.field(10, 65_536), Self.refused("65536", "int16")),
    (5, Message.field(10, 256), Self.refused("256", "uint8")),
    (6, Message.field(10, 65_536), Self.refused("65536", "uint16")),
    (7, Message.field(11, 1 << 32), Self.refused("4294967296", "uint32")),
    (3, Message.field(11, 1 << 32), Self.refused("4294967296", "int32")),
    (4, Message.field(11, 1 << 53 + 1), Self.refused("9007199254740993", "int64")),
    // Another field than the type's.
    (4, Message.field(10, 7), Self.mismatch("a 32-bit whole number", "int64")),
    (10, Message.field(10, 7), Self.mismatch("a 32-bit whole number", "double")),
    (3, Message.float(7), Self.mismatch("a floating-point number", "int32")),
    (9, Message.field(15, Array("7.1".utf8)), Self.mismatch("a string", "float")),
    (9, Message.field(14, 1), Self.mismatch("a boolean", "float")),
    (9, [], Self.mismatch("no number", "float")),
    (
      11, Message.field(14, 1),
      "bad_payload: metric 'a': found datatype 11, expected a number: datatype 1 (Int8) to 10 "
        + "(Double)"
    ),
    (
      nil, Message.float(7),
      "bad_payload: metric 'a': found no datatype, expected a number: datatype 1 (Int8) to 10 "
        + "(Double)"
    ),
    (9, Message.float(.infinity), "non_finite: metric 'a': found inf, expected a finite number"),
    (9, Message.float(.nan), "non_finite: metric 'a': found nan, expected a finite number"),
  ]

  private static func refused(_ found: String, _ type: String) -> String {
    "bad_payload: metric 'a': found \(found), expected a whole number of type \(type) that a double "
      + "holds exactly"
  }

  private static func mismatch(_ found: String, _ type: String) -> String {
    "bad_payload: metric 'a': found \(found), expected a number of type \(type), or is_null"
  }

  @Test func `numbers are taken by their types`() {
    for (type, value, expected) in Self.table { #expect(read(type, value) == expected) }
  }

  @Test func `the type is the birth's where data have none, and may not change`() {
    #expect(read(nil, Message.field(10, 0xFF), born: 1) == "-1.0")
    #expect(
      read(5, Message.field(10, 0xFF), born: 1)
        == "bad_payload: metric 'a': found datatype 5, expected datatype 1 as in the birth")
  }

  @Test func `a float is stored as the decimal it was made of`() {
    // Every decimal of four digits is its float's shortest.
    for thousandths in stride(from: 1, to: 10_000, by: 37) {
      let decimal = "\(thousandths / 1000).\(String(thousandths % 1000 + 1000).dropFirst())"
      guard let float = Float(decimal), let double = Double(decimal) else { continue }
      #expect(read(9, Message.float(float)) == "\(double)")
    }
    var random = SplitMix64(seed: 4)
    for _ in 0..<2000 {
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      guard float.isFinite else { continue }
      // What is stored gives the same float again.
      #expect(Double(read(9, Message.float(float))).map { Float($0) } == float)
    }
  }
}
