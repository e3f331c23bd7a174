import PoolModel

/// The times that a measurement can have been made at: from 2000 to five minutes from now.
struct TimeWindow {
  /// Our wall clock.
  let now: Timestamp
  /// Whether the broker had kept the message, and nobody knows for how long.
  private let isRetained: Bool
  /// When the message came.
  private let arrival: Timestamp

  /// The window for the readings of `delivery`.
  init(of delivery: Delivery, now: Timestamp) {
    self.now = now
    isRetained = delivery.isRetained
    arrival = delivery.arrival ?? now
  }

  /// How far a gateway's clock may run ahead of ours.
  static let toleranceMilliseconds: Int64 = 300_000
  /// 2000-01-01T00:00:00Z: no gateway is older, but a clock without battery starts in 1970.
  static let earliestMilliseconds: Int64 = 946_684_800_000
  /// The last millisecond of the year 9999, the last that RFC 3339 can write; what lies beyond was
  /// counted in microseconds or nanoseconds.
  static let latestMilliseconds: Int64 = 253_402_300_799_999

  /// What every time of every dialect is written in, or nearly: RFC 3339.
  static let rfc3339Expectation = "an RFC 3339 time with an offset (Z or +08:00)"

  /// The instant `milliseconds` after 1970, parts of a millisecond rounded.
  ///
  /// - Parameters:
  ///   - milliseconds: What the gateway says, in any magnitude.
  ///   - place: Where it says it.
  ///   - expected: How the dialect writes times.
  ///   - written: What the gateway wrote, for people; nil where that is the milliseconds.
  ///   - offsetSeconds: How far the gateway's clock is ahead of UTC, for people.
  /// - Returns: An instant of the window.
  /// - Throws: `absurd_time` or `future_time`, which refuse the reading alone.
  func instant(
    milliseconds: Double, place: String, expected: String, written: String? = nil,
    offsetSeconds: Int = 0
  ) throws(PlacedMistake) -> Timestamp {
    let rounded = milliseconds.rounded()
    guard rounded.magnitude <= Double(Self.latestMilliseconds) else {
      throw absurd("\(milliseconds) ms since 1970", place: place, expected: expected)
    }
    let time = Timestamp(milliseconds: Int64(rounded))
    guard time.milliseconds >= Self.earliestMilliseconds else {
      let isBeforeYearZero = time.milliseconds < -62_167_219_200_000
      throw absurd(
        written
          ?? (isBeforeYearZero
            ? "\(time.milliseconds) ms since 1970" : time.rfc3339(offsetSeconds: 0)),
        place: place, expected: expected)
    }
    let latest = Timestamp(milliseconds: now.milliseconds + Self.toleranceMilliseconds)
    guard time <= latest else {
      throw PlacedMistake(
        reason: .futureTime, place: place, found: written ?? time.rfc3339(offsetSeconds: 0),
        expected: "at most 5 minutes from now, \(latest.rfc3339(offsetSeconds: offsetSeconds))")
    }
    return time
  }

  /// The instant that the message arrived, for a reading that has no time of its own.
  ///
  /// - Parameter place: Where the reading says nothing of its time.
  /// - Returns: An instant of the window.
  /// - Throws: `bad_payload` for a retained message, which may have been measured at any time.
  func arrival(place: String) throws(PlacedMistake) -> Timestamp {
    guard !isRetained else {
      throw .badPayload(
        place, found: "no time of its own in a retained message",
        expected: "the time of the measurement, or a message that is not retained")
    }
    return arrival
  }

  /// The instant that `text` names in RFC 3339.
  ///
  /// - Parameters:
  ///   - text: What the gateway wrote.
  ///   - place: Where it wrote it.
  ///   - expected: How the dialect writes times.
  /// - Returns: An instant of the window.
  /// - Throws: `absurd_time`, also for a text that is no time, or `future_time`.
  func instant(
    rfc3339 text: some StringProtocol, place: String, expected: String = rfc3339Expectation
  ) throws(PlacedMistake) -> Timestamp {
    guard let time = Timestamp(rfc3339: text) else {
      throw absurd(OneLine.quoted(String(text)), place: place, expected: expected)
    }
    return try instant(
      milliseconds: Double(time.milliseconds), place: place, expected: expected,
      written: OneLine.quoted(String(text)))
  }

  /// A time that cannot be.
  func absurd(_ found: String, place: String, expected: String) -> PlacedMistake {
    PlacedMistake(
      reason: .absurdTime, place: place, found: found, expected: expected + ", from 2000 on")
  }
}
