/// Logarithms to compare costs with; the same on every machine.
enum Logarithm {
  /// log2(1 + i / 64), i = 0 … 64.
  private static let fractions: [Double] = (0...64).map { index in
    // Sixteen binary digits by repeated squaring.
    var value = 1 + Double(index) / 64
    var result = 0.0
    var digit = 0.5
    for _ in 0..<24 {
      value *= value
      if value >= 2 {
        value /= 2
        result += digit
      }
      digit /= 2
    }
    return index == 64 ? 1 : result
  }

  /// log2 of `value`, interpolated, within 0.00005; 0 for 0.
  static func base2(_ value: UInt64) -> Double {
    guard value > 1 else { return 0 }
    let double = Double(value)
    let position = (double.significand - 1) * 64
    let index = min(63, Int(position))
    let table = fractions
    let below = table[index]
    return Double(double.exponent) + below
      + (table[index + 1] - below) * (position - Double(index))
  }
}
