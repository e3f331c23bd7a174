/// Payloads of the greatest size, made of small ones.
enum LargePayload {
  /// A payload of more bytes is refused by default.
  private static let byteCount = 256 * 1024

  /// Combining characters out of their order, which are costly to compare.
  private static let marks = "\u{315}\u{300}"
  /// What costs much where a cost grows with its repetitions: nesting, escapes, ends of things.
  private static let units: [String] = [
    "\\u0315\\u0300", "[", "{\"a\":", "[[0],", ",{}", ",[]", "\"", "\\\\", "9",
    " ", ",0",
    ",\"\":0", "a", "##", "\r\n##", "&&", ";", ",a-Rtd=1", "/", "+/", "{\"n\":\"a\",\"v\":1},",
  ]

  /// For one input in five hundred `payload` blown up: a part of it repeated, or something put into it
  /// again and again.
  static func grown(from payload: [UInt8]) -> [UInt8]? {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in payload { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    guard hash >> 55 == 0, !payload.isEmpty, payload.count < byteCount else { return nil }
    let start = Int(hash >> 38 & 0xFFFF) % payload.count
    let choice = Int(hash >> 2 & 0xFFFF)
    let unit =
      switch hash & 3 {
      case 0: Array(marks.utf8)[...]
      case 1: payload[start...].prefix(1 + choice % payload.count)
      default: Array(units[choice % units.count].utf8)[...]
      }
    let count = (byteCount - payload.count) / unit.count
    return payload[..<start] + Array(repeatElement(unit, count: count).joined())
      + payload[start...]
  }
}
