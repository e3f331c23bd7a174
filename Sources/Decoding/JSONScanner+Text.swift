extension JSONScanner {
  /// Reads the string that begins here.
  @inline(__always)
  mutating func text(in bytes: Span<UInt8>) throws(Mistake) -> JSONText {
    let start = offset &+ 1
    var end = start
    // Eight bytes at a time; the lowest mark is at the first byte that is not ordinary.
    while bytes.count - end >= 8 {
      let marks = Self.marks(bytes.word(at: end))
      guard marks == 0 else {
        end &+= marks.trailingZeroBitCount >> 3
        break
      }
      end &+= 8
    }
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") {
        offset = end &+ 1
        return JSONText(start: start, end: end, hasEscapes: false)
      }
      guard byte &- 0x20 < 0x60, byte != UInt8(ascii: "\\") else { break }
      end &+= 1
    }
    offset = end
    return try unusualText(from: start, in: bytes)
  }

  /// A mark in the highest bit of each byte of `word` that is a quote, a backslash, a control character
  /// or no ASCII; above the lowest mark others may stand for nothing.
  @inline(__always)
  private static func marks(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ ones &* 0x22
    let backslashes = word ^ ones &* 0x5C
    // Less one a byte borrows from the next where it was zero; less 0x20, where it was below that.
    let zeros = (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
    return (zeros | (word &- ones &* 0x20) & ~word | word) & (ones &* 0x80)
  }

  /// Reads on in a string that holds something else than printable ASCII.
  @inline(never)
  private mutating func unusualText(
    from start: Int, in bytes: Span<UInt8>
  ) throws(Mistake) -> JSONText {
    var hasEscapes = false
    while true {
      switch byte(in: bytes) {
      case UInt8(ascii: "\""):
        offset += 1
        return JSONText(start: start, end: offset - 1, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try skipEscape(in: bytes)
      case 0x20..<0x80: offset += 1
      case 0x80...: try skipMultibyteCharacter(in: bytes)
      default: throw .syntax(at: offset, expected: "a character or '\"'")
      }
    }
  }

  private mutating func skipEscape(in bytes: Span<UInt8>) throws(Mistake) {
    let start = offset
    offset += 1
    switch byte(in: bytes) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 1
    case UInt8(ascii: "u"):
      offset += 1
      let unit = try hexadecimal(in: bytes)
      if UTF16.isLeadSurrogate(unit) {
        guard take(UInt8(ascii: "\\"), in: bytes), take(UInt8(ascii: "u"), in: bytes),
          UTF16.isTrailSurrogate(try hexadecimal(in: bytes))
        else { throw .syntax(at: start, expected: "a pair of surrogates") }
      } else if UTF16.isTrailSurrogate(unit) {
        throw .syntax(at: start, expected: "a pair of surrogates")
      }
    default: throw .syntax(at: offset, expected: "one of \"\\/bfnrtu")
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func hexadecimal(in bytes: Span<UInt8>) throws(Mistake) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Self.hexadecimalDigit(byte(in: bytes)) else {
        throw .syntax(at: offset, expected: "a hexadecimal digit")
      }
      unit = unit << 4 | digit
      offset += 1
    }
    return unit
  }

  /// What `byte` is worth as a hexadecimal digit.
  static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte) - 0x41 + 10
    default: nil
    }
  }

  /// Steps over one character of two to four bytes; the table is Unicode's 3-7 (well-formed UTF-8).
  private mutating func skipMultibyteCharacter(in bytes: Span<UInt8>) throws(Mistake) {
    let start = offset
    let lead = byte(in: bytes)
    offset += 1
    let second = byte(in: bytes)
    let isWellFormed =
      switch lead {
      case 0xC2...0xDF: continues(1, in: bytes)
      case 0xE0: second >= 0xA0 && continues(2, in: bytes)
      case 0xED: second <= 0x9F && continues(2, in: bytes)
      case 0xE1...0xEF: continues(2, in: bytes)
      case 0xF0: second >= 0x90 && continues(3, in: bytes)
      case 0xF1...0xF3: continues(3, in: bytes)
      case 0xF4: second <= 0x8F && continues(3, in: bytes)
      default: false
      }
    guard isWellFormed else { throw .syntax(at: start, expected: "well-formed UTF-8") }
  }

  /// Steps over `count` continuation bytes; false when there are fewer.
  private mutating func continues(_ count: Int, in bytes: Span<UInt8>) -> Bool {
    for _ in 0..<count {
      guard byte(in: bytes) & 0xC0 == 0x80 else { return false }
      offset += 1
    }
    return true
  }
}
