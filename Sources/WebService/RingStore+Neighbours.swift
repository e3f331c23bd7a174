import PoolModel
import RingStore

extension RingStore {
  /// The newest counted value of `series` before `instant`, and the newest usable one.
  ///
  /// Looks at no more than 20 values: what lies further back moves a figure by
  /// less than one reading.
  func previousReadings(
    of series: Series, before instant: Timestamp
  ) throws -> (reading: Timestamp?, usable: Timestamp?) {
    var reading: Timestamp?
    var candidate = try previousTime(of: series, before: instant)
    for _ in 0..<20 {
      guard let time = candidate else { break }
      let slice = try samples(of: series, from: time, through: time, limit: 1)
      if slice.count == 1, slice.isReceived(at: 0) {
        reading = reading ?? time
        if slice.isUsable(at: 0) { return (reading, time) }
      }
      candidate = try previousTime(of: series, before: time)
    }
    return (reading, nil)
  }
}

extension Range<Timestamp> {
  /// Up to where everything that is missing in the period is due at `now`: what is missing between
  /// two readings before this instant counts.
  func settled(at now: Timestamp, interval: Duration) -> Timestamp {
    Swift.max(lowerBound, Swift.min(upperBound, now - interval))
  }
}
