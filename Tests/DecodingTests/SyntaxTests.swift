import Foundation
import PoolModel
import Testing

@testable import Decoding

/// Our verdict on `bytes`: nil when they are JSON.
private func mistake(in bytes: [UInt8]) -> Mistake? {
  do {
    try JSONScanner.validate(bytes.span)
    return nil
  } catch {
    return error
  }
}

/// Foundation's verdict on `bytes`: nil when it takes them.
private func foundationError(_ bytes: [UInt8]) -> String? {
  do {
    _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    return nil
  } catch {
    return "\(error)"
  }
}

/// The ways in which JSONSerialization is not a strict reader of RFC 8259, each with a proof that a
/// text is of that class: the text without its peculiarity, on which both have to agree.
private enum Leniency: CaseIterable {
  /// It takes a comma before `]` or `}`. The RFC's grammar has values between commas.
  case trailingComma
  /// It takes a byte order mark. The RFC's text must not begin with one.
  case byteOrderMark
  /// It takes UTF-16 and UTF-32 (and guesses them from zero bytes). The RFC's text is UTF-8.
  case otherEncoding
  /// It refuses a number beyond the range of a double. The RFC's grammar has no such bound; the
  /// dialect refuses the value as `non_finite`.
  case numberBeyondDouble

  /// `bytes` without the peculiarity; nil when they do not have it.
  func cured(_ bytes: [UInt8]) -> [UInt8]? {
    switch self {
    case .trailingComma:
      guard let mistake = mistake(in: bytes), mistake.offset < bytes.count,
        bytes[mistake.offset] == UInt8(ascii: "]") || bytes[mistake.offset] == UInt8(ascii: "}"),
        let last = bytes[..<mistake.offset].lastIndex(where: { ![9, 10, 13, 32].contains($0) }),
        bytes[last] == UInt8(ascii: ",")
      else { return nil }
      return Array(bytes[..<last] + bytes[(last + 1)...])
    case .byteOrderMark:
      return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : nil
    case .otherEncoding:
      return Self.transcoded(bytes)
    case .numberBeyondDouble:
      guard foundationError(bytes)?.contains("is not representable in Swift") == true else {
        return nil
      }
      let cured = Self.withoutInfinities(bytes)
      return cured == bytes ? nil : cured
    }
  }

  private static func transcoded(_ bytes: [UInt8]) -> [UInt8]? {
    guard
      bytes.prefix(4).contains(0) || bytes.starts(with: [0xFF, 0xFE])
        || bytes.starts(with: [0xFE, 0xFF])
    else { return nil }
    let encodings: [String.Encoding] = [
      .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian,
    ]
    for encoding in encodings {
      guard var text = String(data: Data(bytes), encoding: encoding) else { continue }
      if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
      if foundationError(Array(text.utf8)) == nil { return Array(text.utf8) }
    }
    return nil
  }

  /// `bytes` with 1 for every number whose double is infinite.
  private static func withoutInfinities(_ bytes: [UInt8]) -> [UInt8] {
    var cured = bytes
    for (range, text) in numberTexts(in: bytes).reversed()
    where !Double(bitPattern: bitsOfStrtod(text)).isFinite {
      cured.replaceSubrange(range, with: [UInt8(ascii: "1")])
    }
    return cured
  }
}

/// The runs of characters of numbers outside of strings, in a text that is JSON.
private func numberTexts(in bytes: [UInt8]) -> [(range: Range<Int>, text: String)] {
  let letters = Set("0123456789+-.eE".utf8)
  var found: [(range: Range<Int>, text: String)] = []
  var index = 0
  var isInText = false
  while index < bytes.count {
    let byte = bytes[index]
    if isInText {
      index += byte == UInt8(ascii: "\\") ? 2 : 1
      isInText = byte != UInt8(ascii: "\"")
    } else if byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) {
      let end = bytes[index...].firstIndex { !letters.contains($0) } ?? bytes.count
      found.append((index..<end, String(decoding: bytes[index..<end], as: UTF8.self)))
      index = end
    } else {
      isInText = byte == UInt8(ascii: "\"")
      index += 1
    }
  }
  return found
}

