import PoolModel

/// Why a payload cannot be read on: the one error of this target, which never leaves it.
struct Mistake: Error, Hashable {
  /// The kind of mistake.
  var reason: RefusalReason
  /// Where it stands in the payload, in bytes from 0.
  var offset: Int
  /// The value it is about, such as `[2].values.ph`; empty for the message itself.
  var path = ""
  /// What stands there; nil for a mistake of syntax, where the byte at `offset` tells.
  var found: String?
  /// What ought to stand there.
  var expected: String

  /// The text is not JSON: at `offset` stands something else than `expected`.
  static func syntax(at offset: Int, expected: String) -> Mistake {
    Mistake(reason: .badJSON, offset: offset, expected: expected)
  }

  /// In one line: where, what was found, what was expected.
  func detail(in bytes: Span<UInt8>) -> String {
    let place = path.isEmpty ? "message" : path
    return "\(place) at byte \(offset): found \(found ?? Self.found(at: offset, in: bytes)), "
      + "expected \(expected)"
  }

  private static func found(at offset: Int, in bytes: Span<UInt8>) -> String {
    guard offset < bytes.count else { return "the end" }
    let byte = bytes[offset]
    guard (0x20..<0x7F).contains(byte) else { return "byte 0x\(String(byte, radix: 16))" }
    // A word that JSON does not know, such as NaN, is shown as one, its first letters at most.
    var word = String(Unicode.Scalar(byte))
    var next = offset + 1
    while next < bytes.count, next < offset + 16, isLetter(byte), isLetter(bytes[next]) {
      word.unicodeScalars.append(Unicode.Scalar(bytes[next]))
      next += 1
    }
    return OneLine.quoted(word)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
