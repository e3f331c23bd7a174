/// A sum of doubles that is exact as long as they are decimals.
///
/// Sensors report decimals. A double that is the nearest to n / 10⁶, and not above 10⁹ or so, is taken for
/// that decimal, and decimals are summed as integers. Their sum is the double nearest to the true
/// one, so it is a decimal again, whatever the order. Anything else is summed as doubles are.
///
/// It gives what `sum` gives for one value after the other, bit for bit, and faster.
struct DecimalSum {
  /// The largest n, 2⁵⁰.
  ///
  /// Up to here n is found again from the double nearest to n / 10⁶: neighbours are at least four
  /// steps of a double apart, and the product with 10⁶ is off by a quarter at most.
  private static let limit = 1_125_899_906_842_624.0
  private static let scale = 1e6

  private var count = 0
  /// The sum in millionths; used while `isDecimal`.
  private var millionths = 0.0
  private var isDecimal = true
  private var total = 0.0

  /// Adds `value`.
  mutating func add(_ value: Double) {
    defer { count += 1 }
    if count == 0 {
      total = value
      if let own = Self.millionths(of: value) { millionths = own } else { isDecimal = false }
      return
    }
    if isDecimal, let own = Self.millionths(of: value) {
      let sum = millionths + own
      if sum.magnitude <= Self.limit {
        millionths = sum
        return
      }
    }
    total = Self.sum(result, value)
    isDecimal = false
    if let own = Self.millionths(of: total) {
      millionths = own
      isDecimal = true
    }
  }

  /// The sum of what was added.
  var result: Double { isDecimal && count > 1 ? millionths / Self.scale : total }

  /// The sum of both.
  static func sum(_ left: Double, _ right: Double) -> Double {
    if let left = millionths(of: left), let right = millionths(of: right) {
      let sum = left + right
      if sum.magnitude <= limit { return sum / scale }
    }
    return left + right
  }

  /// n, a whole number, when `value` is the double nearest to n / 10⁶; nil when there is none.
  private static func millionths(of value: Double) -> Double? {
    let scaled = (value * scale).rounded()
    // Not a number fails both comparisons.
    guard scaled.magnitude <= limit, scaled / scale == value else { return nil }
    return scaled
  }
}
