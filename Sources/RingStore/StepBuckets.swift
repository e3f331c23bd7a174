/// The stretches of time that a history is given for.
///
/// Steps that divide a day are counted from local midnight, a day's last one ends with it; whole
/// multiples of a day from local midnight of the first day; all others from the begin. The first and
/// the last stretch are cut to the period.
struct StepBuckets {
  private enum Kind {
    /// A number of whole local days.
    case days(Int)
    /// A part of a day, in milliseconds.
    case part(Int64)
    /// Anything else, in milliseconds.
    case elapsed(Int64)
  }

  /// The period, in milliseconds since the epoch.
  let period: Range<Int64>
  private let kind: Kind
  private let firstDay: Int

  /// Steps of `step` milliseconds, above 0, in `period`.
  init(period: Range<Int64>, step: Int64, calendar: inout BucketCalendar) {
    precondition(step > 0, "a step is at least one millisecond")
    self.period = period
    let day = Tier.day.span
    if step % day == 0 {
      kind = .days(Int(step / day))
    } else if day % step == 0 {
      kind = .part(step)
    } else {
      kind = .elapsed(step)
    }
    firstDay = calendar.dayNumber(containing: period.lowerBound)
  }

  /// The stretch that `time`, in the period, is in.
  func bucket(containing time: Int64, calendar: inout BucketCalendar) -> Range<Int64> {
    switch kind {
    case .days(let count):
      let passed = (calendar.dayNumber(containing: time) - firstDay) / count
      let number = firstDay + passed * count
      // Far off the calendar there is nothing; the sum must not overflow.
      let end = number + min(count, 1 << 35)
      let range = calendar.start(ofDay: number)..<calendar.start(ofDay: end)
      return range.clamped(to: period)
    case .part(let step):
      let day = calendar.bucket(.day, containing: time)
      let start = time - (time - day.lowerBound) % step
      return (start..<min(start + step, day.upperBound)).clamped(to: period)
    case .elapsed(let step):
      let start = time - (time - period.lowerBound) % step
      let (end, overflows) = start.addingReportingOverflow(step)
      return (start..<(overflows ? .max : end)).clamped(to: period)
    }
  }

  /// The coarsest tier none of whose buckets reaches over the end of a stretch on the day of `time`.
  func tier(onDayOf time: Int64, calendar: inout BucketCalendar) -> Tier {
    switch kind {
    case .days: return .day
    case .part(let step): return Self.tier(dividing: step)
    case .elapsed(let step):
      let day = calendar.bucket(.day, containing: time)
      let phase = day.lowerBound - period.lowerBound
      let tier = Self.tier(dividing: step)
      if tier == .hour, phase % Tier.hour.span == 0 { return .hour }
      return tier >= .minute && phase % Tier.minute.span == 0 ? .minute : .raw
    }
  }

  /// Whether `tier(onDayOf:)` is the same for all days.
  var hasOneTier: Bool {
    if case .elapsed = kind { return false }
    return true
  }

  private static func tier(dividing step: Int64) -> Tier {
    if step % Tier.hour.span == 0 { return .hour }
    return step % Tier.minute.span == 0 ? .minute : .raw
  }
}