@Suite struct `JSON syntax` {
  /// 6 × 20,000 payloads; a seed that ever failed stays in this list.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `the verdict on a mutated payload is Foundation's, but for its named leniencies`(
    seed: UInt64
  ) {
    var mutator = PayloadMutator(seed: seed)
    var acceptedCount = 0
    var refusedCount = 0
    var numberCount = 0
    for _ in 0..<20_000 {
      let payload = mutator.payload()
      let isAccepted = mistake(in: payload) == nil
      if isAccepted { acceptedCount += 1 } else { refusedCount += 1 }
      if !agrees(payload, isAccepted: isAccepted) {
        Issue.record("seed \(seed): \(String(decoding: payload, as: UTF8.self)) \(payload)")
      }
      if isAccepted { numberCount += compareNumbers(in: payload, seed: seed) }
      compareDecoding(of: payload, isAccepted: isAccepted, seed: seed)
    }
    #expect(acceptedCount > 4000)
    #expect(refusedCount > 8000)
    #expect(numberCount > 8000)
  }

  /// Whether the verdicts are equal, or become so when leniencies are cured one by one.
  private func agrees(_ payload: [UInt8], isAccepted: Bool) -> Bool {
    guard isAccepted != (foundationError(payload) == nil) else { return true }
    var text = payload
    for _ in 0..<50 {
      guard let cured = Leniency.allCases.lazy.compactMap({ $0.cured(text) }).first else {
        return false
      }
      text = cured
      if mistake(in: text) == nil, foundationError(text) == nil { return true }
    }
    return false
  }

  /// Every number's bits are those of `strtod`; how many there were.
  private func compareNumbers(in payload: [UInt8], seed: UInt64) -> Int {
    let numbers = numberTexts(in: payload)
    for (range, text) in numbers {
      var scanner = JSONScanner()
      scanner.offset = range.lowerBound
      do {
        let number = try scanner.number(in: payload.span)
        let value = number.value(in: payload.span)
        if number.end != range.upperBound || value.bitPattern != bitsOfStrtod(text) {
          Issue.record("seed \(seed): \(text)")
        }
      } catch {
        Issue.record("seed \(seed): \(text): \(error)")
      }
    }
    return numbers.count
  }

  /// Decoding takes any payload without a trap, and calls it `bad_json` exactly when it is not JSON.
  private func compareDecoding(of payload: [UInt8], isAccepted: Bool, seed: UInt64) {
    for topic in [SamplePlan.topic, SamplePlan.statusTopic] {
      let decoded = SamplePlan.decode(
        Delivery(topic: topic, payload: payload), now: SamplePlan.now)
      let isBadJSON = decoded.refusals.contains { $0.reason == .badJSON }
      let isEmpty = decoded.readings.isEmpty && decoded.status == nil
      let isOneLine = decoded.refusals.allSatisfy {
        $0.detail.unicodeScalars.count <= 200 && !$0.detail.contains(where: \.isNewline)
      }
      if isBadJSON == isAccepted || isEmpty && decoded.refusals.isEmpty
        || isBadJSON && (!isEmpty || decoded.refusals.count > 1) || !isOneLine
      {
        Issue.record("seed \(seed): \(String(decoding: payload, as: UTF8.self)) \(payload)")
      }
    }
  }

  /// What JSONTestSuite (Seriot 2016) lists as implementation-defined or commonly mistaken.
  @Test(arguments: [
    ("\"\\uD800\"", false), ("\"\\uDC00\"", false), ("\"\\uD800\\n\"", false),
    ("\"\\uD800\\uD800\"", false), ("\"\\uD83C\\uDFCA\"", true), ("\"\\u0000\"", true),
    ("\"\u{7F}\"", true), ("\"\u{1F}\"", false), ("\"\t\"", false), ("1\u{C}", false),
    ("1\u{A0}", false), ("[1,]", false), ("[,1]", false), ("{\"a\":1,}", false), ("{,}", false),
    ("{\"a\":1,\"a\":2}", true), ("\u{FEFF}1", false), ("1\u{0}", false), ("\"\\x\"", false),
    ("\"\\/\"", true), ("'a'", false), ("{a:1}", false), ("// c\n1", false), ("1 2", false),
    ("nulll", false), ("", false), (" ", false), ("[1e999]", true), ("[1e-999]", true),
    ("[1", false), ("{\"a\"}", false), ("{\"a\":}", false), ("{1:1}", false), ("[1:2]", false),
    ("{\"a\",1}", false), ("[}", false), ("{]", false), ("]", false), ("\"", false),
  ])
  func `a text is JSON or it is not`(text: String, isJSON: Bool) {
    #expect((mistake(in: Array(text.utf8)) == nil) == isJSON)
  }

  @Test func `nesting of 512 is taken and of 513 is refused, as by Foundation`() {
    for (opening, closing) in [("[", "]"), ("{\"a\":", "}")] {
      for (depth, isTaken) in [(511, true), (512, true), (513, false), (200_000, false)] {
        let inner = opening == "[" ? "" : "1"
        let text =
          String(repeating: opening, count: depth) + inner
          + String(repeating: closing, count: depth)
        #expect((mistake(in: Array(text.utf8)) == nil) == isTaken)
        if depth < 1000 { #expect((foundationError(Array(text.utf8)) == nil) == isTaken) }
      }
    }
  }

  @Test func `each leniency of Foundation is there and is cured`() {
    let examples: [(Leniency, [UInt8])] = [
      (.trailingComma, Array("[1, ]".utf8)), (.byteOrderMark, [0xEF, 0xBB, 0xBF, 0x31]),
      (.otherEncoding, [0x31, 0x00]), (.otherEncoding, [0x00, 0x00, 0x00, 0x31]),
      (.otherEncoding, [0xFF, 0xFE, 0x31, 0x00]), (.numberBeyondDouble, Array("[1e999]".utf8)),
    ]
    for (leniency, bytes) in examples {
      let isAccepted = mistake(in: bytes) == nil
      #expect(isAccepted != (foundationError(bytes) == nil), "\(leniency)")
      #expect(leniency.cured(bytes).map { agrees($0, isAccepted: mistake(in: $0) == nil) } == true)
      #expect(agrees(bytes, isAccepted: isAccepted), "\(leniency)")
    }
  }
}
