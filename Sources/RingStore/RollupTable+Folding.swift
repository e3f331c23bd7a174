import PoolModel

extension RollupTable {
  /// The minutes that raw rows make up.
  ///
  /// Every minute with a row becomes one, also where no reading of it counts. The rows must be all that
  /// their minutes have.
  ///
  /// - Parameters:
  ///   - table: the raw rows.
  ///   - rows: those wanted.
  ///   - pool: whose they are; nil when the plan has it no more.
  ///   - rules: the limits and the interval.
  ///   - parameter: the parameter of a column; nil when the plan has it no more, which takes away its
  ///     limits.
  ///   - calendar: of the rules' zone.
  /// - Returns: the rows, with a column for each of `table`.
  static func minutes(
    of table: PageTable, rows: Range<Int>, pool: PoolNumber?, rules: RollupRules,
    parameter: (UInt8) -> ParameterNumber?, calendar: inout BucketCalendar
  ) -> RollupTable {
    var starts: [Int64] = []
    var ranges: [Range<Int>] = []
    var row = rows.lowerBound
    while row < rows.upperBound {
      let minute = calendar.bucket(.minute, containing: table.times[row])
      let begin = row
      repeat { row += 1 } while row < rows.upperBound && table.times[row] < minute.upperBound
      starts.append(minute.lowerBound)
      ranges.append(begin..<row)
    }
    let columns = table.columns.map { column in
      var limits = LimitsCursor(rules: rules, pool: pool, parameter: parameter(column.number))
      let cells = zip(starts, ranges).map { start, range in
        RollupCell.fold(
          range, times: table.times, column: column, bounds: limits.bounds(at: start),
          interval: rules.interval)
      }
      return Column(number: column.number, cells: cells)
    }
    return RollupTable(starts: starts, columns: columns)
  }

  /// The rows of a coarser tier that these rows make up.
  ///
  /// The rows must be all that their coarser buckets have, and of the next finer tier for sums to come
  /// out the same always.
  ///
  /// - Parameters:
  ///   - tier: the coarser tier.
  ///   - calendar: of the rules' zone.
  ///   - interval: the nominal time between two readings, in milliseconds.
  /// - Returns: the rows of the coarser tier, with the same columns.
  func merged(
    into tier: Tier, calendar: inout BucketCalendar, interval: Int64
  ) -> RollupTable {
    var coarser: [Int64] = []
    var ends: [Int] = []
    var end = Int64.min
    for (row, start) in starts.enumerated() {
      if start >= end {
        let bucket = calendar.bucket(tier, containing: start)
        coarser.append(bucket.lowerBound)
        ends.append(row)
        end = bucket.upperBound
      }
      ends[ends.count - 1] = row + 1
    }
    let columns = columns.map { column in
      var row = 0
      let cells = ends.map { end in
        var whole: RollupCell?
        while row < end {
          if let cell = column.cells[row] { Self.merge(cell, into: &whole, interval: interval) }
          row += 1
        }
        return whole
      }
      return Column(number: column.number, cells: cells)
    }
    return RollupTable(starts: coarser, columns: columns)
  }

  private static func merge(
    _ cell: RollupCell, into whole: inout RollupCell?, interval: Int64
  ) {
    if whole == nil { whole = cell } else { whole?.merge(cell, interval: interval) }
  }
}

/// The limits of one series, for times that ascend.
struct LimitsCursor {
  private let rules: RollupRules
  private let pool: PoolNumber?
  private let parameter: ParameterNumber?
  private var current = RollupBounds.none
  private var valid: Range<Int64> = 0..<0

  /// The limits of `parameter` in `pool`.
  init(rules: RollupRules, pool: PoolNumber?, parameter: ParameterNumber?) {
    self.rules = rules
    self.pool = pool
    self.parameter = parameter
  }

  /// The limits in force at `time`.
  mutating func bounds(at time: Int64) -> RollupBounds {
    if !valid.contains(time) {
      let (bounds, until) = rules.bounds(pool: pool, parameter: parameter, at: time)
      current = bounds
      valid = time..<max(time, until)
    }
    return current
  }
}
