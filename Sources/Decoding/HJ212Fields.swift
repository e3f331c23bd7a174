import PoolModel

/// The fields of a frame's data: `QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;PNUM=…;PNO=…;CP=&&…&&`.
///
/// `CN` and `CP` have to be there, `CP` last; the others come in any order, each at most once. `ST`
/// and `PW` are passed over: who may publish is the broker's business. Fields of other names are passed
/// over and counted. Slices keep their place in the payload.
struct HJ212Fields {
  /// `QN`: the time of the request, which tells requests apart; empty where there is none.
  private(set) var request: ArraySlice<UInt8> = []
  /// `CN`: what the message is.
  private(set) var command = 0
  /// Where the value of `CN` stands.
  private(set) var commandOffset = 0
  /// `MN`: the device's number; empty where there is none.
  private(set) var device: ArraySlice<UInt8> = []
  /// `PNO` and `PNUM`; nil when the message is whole.
  private(set) var part: Part?
  /// What stands between `CP=&&` and `&&`.
  private(set) var content: ArraySlice<UInt8> = []
  /// Fields that were passed over because the standard does not have them.
  private(set) var ignoredKeyCount = 0

  /// The place of a part among the parts of a message.
  struct Part: Hashable {
    /// From 1.
    let number: Int
    /// How many parts there are.
    let count: Int
    /// Where its number stands.
    let offset: Int
  }

  /// The fields' values as they stand in the data, by their names.
  private var values: [String: ArraySlice<UInt8>] = [:]

  /// Bit 1 of `Flag` says that `PNUM` and `PNO` stand (HJ 212-2017: V5 … V0, D, A).
  private static let partBit = 2
  private static let names: Set<String> = [
    "QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "CP",
  ]

  /// The fields of `data`.
  ///
  /// - Throws: The mistake, `bad_payload`, for which the frame is refused.
  init(_ data: ArraySlice<UInt8>) throws(Mistake) {
    try split(data)
    let end = data.endIndex
    try readContent(end: end)
    command = try number("CN", 1000...9999, or: "four digits", end: end) ?? 0
    guard let text = values["CN"] else {
      throw Self.mistake("CN", at: data.startIndex, found: "none", expected: "four digits")
    }
    commandOffset = text.startIndex
    request = values["QN"] ?? []
    device = values["MN"] ?? []
    try readPart(end: end)
    values = [:]
  }

  private mutating func split(_ data: ArraySlice<UInt8>) throws(Mistake) {
    var rest = data
    while !rest.isEmpty {
      let place = rest.startIndex
      // `CP` holds semicolons of its own and reaches to the end.
      let isLast = rest.starts(with: "CP=".utf8)
      let field = isLast ? rest : rest.prefix { $0 != UInt8(ascii: ";") }
      rest = rest[min(field.endIndex + 1, rest.endIndex)...]
      if field.isEmpty { continue }
      guard let sign = field.firstIndex(of: UInt8(ascii: "=")), sign > place else {
        throw Self.mistake(
          "field", at: place, found: OneLine.quoted(String(decoding: field, as: UTF8.self)),
          expected: "NAME=VALUE")
      }
      let name = String(decoding: field[..<sign], as: UTF8.self)
      guard Self.names.contains(name) else {
        ignoredKeyCount += 1
        continue
      }
      guard values.updateValue(field[(sign + 1)...], forKey: name) == nil else {
        throw Self.mistake(name, at: place, found: "the field again", expected: "each field once")
      }
    }
  }

  private mutating func readContent(end: Int) throws(Mistake) {
    let value = values["CP"] ?? []
    let marks: [UInt8] = [0x26, 0x26]
    guard value.count >= 4, value.starts(with: marks), value.suffix(2).elementsEqual(marks) else {
      let found =
        values["CP"] == nil
        ? "none" : OneLine.quoted(String(decoding: value.suffix(12), as: UTF8.self))
      throw Self.mistake(
        "CP", at: values["CP"]?.startIndex ?? end, found: found,
        expected: "&&…&& at the end of the data")
    }
    content = value.dropFirst(2).dropLast(2)
    let inner = zip(content.indices, content.dropFirst()).first {
      content[$0] == 0x26 && $1 == 0x26
    }
    if let place = inner?.0 {
      throw Self.mistake("CP", at: place, found: "'&&' within", expected: "it at both ends alone")
    }
  }

  private mutating func readPart(end: Int) throws(Mistake) {
    let flag = try number("Flag", 0...255, or: "0 … 255", end: end) ?? 0
    let range = 1...9999
    let count = try number("PNUM", range, or: "1 … 9999", end: end)
    let number = try number("PNO", range, or: "1 … 9999", end: end)
    let isPart = flag & Self.partBit != 0
    let words = isPart ? "both, by bit 1 of Flag" : "neither, by bit 1 of Flag"
    guard (count != nil) == isPart, (number != nil) == isPart else {
      let found = [count.map { _ in "PNUM" }, number.map { _ in "PNO" }].compactMap { $0 }
      throw Self.mistake(
        "PNUM and PNO", at: (values["Flag"] ?? values["PNUM"] ?? values["PNO"])?.startIndex ?? end,
        found: found.isEmpty ? "neither" : found.joined(separator: " and "), expected: words)
    }
    guard let count, let number else { return }
    guard number <= count else {
      throw Self.mistake(
        "PNO", at: values["PNO"]?.startIndex ?? end, found: "\(number)",
        expected: "1 … \(count), which is PNUM")
    }
    guard count > 1 else { return }
    guard request.count == 17, HJ212Number.whole(request) != nil else {
      throw Self.mistake(
        "QN", at: values["QN"]?.startIndex ?? end,
        found: request.isEmpty
          ? "none" : OneLine.quoted(String(decoding: request, as: UTF8.self)),
        expected: "17 digits, which tell whose part it is")
    }
    part = Part(number: number, count: count, offset: values["PNO"]?.startIndex ?? end)
  }

  /// The number in the field `name`; nil when there is no such field.
  private func number(
    _ name: String, _ range: ClosedRange<Int>, or expected: String, end: Int
  ) throws(Mistake) -> Int? {
    guard let text = values[name] else { return nil }
    guard text.count <= 4, let number = HJ212Number.whole(text), range.contains(number) else {
      throw Self.mistake(
        name, at: text.startIndex, found: OneLine.quoted(String(decoding: text, as: UTF8.self)),
        expected: expected)
    }
    return number
  }

  private static func mistake(
    _ path: String, at offset: Int, found: String, expected: String
  ) -> Mistake {
    Mistake(reason: .badPayload, offset: offset, path: path, found: found, expected: expected)
  }
}
