/// Where a string of a JSON text stands, without its quotes.
struct JSONText: Hashable {
  /// The first byte after the opening quote.
  var start: Int
  /// The closing quote.
  var end: Int
  /// Whether a backslash stands in it.
  var hasEscapes: Bool

  /// The UTF-8 of what the string stands for.
  func unescaped(in bytes: Span<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(end - start)
    var offset = start
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      let letter = bytes[offset]
      offset += 1
      switch letter {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        let scalar = Self.scalar(at: &offset, in: bytes)
        result.append(contentsOf: String(Character(scalar)).utf8)
      default: result.append(letter)
      }
    }
    return result
  }

  /// What the string stands for.
  func string(in bytes: Span<UInt8>) -> String {
    // The scanner has seen that it is well-formed, so nothing is repaired here.
    String(decoding: unescaped(in: bytes), as: UTF8.self)
  }

  /// The character whose four or twelve hexadecimal digits (`D83C\uDFCA`) begin at `offset`.
  private static func scalar(at offset: inout Int, in bytes: Span<UInt8>) -> Unicode.Scalar {
    let lead = unit(at: &offset, in: bytes)
    guard UTF16.isLeadSurrogate(lead) else {
      return Unicode.Scalar(lead) ?? "\u{FFFD}"
    }
    offset += 2
    let trail = unit(at: &offset, in: bytes)
    let value = 0x10000 + (UInt32(lead) & 0x3FF) << 10 + UInt32(trail) & 0x3FF
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  private static func unit(at offset: inout Int, in bytes: Span<UInt8>) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      unit = unit << 4 | (JSONScanner.hexadecimalDigit(bytes[offset]) ?? 0)
      offset += 1
    }
    return unit
  }
}
