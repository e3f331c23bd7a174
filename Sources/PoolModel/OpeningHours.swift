/// A span of one or more week days in local time.
public struct OpeningHours: Hashable, Sendable {
  /// ISO week days, 1 Monday … 7 Sunday.
  public let days: Set<Int>
  /// Minutes after local midnight, 0…1439.
  public let opensMinute: Int
  /// Minutes after local midnight, 0…1440; not after `opensMinute` means on the next day.
  public let closesMinute: Int

  /// Open on `days` from `opensMinute` to `closesMinute`.
  public init(days: Set<Int>, opensMinute: Int, closesMinute: Int) {
    self.days = days
    self.opensMinute = opensMinute
    self.closesMinute = closesMinute
  }
}

/// Days on which the weekly hours do not hold.
public struct OpeningException: Hashable, Sendable {
  /// The first of them, local.
  public let first: CivilDate
  /// The last of them, local; not before `first`.
  public let last: CivilDate
  /// What begins on each of them instead; empty means closed.
  public let spans: [OpeningSpan]

  /// From `first` to `last` only `spans` begin.
  public init(first: CivilDate, last: CivilDate, spans: [OpeningSpan]) {
    self.first = first
    self.last = last
    self.spans = spans
  }
}

/// A span of one day in local time.
public struct OpeningSpan: Hashable, Sendable {
  /// Minutes after local midnight, 0…1439.
  public let opensMinute: Int
  /// Minutes after local midnight, 0…1440; not after `opensMinute` means on the next day.
  public let closesMinute: Int

  /// From `opensMinute` to `closesMinute`.
  public init(opensMinute: Int, closesMinute: Int) {
    self.opensMinute = opensMinute
    self.closesMinute = closesMinute
  }
}

/// When the public is let into a pool.
public struct OpeningSchedule: Hashable, Sendable {
  /// The hours of the week; empty means around the clock.
  public let weekly: [OpeningHours]
  /// The days on which other hours hold.
  public let exceptions: [OpeningException]

  /// `weekly` but for `exceptions`; where two exceptions name a day the first counts.
  public init(weekly: [OpeningHours], exceptions: [OpeningException]) {
    self.weekly = weekly
    self.exceptions = exceptions
  }

  /// Whether it is never closed, by having nothing to say.
  public var isAlwaysOpen: Bool { weekly.isEmpty && exceptions.isEmpty }

  /// A stretch of time that is open or closed from end to end.
  public struct Phase: Hashable, Sendable {
    /// Whether it is open.
    public let isOpen: Bool
    /// The instants in it, at most a local day; what is before and after may be the same.
    public let range: Range<Timestamp>
  }

  /// Whether it is open at `time`, and about when that is so.
  ///
  /// Spans belong to the day that they begin on, also when they end on the next. A span opens when the
  /// local clock first shows that time (or a later one, where a change of the clocks leaves it out) and closes
  /// when it shows its end for the last time: rather longer than too short.
  ///
  /// - Parameters:
  ///   - time: the instant asked about.
  ///   - zone: whose days and hours they are.
  /// - Returns: a stretch that has `time`.
  public func phase(at time: Timestamp, in zone: Zone) -> Phase {
    let today = zone.date(at: time)
    var range = zone.start(of: today)..<zone.start(of: today.following)
    var isOpen = false
    for day in [today.preceding, today] {
      for span in spans(on: day) {
        let opens = zone.first(day, minute: span.opensMinute)
        let isNextDay = span.closesMinute <= span.opensMinute
        let closes = zone.last(isNextDay ? day.following : day, minute: span.closesMinute)
        guard opens < closes else { continue }
        if closes <= time {
          if !isOpen { range = max(range.lowerBound, closes)..<range.upperBound }
        } else if opens > time {
          if !isOpen { range = range.lowerBound..<min(range.upperBound, opens) }
        } else {
          range = (opens..<closes).clamped(to: range)
          isOpen = true
        }
      }
    }
    return Phase(isOpen: isOpen, range: range)
  }

  /// Whether it is open from `start` to `end`, both included, without a break.
  ///
  /// Costs a look at every day between them, up to the newest break.
  public func isOpen(from start: Timestamp, through end: Timestamp, in zone: Zone) -> Bool {
    var time = end
    while true {
      let phase = phase(at: time, in: zone)
      guard phase.isOpen else { return false }
      guard phase.range.lowerBound > start else { return true }
      time = phase.range.lowerBound - .milliseconds(1)
    }
  }

  /// What begins on `day`.
  private func spans(on day: CivilDate) -> [OpeningSpan] {
    if let exception = exceptions.first(where: { $0.first <= day && day <= $0.last }) {
      return exception.spans
    }
    guard !weekly.isEmpty else { return [OpeningSpan(opensMinute: 0, closesMinute: 1440)] }
    return weekly.filter { $0.days.contains(day.weekday) }.map {
      OpeningSpan(opensMinute: $0.opensMinute, closesMinute: $0.closesMinute)
    }
  }
}
