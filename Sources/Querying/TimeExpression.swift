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
    guard text.first == "-", let (count, unitSeconds) = span(text.dropFirst()) else {
      throw .badTime(String(text))
    }
    guard let count, count <= longestSeconds / unitSeconds else { throw .tooLongAgo(String(text)) }
    return Timestamp(milliseconds: now.milliseconds - count * unitSeconds * 1000)
  }

  /// The instant that `text` names, which may also be a span ahead of `now`, such as `+8h`.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - now: what spans count from.
  ///   - zone: the zone of dates.
  /// - Returns: the instant.
  /// - Throws: `QueryError.badTimeAhead`, or `.tooFar` for a span of more than 100 years.
  public static func ahead(
    _ text: some StringProtocol, now: Timestamp, zone: Zone
  ) throws(QueryError) -> Timestamp {
    if let date = CivilDate(text) { return zone.start(of: date) }
    if let instant = Timestamp(rfc3339: text) { return instant }
    guard let sign = text.first, sign == "-" || sign == "+",
      let (count, unitSeconds) = span(text.dropFirst())
    else { throw .badTimeAhead(String(text)) }
    guard let count, count <= longestSeconds / unitSeconds else { throw .tooFar(String(text)) }
    let milliseconds = count * unitSeconds * 1000
    return Timestamp(milliseconds: now.milliseconds + (sign == "+" ? milliseconds : -milliseconds))
  }

  /// The step that `text` names: digits and one of s m h d w, such as `15m`.
  ///
  /// - Parameter text: what was written.
  /// - Returns: the step, at least one second. A day is 24 hours.
  /// - Throws: `QueryError.badStep`, also for one of less than a second or more than 100 years.
  public static func step(_ text: some StringProtocol) throws(QueryError) -> Duration {
    guard let (count, unitSeconds) = span(text), let count, count > 0,
      count <= longestSeconds / unitSeconds
    else { throw .badStep(String(text)) }
    return .seconds(count * unitSeconds)
  }

  /// The number and the unit of a span; the number is nil when it is too large, all of it when the
  /// text is no span.
  private static func span(_ text: some StringProtocol) -> (count: Int64?, unitSeconds: Int64)? {
    guard let unit = text.last, let unitSeconds = secondsByUnit[unit] else { return nil }
    let digits = text.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return (Int64(digits), unitSeconds)
  }

  /// 100 years: so that a slip of the finger is told and no sum overflows.
  private static let longestSeconds: Int64 = 100 * 366 * 86_400

  private static let secondsByUnit: [Character: Int64] = [
    "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
  ]
}
