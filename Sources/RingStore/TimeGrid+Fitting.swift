// Finding the grid that rows keep to.

extension TimeGrid {
  /// A grid near `times`, and how far each of them is off it; nil when they keep to none.
  static func fit(_ times: [Int64]) -> (grid: TimeGrid, offsets: [Int64])? {
    guard times.count >= 3, let first = times.first,
      isAscending(times), times[times.count - 1] &- first < 1 << 52,
      let period = medianStep(times), period > 0, period < 1 << 32,
      let steps = points(times, period), steps.breaks.count * 8 <= times.count
    else { return nil }
    var best: (grid: TimeGrid, offsets: [Int64], cost: Double)?
    for slope in slopes(times, steps, Double(period)) {
      for shifted in steps.breaks.isEmpty ? [false] : [false, true] {
        guard var grid = TimeGrid(slope, first, steps.breaks) else { continue }
        if shifted { grid.shift(times) }
        var offsets = [Int64](repeating: 0, count: times.count)
        grid.add(to: &offsets)
        for row in offsets.indices { offsets[row] = times[row] &- offsets[row] }
        let cost = grid.cost(offsets)
        if cost < best?.cost ?? .infinity { best = (grid, offsets, cost) }
      }
    }
    return best.map { ($0.grid, $0.offsets) }
  }

  /// The grid with a period of `slope` ms; nil when that is not a period.
  private init?(_ slope: Double, _ first: Int64, _ breaks: [Break]) {
    guard slope > 0, slope < 0x1p32 else { return nil }
    fractionBits = slope == slope.rounded() ? 0 : 20
    period = Int64((slope * (fractionBits == 0 ? 1 : 0x1p20)).rounded())
    self.first = first
    self.breaks = breaks
  }

  /// About how many bits `offsets` and the breaks take.
  private func cost(_ offsets: [Int64]) -> Double {
    let (least, most) = (offsets.min() ?? 0, offsets.max() ?? 0)
    // A bit as integer, the range as fraction of it: enough to compare.
    let range = UInt64(bitPattern: most &- least)
    let shiftCount = breaks.count { $0.shift != 0 }
    return Double(offsets.count) * Logarithm.base2(range &+ 1) + Double(16 * shiftCount)
      + Double(fractionBits)
  }

  /// Moves the grid behind each break to where the rows there are.
  private mutating func shift(_ times: [Int64]) {
    var points = [Int64](repeating: 0, count: times.count)
    add(to: &points)
    var before: Int64 = 0
    for index in breaks.indices {
      let start = breaks[index].row
      let end = index + 1 < breaks.count ? breaks[index + 1].row : times.count
      guard end > start else { continue }
      var sum: Int64 = 0
      for row in start..<end { sum &+= times[row] &- points[row] }
      let shift = sum / Int64(end - start)
      breaks[index].shift = shift &- before
      before = shift
    }
  }

  /// Which grid point each row is at, as the breaks between them and as numbers.
  private struct Points {
    var numbers: [Int64] = []
    var breaks: [Break] = []
  }

  private static func points(_ times: [Int64], _ period: Int64) -> Points? {
    var points = Points()
    points.numbers.reserveCapacity(times.count)
    // Follows the phase slowly, so that jitter of one row does not count for the next.
    var expected = times[0]
    var number: Int64 = 0
    for (row, time) in times.enumerated() {
      var off = time &- expected
      if off.magnitude > period.magnitude / 2 {
        let skipped = (off &+ (off < 0 ? -period / 2 : period / 2)) / period
        points.breaks.append(Break(row: row, skipped: skipped, shift: 0))
        if points.breaks.count * 8 > times.count { return nil }
        number &+= skipped
        expected &+= skipped &* period
        off = time &- expected
      }
      points.numbers.append(number)
      number &+= 1
      expected &+= off / 8 &+ period
    }
    return points
  }

  /// The periods worth trying, in milliseconds.
  private static func slopes(
    _ times: [Int64], _ points: Points, _ period: Double
  ) -> [Double] {
    let whole = slope(times, points.numbers, [])
    var slopes = [period]
    for slope in [whole, slope(times, points.numbers, points.breaks.map(\.row))] {
      for candidate in [slope.rounded(), slope] where !slopes.contains(candidate) {
        slopes.append(candidate)
      }
    }
    return slopes
  }

  /// The slope of the least-squares line through the rows, of one phase between `breaks`.
  private static func slope(_ times: [Int64], _ numbers: [Int64], _ breaks: [Int]) -> Double {
    var covariance = 0.0
    var variance = 0.0
    var start = 0
    for end in breaks + [times.count] where end > start {
      let count = Double(end - start)
      let (origin, zero) = (times[start], numbers[start])
      var (sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0)
      for row in start..<end {
        let (x, y) = (Double(numbers[row] &- zero), Double(times[row] &- origin))
        sumX += x
        sumY += y
        sumXX += x * x
        sumXY += x * y
      }
      covariance += sumXY - sumX * sumY / count
      variance += sumXX - sumX * sumX / count
      start = end
    }
    return variance > 0 ? covariance / variance : 0
  }

  /// Whether `times` ascend over less than 2^63 ms.
  private static func isAscending(_ times: [Int64]) -> Bool {
    zip(times.dropFirst(), times).allSatisfy { $0 >= $1 }
      && times[times.count - 1] &- times[0] >= 0
  }

  /// The middle one of the times from row to row.
  private static func medianStep(_ times: [Int64]) -> Int64? {
    var steps = zip(times.dropFirst(), times).map { $0 &- $1 }
    guard let first = steps.first else { return nil }
    if steps.allSatisfy({ $0 == first }) { return first }
    steps.sort()
    return steps[steps.count / 2]
  }
}
