/// A number of a JSON text, as its digits say it.
struct JSONNumber {
  /// Where its text begins.
  var start: Int
  /// The byte after its text.
  var end: Int
  /// Whether it begins with a minus sign.
  var isNegative: Bool
  /// All its digits read as one integer; meaningless when there are more than 19.
  var digits: UInt64
  /// How many digits there are before the exponent, leading zeros included.
  var digitCount: Int
  /// The power of ten that `digits` is multiplied by.
  var exponent: Int
  /// Whether it has neither a fraction nor an exponent.
  var isInteger: Bool

  /// The double nearest to the number, ties to even: what `strtod` makes of the text.
  ///
  /// Infinite where the number is beyond the greatest double. The sign of zero is kept.
  @inline(__always)
  func value(in bytes: Span<UInt8>) -> Double {
    // Both factors are exact up to 2⁵³ and 10²², so one operation rounds once (Clinger 1990).
    if digitCount <= 19, digits <= 1 << 53, exponent >= -22, exponent <= 22 {
      let magnitude =
        exponent < 0
        ? Double(digits) / Self.powersOfTen[-exponent] : Double(digits) * Self.powersOfTen[exponent]
      return isNegative ? -magnitude : magnitude
    }
    return unusualValue(in: bytes)
  }

  @inline(never)
  private func unusualValue(in bytes: Span<UInt8>) -> Double {
    if digitCount <= 19, digits > 0, exponent <= 0, exponent >= -19 {
      let magnitude = quotient(power: -exponent)
      return isNegative ? -magnitude : magnitude
    }
    guard let value = Double(text(in: bytes)) else {
      preconditionFailure("a JSON number is not a number")
    }
    return value
  }

  /// `digits` ÷ 10^`power`, rounded once, for a power up to 19 and digits that are not zero.
  ///
  /// What a gateway sends that prints its doubles with 17 digits. The quotient is taken to 62 or 63
  /// bits with its lowest bit set when a remainder is left; that bit lies below the one that decides
  /// the rounding to 53, so the conversion rounds as the exact quotient would.
  private func quotient(power: Int) -> Double {
    guard power > 0 else { return Double(digits) }
    var divisor: UInt64 = 1
    for _ in 0..<power { divisor *= 10 }
    // With this shift, 2 … 125, the quotient has 62 or 63 bits and the high word stays below the
    // divisor. Shifts beyond a word give zero.
    let shift = digits.leadingZeroBitCount + (64 - divisor.leadingZeroBitCount) - 2
    let high = shift < 64 ? digits >> (64 - shift) : digits << (shift - 64)
    let (quotient, remainder) = divisor.dividingFullWidth((high, digits << shift))
    let sticky = remainder == 0 ? quotient : quotient | 1
    return Double(sign: .plus, exponent: -shift, significand: Double(sticky))
  }

  /// Whether the number itself is zero, and not only so near to it that its double is.
  @inline(__always)
  func isZero(in bytes: Span<UInt8>) -> Bool {
    // Digits beyond the nineteenth wrap, and may come to zero that way.
    digits == 0 && (digitCount <= 19 || hasOnlyZeros(in: bytes))
  }

  @inline(never)
  private func hasOnlyZeros(in bytes: Span<UInt8>) -> Bool {
    for offset in start..<end {
      switch bytes[offset] {
      case UInt8(ascii: "1")...UInt8(ascii: "9"): return false
      // The digits of an exponent say nothing of this.
      case UInt8(ascii: "e"), UInt8(ascii: "E"): return true
      default: continue
      }
    }
    return true
  }

  /// The number as an integer; nil when it is none, negative, or beyond 64 bits.
  ///
  /// A fraction or an exponent is allowed where the double is whole and below 2⁵³, as in `17.0`.
  func unsignedInteger(in bytes: Span<UInt8>) -> UInt64? {
    guard !isNegative || digits == 0 else { return nil }
    if isInteger {
      return digitCount <= 19 ? digits : UInt64(text(in: bytes))
    }
    let value = value(in: bytes)
    return value < 0x1p53 ? UInt64(exactly: value) : nil
  }

