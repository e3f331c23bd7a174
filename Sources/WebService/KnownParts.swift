import PoolModel

/// A period without the times of which readings are lost by damage to the store, and nothing tells
/// whether they came: nothing counts as due there.
struct KnownParts: Sendable {
  /// The parts that are left, ascending.
  let parts: [Part]
  /// What is left out, ascending.
  let unknown: [Range<Timestamp>]

  /// A stretch of time of which it is known what came.
  struct Part: Sendable {
    let range: Range<Timestamp>
    /// Whether a time before it is left out: how long its first reading was waited for is not known then.
    let isAfterLoss: Bool
  }

  /// What is left of `period` without `unknown`, which are ascending and apart.
  init(of period: Range<Timestamp>, without unknown: [Range<Timestamp>]) {
    var parts: [Part] = []
    var start = period.lowerBound
    for range in unknown {
      if start < range.lowerBound {
        parts.append(Part(range: start..<range.lowerBound, isAfterLoss: start > period.lowerBound))
      }
      start = range.upperBound
    }
    if start < period.upperBound || unknown.isEmpty {
      parts.append(Part(range: start..<period.upperBound, isAfterLoss: start > period.lowerBound))
    }
    self.parts = parts
    self.unknown = unknown
  }

  /// How many readings would have been due in what is left out, up to `settled`.
  func lostCount(settled: Timestamp, interval: Duration) -> Int {
    unknown.reduce(0) { count, range in
      let end = min(range.upperBound, settled)
      guard range.lowerBound < end else { return count }
      return count + Int((end - range.lowerBound).wholeMilliseconds / interval.wholeMilliseconds)
    }
  }
}
