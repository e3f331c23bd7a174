import Querying

extension DoctorFinding {
  /// Columns of a line, whatever it is printed on.
  private static let lineWidth = 80
  private static let verdictWidth = 9
  private static let checkWidth = 13

  /// The findings for people: verdict, check and finding, and what to change below.
  static func lines(_ findings: [DoctorFinding], on surface: TextSurface) -> String {
    findings.map { $0.lines(on: surface) }.joined()
  }

  private func lines(on surface: TextSurface) -> String {
    let indent = Self.verdictWidth + Self.checkWidth
    let margin = String(repeating: " ", count: indent)
    var words = wrapped(finding, to: Self.lineWidth - indent, on: surface)
    if let change {
      let advice = wrapped(change, to: Self.lineWidth - indent - 2, on: surface)
      words += advice.enumerated().map { ($0 == 0 ? "→ " : "  ") + $1 }
    }
    let padding = String(repeating: " ", count: Self.verdictWidth - verdict.rawValue.count)
    let name = check + String(repeating: " ", count: Self.checkWidth - check.count)
    let head = surface.coloured(verdict.rawValue, verdict.tone) + padding + name
    return words.enumerated().map { ($0 == 0 ? head : margin) + $1 + "\n" }.joined()
  }

  /// `text` in lines of at most `columnCount` columns; a longer word has a line of its own.
  private func wrapped(
    _ text: String, to columnCount: Int, on surface: TextSurface
  ) -> [String] {
    text.split(whereSeparator: \.isWhitespace).reduce(into: [String]()) { lines, word in
      let longer = lines.last.map { "\($0) \(word)" }
      if let longer, surface.width(of: longer) <= columnCount {
        lines[lines.count - 1] = longer
      } else {
        lines.append(String(word))
      }
    }
  }
}

extension DoctorFinding.Verdict {
  /// What its colour says.
  fileprivate var tone: TextTone {
    switch self {
    case .ok: .good
    case .unknown: .quiet
    case .warn: .warning
    case .fail: .alarm
    }
  }
}
