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
// 256ths of a unit; it begins with the first row's mean, and after each row it moves by
// (256 × sum / count - m) >> weight. A row's sum is expected at (count × m + 128) >> 8. Arithmetic wraps.

/// The values section of a column of a rollup page.
enum RollupValues {
  /// More digits behind the point than any sensor shows.
  private static let powers: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
  /// 2⁵⁰; see DecimalSum.
  private static let limit = 1_125_899_906_842_624.0
  private static let weightCount = 6

  /// The values of one row in units.
  private struct Units {
    var count: Int64
    var sum: Int64
    var first: Int64
    var last: Int64
    var minimum: Int64
    var maximum: Int64

    /// The values of `cell`; nil when one is no decimal of the scale.
    init?(_ cell: RollupCell, _ power: Double) {
      guard let first = integer(cell.first, power) else { return nil }
      self.first = first
      count = cell.count
      if cell.count == 1, cell.hasOneValue {
        (sum, last, minimum, maximum) = (first, first, first, first)
        return
      }
      guard let sum = integer(cell.sum, power), let last = integer(cell.last, power),
        let minimum = integer(cell.minimum, power), let maximum = integer(cell.maximum, power)
      else { return nil }
      self.sum = sum
      self.last = last
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// Appends the section of `cells` to `bytes`.
  static func append(
    _ cells: ArraySlice<RollupCell?>, to bytes: inout [UInt8], effort: CodecEffort
  ) {
    RollupIntegers.append(cells.map { $0?.count ?? 0 }, to: &bytes, effort: effort)
    let filled = cells.compactMap { $0 }.filter { $0.count > 0 }
    let scale = Self.scale(for: filled)
    bytes.append(UInt8(scale))
    var rows: [Units] = []
    var exceptions: [(before: Int, cell: RollupCell)] = []
    for cell in filled {
      if let row = Units(cell, powers[scale]) {
        rows.append(row)
      } else {
        exceptions.append((rows.count, cell))
      }
    }
    bytes.append(varint: UInt64(exceptions.count))
    var before = 0
    for exception in exceptions {
      bytes.append(varint: UInt64(exception.before - before))
      before = exception.before
      for value in exception.cell.values { bytes.append(littleEndian: value.bitPattern) }
    }
    append(rows, to: &bytes, effort: effort)
  }

  private static func append(_ rows: [Units], to bytes: inout [UInt8], effort: CodecEffort) {
    let base = rows.first.map { $0.sum / $0.count } ?? 0
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
    let means = rows.map { mean($0.sum, $0.count) }
    let indices = rows.indices
    RollupIntegers.append(
      indices.map { rows[$0].first &- means[$0] }, to: &bytes, effort: effort)
    RollupIntegers.append(
      rows.indices.map { rows[$0].last &- expectedLast(rows[$0].count, means[$0], rows[$0]) },
      to: &bytes, effort: effort)
    RollupIntegers.append(
      indices.map { index in
        let row = rows[index]
        return (row.count <= 2 ? min(row.first, row.last) : means[index]) &- row.minimum
      }, to: &bytes, effort: effort)
    RollupIntegers.append(
      indices.map { index in
        let row = rows[index]
        return row.maximum &- (row.count <= 2 ? max(row.first, row.last) : means[index])
      }, to: &bytes, effort: effort)
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

  /// The fewest digits behind the point that all but a few rows do with.
  private static func scale(for cells: [RollupCell]) -> Int {
    var rest = cells
    for scale in powers.indices {
      rest.removeAll { Units($0, powers[scale]) != nil }
      // An exception takes 41 bytes; a digit too many takes three bits a row and list.
      if rest.count <= cells.count / 32 { return scale }
    }
    return 0
  }

  /// n when `value` is n / `power`, bit for bit; nil when there is no such n.
  private static func integer(_ value: Double, _ power: Double) -> Int64? {
    let scaled = (value * power).rounded()
    // Not a number fails the comparison.
    guard scaled.magnitude <= limit else { return nil }
    let integer = Int64(scaled)
    return (Double(integer) / power).bitPattern == value.bitPattern ? integer : nil
  }

  /// `sum` ÷ `count`, rounded down.
  private static func mean(_ sum: Int64, _ count: Int64) -> Int64 {
    if count == 1 { return sum }
    let quotient = sum / count
    return quotient &* count > sum ? quotient &- 1 : quotient
  }
}

extension RollupValues {
  /// Puts the section's values into `cells`, one a row, made where there is none; nil when damaged.
  static func read(
    _ bytes: [UInt8], _ range: Range<Int>, into cells: inout [RollupCell?]
  ) -> Bool {
    var cursor = ByteCursor(bytes, range)
    var counts: [Int64] = []
    guard RollupIntegers.take(cells.count, from: &cursor, of: bytes, into: &counts),
      let scale = cursor.byte(), Int(scale) < powers.count,
      let exceptionCount = cursor.count(upTo: cells.count)
    else { return false }
    var filled: [Int] = []
    filled.reserveCapacity(counts.count)
    for (row, count) in counts.enumerated() where count != 0 {
      guard count > 0, count <= RollupPage.countLimit else { return false }
      filled.append(row)
      if cells[row] == nil { cells[row] = RollupCell() }
      cells[row]?.count = count
    }
    guard exceptionCount <= filled.count else { return false }
    var regular: [Int] = []
    var next = 0
    for _ in 0..<exceptionCount {
      guard let before = cursor.count(upTo: filled.count - 1 - next) else { return false }
      regular += filled[next..<next + before]
      next += before + 1
      guard readException(&cursor, into: &cells[filled[next - 1]]) else { return false }
    }
    regular = exceptionCount == 0 ? filled : regular + filled[next...]
    guard readUnits(&cursor, bytes, regular, powers[Int(scale)], into: &cells) else { return false }
    return cursor.rest.isEmpty
  }

  private static func readException(
    _ cursor: inout ByteCursor, into cell: inout RollupCell?
  ) -> Bool {
    guard let sum = cursor.uint64(), let first = cursor.uint64(), let last = cursor.uint64(),
      let minimum = cursor.uint64(), let maximum = cursor.uint64()
    else { return false }
    cell?.sum = Double(bitPattern: sum)
    cell?.first = Double(bitPattern: first)
    cell?.last = Double(bitPattern: last)
    cell?.minimum = Double(bitPattern: minimum)
    cell?.maximum = Double(bitPattern: maximum)
    return true
  }

  private static func readUnits(
    _ cursor: inout ByteCursor, _ bytes: [UInt8], _ rows: [Int], _ power: Double,
    into cells: inout [RollupCell?]
  ) -> Bool {
    guard let weight = cursor.byte(), Int(weight) < weightCount, let base = cursor.signedVarint()
    else { return false }
    var sums: [Int64] = []
    var firsts: [Int64] = []
    var lasts: [Int64] = []
    var minima: [Int64] = []
    var maxima: [Int64] = []
    let count = rows.count
    guard RollupIntegers.take(count, from: &cursor, of: bytes, into: &sums),
      RollupIntegers.take(count, from: &cursor, of: bytes, into: &firsts),
      RollupIntegers.take(count, from: &cursor, of: bytes, into: &lasts),
      RollupIntegers.take(count, from: &cursor, of: bytes, into: &minima),
      RollupIntegers.take(count, from: &cursor, of: bytes, into: &maxima)
    else { return false }
    var average = SumMean(base: base, weight: Int(weight))
    for (index, row) in rows.enumerated() {
      guard var cell = cells[row] else { return false }
      let sum = sums[index] &+ average.expectedSum(cell.count)
      average.add(sum, cell.count)
      let mean = mean(sum, cell.count)
      let first = firsts[index] &+ mean
      let last = lasts[index] &+ (cell.count == 2 ? sum &- first : mean)
      let low = cell.count <= 2 ? min(first, last) : mean
      let high = cell.count <= 2 ? max(first, last) : mean
      cell.sum = Double(sum) / power
      cell.first = Double(first) / power
      cell.last = Double(last) / power
      cell.minimum = Double(low &- minima[index]) / power
      cell.maximum = Double(high &+ maxima[index]) / power
      cells[row] = cell
    }
    return true
  }
}

/// What a row's sum is expected to be, from the rows before it.
private struct SumMean {
  private var mean: Int64
  private let weight: Int64

  init(base: Int64, weight: Int) {
    mean = base << 8
    self.weight = Int64(weight)
  }

  func expectedSum(_ count: Int64) -> Int64 { (count &* mean &+ 128) >> 8 }

  mutating func add(_ sum: Int64, _ count: Int64) {
    let own = count == 1 ? sum << 8 : (sum << 8) / count
    mean &+= (own &- mean) >> weight
  }
}

extension RollupCell {
  /// In the order they stand in a section.
  fileprivate var values: [Double] { [sum, first, last, minimum, maximum] }

  /// Whether all five values have the same bits.
  fileprivate var hasOneValue: Bool {
    let bits = first.bitPattern
    return sum.bitPattern == bits && last.bitPattern == bits && minimum.bitPattern == bits
      && maximum.bitPattern == bits
  }
}
