import PoolModel

/// Times as HJ 212 writes them: digits of a clock in UTC+8, without zone.
enum HJ212Time {
  /// How far the clocks of the standard are ahead of UTC.
  private static let zoneSeconds = 28_800

  /// The instant that `text` names, as `YYYYMMDDhhmmss` with or without three digits of milliseconds;
  /// nil when it is neither or the calendar has no such time.
  static func instant(_ text: ArraySlice<UInt8>) -> Timestamp? {
    guard text.count == 14 || text.count == 17, let digits = HJ212Number.whole(text) else {
      return nil
    }
    let milliseconds = text.count == 17 ? digits % 1000 : 0
    let clock = text.count == 17 ? digits / 1000 : digits
    let (hour, minute, second) = (clock / 10_000 % 100, clock / 100 % 100, clock % 100)
    let (year, month, day) = (
      clock / 10_000_000_000, clock / 100_000_000 % 100, clock / 1_000_000 % 100
    )
    guard hour < 24, minute < 60, second < 60,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - zoneSeconds
    return Timestamp(milliseconds: Int64(seconds * 1000 + milliseconds))
  }

  /// The time of measurement in `text`, `YYYYMMDDhhmmss`, between 2000 and five minutes from `now`.
  ///
  /// - Throws: `absurd_time` or `future_time`, which refuse the readings of that time alone.
  static func measurement(_ text: ArraySlice<UInt8>, now: Timestamp) throws(Mistake) -> Timestamp {
    let found = OneLine.quoted(String(decoding: text, as: UTF8.self))
    guard text.count == 14, let time = instant(text),
      time.milliseconds >= TimeWindow.earliestMilliseconds
    else {
      throw Mistake(
        reason: .absurdTime, offset: text.startIndex, path: "DataTime", found: found,
        expected: "YYYYMMDDhhmmss in UTC+8 from 2000 on")
    }
    guard isPast(time, now: now) else {
      let latest = now + .milliseconds(TimeWindow.toleranceMilliseconds)
      throw Mistake(
        reason: .futureTime, offset: text.startIndex, path: "DataTime", found: found,
        expected: "at most 5 minutes from now, \(latest.rfc3339(offsetSeconds: zoneSeconds))")
    }
    return time
  }

  /// The time of a request in `text`, `YYYYMMDDhhmmsszzz`; nil when it is none that can be.
  static func request(_ text: ArraySlice<UInt8>, now: Timestamp) -> Timestamp? {
    guard text.count == 17, let time = instant(text),
      time.milliseconds >= TimeWindow.earliestMilliseconds,
      isPast(time, now: now)
    else { return nil }
    return time
  }

  private static func isPast(_ time: Timestamp, now: Timestamp) -> Bool {
    time.milliseconds <= now.milliseconds + TimeWindow.toleranceMilliseconds
  }
}
