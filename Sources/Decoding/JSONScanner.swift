/// One pass over the bytes of a JSON text (RFC 8259), forwards only, nothing allocated.
///
/// It accepts exactly what the RFC's grammar makes, in UTF-8 and without a byte order mark, with two
/// limits: nesting deeper than 512 is refused (section 9 allows a limit; 512 is Foundation's), and so
/// is an escaped surrogate without its other half, because no text contains one (section 8.2).
/// Every method takes the same bytes; past their end it sees a zero byte, which no rule allows.
struct JSONScanner {
  /// How deep arrays and objects may lie in one another.
  static let depthLimit = 512

  /// The index of the next byte.
  var offset = 0

  /// The next byte; 0 past the end.
  @inline(__always)
  func byte(in bytes: Span<UInt8>) -> UInt8 {
    offset < bytes.count ? bytes[offset] : 0
  }

  /// Steps over blanks, tabs and line ends.
  @inline(__always)
  mutating func skipWhitespace(in bytes: Span<UInt8>) {
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
        return
      }
      offset += 1
    }
  }

  /// Steps over `wanted` if it stands here.
  @inline(__always)
  mutating func take(_ wanted: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard byte(in: bytes) == wanted else { return false }
    offset += 1
    return true
  }

  /// Reads `bytes` to their end as one JSON text, and nothing more.
  static func validate(_ bytes: Span<UInt8>) throws(Mistake) {
    var scanner = JSONScanner()
    scanner.skipWhitespace(in: bytes)
    try scanner.skipValue(in: bytes, depth: 0)
    try scanner.end(in: bytes)
  }

  /// Makes sure that only whitespace follows.
  mutating func end(in bytes: Span<UInt8>) throws(Mistake) {
    skipWhitespace(in: bytes)
    guard offset == bytes.count else { throw .syntax(at: offset, expected: "the end") }
  }

  // MARK: Objects and arrays

  /// Steps over the `{` that stands here; true when a first key follows, false when the object is
  /// empty and was stepped over.
  @inline(__always)
  mutating func enterObject(in bytes: Span<UInt8>) -> Bool {
    offset += 1
    skipWhitespace(in: bytes)
    return !take(UInt8(ascii: "}"), in: bytes)
  }

  /// Reads a key and its colon, up to the first byte of the value.
  @inline(__always)
  mutating func key(in bytes: Span<UInt8>) throws(Mistake) -> JSONText {
    guard byte(in: bytes) == UInt8(ascii: "\"") else {
      throw .syntax(at: offset, expected: "a key in double quotes")
    }
    let key = try text(in: bytes)
    skipWhitespace(in: bytes)
    guard take(UInt8(ascii: ":"), in: bytes) else { throw .syntax(at: offset, expected: "':'") }
    skipWhitespace(in: bytes)
    return key
  }

  /// Reads what follows a member of an object: true when another one follows.
  @inline(__always)
  mutating func hasNextMember(in bytes: Span<UInt8>) throws(Mistake) -> Bool {
    skipWhitespace(in: bytes)
    if take(UInt8(ascii: ","), in: bytes) {
      skipWhitespace(in: bytes)
      return true
    }
    if take(UInt8(ascii: "}"), in: bytes) { return false }
    throw .syntax(at: offset, expected: "',' or '}'")
  }

  /// Steps over the `[` that stands here; true when a first element follows.
  mutating func enterArray(in bytes: Span<UInt8>) -> Bool {
    offset += 1
    skipWhitespace(in: bytes)
    return !take(UInt8(ascii: "]"), in: bytes)
  }

  /// Reads what follows an element of an array: true when another one follows.
  mutating func hasNextElement(in bytes: Span<UInt8>) throws(Mistake) -> Bool {
    skipWhitespace(in: bytes)
    if take(UInt8(ascii: ","), in: bytes) {
      skipWhitespace(in: bytes)
      return true
    }
    if take(UInt8(ascii: "]"), in: bytes) { return false }
    throw .syntax(at: offset, expected: "',' or ']'")
  }

  // MARK: Any value

  /// What kind of value begins here.
  @inline(__always)
  func kind(in bytes: Span<UInt8>) throws(Mistake) -> JSONKind {
    guard let kind = JSONKind(firstByte: byte(in: bytes)) else {
      throw .syntax(at: offset, expected: "a value")
    }
    return kind
  }

  /// Steps over the value that begins here, which lies in `depth` arrays and objects.
  @inline(__always)
  mutating func skipValue(in bytes: Span<UInt8>, depth: Int) throws(Mistake) {
    switch try kind(in: bytes) {
    case .object, .array: try skipContainer(in: bytes, depth: depth)
    default: try skipScalar(in: bytes)
    }
  }

  /// Steps over the array or object that begins here.
  private mutating func skipContainer(in bytes: Span<UInt8>, depth: Int) throws(Mistake) {
    var nesting = JSONNesting(depth: depth)
    repeat {
      switch try kind(in: bytes) {
      case .object:
        try nesting.enter(.object, at: offset)
        guard enterObject(in: bytes) else {
          nesting.leave()
          break
        }
        _ = try key(in: bytes)
        continue
      case .array:
        try nesting.enter(.array, at: offset)
        guard enterArray(in: bytes) else {
          nesting.leave()
          break
        }
        continue
      default: try skipScalar(in: bytes)
      }
      try finish(&nesting, in: bytes)
    } while !nesting.isEmpty
  }

  /// Reads the ends of the arrays and objects that end here, up to the next value in one that does
  /// not.
  private mutating func finish(
    _ nesting: inout JSONNesting, in bytes: Span<UInt8>
  ) throws(Mistake) {
    while let container = nesting.innermost {
      if container == .object {
        if try hasNextMember(in: bytes) {
          _ = try key(in: bytes)
          return
        }
      } else if try hasNextElement(in: bytes) {
        return
      }
      nesting.leave()
    }
  }

  private mutating func skipScalar(in bytes: Span<UInt8>) throws(Mistake) {
    switch byte(in: bytes) {
    case UInt8(ascii: "\""): _ = try text(in: bytes)
    case UInt8(ascii: "t"): try literal("true", in: bytes)
    case UInt8(ascii: "f"): try literal("false", in: bytes)
    case UInt8(ascii: "n"): try literal("null", in: bytes)
    default: _ = try number(in: bytes)
    }
  }

  /// Steps over `word`, one of `true`, `false` and `null`.
  mutating func literal(_ word: String, in bytes: Span<UInt8>) throws(Mistake) {
    let start = offset
    for letter in word.utf8 {
      guard take(letter, in: bytes) else {
        // What was meant is anybody's guess.
        throw .syntax(
          at: start,
          expected: "\(word); JSON's words are true, false and null, texts stand in quotes")
      }
    }
  }
}
