import PoolModel

/// Round times along the level axis of a plot, in local time.
struct PlotClock {
  /// One tick: in which step it lies, and what is written there.
  struct Tick: Hashable {
    let step: Int
    let text: String
  }

  private static let second: Int64 = 1000
  private static let day: Int64 = 86_400_000

  private static let spans: [Int64] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map {
      $0 * second
    } + [1, 2, 7, 14, 28, 56, 91, 182, 364, 728, 1820, 3640, 18_200].map { $0 * day }

  /// The ticks of steps from and to these local times, in milliseconds, with room for no more than
  /// `tickLimit` of eight characters.
  static func ticks(
    of steps: [(start: Int64, end: Int64)], characterCount: Int
  ) -> [Tick] {
    guard let begin = steps.first?.start, let end = steps.last?.end, begin < end else { return [] }
    let length = end - begin
    let span = spans.first { span in
      let width = Int64(self.width(span, length: length) + 3)
      return Double(characterCount) * Double(span) / Double(length) >= Double(width)
    }
    guard let span else { return [] }
    return steps.enumerated().compactMap { index, step in
      let mark = flooredQuotient(step.end - 1, by: span)
      guard mark > flooredQuotient(step.start - 1, by: span) else { return nil }
      return Tick(step: index, text: text(mark * span, span: span, length: length))
    }
  }

  private static func width(_ span: Int64, length: Int64) -> Int {
    if span >= day { return length > 300 * day ? 10 : 5 }
    return span < 60 * second ? 8 : 5
  }

  /// The local time `mark` as a tick shows it: the time of day, the date at midnight.
  private static func text(_ mark: Int64, span: Int64, length: Int64) -> String {
    let text = Timestamp(milliseconds: mark).rfc3339(offsetSeconds: 0)
    if span >= day, length > 300 * day { return String(text.prefix(10)) }
    if mark % day == 0 { return String(text.prefix(10).suffix(5)) }
    return String(text.dropFirst(11).prefix(span < 60 * second ? 8 : 5))
  }

  private static func flooredQuotient(_ value: Int64, by divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return quotient * divisor > value ? quotient - 1 : quotient
  }
}
