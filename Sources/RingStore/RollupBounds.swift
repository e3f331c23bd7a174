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

  /// Takes on the bounds of `limit` that leave less room.
  mutating func tighten(by limit: Limit) {
    if let bound = limit.low {
      low =
        low.map { Self.isTighter(bound, than: $0, by: bound.value > $0.value) ? bound : $0 }
        ?? bound
    }
    if let bound = limit.high {
      high =
        high.map { Self.isTighter(bound, than: $0, by: bound.value < $0.value) ? bound : $0 }
        ?? bound
    }
  }

  private static func isTighter(_ bound: Bound, than other: Bound, by value: Bool) -> Bool {
    if bound.value == other.value { return !bound.isInclusive && other.isInclusive }
    return value
  }
}
