/// What text is printed on: a terminal of some width, or a pipe or file.
public struct TextSurface: Sendable {
  /// How many columns a line has; nil when there is no end to it (a pipe or file).
  public let lineWidth: Int?
  /// Whether colours may be used.
  public let isColoured: Bool
  private let scalarWidth: @Sendable (Unicode.Scalar) -> Int

  /// A surface to print on.
  ///
  /// - Parameters:
  ///   - lineWidth: how many columns a line has; nil for a pipe or file.
  ///   - isColoured: whether colours may be used.
  ///   - scalarWidth: how many columns a scalar takes, as the C library's `wcwidth` has it;
  ///     negative for one that it does not know, which counts as 1.
  public init(
    lineWidth: Int?, isColoured: Bool, scalarWidth: @escaping @Sendable (Unicode.Scalar) -> Int
  ) {
    self.lineWidth = lineWidth
    self.isColoured = isColoured
    self.scalarWidth = scalarWidth
  }

  /// How many columns `text` takes.
  public func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  /// `text` cut to at most `columnCount` columns, its end replaced by `…` when it does not fit.
  public func cut(_ text: String, to columnCount: Int) -> String {
    guard width(of: text) > columnCount else { return text }
    var result = String.UnicodeScalarView()
    var used = 1
    for scalar in text.unicodeScalars {
      used += width(of: scalar)
      if used > columnCount { break }
      result.append(scalar)
    }
    result.append("…")
    return String(result)
  }

  /// `text` in the colour of `tone`; as it is where colours may not be used.
  public func coloured(_ text: String, _ tone: TextTone) -> String {
    guard isColoured, let code = tone.code else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  /// `text` in lines that fit beside `indentation` columns, parted at spaces; a word that is wider has a line of
  /// its own.
  ///
  /// In a pipe or file it is one line.
  func wrapped(_ text: String, indentation: Int) -> [String] {
    guard let lineWidth, width(of: text) > lineWidth - indentation else { return [text] }
    var lines: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last,
        width(of: last) + 1 + width(of: String(word)) <= lineWidth - indentation
      {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// `text` in lines of at most `columnCount` columns, without losing any of it.
  ///
  /// Parted at spaces and after slashes, and inside of what is wider than a line; the second and further lines are
  /// indented by two.
  ///
  /// - Parameters:
  ///   - text: what is folded.
  ///   - columnCount: more than four, so that a line has room for the widest character.
  /// - Returns: the lines, at least one.
  func folded(_ text: String, to columnCount: Int) -> [String] {
    guard width(of: text) > columnCount else { return [text] }
    var lines: [String] = []
    var line = ""
    // Only what is said ends a line, and not the space after it.
    func endLine() {
      while line.last == " " { line.removeLast() }
      lines.append(line)
      line = "  "
    }
    for part in Self.parts(of: text) {
      let said = part.last == " " ? part.dropLast() : part
      let isBegun = line.contains { $0 != " " }
      if isBegun, width(of: line + said) > columnCount { endLine() }
      for character in part {
        if character != " ", width(of: line) + width(of: String(character)) > columnCount {
          endLine()
        }
        line.append(character)
      }
    }
    endLine()
    return lines
  }

  /// `text` in pieces that end with a space or a slash.
  private static func parts(of text: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = text[...]
    while let end = rest.firstIndex(where: { $0 == " " || $0 == "/" }) {
      parts.append(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    return rest.isEmpty ? parts : parts + [rest]
  }

  private func width(of scalar: Unicode.Scalar) -> Int {
    let width = scalarWidth(scalar)
    return width < 0 ? 1 : width
  }
}

/// What a colour is to say.
///
/// The words beside it say the same, so nothing is lost without colours.
public enum TextTone: Hashable, Sendable {
  /// Nothing in particular.
  case plain
  /// As it should be.
  case good
  /// Worth a look.
  case warning
  /// Somebody has to act.
  case alarm
  /// Of less weight.
  case quiet

  /// The number of the Select Graphic Rendition sequence (ECMA-48); nil for none.
  var code: Int? {
    switch self {
    case .plain: nil
    case .good: 32
    case .warning: 33
    case .alarm: 31
    case .quiet: 2
    }
  }
}
