import PoolModel

/// The part of a period in which readings are due by now, in milliseconds since the epoch.
struct DueWindow: Sendable {
  let begin: Int64
  /// Excluded; not before `begin`.
  let end: Int64
  let step: Int64

  /// What of `period` is due at `now`, with a reading every `interval` of at least one millisecond.
  init(period: Range<Timestamp>, interval: Duration, now: Timestamp) {
    step = interval.wholeMilliseconds
    precondition(step > 0, "an interval is at least one millisecond")
    begin = period.lowerBound.milliseconds
    end = max(begin, min(period.upperBound.milliseconds, now.milliseconds - step))
  }

  var dueCount: Int { Int((end - begin) / step) }

  /// How many of anchor + step, anchor + 2 step … (at most `limit` of them) lie inside.
  func count(after anchor: Int64, limit: Int64 = .max) -> Int {
    let beforeEnd = MissingReadings.count(
      after: anchor, before: end, interval: step, limit: limit)
    let beforeBegin = MissingReadings.count(
      after: anchor, before: begin, interval: step, limit: limit)
    return Int(beforeEnd - beforeBegin)
  }

  /// How many of anchor − step, anchor − 2 step … lie inside.
  func count(before anchor: Int64) -> Int {
    let nearest = max(1, (anchor - end).flooredDivision(by: step) + 1)
    let farthest = (anchor - begin).flooredDivision(by: step)
    return Int(max(0, farthest - nearest + 1))
  }

  /// How many instants of the gap from a reading at `start` to the next at `end` lie inside.
  func count(from start: Int64, to end: Int64) -> Int {
    count(after: start, limit: MissingReadings.count(from: start, to: end, interval: step))
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity, for a positive `divisor`.
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
