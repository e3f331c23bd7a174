/// A value of JSON (RFC 8259) as it was written: numbers as their text, every key once.
///
/// For lines whose mistakes are to be told, not mended. Objects nest at most four deep; lists and
/// truth values have no use there and are mistakes.
indirect enum StrictJSON {
  case null
  case number(String)
  case text(String)
  case object([(String, StrictJSON)])

  /// The one value that `line` is.
  static func value(_ line: String) throws(TransferMistake) -> StrictJSON {
    var parser = StrictJSONParser(Array(line.utf8))
    let value = try parser.value(depth: 0)
    try parser.end()
    return value
  }
}

/// Reads one value from bytes that are UTF-8.
private struct StrictJSONParser {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func end() throws(TransferMistake) {
    skipSpace()
    guard at == bytes.count else { throw mistake("the end of the line") }
  }

  mutating func value(depth: Int) throws(TransferMistake) -> StrictJSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"):
      guard depth < 4 else { throw mistake("fewer objects in objects") }
      return .object(try members(depth: depth + 1))
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "n"):
      guard bytes[at...].starts(with: Array("null".utf8)) else { throw mistake("null") }
      at += 4
      return .null
    default: return .number(try number())
    }
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private func mistake(_ expected: String) -> TransferMistake {
    TransferMistake("it is no such JSON: expected \(expected) at byte \(at + 1)")
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D { at += 1 }
  }

  private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: wanted) else { return false }
    at += 1
    return true
  }

  private mutating func members(depth: Int) throws(TransferMistake) -> [(String, StrictJSON)] {
    at += 1
    var members: [(String, StrictJSON)] = []
    if take("}") { return members }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw mistake("a key") }
      let key = try text()
      guard !members.contains(where: { $0.0 == key }) else {
        throw TransferMistake("it has the key '\(key)' twice")
      }
      guard take(":") else { throw mistake("a colon") }
      members.append((key, try value(depth: depth)))
    } while take(",")
    guard take("}") else { throw mistake("a comma or the object's end") }
    return members
  }

  /// The digits are looked at by whoever wants a number.
  private mutating func number() throws(TransferMistake) -> String {
    let start = at
    while let byte = next, "0123456789+-.eE".utf8.contains(byte) { at += 1 }
    guard at > start else { throw mistake("a value") }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func text() throws(TransferMistake) -> String {
    at += 1
    var result: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw mistake("no control character") }
      at += 1
      if byte == UInt8(ascii: "\\") {
        result += try escape().utf8
      } else {
        result.append(byte)
      }
    }
    guard next != nil else { throw mistake("the end of a text") }
    at += 1
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func escape() throws(TransferMistake) -> String {
    guard let byte = next else { throw mistake("an escape") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(Character(Unicode.Scalar(byte)))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      if let scalar = Unicode.Scalar(unit) { return String(Character(scalar)) }
      guard unit < 0xDC00, next == UInt8(ascii: "\\") else { throw mistake("a whole character") }
      at += 1
      guard next == UInt8(ascii: "u") else { throw mistake("the second half of a character") }
      at += 1
      let low = try codeUnit()
      guard (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(low) - 0xDC00)
      else { throw mistake("the second half of a character") }
      return String(Character(scalar))
    default: throw mistake("an escape")
    }
  }

  private mutating func codeUnit() throws(TransferMistake) -> UInt16 {
    guard at + 4 <= bytes.count,
      bytes[at..<at + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else { throw mistake("four hexadecimal digits") }
    at += 4
    return unit
  }
}
