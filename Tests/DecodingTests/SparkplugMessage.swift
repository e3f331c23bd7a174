import PoolModel

@testable import Decoding

/// Writes Sparkplug payloads byte by byte, after the encoding that Protocol Buffers document, so that
/// no library has a hand in what the tests expect.
struct SparkplugMessage {
  var time: UInt64? = Self.sent
  var sequence: UInt64?
  var uuid: String?
  var metrics: [[UInt8]] = []

  /// 2025-12-31T23:59:50Z, ten seconds before `SampleGateway.now`.
  static let sent: UInt64 = 1_767_225_590_000

  /// The message with `metrics`, each made by `metric(…)`.
  init(_ sequence: UInt64?, _ metrics: [UInt8]...) {
    self.sequence = sequence
    self.metrics = metrics
  }

  /// A birth of an edge node.
  static func birth(_ sequence: UInt64, session: UInt64 = 0, _ metrics: [UInt8]...) -> Self {
    var message = SparkplugMessage(sequence)
    message.metrics = [metric("bdSeq", type: 4, value: field(11, session))] + metrics
    return message
  }

  static func death(session: UInt64) -> Self {
    SparkplugMessage(nil, metric("bdSeq", type: 4, value: field(11, session)))
  }

  /// One metric; `value` is made by `field` or `float`.
  static func metric(
    _ name: String?, alias: UInt64? = nil, time: UInt64? = nil, type: UInt64? = nil,
    isNull: Bool = false, value: [UInt8] = []
  ) -> [UInt8] {
    var bytes = name.map { field(1, Array($0.utf8)) } ?? []
    bytes += alias.map { field(2, $0) } ?? []
    bytes += time.map { field(3, $0) } ?? []
    bytes += type.map { field(4, $0) } ?? []
    bytes += isNull ? field(7, 1) : []
    return bytes + value
  }

  /// A metric of type Double.
  static func double(
    _ name: String?, alias: UInt64? = nil, time: UInt64? = nil, _ number: Double
  ) -> [UInt8] {
    metric(
      name, alias: alias, time: time, type: 10, value: [13 << 3 | 1] + little(number.bitPattern))
  }

  /// A float as the value of a metric.
  static func float(_ number: Float) -> [UInt8] {
    [12 << 3 | 5] + little(number.bitPattern)
  }

  var bytes: [UInt8] {
    var bytes = time.map { Self.field(1, $0) } ?? []
    for metric in metrics { bytes += Self.field(2, metric) }
    bytes += sequence.map { Self.field(3, $0) } ?? []
    return bytes + (uuid.map { Self.field(4, Array($0.utf8)) } ?? [])
  }

  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  static func field(_ number: UInt64, _ value: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(value.count)) + value
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}

/// A gateway under test: its dialect, and what it is asked.
struct SparkplugGateway {
  var dialect: SparkplugDialect
  var now = SampleGateway.now

  init(_ values: [ValueBinding] = Self.values) {
    dialect = SparkplugDialect(SampleGateway.names(.sparkplug, values))
  }

  /// The map of the fixtures.
  static let values = [
    SampleGateway.value("Water/pH", "ph", unit: "pH"),
    SampleGateway.value("Water/Cl", "free_chlorine", unit: "mg/L"),
    SampleGateway.value("Water/T", "temperature", unit: "Cel"),
    SampleGateway.value("kids/pH", "ph", unit: "pH", pool: SampleGateway.kids),
    SampleGateway.value("kids/flow", "flow", unit: "m3/h", pool: SampleGateway.kids),
    SampleGateway.value("kids/DATA/ph", "ph", unit: "pH", pool: SampleGateway.kids),
  ]

  /// What the gateway's message of `type` comes to; `place` is its edge node, or that and a device.
  mutating func receives(
    _ type: String, _ payload: [UInt8], from place: String = "gateway"
  ) -> DecodedDelivery {
    dialect.decode(
      Delivery(
        topic: "spBv1.0/plant/\(type)/\(place)", payload: payload), now: now)
  }

  mutating func receives(
    _ type: String, _ message: SparkplugMessage, from place: String = "gateway"
  ) -> DecodedDelivery {
    receives(type, message.bytes, from: place)
  }

  mutating func receives(
    _ type: String, fixture: String, from place: String = "gateway"
  ) -> DecodedDelivery {
    receives(type, SparkplugFixtures.bytes(fixture), from: place)
  }
}
