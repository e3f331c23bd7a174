import PoolModel

/// Where and how a mapped gateway writes the times of its readings.
struct MappedTime: Sendable {
  /// nil where the time of arrival has to do.
  let path: JSONPath?
  let format: MappedLayout.TimeFormat

  /// When `reading` was measured.
  ///
  /// - Throws: `bad_payload` for no time or another kind of value than the format's, `absurd_time` for
  ///   what is no time in it, `future_time`; each refuses the reading.
  func instant(
    in reading: GeneralJSON, place: String, window: TimeWindow
  ) throws(PlacedMistake) -> Timestamp {
    guard let path else { return try window.arrival(place: place) }
    let place = path.place(in: place)
    guard let json = path.value(in: reading) else {
      throw .badPayload(place, found: "nothing", expected: expectation)
    }
    switch (format, json) {
    case (.epochSeconds, .number(let seconds)):
      return try window.instant(
        milliseconds: seconds * 1000, place: place, expected: expectation)
    case (.epochMilliseconds, .number(let milliseconds)):
      return try window.instant(
        milliseconds: milliseconds, place: place, expected: expectation)
    case (.rfc3339, .string(let text)):
      return try window.instant(rfc3339: text, place: place)
    case (.local(let secondsFromUTC), .string(let text)):
      guard let local = Self.local(text) else {
        throw window.absurd(OneLine.quoted(text), place: place, expected: expectation)
      }
      return try window.instant(
        milliseconds: Double(local.milliseconds) - Double(secondsFromUTC) * 1000, place: place,
        expected: expectation, written: OneLine.quoted(text), offsetSeconds: secondsFromUTC)
    default: throw .wrongKind(json, place, expected: expectation)
    }
  }

  /// What is said to people of how a time is written.
  private var expectation: String {
    switch format {
    case .rfc3339: TimeWindow.rfc3339Expectation
    case .epochSeconds: "a number of seconds since 1970"
    case .epochMilliseconds: "a number of milliseconds since 1970"
    case .local: "a local time 'YYYY-MM-DD hh:mm:ss' or 'YYYYMMDDhhmmss'"
    }
  }

  /// The instant that `text`, written without a zone, would be in UTC; nil when it is in neither of
  /// the two forms.
  private static func local(_ text: String) -> Timestamp? {
    var bytes = Array(text.utf8)
    if bytes.count == 14, bytes.allSatisfy({ (0x30...0x39).contains($0) }) {
      for (position, mark) in [(12, ":"), (10, ":"), (8, " "), (6, "-"), (4, "-")] {
        bytes.insert(contentsOf: mark.utf8, at: position)
      }
    }
    guard bytes.count == 19, bytes[10] == UInt8(ascii: " ") else { return nil }
    return Timestamp(rfc3339: bytes + Array("Z".utf8))
  }
}
