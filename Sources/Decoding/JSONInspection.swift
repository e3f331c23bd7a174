import PoolModel

/// The pass over a JSON text before the library makes values of it.
///
/// The library takes a repeated key's first value without a word, reads UTF-16, recurses as deep as
/// the text says, and names no place in the text; this pass refuses what it would let through and says
/// where. It recurses itself, but never deeper than `GeneralJSON.depthLimit`.
struct JSONInspection {
  private var scanner = JSONScanner()
  private var depthSum = 0

  /// Looks through `bytes` to their end.
  ///
  /// - Throws: The mistake for which the text is refused: `bad_json` when it is none or goes beyond
  ///   a limit, `bad_payload` for a repeated key, `non_finite` for a word such as `NaN`.
  static func inspect(_ bytes: Span<UInt8>) throws(Mistake) {
    do {
      var inspection = JSONInspection()
      inspection.scanner.skipWhitespace(in: bytes)
      try inspection.inspectValue(in: bytes, depth: 0)
      try inspection.scanner.end(in: bytes)
    } catch {
      // A repeated key is told only of a text that is JSON to its end.
      if error.reason == .badPayload { try JSONScanner.validate(bytes) }
      throw error
    }
  }

  /// Looks through the value that begins here, which lies in `depth` arrays and objects.
  private mutating func inspectValue(in bytes: Span<UInt8>, depth: Int) throws(Mistake) {
    try refuseNonFinite(in: bytes)
    depthSum += depth
    guard depthSum <= GeneralJSON.depthSumLimit else {
      throw .syntax(
        at: scanner.offset,
        expected: "at most \(GeneralJSON.depthSumLimit) as the sum of the depths of all values")
    }
    switch try scanner.kind(in: bytes) {
    case .object:
      try refuseTooDeep(depth)
      try inspectMembers(in: bytes, depth: depth + 1)
    case .array:
      try refuseTooDeep(depth)
      guard scanner.enterArray(in: bytes) else { return }
      repeat {
        try inspectValue(in: bytes, depth: depth + 1)
      } while try scanner.hasNextElement(in: bytes)
    default: try scanner.skipValue(in: bytes, depth: depth)
    }
  }

  private mutating func inspectMembers(in bytes: Span<UInt8>, depth: Int) throws(Mistake) {
    guard scanner.enterObject(in: bytes) else { return }
    // As strings and not as bytes, so that two keys are one here exactly when they are one in the
    // library's dictionary.
    var keys: Set<String> = []
    repeat {
      let offset = scanner.offset
      let text = try scanner.key(in: bytes)
      guard text.end - text.start <= GeneralJSON.keyByteLimit else {
        throw .syntax(
          at: offset, expected: "a key of at most \(GeneralJSON.keyByteLimit) bytes")
      }
      let key = text.string(in: bytes)
      guard keys.insert(key).inserted else {
        throw Mistake(
          reason: .badPayload, offset: offset, found: "the key \(OneLine.quoted(key)) again",
          expected: "each key once")
      }
      try inspectValue(in: bytes, depth: depth)
    } while try scanner.hasNextMember(in: bytes)
  }

  /// Refuses an array or object that lies in `depth` others when that is as deep as it may go.
  private func refuseTooDeep(_ depth: Int) throws(Mistake) {
    guard depth < GeneralJSON.depthLimit else {
      throw .syntax(at: scanner.offset, expected: "nesting of at most \(GeneralJSON.depthLimit)")
    }
  }

  /// Refuses `NaN`, `Infinity`, `-inf` and the like, which printing routines write for no number.
  private func refuseNonFinite(in bytes: Span<UInt8>) throws(Mistake) {
    var start = scanner.offset
    if start < bytes.count, bytes[start] == UInt8(ascii: "-") { start += 1 }
    guard start + 3 <= bytes.count else { return }
    let letters = (0..<3).map { bytes[start + $0] | 0x20 }
    guard letters == Array("nan".utf8) || letters == Array("inf".utf8) else { return }
    throw Mistake(
      reason: .nonFinite, offset: scanner.offset,
      found: letters[0] == UInt8(ascii: "n") ? "NaN" : "Infinity",
      expected: "a finite number or null")
  }
}
