import PoolModel

extension Range<Timestamp> {
  /// Up to where everything that is missing in the period is due at `now`: what is missing between
  /// two readings before this instant counts.
  func settled(at now: Timestamp, interval: Duration) -> Timestamp {
    Swift.max(lowerBound, Swift.min(upperBound, now - interval))
  }
}
