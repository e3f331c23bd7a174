import PoolModel

/// What is kept of one parameter's readings in one bucket.
///
/// A function of the bucket's own readings alone, and a monoid over readings in time order: cells of
/// adjoining stretches merge into the cell of both. Only sums of values that are no decimals
/// depend on how they were put together, so all of the store does it in one way: the rows of a minute
/// in time order, the minutes of an hour, the hours of a day.
struct RollupCell: Hashable, Sendable {
  /// Usable readings: good or suspect, early enough to count or not.
  var count: Int64 = 0
  /// The smallest of their values, of −0 and 0 the earlier one; 0 without any, as all five values.
  var minimum = 0.0
  /// The largest of their values.
  var maximum = 0.0
  /// `DecimalSum.sum` of their values.
  var sum = 0.0
  /// The value of the first one.
  var first = 0.0
  /// The value of the last one.
  var last = 0.0
  /// The readings that count as received: not missing, and not too late to count.
  var received = ReadingChain.empty
  /// Those of them that are usable.
  var valid = ReadingChain.empty
  /// Those of `received` that were back-filled.
  var backfilledCount: Int64 = 0
  /// The time of the first usable reading; `Int64.max` without any.
  var usableFirst = Int64.max
  /// The time of the last usable reading; `Int64.min` without any.
  var usableLast = Int64.min
  /// How long usable readings out of limits stood: each until the next one, an interval at most.
  ///
  /// What the last one stands for is not in it.
  var outMilliseconds: Int64 = 0
  /// Whether the last usable reading is out of limits.
  var isLastOut = false

  /// Whether it has no reading that is received or usable.
  var isEmpty: Bool { received.isEmpty && usableFirst == .max && count == 0 }

  /// The bits of a row's flags and marks that matter here.
  private static let backfilled = ArrivalMarks.backfilled.rawValue
  private static let tooLate = ArrivalMarks.tooLateToCount.rawValue
  private static let good = QualityFlag.good.rawValue
  private static let suspect = QualityFlag.suspect.rawValue
  private static let missing = QualityFlag.missing.rawValue

  /// Whether a value with `flag` is usable.
  static func isUsable(_ flag: UInt8) -> Bool { flag == good || flag == suspect }

  /// Adds a reading that is later than all.
  ///
  /// - Parameters:
  ///   - time: milliseconds since the epoch.
  ///   - bits: the value's bit pattern.
  ///   - flag: as it is stored; with 0, for no value, nothing is added.
  ///   - marks: as they are stored.
  ///   - isOut: whether the value is out of mandatory limits.
  ///   - interval: the nominal time between two readings, in milliseconds.
  mutating func add(
    time: Int64, bits: UInt64, flag: UInt8, marks: UInt8, isOut: Bool, interval: Int64
  ) {
    let value = Double(bitPattern: bits)
    let sum = count == 0 ? value : DecimalSum.sum(self.sum, value)
    if addWithoutSum(
      time: time, value: value, flag: flag, marks: marks, isOut: isOut, interval: interval)
    {
      self.sum = sum
    }
  }

  /// Adds a reading to everything but the sum; whether it is to be added to that, too.
  @inline(__always)
  mutating func addWithoutSum(
    time: Int64, value: Double, flag: UInt8, marks: UInt8, isOut: Bool, interval: Int64
  ) -> Bool {
    if flag == 0 || flag == Self.missing { return false }
    let isUsable = Self.isUsable(flag)
    if marks & Self.tooLate == 0 {
      received.add(time, interval: interval)
      if isUsable { valid.add(time, interval: interval) }
      if marks & Self.backfilled != 0 { backfilledCount += 1 }
    }
    guard isUsable else { return false }
    if count == 0 {
      first = value
      minimum = value
      maximum = value
      usableFirst = time
    } else {
      if value < minimum { minimum = value }
      if value > maximum { maximum = value }
      if isLastOut { outMilliseconds &+= min(time &- usableLast, interval) }
    }
    last = value
    usableLast = time
    isLastOut = isOut
    count += 1
    return true
  }

  /// Adds the readings of a cell whose readings are all later.
  mutating func merge(_ later: RollupCell, interval: Int64) {
    received.merge(later.received, interval: interval)
    valid.merge(later.valid, interval: interval)
    backfilledCount &+= later.backfilledCount
    mergeValues(of: later)
    mergeOutOfLimits(of: later, interval: interval)
  }

  private mutating func mergeValues(of later: RollupCell) {
    guard later.count > 0 else { return }
    if count == 0 {
      minimum = later.minimum
      maximum = later.maximum
      sum = later.sum
      first = later.first
    } else {
      if later.minimum < minimum { minimum = later.minimum }
      if later.maximum > maximum { maximum = later.maximum }
      sum = DecimalSum.sum(sum, later.sum)
    }
    last = later.last
    count &+= later.count
  }

  private mutating func mergeOutOfLimits(of later: RollupCell, interval: Int64) {
    outMilliseconds &+= later.outMilliseconds
    guard later.usableFirst <= later.usableLast else { return }
    if usableFirst > usableLast {
      usableFirst = later.usableFirst
    } else if isLastOut {
      outMilliseconds &+= min(later.usableFirst &- usableLast, interval)
    }
    usableLast = later.usableLast
    isLastOut = later.isLastOut
  }
}

extension RollupCell {
  /// The cell of some rows of a column; nil when none of them is received or usable.
  ///
  /// - Parameters:
  ///   - rows: rows of one bucket, or of a part of one.
  ///   - times: the times of all rows.
  ///   - column: the values of all rows.
  ///   - bounds: the limits in force in the bucket.
  ///   - interval: the nominal time between two readings, in milliseconds.
  /// - Returns: the cell, its sum that of `DecimalSum`.
  static func fold(
    _ rows: Range<Int>, times: [Int64], column: PageTable.Column, bounds: RollupBounds,
    interval: Int64
  ) -> RollupCell? {
    var cell = RollupCell()
    var sum = DecimalSum()
    let isLimiting = bounds.isLimiting
    for row in rows {
      let flag = column.flags[row]
      if flag == 0 { continue }
      let value = Double(bitPattern: column.bits[row])
      let isAdded = cell.addWithoutSum(
        time: times[row], value: value, flag: flag, marks: column.marks[row],
        isOut: isLimiting && bounds.isOutside(value), interval: interval)
      if isAdded { sum.add(value) }
    }
    cell.sum = sum.result
    return cell.isEmpty ? nil : cell
  }
}
