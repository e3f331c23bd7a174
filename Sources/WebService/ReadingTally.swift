import PoolModel
import RingStore

/// When the readings of one series came, put together from parts in time order.
struct ReadingTally {
  /// The first reading; nil when there is none.
  private(set) var first: Timestamp?
  private var last: Timestamp?
  private var missingCount = 0
  private let interval: Int64

  /// Nothing yet of a series with a reading every `interval`.
  init(interval: Duration) { self.interval = interval.wholeMilliseconds }

  /// Adds the readings from `first` to `last`, between which `missingCount` are missing.
  mutating func add(_ first: Timestamp, _ last: Timestamp, missingCount: Int) {
    if let before = self.last {
      self.missingCount += Int(
        clamping: MissingReadings.count(
          from: before.milliseconds, to: first.milliseconds, interval: interval))
    }
    self.first = self.first ?? first
    self.last = last
    self.missingCount += missingCount
  }

  /// Whether a stretch says the same.
  func isSame(as stretch: CoverageStretch) -> Bool {
    first == stretch.first && last == stretch.last && missingCount == stretch.missingCount
  }
}
