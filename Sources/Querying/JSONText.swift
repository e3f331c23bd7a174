/// JSON text (RFC 8259) in the making.
struct JSONText: AnswerFields {
  var text: String
  private var isFirstField = true

  /// Text that goes on after `text`.
  init(text: String = "") {
    self.text = text
  }

  /// `object` in braces, without white space.
  mutating func object(_ object: some AnswerRow) {
    text += "{"
    isFirstField = true
    object.write(to: &self)
    text += "}"
  }

  mutating func add(_ key: some CodingKey, _ value: String?) {
    self.key(key)
    if let value { string(value) } else { text += "null" }
  }

  mutating func add(_ key: some CodingKey, _ value: Double?) {
    self.key(key)
    // JSON has no NaN and no infinity. `description` is the shortest text that reads back as the
    // same double, and its forms (0.5, 1e-05, 1e+16) are all JSON numbers.
    if let value, value.isFinite {
      text += value.description
    } else {
      text += "null"
    }
  }

  mutating func add(_ key: some CodingKey, _ value: Int?) {
    self.key(key)
    if let value { text += value.description } else { text += "null" }
  }

  mutating func add(_ key: some CodingKey, _ value: Bool) {
    self.key(key)
    text += value ? "true" : "false"
  }

  mutating func add(_ key: some CodingKey, _ value: [String]) {
    self.key(key)
    text += "["
    for (index, element) in value.enumerated() {
      if index > 0 { text += "," }
      string(element)
    }
    text += "]"
  }

  mutating func add(_ key: some CodingKey, _ value: [String: Int]) {
    self.key(key)
    text += "{"
    for (index, entry) in value.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { text += "," }
      string(entry.key)
      text += ":"
      text += entry.value.description
    }
    text += "}"
  }

  private mutating func key(_ key: some CodingKey) {
    if !isFirstField { text += "," }
    isFirstField = false
    string(key.stringValue)
    text += ":"
  }

  private mutating func string(_ value: String) {
    text += "\""
    // The second byte of U+0080 … U+009F, control characters that a terminal would obey.
    let isPlain = value.utf8.allSatisfy {
      $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xC2
    }
    if isPlain {
      text += value
    } else {
      for scalar in value.unicodeScalars { escaped(scalar) }
    }
    text += "\""
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
      let digits = String(scalar.value, radix: 16)
      text += "\\u"
      text += String(repeating: "0", count: 4 - digits.utf8.count)
      text += digits
    default: text.unicodeScalars.append(scalar)
    }
  }
}
