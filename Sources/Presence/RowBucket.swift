import PoolModel

/// One venue's bucket of rows.
struct RowBucket: Sendable {
  /// The batch that it was last changed in.
  var batch: UInt64 = 0
  /// What is in it, in milliseconds of an interval.
  var level: Int64
  /// What it can hold.
  let capacity: Int64
  /// What flows in within a millisecond.
  let rate: Int64
  /// When `level` was brought up to date, by the monotonic clock; nil before the first rows.
  var time: Duration?
  /// From then on even a bucket that holds enough is brought up to date.
  private var staleTime = Duration.zero
  /// Rows that found no place.
  var refusedRowCount = 0
  /// Those since `spellStart`.
  var spellRowCount = 0
  /// When the first row of a spell found no place; nil while all do.
  var spellStart: Moment?
  var newestRefusal: Moment?

  init(level: Int64, capacity: Int64, rate: Int64) {
    self.level = level
    self.capacity = capacity
    self.rate = rate
  }

  /// Takes out as many of `rows` rows as there is place for, each of `rowCost`.
  mutating func pass(_ rows: Int, rowCost: Int64, now: Duration) -> Int {
    let (needed, overflows) = Int64(rows).multipliedReportingOverflow(by: rowCost)
    refill(for: overflows ? .max : needed, now: now)
    if !overflows, needed <= level {
      level -= needed
      return rows
    }
    let passing = level / rowCost
    level -= passing * rowCost
    return Int(passing)
  }

  /// Brings the level up to date where that can matter for `needed`.
  ///
  /// Turning a span into milliseconds is the dearest part of it, so a bucket that holds enough is left
  /// as it is for a moment.
  private mutating func refill(for needed: Int64, now: Duration) {
    guard level < capacity, let time = self.time else {
      let time = max(now, self.time ?? now)
      self.time = time
      staleTime = time + Self.refillStep
      return
    }
    if now <= time || level >= needed && now < staleTime { return }
    let milliseconds = (now - time).wholeMilliseconds
    self.time = time + .milliseconds(milliseconds)
    staleTime = time + Self.refillStep
    let (inflow, overflows) = milliseconds.multipliedReportingOverflow(by: rate)
    level += overflows ? capacity - level : min(capacity - level, inflow)
  }

  /// For so long a bucket that is not empty may miss what has flowed in; so much more than its
  /// capacity it may let pass.
  static let refillStep: Duration = .seconds(1)
}
