/// Writes Sparkplug payloads byte by byte, after the encoding that Protocol Buffers document.
enum SparkplugWriter {
  /// A payload; what is nil is left out.
  static func payload(
    time: UInt64?, sequence: UInt64?, metrics: [[UInt8]], uuid: String? = nil
  ) -> [UInt8] {
    var bytes = time.map { field(1, $0) } ?? []
    for metric in metrics { bytes += field(2, metric) }
    bytes += sequence.map { field(3, $0) } ?? []
    return bytes + (uuid.map { field(4, Array($0.utf8)) } ?? [])
  }

  /// A metric; what is nil is left out, and `value` is a field of its own.
  static func metric(
    _ name: String?, alias: UInt64? = nil, time: UInt64? = nil, type: UInt64? = nil,
    value: [UInt8] = []
  ) -> [UInt8] {
    var bytes = name.map { field(1, Array($0.utf8)) } ?? []
    bytes += alias.map { field(2, $0) } ?? []
    bytes += time.map { field(3, $0) } ?? []
    return bytes + (type.map { field(4, $0) } ?? []) + value
  }

  /// A number in as many bytes as it needs.
  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  static func field(_ number: UInt64, _ value: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(value.count)) + value
  }

  static func field(_ number: UInt64, _ value: Float) -> [UInt8] {
    varint(number << 3 | 5) + little(value.bitPattern)
  }

  static func field(_ number: UInt64, _ value: Double) -> [UInt8] {
    varint(number << 3 | 1) + little(value.bitPattern)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
