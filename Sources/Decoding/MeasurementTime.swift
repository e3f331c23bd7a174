import PoolModel

/// What a `ts` says: an instant, or something that no measurement can have been made at.
enum MeasurementTime {
  /// Between 2000 and five minutes from now.
  case instant(Timestamp)
  /// A time that cannot be; it refuses its reading and no other.
  case refused(Mistake)

  static let expectation =
    "milliseconds since 1970 or an RFC 3339 time with an offset (Z or +08:00)"

  /// Judges the time that `mistake` would be about.
  @inline(__always)
  fileprivate static func judged(
    milliseconds: Int64, now: Timestamp, place: Place, offset: Int, in bytes: Span<UInt8>
  ) -> MeasurementTime {
    let latest = now.milliseconds + TimeWindow.toleranceMilliseconds
    if milliseconds >= TimeWindow.earliestMilliseconds, milliseconds <= latest,
      milliseconds <= TimeWindow.latestMilliseconds
    {
      return .instant(Timestamp(milliseconds: milliseconds))
    }
    return impossible(
      milliseconds: milliseconds, now: now, place: place, offset: offset, in: bytes)
  }

  @inline(never)
  private static func impossible(
    milliseconds: Int64, now: Timestamp, place: Place, offset: Int, in bytes: Span<UInt8>
  ) -> MeasurementTime {
    guard milliseconds <= TimeWindow.latestMilliseconds else {
      return absurd("\(milliseconds)", place: place, offset: offset, in: bytes)
    }
    let found = Timestamp(milliseconds: milliseconds).rfc3339(offsetSeconds: 0)
    guard milliseconds >= TimeWindow.earliestMilliseconds else {
      let isBeforeYearZero = milliseconds < -62_167_219_200_000
      return absurd(
        isBeforeYearZero ? "\(milliseconds)" : found, place: place, offset: offset, in: bytes)
    }
    let latest = Timestamp(milliseconds: now.milliseconds + TimeWindow.toleranceMilliseconds)
    return .refused(
      place.mistake(
        at: offset, found: found,
        expected: "at most 5 minutes from now, \(latest.rfc3339(offsetSeconds: 0))", in: bytes,
        reason: .futureTime))
  }

  fileprivate static func absurd(
    _ found: String, place: Place, offset: Int, in bytes: Span<UInt8>
  ) -> MeasurementTime {
    .refused(
      place.mistake(
        at: offset, found: found, expected: expectation + " from 2000 on", in: bytes,
        reason: .absurdTime))
  }
}

extension JSONScanner {
  /// Reads the `ts` that begins here.
  ///
  /// A number is taken by its double where it has a fraction or an exponent, so `1.7672256e12` is a
  /// whole number of milliseconds. A string is an RFC 3339 time, or else no time at all.
  mutating func measurementTime(
    in bytes: Span<UInt8>, place: Place, now: Timestamp
  ) throws(Mistake) -> MeasurementTime {
    let start = offset
    switch try kind(in: bytes) {
    case .number:
      let number = try number(in: bytes)
      guard let milliseconds = try wholeMilliseconds(number, place: place, in: bytes) else {
        return .absurd(number.shownText(in: bytes), place: place, offset: start, in: bytes)
      }
      return .judged(
        milliseconds: milliseconds, now: now, place: place, offset: start, in: bytes)
    case .string:
      let text = try text(in: bytes)
      guard let time = Timestamp(rfc3339: text.unescaped(in: bytes)) else {
        return .absurd(
          OneLine.quoted(text.string(in: bytes)), place: place, offset: start, in: bytes)
      }
      return .judged(
        milliseconds: time.milliseconds, now: now, place: place, offset: start, in: bytes)
    default:
      throw try wrongKind(place, expected: MeasurementTime.expectation, in: bytes)
    }
  }

  /// nil beyond what 64 bits can count.
  @inline(__always)
  private func wholeMilliseconds(
    _ number: JSONNumber, place: Place, in bytes: Span<UInt8>
  ) throws(Mistake) -> Int64? {
    if number.isInteger, number.digitCount <= 18 {
      let milliseconds = Int64(number.digits)
      return number.isNegative ? -milliseconds : milliseconds
    }
    let value = number.value(in: bytes)
    guard value == value.rounded(.towardZero) else {
      throw place.mistake(
        at: number.start, found: number.shownText(in: bytes), expected: "whole milliseconds",
        in: bytes)
    }
    return Int64(exactly: value)
  }
}
