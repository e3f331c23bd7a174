// The values of one column of a rollup page: count, sum, first, last, minimum, maximum.
//
//   list  counts (RollupIntegers.swift), one a row, 0 where the row has no value
//      1  scale, 0 … 6: the values below are in units of 10^-scale
//      v  number of exceptions: rows with a value that is no such decimal; then for each:
//           v  how many rows with values and without exception come before it
//           8  bit patterns of sum, first, last, minimum, maximum, 40 bytes in all
//      1  weight, 0 … 5
//      s  the mean of the first row
//   list  sums, less count × the moving mean
//         and then, with q the row's own mean rounded down:
//   list  firsts, less q
//   list  lasts, less q; less sum - first where the count is 2
//   list  q less the minimum; the lesser of first and last less it where the count is 1 or 2
//   list  the maximum less q; less the greater of first and last where the count is 1 or 2
//
// The lists have one integer for each row with values and without exception. The moving mean m counts
// 256ths of a unit; it begins with the first row's mean, rounded down to units, and after each row it
// moves by (256 × sum / count - m) >> weight, the quotient rounded down. A row's sum is expected at
// (count × m + 128) >> 8. Arithmetic wraps.

/// The values section of a column of a rollup page.
enum RollupValues {
  /// More digits behind the point than any sensor shows.
  static let powers: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
  /// 2⁵⁰; see DecimalSum.
  private static let limit = 1_125_899_906_842_624.0
  static let weightCount = 6

  /// The values of one row.
  private struct Values {
    var count: Int64
    /// As in a section: sum, first, last, minimum, maximum.
    var sum: Double
    var first: Double
    var last: Double
    var minimum: Double
    var maximum: Double

    /// The values of `cell`; nil when it has none.
    @inline(__always)
    init?(_ cell: RollupCell?) {
      guard let count = cell?.count, count > 0, let cell else { return nil }
      self.count = count
      sum = cell.sum
      first = cell.first
      last = cell.last
      minimum = cell.minimum
      maximum = cell.maximum
    }

    /// Whether all five have the same bits.
    var areOne: Bool {
      let bits = first.bitPattern
      return sum.bitPattern == bits && last.bitPattern == bits && minimum.bitPattern == bits
        && maximum.bitPattern == bits
    }
  }

  /// The values of one row in units.
  private struct Units {
    var count: Int64
    var sum: Int64
    var first: Int64
    var last: Int64
    var minimum: Int64
    var maximum: Int64

