/// Rows, or parts of rows, in the order they came: flat, so that none of them costs an allocation.
///
/// The same row, a ring at a time, may stand several times.
struct RowBatch: Hashable {
  /// A row of a ring, or a part of one.
  struct Row: Hashable {
    /// The ring's number in the catalog.
    var ring: Int32
    /// At most `valueLimit`.
    var valueCount: Int32
    /// Milliseconds since the epoch.
    var time: Int64
    /// Where its values begin in `values`.
    var valueStart: Int32
  }

  /// The columns that a ring can have.
  static let columnLimit = 64
  /// The values that a row can have; what is appended beyond begins another part of it.
  static let valueLimit = 64

  private(set) var rows: [Row] = []
  /// The values of all rows, row by row.
  private(set) var values: [StoredValue] = []

  init() {}

  /// What a decoder made: the values of `rows` lie in `values` without gaps.
  init(rows: [Row], values: [StoredValue]) {
    self.rows = rows
    self.values = values
  }

  var isEmpty: Bool { rows.isEmpty }

  /// The values of the row at `index`.
  func values(ofRow index: Int) -> ArraySlice<StoredValue> {
    let start = Int(rows[index].valueStart)
    return values[start..<start + Int(rows[index].valueCount)]
  }

  /// Begins a row of the ring numbered `ring`, 0 … 2³¹ − 1.
  mutating func append(ring: Int, time: Int64) {
    precondition(ring >= 0, "a ring without a number")
    rows.append(
      Row(ring: Int32(ring), valueCount: 0, time: time, valueStart: Int32(values.count)))
  }

  /// Appends a row with `count` values, at most `valueLimit`, that `value` gives one by one.
  @inline(__always)
  mutating func append(ring: Int, time: Int64, count: Int, _ value: (Int) -> StoredValue) {
    precondition(ring >= 0, "a ring without a number")
    precondition(count <= Self.valueLimit, "a row of too many values")
    rows.append(
      Row(
        ring: Int32(ring), valueCount: Int32(count), time: time, valueStart: Int32(values.count)))
    for index in 0..<count {
      let value = value(index)
      precondition(value.column < Self.columnLimit, "a column that no ring can have")
      values.append(value)
    }
  }

  /// Appends `value`, of a column below 64, to the last row.
  mutating func append(_ value: StoredValue) {
    precondition(value.column < Self.columnLimit, "a column that no ring can have")
    let last = rows.count - 1
    precondition(last >= 0, "a value without a row")
    if rows[last].valueCount == Self.valueLimit {
      append(ring: Int(rows[last].ring), time: rows[last].time)
      rows[last + 1].valueCount = 1
    } else {
      rows[last].valueCount += 1
    }
    values.append(value)
  }

  /// Gives the values of `column` in the row at `index` another flag; false when it has none.
  mutating func setFlag(_ flag: UInt8, column: UInt8, ofRow index: Int) -> Bool {
    let row = rows[index]
    var hasValue = false
    for place in Int(row.valueStart)..<Int(row.valueStart + row.valueCount)
    where values[place].column == column {
      values[place].cell.flag = flag
      hasValue = true
    }
    return hasValue
  }

  /// Appends all rows of `other`.
  mutating func append(_ other: RowBatch) {
    append(other, other.rows.indices)
  }

  /// Appends the rows of `other` at `range`.
  mutating func append(_ other: RowBatch, _ range: Range<Int>) {
    guard let last = range.last else { return }
    let start = Int(other.rows[range.lowerBound].valueStart)
    let end = Int(other.rows[last].valueStart) + Int(other.rows[last].valueCount)
    let shift = Int32(values.count - start)
    let first = rows.count
    rows += other.rows[range]
    values += other.values[start..<end]
    guard shift != 0 else { return }
    for index in first..<rows.count { rows[index].valueStart += shift }
  }

  /// Forgets everything and keeps the memory.
  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }
}
