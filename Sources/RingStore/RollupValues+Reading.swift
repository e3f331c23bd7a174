extension RollupValues {
  /// A row's values as they stand in the section.
  private struct Exception {
    /// The rows with values and without exception that come before.
    var before: Int
    var sum: Double
    var first: Double
    var last: Double
    var minimum: Double
    var maximum: Double
  }

  /// The rows' residuals.
  private struct Residuals {
    var sums: [Int64] = []
    var firsts: [Int64] = []
    var lasts: [Int64] = []
    var minima: [Int64] = []
    var maxima: [Int64] = []

    mutating func take(_ count: Int, from cursor: inout ByteCursor, of bytes: [UInt8]) -> Bool {
      RollupIntegers.take(count, from: &cursor, of: bytes, into: &sums)
        && RollupIntegers.take(count, from: &cursor, of: bytes, into: &firsts)
        && RollupIntegers.take(count, from: &cursor, of: bytes, into: &lasts)
        && RollupIntegers.take(count, from: &cursor, of: bytes, into: &minima)
        && RollupIntegers.take(count, from: &cursor, of: bytes, into: &maxima)
    }
  }

  /// The cells of the section, with nothing but values, empty where a row has none; nil when damaged.
  static func cells(_ bytes: [UInt8], _ range: Range<Int>, rowCount: Int) -> [RollupCell]? {
    var cursor = ByteCursor(bytes, range)
    var counts: [Int64] = []
    guard RollupIntegers.take(rowCount, from: &cursor, of: bytes, into: &counts),
      counts.allSatisfy({ $0 >= 0 && $0 <= RollupPage.countLimit }),
      let scale = cursor.byte(), Int(scale) < powers.count
    else { return nil }
    let filledCount = counts.count { $0 != 0 }
    guard let exceptions = exceptions(&cursor, limit: filledCount),
      let weight = cursor.byte(), Int(weight) < weightCount, let base = cursor.signedVarint()
    else { return nil }
    let regularCount = filledCount - exceptions.count
    var residuals = Residuals()
    guard residuals.take(regularCount, from: &cursor, of: bytes), cursor.rest.isEmpty,
      exceptions.last.map({ $0.before <= regularCount }) ?? true
    else { return nil }
    return cells(
      counts, residuals, exceptions, SumMean(base: base, weight: Int(weight)),
      power: powers[Int(scale)])
  }

  private static func cells(
    _ counts: [Int64], _ residuals: Residuals, _ exceptions: [Exception], _ mean: SumMean,
    power: Double
  ) -> [RollupCell] {
    var expected = mean
    var cells: [RollupCell] = []
    cells.reserveCapacity(counts.count)
    var index = 0
    var exceptionIndex = 0
    for count in counts {
      if count == 0 {
        cells.append(RollupCell())
        continue
      }
      if exceptionIndex < exceptions.count, exceptions[exceptionIndex].before == index {
        let row = exceptions[exceptionIndex]
        exceptionIndex += 1
        cells.append(
          RollupCell(
            count: count, minimum: row.minimum, maximum: row.maximum, sum: row.sum,
            first: row.first, last: row.last))
        continue
      }
      let sum = residuals.sums[index] &+ expected.expectedSum(count)
      let mean = expected.add(sum, count)
      let first = residuals.firsts[index] &+ mean
      let last = residuals.lasts[index] &+ (count == 2 ? sum &- first : mean)
      let low = (count <= 2 ? min(first, last) : mean) &- residuals.minima[index]
      let high = (count <= 2 ? max(first, last) : mean) &+ residuals.maxima[index]
      index += 1
      cells.append(
        RollupCell(
          count: count, minimum: Double(low) / power, maximum: Double(high) / power,
          sum: Double(sum) / power, first: Double(first) / power, last: Double(last) / power))
    }
    return cells
  }

  private static func exceptions(_ cursor: inout ByteCursor, limit: Int) -> [Exception]? {
    guard let count = cursor.count(upTo: limit) else { return nil }
    var exceptions: [Exception] = []
    var before = 0
    for _ in 0..<count {
      guard let gap = cursor.count(upTo: limit), let sum = cursor.uint64(),
        let first = cursor.uint64(), let last = cursor.uint64(), let minimum = cursor.uint64(),
        let maximum = cursor.uint64()
      else { return nil }
      before += gap
      exceptions.append(
        Exception(
          before: before, sum: Double(bitPattern: sum), first: Double(bitPattern: first),
          last: Double(bitPattern: last), minimum: Double(bitPattern: minimum),
          maximum: Double(bitPattern: maximum)))
    }
    return exceptions
  }
}
