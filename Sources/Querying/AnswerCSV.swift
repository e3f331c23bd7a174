/// Answers as comma-separated values (RFC 4180): a heading of the keys, then one record per row, each
/// ended by CR LF.
///
/// Numbers and times read as in JSON, null is an empty field. Lists and counts by name become one
/// field, their parts separated by `;`. Control characters other than tabs and line ends, for which the
/// standard has no room and which a terminal would obey, are written `\u{…}`.
public enum AnswerCSV {
  /// Whom the text is for.
  public enum Reader: Hashable, Sendable {
    /// Whoever reads RFC 4180: every text as it is.
    case script
    /// A spreadsheet program: a byte order mark in front, because it takes the text for anything but
    /// UTF-8 without, and an apostrophe before every text that it would run as a formula. Topics and
    /// payloads come from outside.
    case spreadsheet
  }

  /// Records written row by row, so that an answer of any length needs little memory.
  ///
  /// Call `append` for each row, then `end`.
  public struct Stream<Row: PrintedRow>: Sendable {
    private let reader: Reader
    private var hasHeading = false

    /// Records of which nothing is written yet.
    public init(for reader: Reader) {
      self.reader = reader
    }

    /// Adds the record of `row` to `text`, and the heading before the first.
    public mutating func append(_ row: Row, to text: inout String) {
      if !hasHeading { text += heading(AnswerCSV.keys(of: row)) }
      hasHeading = true
      text += AnswerCSV.record(row, for: reader)
    }

    /// What is left to write after the last row: the heading, when there was no row.
    public func end() -> String {
      hasHeading || Row.keys.isEmpty ? "" : heading(Row.keys)
    }

    private func heading(_ keys: [String]) -> String {
      AnswerCSV.heading(keys, for: reader)
    }
  }

  /// The answer that is one object: a heading and one record.
  public static func object(_ row: some AnswerRow, for reader: Reader) -> String {
    heading(keys(of: row), for: reader) + record(row, for: reader)
  }

  private static func heading(_ keys: [String], for reader: Reader) -> String {
    (reader == .spreadsheet ? "\u{FEFF}" : "") + keys.joined(separator: ",") + "\r\n"
  }

  /// The keys that `row` writes, in their order.
  private static func keys(of row: some AnswerRow) -> [String] {
    var keys = Keys()
    row.write(to: &keys)
    return keys.names
  }

  private static func record(_ row: some AnswerRow, for reader: Reader) -> String {
    var record = Record(reader: reader)
    row.write(to: &record)
    return record.text + "\r\n"
  }
}

/// Collects the keys of a row.
private struct Keys: AnswerFields {
  var names: [String] = []

  mutating func add(_ key: some CodingKey, _ value: String?) { names.append(key.stringValue) }
  mutating func add(_ key: some CodingKey, _ value: Double?) { names.append(key.stringValue) }
  mutating func add(_ key: some CodingKey, _ value: Int?) { names.append(key.stringValue) }
  mutating func add(_ key: some CodingKey, _ value: Bool) { names.append(key.stringValue) }
  mutating func add(_ key: some CodingKey, _ value: [String]) { names.append(key.stringValue) }
  mutating func add(_ key: some CodingKey, _ value: [String: Int]) { names.append(key.stringValue) }
}

/// One record in the making.
private struct Record: AnswerFields {
  let reader: AnswerCSV.Reader
  var text = ""
  private var isFirst = true

  init(reader: AnswerCSV.Reader) {
    self.reader = reader
  }

  mutating func add(_ key: some CodingKey, _ value: String?) { field(words: value ?? "") }

  mutating func add(_ key: some CodingKey, _ value: Double?) {
    field(value.flatMap { $0.isFinite ? $0.description : nil } ?? "")
  }

  mutating func add(_ key: some CodingKey, _ value: Int?) { field(value?.description ?? "") }
  mutating func add(_ key: some CodingKey, _ value: Bool) { field(value ? "true" : "false") }

  mutating func add(_ key: some CodingKey, _ value: [String]) {
    field(words: value.joined(separator: ";"))
  }

  mutating func add(_ key: some CodingKey, _ value: [String: Int]) {
    let parts = value.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    field(words: parts.joined(separator: ";"))
  }

  /// Text that was written by somebody.
  private mutating func field(words: String) {
    var words = words
    if words.unicodeScalars.contains(where: \.isControl) {
      words = words.unicodeScalars.reduce(into: "") { result, scalar in
        if scalar.isControl {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    let isFormula = words.unicodeScalars.first.map("=+-@\t\r".unicodeScalars.contains) ?? false
    field(reader == .spreadsheet && isFormula ? "'" + words : words)
  }

  private mutating func field(_ value: String) {
    if !isFirst { text += "," }
    isFirst = false
    // Scalars, because CR LF is one character.
    let isPlain = value.unicodeScalars.allSatisfy {
      $0 != "," && $0 != "\"" && $0 != "\r" && $0 != "\n"
    }
    if isPlain {
      text += value
      return
    }
    text += "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" { text += "\"" }
      text.unicodeScalars.append(scalar)
    }
    text += "\""
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    self != "\t" && self != "\n" && self != "\r" && properties.generalCategory == .control
  }
}
