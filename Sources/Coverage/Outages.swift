public import PoolModel

/// Times in which no reading is due, because venue or pool is out of use.
///
/// To the minute: an outage begins and ends with the minute in which its beginning and its end lie, so that
/// minutes that were rolled up answer for what is left.
public struct Outages: Sendable {
  /// Ascending and apart.
  private let ranges: [Range<Timestamp>]

  /// The outages `ranges`, in any order; they may overlap, and empty ones change nothing.
  public init(_ ranges: [Range<Timestamp>]) {
    var joined: [Range<Timestamp>] = []
    let minutes = ranges.map { Self.minute($0.lowerBound)..<Self.minute($0.upperBound) }
    for range in minutes.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    self.ranges = joined
  }

  /// What is left of `period` without them, ascending and apart; all of it, also when that is empty, where
  /// there are none in it.
  public func dueTimes(in period: Range<Timestamp>) -> [Range<Timestamp>] {
    var times: [Range<Timestamp>] = []
    var start = period.lowerBound
    for range in ranges where range.overlaps(period) {
      if start < range.lowerBound { times.append(start..<range.lowerBound) }
      start = range.upperBound
    }
    if start < period.upperBound || start == period.lowerBound {
      times.append(start..<max(start, period.upperBound))
    }
    return times
  }

  /// The beginning of the minute that `instant` lies in.
  private static func minute(_ instant: Timestamp) -> Timestamp {
    let remainder = instant.milliseconds % 60_000
    return Timestamp(
      milliseconds: instant.milliseconds - (remainder < 0 ? remainder + 60_000 : remainder))
  }
}
