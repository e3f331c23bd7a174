import PoolModel

/// Makes Sparkplug payloads that are well formed out of an input's bytes, so that what lies behind the
/// encoding is reached often.
struct SparkplugComposer {
  private static let names: [String?] = [
    "Water/pH", "Water/Cl", "Water/T", "pH", "flow", "DATA/ph", "ph", "T", "Firmware", "bdSeq", "",
    "Water/ORP", "cl", "Node Control/Rebirth", String(repeating: "n", count: 1025), nil,
  ]

  /// The next `seq` of each edge node.
  private var sequences: [UInt8: UInt8] = [:]

  /// A payload of the edge node numbered `node`; the rest of `bytes` are metrics.
  mutating func payload(_ bytes: inout ByteReader, node: UInt8, now: Timestamp) -> [UInt8] {
    let flags = bytes.byte()
    let sequence = flags & 1 == 0 ? sequences[node, default: 0] : bytes.byte()
    if flags & 2 == 0 { sequences[node] = sequence &+ 1 }
    let time = UInt64(clamping: now.milliseconds)
    var metrics: [[UInt8]] = []
    if flags & 8 == 0 {
      metrics.append(
        SparkplugWriter.metric(
          "bdSeq", type: 4, value: SparkplugWriter.field(11, UInt64(flags >> 6))))
    }
    while !bytes.isAtEnd, metrics.count < 200 { metrics.append(Self.metric(&bytes, now: now)) }
    return SparkplugWriter.payload(
      time: flags & 4 == 0 ? time : nil, sequence: flags & 2 == 0 ? UInt64(sequence) : nil,
      metrics: metrics, uuid: flags & 48 == 48 ? "SPBV1.0_COMPRESSED" : nil)
  }

  private static func metric(_ bytes: inout ByteReader, now: Timestamp) -> [UInt8] {
    let name = bytes.byte()
    let form = bytes.byte()
    let alias = name >> 4
    let type = UInt64(form & 15)
    var time: UInt64?
    if form & 128 != 0 {
      time = UInt64(clamping: now.milliseconds - Int64(Int8(bitPattern: bytes.byte())) * 10_000)
    }
    let value: [UInt8] =
      switch form >> 4 & 7 {
      case 0: []
      case 1: SparkplugWriter.field(10, bytes.number(byteCount: 4))
      case 2: SparkplugWriter.field(11, bytes.number(byteCount: 8))
      case 3: SparkplugWriter.field(12, Float(bitPattern: UInt32(bytes.number(byteCount: 4))))
      case 4: SparkplugWriter.field(13, Double(bitPattern: bytes.number(byteCount: 8)))
      case 5: SparkplugWriter.field(14, UInt64(1))
      case 6: SparkplugWriter.field(15, Array("text".utf8))
      default: SparkplugWriter.field(7, UInt64(1))
      }
    return SparkplugWriter.metric(
      names[Int(name & 15)], alias: alias == 0 ? nil : UInt64(alias), time: time,
      type: type == 0 ? nil : type, value: value)
  }

  /// A birth with `count` metrics that nobody has mapped.
  static func birth(metricCount count: Int, now: Timestamp) -> [UInt8] {
    let session = SparkplugWriter.metric(
      "bdSeq", type: 4, value: SparkplugWriter.field(11, UInt64(0)))
    let metrics = (0..<count).map {
      SparkplugWriter.metric("m\($0)", alias: UInt64($0), type: 10)
    }
    return SparkplugWriter.payload(
      time: UInt64(clamping: now.milliseconds), sequence: 0, metrics: [session] + metrics)
  }
}
