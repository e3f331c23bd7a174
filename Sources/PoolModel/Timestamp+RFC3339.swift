extension Timestamp {
  /// The instant that an RFC 3339 date-time names, for example `2026-01-01T08:00:00.250+08:00`.
  ///
  /// Fractions of a second beyond the millisecond are dropped; a leap second (`:60`) counts as the
  /// next second's beginning. nil when `text` is not exactly one date-time with an offset.
  public init?(rfc3339 text: some StringProtocol) {
    self.init(rfc3339: Array(text.utf8))
  }

  /// The instant that the RFC 3339 date-time in `bytes` names; nil when it is none.
  public init?(rfc3339 bytes: [UInt8]) {
    var reader = DigitReader(bytes)
    guard let year = reader.number(digitCount: 4), reader.take("-"),
      let month = reader.number(digitCount: 2), reader.take("-"),
      let day = reader.number(digitCount: 2), reader.take("T", "t", " "),
      let hour = reader.number(digitCount: 2), reader.take(":"),
      let minute = reader.number(digitCount: 2), reader.take(":"),
      let second = reader.number(digitCount: 2)
    else { return nil }
    guard let milliseconds = reader.fractionMilliseconds(),
      let offsetMinutes = reader.offsetMinutes(), reader.isAtEnd,
      let days = CivilDate(year: year, month: month, day: day)?.daysSinceEpoch,
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self.init(milliseconds: (seconds - Int64(offsetMinutes) * 60) * 1000 + Int64(milliseconds))
  }

  /// The instant as RFC 3339 with milliseconds, in the zone `offsetSeconds` east of Greenwich.
  ///
  /// An offset of 0 is written `+00:00`. Years outside 0…9999 are written with all their digits.
  public func rfc3339(offsetSeconds: Int) -> String {
    let local = milliseconds + Int64(offsetSeconds) * 1000
    let day = local.flooredQuotient(by: 86_400_000)
    let inDay = Int(local - day * 86_400_000)
    let date = CivilDate(daysSinceEpoch: Int(day))
    let offset = abs(offsetSeconds) / 60
    return "\(date)T\(padded(inDay / 3_600_000)):\(padded(inDay / 60_000 % 60))"
      + ":\(padded(inDay / 1000 % 60)).\(padded(inDay % 1000, width: 3))"
      + "\(offsetSeconds < 0 ? "-" : "+")\(padded(offset / 60)):\(padded(offset % 60))"
  }
}

/// Reads the fixed-width fields of a date-time from the front of its bytes.
private struct DigitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number(digitCount: Int) -> Int? {
    guard position + digitCount <= bytes.count else { return nil }
    var value = 0
    for index in position..<position + digitCount {
      let digit = Int(bytes[index]) - 0x30
      guard (0...9).contains(digit) else { return nil }
      value = value * 10 + digit
    }
    position += digitCount
    return value
  }

  mutating func take(_ wanted: Unicode.Scalar...) -> Bool {
    guard position < bytes.count else { return false }
    let byte = bytes[position]
    guard wanted.contains(where: { UInt8(ascii: $0) == byte }) else { return false }
    position += 1
    return true
  }

  /// 0 when there is no fraction; nil when a point is not followed by a digit.
  mutating func fractionMilliseconds() -> Int? {
    guard take(".") else { return 0 }
    var milliseconds = 0
    var weight = 100
    let start = position
    while let digit = number(digitCount: 1) {
      milliseconds += digit * weight
      weight /= 10
    }
    return position > start ? milliseconds : nil
  }

  mutating func offsetMinutes() -> Int? {
    if take("Z", "z") { return 0 }
    let isWest = take("-")
    guard isWest || take("+"), let hours = number(digitCount: 2), take(":"),
      let minutes = number(digitCount: 2), hours < 24, minutes < 60
    else { return nil }
    return (isWest ? -1 : 1) * (hours * 60 + minutes)
  }
}
