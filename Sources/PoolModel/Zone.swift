import Foundation

/// A time zone of the IANA database, such as `Asia/Shanghai`.
///
/// Days and months of coverage are local days of the district's zone.
public struct Zone: Hashable, Sendable {
  /// The zone's IANA name.
  public let name: String
  private let zone: TimeZone

  /// nil when the system's zone database does not know `name`.
  public init?(name: String) {
    guard let zone = TimeZone(identifier: name) else { return nil }
    self.name = name
    self.zone = zone
  }

  /// Universal time.
  public static let utc = Zone(zone: .gmt)

  private init(zone: TimeZone) {
    name = "UTC"
    self.zone = zone
  }

  /// Seconds east of Greenwich at `instant`.
  public func offsetSeconds(at instant: Timestamp) -> Int {
    zone.secondsFromGMT(
      for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
  }

  /// The first instant of `date` in this zone.
  ///
  /// Where the day's midnight is skipped by a change of the clocks, the instant of the change.
  public func start(of date: CivilDate) -> Timestamp {
    let midnight = Int64(date.daysSinceEpoch) * 86_400_000
    // The offset in force is that at the answer, which is not known yet: the offsets of the two
    // neighbouring days are the only candidates, and the earliest instant that reads as this day
    // is right.
    let candidates = [-86_400_000, 86_400_000].map { (shift: Int64) in
      let offset = offsetSeconds(at: Timestamp(milliseconds: midnight + shift))
      return Timestamp(milliseconds: midnight - Int64(offset) * 1000)
    }
    return candidates.sorted().first { self.date(at: $0) >= date } ?? candidates[0]
  }

  /// The first instant at which the clock shows `minute` after midnight of `date`, or a later time.
  ///
  /// Where a change of the clocks leaves that time out, the instant of the change; where it comes twice, the
  /// first.
  ///
  /// - Parameters:
  ///   - date: a day of this zone.
  ///   - minute: 0…1440, by the clock and not since midnight.
  /// - Returns: the instant.
  public func first(_ date: CivilDate, minute: Int) -> Timestamp {
    let reading = Reading(date, minute: minute)
    let (early, late) = bounds(of: reading)
    if early == late || shows(reading, at: early) { return early }
    // The clocks change between the two, where the time is left out or after it is shown.
    var (before, after) = (early.milliseconds, late.milliseconds)
    while after - before > 1 {
      let middle = before + (after - before) / 2
      if shows(reading, at: Timestamp(milliseconds: middle)) {
        after = middle
      } else {
        before = middle
      }
    }
    return Timestamp(milliseconds: after)
  }

  /// The instant from which on the clock shows `minute` after midnight of `date` or a later time, and
  /// never an earlier one again.
  ///
  /// The same as `first` but where that time comes twice: there the second.
  public func last(_ date: CivilDate, minute: Int) -> Timestamp {
    let reading = Reading(date, minute: minute)
    let (early, late) = bounds(of: reading)
    if early == late || !shows(reading, at: late - .milliseconds(1)) { return late }
    return first(date, minute: minute)
  }

  /// What a clock shows, as milliseconds since it showed the beginning of 1970.
  private struct Reading {
    let milliseconds: Int64

    init(_ date: CivilDate, minute: Int) {
      milliseconds = Int64(date.daysSinceEpoch) * 86_400_000 + Int64(minute) * 60_000
    }
  }

  /// The two instants at which a clock would show `reading` that goes by the offset of the day before and
  /// of the day after, the earlier first.
  private func bounds(of reading: Reading) -> (Timestamp, Timestamp) {
    let instants = [-86_400_000, 86_400_000].map { (shift: Int64) in
      let near = Timestamp(milliseconds: reading.milliseconds + shift)
      return Timestamp(milliseconds: reading.milliseconds - Int64(offsetSeconds(at: near)) * 1000)
    }
    return (min(instants[0], instants[1]), max(instants[0], instants[1]))
  }

  /// Whether the clock shows `reading` or a later time at `instant`.
  private func shows(_ reading: Reading, at instant: Timestamp) -> Bool {
    instant.milliseconds + Int64(offsetSeconds(at: instant)) * 1000 >= reading.milliseconds
  }

  /// The local day that `instant` falls in.
  public func date(at instant: Timestamp) -> CivilDate {
    let local = instant.milliseconds + Int64(offsetSeconds(at: instant)) * 1000
    return CivilDate(daysSinceEpoch: Int(local.flooredQuotient(by: 86_400_000)))
  }

  /// `instant` as RFC 3339 with milliseconds and this zone's offset.
  public func rfc3339(_ instant: Timestamp) -> String {
    instant.rfc3339(offsetSeconds: offsetSeconds(at: instant))
  }
}
