/// A node of a configuration file with its place.
///
/// Poolwatch's own tree instead of the YAML library's: overrides of the command line are nodes with
/// a place of their own, and aliases are already followed, under a limit.
struct Element {
  var content: Content
  let place: Place

  enum Content {
    case scalar(Scalar)
    case mapping([Pair])
    case list([Element])
  }

  struct Pair {
    let key: String
    let place: Place
    var value: Element
  }

  /// What was found, for a mistake's message.
  var found: String {
    switch content {
    case .mapping: "a mapping"
    case .list: "a list"
    case .scalar(let scalar) where scalar.isNull: "empty"
    case .scalar(let scalar):
      scalar.isQuoted ? "the text \(quoted(scalar.text))" : quoted(scalar.text)
    }
  }
}

/// A word of the file, without a type before somebody asks for one: `310107` may be a code.
struct Scalar {
  let text: String
  let isQuoted: Bool

  var isNull: Bool {
    !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text)
  }
}

/// `text` in single quotes, on one line and cut to a length that leaves the message readable.
func quoted(_ text: String) -> String {
  let shown = text.unicodeScalars.prefix(60).map { $0.properties.isControl ? "\u{FFFD}" : $0 }
  var line = String(String.UnicodeScalarView(shown))
  if text.unicodeScalars.count > 60 { line += "…" }
  return "'\(line)'"
}

extension Unicode.Scalar.Properties {
  /// Whether it would break a line of a log or the header of a mail.
  var isControl: Bool {
    switch generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
