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
    /// Whether a time before it is left out: how long its first reading was waited for is not known then,
    /// and where it begins counts as a reading.
    let isAfterLoss: Bool
    /// Whether a time after it is left out: where it ends counts as a reading.
    let isBeforeLoss: Bool
  }

  /// What is left of `period` without `unknown`, which are ascending and apart.
  init(of period: Range<Timestamp>, without unknown: [Range<Timestamp>]) {
    var parts: [Part] = []
    var start = period.lowerBound
    for range in unknown {
      if start < range.lowerBound {
        parts.append(
          Part(
            range: start..<range.lowerBound, isAfterLoss: start > period.lowerBound,
            isBeforeLoss: true))
      }
      start = range.upperBound
    }
    if start < period.upperBound || unknown.isEmpty {
      parts.append(
        Part(
          range: start..<period.upperBound, isAfterLoss: start > period.lowerBound,
          isBeforeLoss: false))
    }
    self.parts = parts
    self.unknown = unknown
  }

  /// How many readings would have been due in what is left out.
  func lostCount(_ due: DueTimes) -> Int {
    unknown.reduce(0) { $0 + due.count(in: $1) }
  }
}