    /// `values` in units; nil when one is no decimal of the scale.
    init?(_ values: Values, _ power: Double) {
      guard let first = integer(values.first, power) else { return nil }
      self.first = first
      count = values.count
      if values.count == 1, values.areOne {
        (sum, last, minimum, maximum) = (first, first, first, first)
        return
      }
      guard let sum = integer(values.sum, power), let last = integer(values.last, power),
        let minimum = integer(values.minimum, power), let maximum = integer(values.maximum, power)
      else { return nil }
      self.sum = sum
      self.last = last
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// A column's rows with values: in units, and those that are no decimals of the scale.
  private struct Scaled {
    var rows: [Units] = []
    var exceptions: [(before: Int, values: Values)] = []

    /// Nil when there are more than `limit` exceptions.
    init?(_ filled: [Values], _ power: Double, exceptionLimit limit: Int) {
      rows.reserveCapacity(filled.count)
      for values in filled {
        if let row = Units(values, power) {
          rows.append(row)
        } else {
          if exceptions.count == limit { return nil }
          exceptions.append((rows.count, values))
        }
      }
    }
  }

  /// Appends the section of `cells` to `bytes`.
  static func append(
    _ cells: ArraySlice<RollupCell?>, to bytes: inout [UInt8], effort: CodecEffort
  ) {
    var counts = [Int64](repeating: 0, count: cells.count)
    var filled: [Values] = []
    filled.reserveCapacity(cells.count)
    for (index, row) in cells.indices.enumerated() {
      guard let values = Values(cells[row]) else { continue }
      counts[index] = values.count
      filled.append(values)
    }
    RollupIntegers.append(counts, to: &bytes, effort: effort)
    let (scale, scaled) = scaled(filled)
    bytes.append(UInt8(scale))
    bytes.append(varint: UInt64(scaled.exceptions.count))
    var before = 0
    for exception in scaled.exceptions {
      bytes.append(varint: UInt64(exception.before - before))
      before = exception.before
      let values = exception.values
      for value in [values.sum, values.first, values.last, values.minimum, values.maximum] {
        bytes.append(littleEndian: value.bitPattern)
      }
    }
    append(scaled.rows, to: &bytes, effort: effort)
  }

  /// The rows with the fewest digits behind the point that all but a few of them do with.
  private static func scaled(_ filled: [Values]) -> (scale: Int, scaled: Scaled) {
    for scale in powers.indices {
      // An exception takes 41 bytes; a digit too many takes three bits a row and list.
      let limit = filled.count / 32
      if let scaled = Scaled(filled, powers[scale], exceptionLimit: limit) {
        return (scale, scaled)
      }
    }
    guard let scaled = Scaled(filled, powers[0], exceptionLimit: filled.count) else {
      preconditionFailure("more exceptions than rows")
    }
    return (0, scaled)
  }

  private static func append(_ rows: [Units], to bytes: inout [UInt8], effort: CodecEffort) {
    let base = rows.first.map { SumMean.mean($0.sum, $0.count) >> 8 } ?? 0
    var residuals = sums(rows, base: base, weight: 2)
    var weight = 2
    if effort == .small {
      var cost = Self.cost(residuals)
      for other in 0..<weightCount where other != 2 {
        let others = sums(rows, base: base, weight: other)
        let otherCost = Self.cost(others)
        if otherCost < cost { (residuals, weight, cost) = (others, other, otherCost) }
      }
    }
    bytes.append(UInt8(weight))
    bytes.append(signedVarint: base)
    RollupIntegers.append(residuals, to: &bytes, effort: effort)
    let count = rows.count
    // Four lists, one after another.
    var integers = [Int64](repeating: 0, count: 4 * count)
    var lists = integers.mutableSpan
    for (index, row) in rows.enumerated() {
      let mean = SumMean.mean(row.sum, row.count) >> 8
      let isShort = row.count <= 2
      lists[index] = row.first &- mean
      lists[count + index] = row.last &- expectedLast(row.count, mean, row)
      lists[2 * count + index] = (isShort ? min(row.first, row.last) : mean) &- row.minimum
      lists[3 * count + index] = row.maximum &- (isShort ? max(row.first, row.last) : mean)
    }
    RollupIntegers.append(
      integers, from: 0, stride: count, listCount: 4, count: count, to: &bytes, effort: effort)
  }

  private static func expectedLast(_ count: Int64, _ mean: Int64, _ row: Units) -> Int64 {
    count == 2 ? row.sum &- row.first : mean
  }

  /// The sums less what is expected.
  private static func sums(_ rows: [Units], base: Int64, weight: Int) -> [Int64] {
    var average = SumMean(base: base, weight: weight)
    return rows.map { row in
      let residual = row.sum &- average.expectedSum(row.count)
      average.add(row.sum, row.count)
      return residual
    }
  }

  /// About the bits that `residuals` take.
  private static func cost(_ residuals: [Int64]) -> Int {
    residuals.reduce(0) { $0 + 64 - $1.folded.leadingZeroBitCount }
  }

  /// n when `value` is n / `power`, bit for bit; nil when there is no such n.
  private static func integer(_ value: Double, _ power: Double) -> Int64? {
    let scaled = value * power
    // Not a number fails the comparison.
    guard scaled.magnitude <= limit else { return nil }
    let integer = Int64(scaled.nearest)
    return (Double(integer) / power).bitPattern == value.bitPattern ? integer : nil
  }
}