  /// The number as it is written.
  func text(in bytes: Span<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(end - start)
    for offset in start..<end { text.append(bytes[offset]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The number as it is written, cut to what a refusal has room for.
  func shownText(in bytes: Span<UInt8>) -> String {
    var shown = self
    shown.end = min(end, start + OneLine.nameLimit)
    return shown.text(in: bytes) + (shown.end < end ? "…" : "")
  }

  private static let powersOfTen: InlineArray<23, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

extension JSONScanner {
  /// Reads the number that begins here.
  @inline(__always)
  mutating func number(in bytes: Span<UInt8>) throws(Mistake) -> JSONNumber {
    let start = offset
    var number = JSONNumber(
      start: start, end: start, isNegative: take(UInt8(ascii: "-"), in: bytes), digits: 0,
      digitCount: 0, exponent: 0, isInteger: true)
    if take(UInt8(ascii: "0"), in: bytes) {
      number.digitCount = 1
      guard !Self.isDigit(byte(in: bytes)) else {
        throw .syntax(at: offset, expected: "no digit after a leading zero")
      }
    } else {
      try readDigits(of: &number, in: bytes)
    }
    if take(UInt8(ascii: "."), in: bytes) {
      let integerCount = number.digitCount
      try readDigits(of: &number, in: bytes)
      number.exponent = integerCount - number.digitCount
      number.isInteger = false
    }
    if byte(in: bytes) | 0x20 == UInt8(ascii: "e") {
      number.exponent += try readExponent(in: bytes)
      number.isInteger = false
    }
    number.end = offset
    return number
  }

  /// Reads one digit or more into `number`.
  @inline(__always)
  private mutating func readDigits(
    of number: inout JSONNumber, in bytes: Span<UInt8>
  ) throws(Mistake) {
    let start = offset
    var end = start
    // Wraps beyond 19 digits; `digitCount` tells.
    var digits = number.digits
    while bytes.count - end >= 8, let eight = Self.eightDigits(bytes.word(at: end)) {
      digits = digits &* 100_000_000 &+ eight
      end &+= 8
    }
    while end < bytes.count {
      let digit = bytes[end] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      digits = digits &* 10 &+ UInt64(digit)
      end &+= 1
    }
    guard end > start else { throw .syntax(at: end, expected: "a digit") }
    number.digits = digits
    number.digitCount += end - start
    offset = end
  }

  /// The number that eight digits make, the first in the lowest byte of `word`; nil when not all are digits.
  @inline(__always)
  private static func eightDigits(_ word: UInt64) -> UInt64? {
    let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
    // A digit is 0x30 … 0x39: its high half is 3, also when 6 is added to it.
    guard word & high == 0x3030_3030_3030_3030,
      (word &+ 0x0606_0606_0606_0606) & high == 0x3030_3030_3030_3030
    else { return nil }
    // Neighbours are joined: digits to pairs, pairs to fours, fours to eight.
    let pairs = (((word & ~high) &* (10 << 8 | 1)) >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = ((pairs &* (100 << 16 | 1)) >> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* (10_000 << 32 | 1)) >> 32
  }

  /// Reads an exponent with its letter and sign.
  ///
  /// Beyond a million, where every number has become zero or infinite however many digits a payload
  /// can hold, the exponent stays where it is.
  private mutating func readExponent(in bytes: Span<UInt8>) throws(Mistake) -> Int {
    offset += 1
    let isNegative = take(UInt8(ascii: "-"), in: bytes)
    if !isNegative { _ = take(UInt8(ascii: "+"), in: bytes) }
    guard Self.isDigit(byte(in: bytes)) else { throw .syntax(at: offset, expected: "a digit") }
    var exponent = 0
    while Self.isDigit(byte(in: bytes)) {
      if exponent < 1_000_000 {
        exponent = exponent * 10 + Int(byte(in: bytes) - UInt8(ascii: "0"))
      }
      offset += 1
    }
    return isNegative ? -exponent : exponent
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") <= 9
  }
}
