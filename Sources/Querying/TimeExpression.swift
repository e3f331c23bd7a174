public import PoolModel

/// How people write a time in a question.
public enum TimeExpression {
  /// The instant that `text` names.
  ///
  /// - RFC 3339 with an offset, such as `2026-01-21T08:00:00+08:00`: that instant.
  /// - A date, such as `2026-01-21`: its first instant in `zone`.
  /// - A span back from `now`, such as `-24h`: digits and one of s m h d w. A day is 24 hours.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - now: what spans count back from.
  ///   - zone: the zone of dates.
  /// - Returns: the instant.
  /// - Throws: `QueryError.badTime`, or `.tooLongAgo` for a span of more than 100 years.
  public static func parse(
    _ text: some StringProtocol, now: Timestamp, zone: Zone
  ) throws(QueryError) -> Timestamp {
    if let date = CivilDate(text) { return zone.start(of: date) }
    if let instant = Timestamp(rfc3339: text) { return instant }
    guard text.first == "-", let unit = text.last,
      let secondsPerUnit = secondsByUnit[unit]
    else { throw .badTime(String(text)) }
    let digits = text.dropFirst().dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .badTime(String(text))
    }
    // 100 years: so that a slip of the finger is told and no sum overflows.
    guard let count = Int64(digits), count <= 100 * 366 * 86_400 / secondsPerUnit else {
      throw .tooLongAgo(String(text))
    }
    return Timestamp(milliseconds: now.milliseconds - count * secondsPerUnit * 1000)
  }

  private static let secondsByUnit: [Character: Int64] = [
    "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
  ]
}
