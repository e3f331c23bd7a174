/// How many readings are missing between two: the one formula of coverage and of the rollups.
///
/// A reading is due every interval I. After one at a, followed by one at b, those at a + I, a + 2I, …
/// are missing, max(0, round((b − a) / I) − 1) of them, halves rounded up. Exact for all times.
public enum MissingReadings {
  /// How many are missing between two neighbours.
  ///
  /// - Parameters:
  ///   - earlier: the time of a reading, in milliseconds.
  ///   - later: the time of the next one; nothing is missing when it is not later.
  ///   - interval: the nominal time between two readings, in milliseconds, above 0.
  /// - Returns: 0 or more.
  @inlinable
  public static func count(from earlier: Int64, to later: Int64, interval: Int64) -> Int64 {
    let (gap, isOverflowing) = later.subtractingReportingOverflow(earlier)
    if !isOverflowing {
      // Nearly every gap is about one interval, and less than one and a half need no division.
      if gap < interval { return 0 }
      let excess = gap - interval
      if excess < interval - excess { return 0 }
      return rounded(gap, interval)
    }
    return later < earlier ? 0 : rounded(.max, interval)
  }

  /// How many of `start` + I, `start` + 2I, …, at most `limit` of them, are before `instant`.
  ///
  /// What a gap of `limit` missing readings counts in a period is this at the period's end less this
  /// at its begin.
  ///
  /// - Parameters:
  ///   - start: the time of the reading that the gap follows, in milliseconds.
  ///   - instant: what they are to be before, in milliseconds.
  ///   - interval: the nominal time between two readings, in milliseconds, above 0.
  ///   - limit: how many there are in all.
  /// - Returns: 0 … `limit`.
  public static func count(
    after start: Int64, before instant: Int64, interval: Int64, limit: Int64
  ) -> Int64 {
    guard instant > start else { return 0 }
    let (span, isOverflowing) = instant.subtractingReportingOverflow(start)
    return min(limit, ((isOverflowing ? .max : span) - 1) / interval)
  }

  @usableFromInline
  static func rounded(_ gap: Int64, _ interval: Int64) -> Int64 {
    let (quotient, remainder) = gap.quotientAndRemainder(dividingBy: interval)
    return max(0, remainder >= interval - remainder ? quotient : quotient - 1)
  }
}
