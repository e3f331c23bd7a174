/// Text of strangers made fit for one line of a terminal, a log or a table.
enum OneLine {
  /// The most Unicode scalars a refusal's detail has.
  static let detailLimit = 200
  /// The most Unicode scalars that are shown of a stranger's name: longer than any name of the plan.
  static let nameLimit = 40

  /// `text` between single quotes, escaped and cut.
  static func quoted(_ text: String, limit: Int = nameLimit) -> String {
    "'\(escaped(text, limit: limit))'"
  }

  /// `text` with everything invisible (control and format characters, line separators, characters
  /// that Unicode has not assigned) written as `\u{…}`, cut to `limit` scalars with `…` at its end.
  static func escaped(_ text: String, limit: Int) -> String {
    var line = String.UnicodeScalarView()
    var count = 0
    // Where to cut if more comes than fits: room for the ellipsis is kept.
    for scalar in text.unicodeScalars {
      let written = isVisible(scalar) ? [scalar] : Array(escape(scalar).unicodeScalars)
      guard count + written.count <= limit else {
        while count >= limit, !line.isEmpty {
          line.removeLast()
          count -= 1
        }
        line.append("…")
        break
      }
      line.append(contentsOf: written)
      count += written.count
    }
    return String(line)
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      return false
    default: return true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16))}"
  }
}
