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
  /// The sum in millionths; used while `isDecimal` and `count` is above 1.
  private var millionths = 0.0
  private var isDecimal = true
  private var total = 0.0

  /// Adds `value`.
  mutating func add(_ value: Double) {
    count += 1
    if count == 1 {
      total = value
      return
    }
    if count == 2 {
      if let first = Self.millionths(of: total) { millionths = first } else { isDecimal = false }
    }
    if isDecimal, let own = Self.millionths(of: value) {
      let sum = millionths + own
      if sum.magnitude <= Self.limit {
        millionths = sum
        return
      }
    }
    addSlowly(value)
  }

  private mutating func addSlowly(_ value: Double) {
    let sum = isDecimal ? millionths / Self.scale : total
    total = Self.sum(count == 2 ? total : sum, value)
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
    let scaled = value * scale
    // Not a number fails the comparison.
    guard scaled.magnitude <= limit else { return nil }
    let integer = scaled.nearest
    return integer / scale == value ? integer : nil
  }
}

extension Double {
  /// The nearest whole number, of two the even one; for magnitudes up to 2⁵⁰.
  ///
  /// Between 2⁵² and 2⁵³ doubles are the whole numbers. `rounded()` would be a call of the C library.
  var nearest: Double {
    let shift = 6_755_399_441_055_744.0
    return (self + shift) - shift
  }
}
