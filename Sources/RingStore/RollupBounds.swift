import PoolModel

/// The mandatory limits of one parameter of one pool on one day.
struct RollupBounds: Hashable, Sendable {
  /// The tightest lower bound; nil when there is none.
  var low: Bound?
  /// The tightest upper bound; nil when there is none.
  var high: Bound?

  /// No limits.
  static let none = RollupBounds(low: nil, high: nil)

  /// Whether there is a limit at all.
  var isLimiting: Bool { low != nil || high != nil }

  /// Whether `value` is out of limits.
  func isOutside(_ value: Double) -> Bool {
    if let low, value < low.value || (value == low.value && !low.isInclusive) { return true }
    if let high, value > high.value || (value == high.value && !high.isInclusive) { return true }
    return false
  }

  /// Takes on the bounds that leave less room.
  mutating func tighten(low otherLow: Bound?, high otherHigh: Bound?) {
    if let otherLow, low.map({ otherLow.isTighter(than: $0, at: .low) }) ?? true { low = otherLow }
    if let otherHigh, high.map({ otherHigh.isTighter(than: $0, at: .high) }) ?? true {
      high = otherHigh
    }
  }

  /// The bounds of these and of `limit` that leave more room; none where one of both has none.
  func loosened(by limit: Limit) -> RollupBounds {
    var loose = RollupBounds.none
    if let low, let other = limit.low {
      loose.low = low.isTighter(than: other, at: .low) ? other : low
    }
    if let high, let other = limit.high {
      loose.high = high.isTighter(than: other, at: .high) ? other : high
    }
    return loose
  }
}
