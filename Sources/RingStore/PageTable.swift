/// Rows of raw values in memory: a column of times and, per parameter, columns of values, flags and
/// marks, sorted by time.
///
/// Every time stands once. Taking rows in order costs a few appends; a late row is inserted.
struct PageTable: Hashable {
  /// Milliseconds since the epoch, ascending.
  var times: [Int64] = []
  /// Ascending by number; each as long as `times`.
  var columns: [Column] = []

  /// One parameter's values.
  struct Column: Hashable {
    var number: UInt8
    /// Bit patterns; 0 where a row lacks the value.
    var bits: [UInt64]
    /// `QualityFlag.rawValue`; 0 where a row lacks the value.
    var flags: [UInt8]
    /// As in `Cell`; 0 where a row lacks the value.
    var marks: [UInt8]

    /// `count` rows that lack the value.
    init(number: UInt8, absent count: Int) {
      self.number = number
      bits = Array(repeating: 0, count: count)
      flags = Array(repeating: 0, count: count)
      marks = Array(repeating: 0, count: count)
    }

    init(number: UInt8, bits: [UInt64], flags: [UInt8], marks: [UInt8]) {
      self.number = number
      self.bits = bits
      self.flags = flags
      self.marks = marks
    }

    /// The value in `row`; absent where there is none.
    subscript(row: Int) -> Cell {
      get { Cell(bits: bits[row], flag: flags[row], marks: marks[row]) }
      set {
        bits[row] = newValue.bits
        flags[row] = newValue.flag
        marks[row] = newValue.marks
      }
    }

    mutating func append(_ cell: Cell) {
      bits.append(cell.bits)
      flags.append(cell.flag)
      marks.append(cell.marks)
    }

    /// Appends of each of the rows `numbers` the value at `place`.
    fileprivate mutating func append(
      _ numbers: Span<Int32>, _ rows: Span<RowBatch.Row>, _ values: Span<StoredValue>, place: Int
    ) {
      func cell(_ index: Int) -> Cell {
        values[Int(rows[Int(numbers[index])].valueStart) + place].cell
      }
      bits.append(addingCapacity: numbers.count) { bits in
        for index in numbers.indices { bits.append(cell(index).bits) }
      }
      flags.append(addingCapacity: numbers.count) { flags in
        for index in numbers.indices { flags.append(cell(index).flag) }
      }
      marks.append(addingCapacity: numbers.count) { marks in
        for index in numbers.indices { marks.append(cell(index).marks) }
      }
    }

    fileprivate mutating func insertAbsent(at row: Int) {
      bits.insert(0, at: row)
      flags.insert(0, at: row)
      marks.insert(0, at: row)
    }

    fileprivate mutating func removeFirst(_ count: Int) {
      bits.removeFirst(count)
      flags.removeFirst(count)
      marks.removeFirst(count)
    }

    fileprivate func part(_ rows: Range<Int>) -> Column {
      Column(
        number: number, bits: Array(bits[rows]), flags: Array(flags[rows]),
        marks: Array(marks[rows]))
    }
  }

  /// No rows.
  init() {}

  /// A table from its parts, which must agree.
  init(times: [Int64], columns: [Column]) {
    self.times = times
    self.columns = columns
  }

  var rowCount: Int { times.count }

  /// The values of the rows `rows`.
  func valueCount(_ rows: Range<Int>) -> Int {
    columns.reduce(0) { $0 + $1.flags[rows].count { $0 != 0 } }
  }

  /// The columns there are, as bits.
  var columnBits: UInt64 { columns.reduce(0) { $0 | 1 << UInt64($1.number) } }

  /// The index of the first row that is not earlier than `time`.
  func firstRow(notBefore time: Int64) -> Int { times.firstIndex(notBefore: time) }

  /// The index of `column`; nil when no row has a value of it.
  func index(of column: UInt8) -> Int? { columns.firstIndex { $0.number == column } }

  /// The cell of `column` at `time`; nil when there is none.
  func cell(_ column: UInt8, at time: Int64) -> Cell? {
    let row = firstRow(notBefore: time)
    guard row < times.count, times[row] == time, let index = index(of: column) else { return nil }
    let cell = columns[index][row]
    return cell.isPresent ? cell : nil
  }

  /// The newest time before `time` that has a value of `column`; nil when there is none.
  func newestTime(of column: UInt8, before time: Int64) -> Int64? {
    guard let index = index(of: column) else { return nil }
    var row = firstRow(notBefore: time)
    while row > 0 {
      row -= 1
      if columns[index].flags[row] != 0 { return times[row] }
    }
    return nil
  }

  /// The values of the row at `index`, by column.
  func values(at index: Int) -> [StoredValue] {
    columns.compactMap { column in
      let cell = column[index]
      return cell.isPresent ? StoredValue(column: column.number, cell: cell) : nil
    }
  }

