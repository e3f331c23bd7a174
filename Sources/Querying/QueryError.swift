/// A question that cannot be answered as it was put.
public enum QueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text is none of the forms of a time.
  case badTime(String)
  /// The text is none of the forms of a time that may be to come.
  case badTimeAhead(String)
  /// The span reaches further than 100 years, back or ahead.
  case tooFar(String)
  /// The span back reaches further than 100 years.
  case tooLongAgo(String)
  /// The text is none of the forms of a step.
  case badStep(String)
  /// The span's beginning is not before its end.
  case emptySpan(from: String, to: String)
  /// The text is none of the choices of what is asked.
  case badChoice(String, of: String, expected: [String])

  /// What is wrong, and what was expected.
  public var description: String {
    switch self {
    case .badTime(let text):
      "'\(text)' is no time; expected RFC 3339 (2026-01-21T08:00:00+08:00), a date (2026-01-21) "
        + "or a span back from now (-24h; units s m h d w)"
    case .badTimeAhead(let text):
      "'\(text)' is no time; expected RFC 3339 (2026-01-21T08:00:00+08:00), a date (2026-01-21) "
        + "or a span from now (+8h, -24h; units s m h d w)"
    case .tooFar(let text):
      "'\(text)' is more than 100 years from now"
    case .tooLongAgo(let text):
      "'\(text)' is more than 100 years ago"
    case .badStep(let text):
      "'\(text)' is no step; expected digits and a unit that make at least 1 s and at most 100 years, "
        + "such as 90s, 15m, 1h or 7d (units s m h d w)"
    case .emptySpan(let from, let to):
      "nothing lies from '\(from)' to '\(to)'; expected a beginning before the end"
    case .badChoice(let text, let of, let expected):
      "'\(text)' is no \(of); expected one of \(expected.joined(separator: ", "))"
    }
  }
}
