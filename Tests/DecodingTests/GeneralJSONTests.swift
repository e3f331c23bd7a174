import PoolModel
import Testing

@testable import Decoding

@Suite struct `The general JSON reader` {
  private static func read(_ text: String) throws(Mistake) -> GeneralJSON {
    try GeneralJSON(Array(text.utf8))
  }

  private static func complaint(_ bytes: [UInt8]) -> String {
    do {
      return "read as \(try GeneralJSON(bytes))"
    } catch {
      return "\(error.reason.rawValue): \(error.detail(in: bytes.span))"
    }
  }

  @Test func `every kind of value is told from every other`() throws {
    let json = try Self.read(#"[null,true,false,1,0,"1","true",{"a":[]},{},-0.0,1e999,1e-400]"#)
    #expect(
      json
        == .array([
          .null, .boolean(true), .boolean(false), .number(1), .number(0), .string("1"),
          .string("true"), .object(["a": .array([])]), .object([:]), .number(-0.0),
          .unrepresentableNumber, .unrepresentableNumber,
        ]))
  }

  @Test func `numbers are the nearest double, as the standard library reads their text`() throws {
    var random = SplitMix64(seed: 20_260_101)
    var texts = ["9007199254740993", "0.30000000000000004", "2.2250738585072011e-308", "5e-324"]
    for _ in 0..<5000 { texts.append(random.numberText()) }
    let json = try Self.read("[\(texts.joined(separator: ","))]")
    guard case .array(let numbers) = json else {
      Issue.record("not an array")
      return
    }
    var representable = 0
    for (text, number) in zip(texts, numbers) {
      let expected = try #require(Double(text))
      if case .number(let value) = number {
        representable += 1
        #expect(value.bitPattern == expected.bitPattern, "\(text)")
      } else {
        #expect(number == .unrepresentableNumber, "\(text)")
        #expect(!expected.isFinite || expected.magnitude < 0x1p-1022, "\(text)")
      }
    }
    #expect(numbers.count == texts.count && representable > 4000)
  }

  static let refused: [(String, String)] = [
    ("", "bad_json: message at byte 0: found the end, expected a value"),
    ("[1] x", "bad_json: message at byte 4: found 'x', expected the end"),
    ("[1,]", "bad_json: message at byte 3: found ']', expected a value"),
    ("[01]", "bad_json: message at byte 2: found '1', expected no digit after a leading zero"),
    ("\u{FEFF}[]", "bad_json: message at byte 0: found byte 0xef, expected a value"),
    ("[NaN]", "non_finite: message at byte 1: found NaN, expected a finite number or null"),
    ("[-inf]", "non_finite: message at byte 1: found Infinity, expected a finite number or null"),
    (
      "[nul]",
      "bad_json: message at byte 1: found 'nul', expected null; "
        + "JSON's words are true, false and null, texts stand in quotes"
    ),
    (
      #"[{"a":1,"b":2,"\u0061":1}]"#,
      "bad_payload: message at byte 14: found the key 'a' again, expected each key once"
    ),
    (#"{"a":1,"a":1"#, "bad_json: message at byte 12: found the end, expected ',' or '}'"),
  ]

  @Test(arguments: refused)
  func `a text that is refused is refused in words with the byte`(_ row: (String, String)) {
    #expect(Self.complaint(Array(row.0.utf8)) == row.1)
  }

  @Test func `the same key in two objects is no repetition`() throws {
    #expect(
      try Self.read(#"[{"a":1},{"a":{"a":2}}]"#)
        == .array([.object(["a": .number(1)]), .object(["a": .object(["a": .number(2)])])]))
  }

  @Test func `UTF-16 is not read`() {
    let text = Array("[1]".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(Self.complaint(text) == "bad_json: message at byte 1: found byte 0x0, expected a value")
    #expect(Self.complaint([0xFF, 0xFE] + text).hasPrefix("bad_json: message at byte 0"))
  }

  @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
  func `nesting is read to 32 and refused beyond`(_ pair: (opening: String, closing: String)) {
    func nested(_ depth: Int) -> [UInt8] {
      Array(
        (String(repeating: pair.opening, count: depth) + "0"
          + String(repeating: pair.closing, count: depth)).utf8)
    }
    #expect(Self.complaint(nested(32)).hasPrefix("read as"))
    let expected = "found '\(pair.opening.prefix(1))', expected nesting of at most 32"
    #expect(Self.complaint(nested(33)).hasSuffix(expected))
    #expect(Self.complaint(nested(120_000 / pair.opening.utf8.count)).hasSuffix(expected))
    let unclosed = Array(String(repeating: pair.opening, count: 50_000).utf8)
    #expect(Self.complaint(unclosed).hasSuffix(expected))
  }

  @Test func `deep texts are refused by the sum of their depths`() {
    // Each value in 16 arrays, which themselves lie in 0 to 15: 120 in all.
    func text(_ count: Int) -> [UInt8] {
      let values = Array(repeating: "1", count: count).joined(separator: ",")
      return Array(
        (String(repeating: "[", count: 16) + values + String(repeating: "]", count: 16)).utf8)
    }
    #expect(Self.complaint(text((400_000 - 120) / 16)).hasPrefix("read as"))
    #expect(
      Self.complaint(text((400_000 - 120) / 16 + 1)).hasSuffix(
        "expected at most 400000 as the sum of the depths of all values"))
  }
}
