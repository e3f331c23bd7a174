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
  mutating func tighten(low other: Bound?, high otherHigh: Bound?) {
    if let other { low = low.map { Self.tighterLow($0, other) } ?? other }
    if let otherHigh { high = high.map { Self.tighterHigh($0, otherHigh) } ?? otherHigh }
  }

  /// The bounds of these and of `limit` that leave more room; none where one of both has none.
  func loosened(by limit: Limit) -> RollupBounds {
    var loose = RollupBounds.none
    if let low, let other = limit.low {
      loose.low = Self.tighterLow(low, other) == low ? other : low
    }
    if let high, let other = limit.high {
      loose.high = Self.tighterHigh(high, other) == high ? other : high
    }
    return loose
  }

  private static func tighterLow(_ bound: Bound, _ other: Bound) -> Bound {
    if bound.value == other.value { return bound.isInclusive ? other : bound }
    return bound.value > other.value ? bound : other
  }

  private static func tighterHigh(_ bound: Bound, _ other: Bound) -> Bound {
    if bound.value == other.value { return bound.isInclusive ? other : bound }
    return bound.value < other.value ? bound : other
  }
}
