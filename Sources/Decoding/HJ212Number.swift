/// Numbers and times as HJ 212 writes them: digits, and nothing that a general reader would also take.
enum HJ212Number {
  /// The number that the decimal digits in `text` make; nil where there are none, more than 18, or
  /// something else among them.
  static func whole(_ text: ArraySlice<UInt8>) -> Int? {
    guard (1...18).contains(text.count) else { return nil }
    var number = 0
    for byte in text {
      guard isDigit(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }

  /// The double nearest to the plain decimal number in `text`: an optional minus sign, digits, and an
  /// optional point with digits; nil for anything else, such as `+1`, `1e3`, `.5`, `0x10` or `NaN`.
  ///
  /// Infinite where the number is beyond the greatest double; NaN where it is not zero and nearer to it than
  /// any double.
  static func decimal(_ text: ArraySlice<UInt8>) -> Double? {
    var rest = text
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let integer = rest.prefix(while: isDigit)
    guard !integer.isEmpty else { return nil }
    rest = rest[integer.endIndex...]
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
      rest = []
    }
    guard rest.isEmpty, let number = Double(String(decoding: text, as: UTF8.self)) else {
      return nil
    }
    let isZero = text.allSatisfy { !isDigit($0) || $0 == UInt8(ascii: "0") }
    return number == 0 && !isZero ? .nan : number
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 <= 9
  }
}
