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
