import PoolModel

extension SplitMix64 {
  mutating func below(_ limit: Int) -> Int {
    Int(next() % UInt64(limit))
  }

  mutating func element<Element>(_ array: [Element]) -> Element {
    array[below(array.count)]
  }

  private mutating func digits(_ limit: Int) -> String {
    (0..<1 + below(limit)).map { _ in String(below(10)) }.joined()
  }

  /// A number of JSON's grammar.
  mutating func numberText() -> String {
    var text = below(4) == 0 ? "-" : ""
    text += below(3) == 0 ? "0" : "\(1 + below(9))" + (below(2) == 0 ? digits(22) : "")
    if below(2) == 0 { text += "." + digits(element([2, 6, 17, 25])) }
    if below(3) == 0 {
      text += element(["e", "E"]) + element(["", "+", "-"]) + digits(element([1, 2, 3]))
    }
    return text
  }
}

/// Makes broken and unbroken payloads out of good ones.
struct PayloadMutator {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  /// Payloads of the dialect and of JSON at large, whole.
  static let originals: [String] = [
    "{\"ts\":1767225600000,\"seq\":17,\"values\":{\"free_chlorine\":0.52,\"ph\":7.31,"
      + "\"temperature\":27.4},\"flags\":{\"ph\":\"calibration\"}}",
    "[{\"ts\":1767225600000,\"values\":{\"ph\":7.1}},{\"ts\":\"2026-01-01T00:00:00Z\","
      + "\"values\":{\"ph\":null,\"orp\":-12.5e1}}]",
    "{\"ts\":1.7672256e12,\"x\":{\"a\":[1,2,{}],\"b\":[[],[true,false,null]]},\"values\":{\"ph\":7}}",
    "{\"ts\":1767225600000,\"values\":{\"chlorine\":1,\"p\\u0068\":7},\"flags\":{\"ph\":\"fault\"}}",
    "{\"ts\":1,\"池\":\"水🏊\",\"\\ud83c\\udfca\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"values\":{\"ph\":-0}}",
    " [ 1 , -2.5E-3 , \"a\" , { \"b\" : [ ] } , null ]\r\n\t",
    "\"text with é ü 池 🏊 and \\u00e9\"", "-0.0", "true", "{}", "[]", "null", "1e5",
    "{\"online\":true,\"ts\":1767225600000,\"firmware\":\"1.2\"}",
    "{\"values\":{\"ph\":0.30000000000000004,\"orp\":1e308,\"flow\":5e-324},\"ts\":1767225600000}",
  ]

  private static let tokens: [[UInt8]] =
    [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "false", "nul", "True", "NaN",
      "Infinity", "-", "+", ".", "e", "E", "0", "00", "-0", "1e999", "-1e400", "1e-999", "\"\"",
      "\"ts\"", "\"values\"", "\"values\":{\"ph\":7}", "\"ph\":7,", ",\"ph\":7", "\"flags\":{}",
      "\"seq\":1", "\\u0000", "\\uD800", "\\uDC00", "\\uD83C\\uDFCA", "\\uD83Cx", "\\u12", "\\x",
      "\\/", "{}", "[]", "[{}]", ",,", ",]", ",}", "//", "/*", "'", "\u{FEFF}", "池", "🏊", " ",
      "\t", "\n", "\r", "\u{C}", "\u{B}", "\u{A0}", "\u{7F}", "\u{1F}", "\u{0}",
    ].map { Array($0.utf8) } + [
      [0xC0, 0x80], [0xC1, 0xBF], [0xE2, 0x82], [0xE2], [0xF0, 0x9F, 0x8F],
      [0xF4, 0x90, 0x80, 0x80],
      [0xED, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xE0, 0x9F, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xFF],
      [0xFE, 0xFF], [0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ]

  /// A payload with one to four changes, or now and then with none.
  mutating func payload() -> [UInt8] {
    var bytes = Array(random.element(Self.originals).utf8)
    for _ in 0..<random.element([0, 1, 1, 1, 2, 2, 3, 4]) { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let place = random.below(bytes.count + 1)
    switch random.below(12) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(4)))
    case 3: bytes.insert(UInt8(random.below(256)), at: place)
    case 4: bytes.insert(contentsOf: Array(random.numberText().utf8), at: place)
    case 5: bytes.removeSubrange(place...)
    case 6:
      let other = Array(random.element(Self.originals).utf8)
      let start = random.below(other.count)
      let end = start + random.below(other.count - start) + 1
      bytes.insert(contentsOf: other[start..<end], at: place)
    case 7: replaceNumber(in: &bytes)
    case 8: wrap(&bytes)
    default: bytes.insert(contentsOf: random.element(Self.tokens), at: place)
    }
  }

  /// Puts another number where the first run of digits after a random place stands.
  private mutating func replaceNumber(in bytes: inout [UInt8]) {
    let digits: ClosedRange<UInt8> = 0x30...0x39
    let place = random.below(bytes.count + 1)
    guard let start = bytes[place...].firstIndex(where: { digits.contains($0) }) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(random.numberText().utf8))
  }

  /// Puts the whole into arrays or objects, sometimes about as deep as is allowed.
  private mutating func wrap(_ bytes: inout [UInt8]) {
    let depth = random.element([1, 1, 2, 3, 60, 509 + random.below(6)])
    let (opening, closing) = random.element([("[", "]"), ("{\"a\":", "}"), ("[[0],", "]")])
    bytes =
      Array(String(repeating: opening, count: depth).utf8) + bytes
      + Array(String(repeating: closing, count: depth).utf8)
  }
}
