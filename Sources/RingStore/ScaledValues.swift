// This file says `unsafe`: turning integers into doubles in place of a checked append, two at a time.

/// Doubles as integers of one power of ten, and the doubles that are none.
struct ScaledValues {
  /// 10^0 … 10^15, all of them doubles without rounding.
  static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
  /// The highest scale that is tried: no sensor has more decimals.
  static let highestScale = 9
  /// Integers stay below it, so that rounding by addition is exact.
  private static let limit = 0x1p51
  /// So many values tell the scale of a column.
  private static let sampleCount = 32
  /// What an exception costs beside an integer, in bits: position, length, pattern.
  private static let exceptionBitCount = 88.0

  /// value = integer / 10^scale.
  let scale: Int
  /// One for each value; an exception repeats the one before it.
  private(set) var integers: [Int64]
  /// The values that are not integer / 10^scale.
  private(set) var exceptions: [ExceptionRun]

  /// The values with the bit patterns `bits`; nil when more than a quarter of them have no integer.
  init?(_ bits: [UInt64]) {
    let step = max(1, bits.count / Self.sampleCount)
    var tally = [Int](repeating: 0, count: Self.highestScale + 2)
    for index in stride(from: 0, to: bits.count, by: step) {
      tally[Self.leastScale(of: bits[index])] += 1
    }
    let guess = Self.cheapestScale(tally)
    self.init(bits, scale: guess)
    guard !exceptions.isEmpty else { return }
    let missed = exceptions.reduce(0) { $0 + $1.rows.count }
    if missed * 8 > bits.count || missed > 8 {
      tally = [Int](repeating: 0, count: Self.highestScale + 2)
      for pattern in bits { tally[Self.leastScale(of: pattern)] += 1 }
      if tally[Self.highestScale + 1] * 4 > bits.count { return nil }
      let scale = Self.cheapestScale(tally)
      if scale != guess { self.init(bits, scale: scale) }
    }
  }

  /// Takes every value that it can at `scale`.
  private init(_ bits: [UInt64], scale: Int) {
    self.scale = scale
    let power = Self.powers[scale]
    exceptions = []
    integers = []
    integers.reserveCapacity(bits.count)
    var last: Int64 = 0
    var firstRow: Int?
    for (row, pattern) in bits.enumerated() {
      if let integer = Self.integer(pattern, power) {
        last = integer
        if firstRow == nil { firstRow = row }
      } else {
        note(pattern, at: row)
      }
      integers.append(last)
    }
    // Exceptions before the first integer repeat the one that follows.
    if let firstRow, firstRow > 0 {
      for row in 0..<firstRow { integers[row] = integers[firstRow] }
    }
  }

  private mutating func note(_ pattern: UInt64, at row: Int) {
    if let run = exceptions.last, run.rows.upperBound == row, run.bits == pattern {
      exceptions[exceptions.count - 1].rows = run.rows.lowerBound..<row + 1
    } else {
      exceptions.append(ExceptionRun(rows: row..<row + 1, bits: pattern))
    }
  }

  /// The integer that divided by `power` gives `pattern`; nil when there is none.
  @inline(__always)
  private static func integer(_ pattern: UInt64, _ power: Double) -> Int64? {
    let product = Double(bitPattern: pattern) * power
    // Also false for not-a-number.
    guard product.magnitude < limit else { return nil }
    // 1.5 × 2^52: below 2^51 the sum has no fraction, so that it is rounded to the nearest integer.
    let rounded = (product + 0x1.8p52) - 0x1.8p52
    guard (rounded / power).bitPattern == pattern else { return nil }
    return Int64(rounded)
  }

  /// Replaces `values` with `integers`, of magnitudes below 2^51, divided by `divisor`.
  static func divide(_ integers: [Int64], by divisor: Double, into values: inout [Double]) {
    if values.count != integers.count { values = [Double](repeating: 0, count: integers.count) }
    unsafe values.withUnsafeMutableBufferPointer { target in
      unsafe integers.withUnsafeBufferPointer { integers in
        // Both have as many elements.
        for index in 0..<integers.count {
          // Added to the bits of 1.5 × 2^52, an integer is that many above it: there, bits count ones.
          let bits = unsafe integers[index] &+ 0x4338_0000_0000_0000
          let sum = Double(bitPattern: UInt64(bitPattern: bits))
          unsafe target[index] = (sum - 0x1.8p52) / divisor
        }
      }
    }
  }

  /// The least scale at which `pattern` has an integer; one above the highest when there is none.
  private static func leastScale(of pattern: UInt64) -> Int {
    for scale in 0...highestScale where integer(pattern, powers[scale]) != nil { return scale }
    return highestScale + 1
  }

  /// The scale at which values with these least scales cost least.
  private static func cheapestScale(_ tally: [Int]) -> Int {
    let total = Double(tally.reduce(0, +))
    var best = (scale: 0, cost: Double.infinity)
    for scale in 0...highestScale {
      let missed = Double(tally[(scale + 1)...].reduce(0, +))
      // A decimal more is log2(10) bits more for each value.
      let cost = missed * exceptionBitCount + Double(scale) * 3.33 * total
      if cost < best.cost { best = (scale, cost) }
    }
    return best.scale
  }
}