  /// Joins `values` to the row at `time`, which is made when there is none.
  ///
  /// Where the row already has a value of a column, the two are joined as `Cell.join` says.
  mutating func join(_ values: ArraySlice<StoredValue>, at time: Int64) {
    if append(values, at: time) { return }
    let row = makeRow(at: time)
    for value in values { join(value.cell, column: value.column, row: row) }
  }

  /// Appends a row with a value of every column and no other; false, and nothing is changed, where
  /// `values` or `time` are not such.
  private mutating func append(_ values: ArraySlice<StoredValue>, at time: Int64) -> Bool {
    guard let last = times.last, last < time, values.count == columns.count else { return false }
    let first = values.startIndex
    for index in columns.indices where columns[index].number != values[first + index].column {
      return false
    }
    times.append(time)
    for index in columns.indices { columns[index].append(values[first + index].cell) }
    return true
  }

  /// Appends the first of `rows` that are in order and newer than all here, and that have a value of
  /// every column and no other; gives back how many they are.
  mutating func append(_ rows: ArraySlice<Int32>, of batch: RowBatch) -> Int {
    guard var last = times.last else { return 0 }
    var count = 0
    for number in rows {
      let row = batch.rows[Int(number)]
      guard last < row.time, hasColumns(of: row, in: batch) else { break }
      last = row.time
      count += 1
    }
    guard count > 0 else { return 0 }
    let taken = rows.prefix(count)
    for number in taken { times.append(batch.rows[Int(number)].time) }
    for index in columns.indices {
      columns[index].append(taken.span, batch.rows.span, batch.values.span, place: index)
    }
    return count
  }

  /// Whether `row` has a value of every column and no other, in their order.
  private func hasColumns(of row: RowBatch.Row, in batch: RowBatch) -> Bool {
    guard Int(row.valueCount) == columns.count else { return false }
    for index in columns.indices
    where columns[index].number != batch.values[Int(row.valueStart) + index].column {
      return false
    }
    return true
  }

  /// The row at `time`, made when there is none.
  private mutating func makeRow(at time: Int64) -> Int {
    if times.last.map({ $0 < time }) ?? true {
      times.append(time)
      for index in columns.indices { columns[index].append(.absent) }
      return times.count - 1
    }
    let row = firstRow(notBefore: time)
    if times[row] != time {
      times.insert(time, at: row)
      for index in columns.indices { columns[index].insertAbsent(at: row) }
    }
    return row
  }

  private mutating func join(_ cell: Cell, column number: UInt8, row: Int) {
    var index = 0
    while index < columns.count, columns[index].number < number { index += 1 }
    if index == columns.count || columns[index].number != number {
      columns.insert(Column(number: number, absent: times.count), at: index)
    }
    if columns[index].flags[row] == 0 {
      columns[index][row] = cell
    } else {
      columns[index][row].join(cell)
    }
  }

  /// The rows `rows` as a table of their own; columns without a value in them are left out.
  func part(_ rows: Range<Int>) -> PageTable {
    PageTable(
      times: Array(times[rows]),
      columns: columns.compactMap { column in
        column.flags[rows].contains { $0 != 0 } ? column.part(rows) : nil
      })
  }
}

extension [Int64] {
  /// The first index whose element is not less than `value`, in an ascending array.
  func firstIndex(notBefore value: Int64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension PageTable: PageContent {
  static let bodyCodec: UInt8 = 1
  static let chunkCodec: UInt8 = 3

  func time(of row: Int) -> Int64 { times[row] }

  func columnBits(_ rows: Range<Int>) -> UInt64 { PageCodec.columnBits(self, rows) }

  func body(_ rows: Range<Int>, effort: CodecEffort) -> [UInt8] {
    PageCodec.encode(self, rows, effort: effort)
  }

  static func decode(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> PageTable? {
    PageCodec.decode(bytes, body, rowCount: rowCount, columnBits: columnBits)
  }

  mutating func removeFirst(_ count: Int) {
    times.removeFirst(count)
    for index in columns.indices { columns[index].removeFirst(count) }
    columns.removeAll { column in !column.flags.contains { $0 != 0 } }
  }

  mutating func merge(_ later: PageTable) {
    if let last = times.last, let first = later.times.first, last >= first {
      for row in 0..<later.rowCount { join(later.values(at: row)[...], at: later.times[row]) }
      return
    }
    let count = times.count
    times += later.times
    for column in later.columns {
      var index = 0
      while index < columns.count, columns[index].number < column.number { index += 1 }
      if index == columns.count || columns[index].number != column.number {
        columns.insert(Column(number: column.number, absent: count), at: index)
      }
      columns[index].bits += column.bits
      columns[index].flags += column.flags
      columns[index].marks += column.marks
    }
    for index in columns.indices where columns[index].flags.count < times.count {
      let missing = Column(number: 0, absent: later.rowCount)
      columns[index].bits += missing.bits
      columns[index].flags += missing.flags
      columns[index].marks += missing.marks
    }
  }
}
