/// The rows of one page in memory: a column of times and one of cells per parameter, sorted by time.
///
/// Every time stands once. Taking rows in order costs a few appends; a late row is inserted.
struct PageTable: Hashable {
  /// Milliseconds since the epoch, ascending.
  private(set) var times: [Int64] = []
  /// Ascending by number; each as long as `times`, absent cells where a row lacks the value.
  private(set) var columns: [Column] = []
  /// The cells that are present.
  private(set) var valueCount = 0

  /// One parameter's cells.
  struct Column: Hashable {
    var number: UInt8
    var cells: [Cell]
  }

  /// No rows.
  init() {}

  /// A table from its parts, which must agree.
  init(times: [Int64], columns: [Column], valueCount: Int) {
    self.times = times
    self.columns = columns
    self.valueCount = valueCount
  }

  var rowCount: Int { times.count }

  /// The columns there are, as bits.
  var columnBits: UInt64 { columns.reduce(0) { $0 | 1 << UInt64($1.number) } }

  /// The index of the first row that is not earlier than `time`.
  func firstRow(notBefore time: Int64) -> Int {
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The cell of `column` at `time`; nil when there is none.
  func cell(_ column: UInt8, at time: Int64) -> Cell? {
    let row = firstRow(notBefore: time)
    guard row < times.count, times[row] == time,
      let index = columns.firstIndex(where: { $0.number == column })
    else { return nil }
    let cell = columns[index].cells[row]
    return cell.isPresent ? cell : nil
  }

  /// The newest time before `time` that has a value of `column`; nil when there is none.
  func newestTime(of column: UInt8, before time: Int64) -> Int64? {
    guard let index = columns.firstIndex(where: { $0.number == column }) else { return nil }
    var row = firstRow(notBefore: time)
    while row > 0 {
      row -= 1
      if columns[index].cells[row].isPresent { return times[row] }
    }
    return nil
  }

  /// The values of the row at `index`, by column.
  func values(at index: Int) -> [StoredValue] {
    columns.compactMap { column in
      let cell = column.cells[index]
      return cell.isPresent ? StoredValue(column: column.number, cell: cell) : nil
    }
  }

  /// Joins `values` to the row at `time`, which is made when there is none.
  ///
  /// Where the row already has a value of a column, that one stays and takes on the gateway's marks.
  mutating func join(_ values: [StoredValue], at time: Int64) {
    let row = times.last.map { $0 < time } ?? true ? times.count : firstRow(notBefore: time)
    if row == times.count || times[row] != time {
      times.insert(time, at: row)
      for index in columns.indices { columns[index].cells.insert(.absent, at: row) }
    }
    for value in values {
      let index = indexOfColumn(value.column)
      if columns[index].cells[row].isPresent {
        columns[index].cells[row].join(value.cell)
      } else {
        columns[index].cells[row] = value.cell
        valueCount += 1
      }
    }
  }

  private mutating func indexOfColumn(_ number: UInt8) -> Int {
    let index = columns.firstIndex { $0.number >= number } ?? columns.count
    if index == columns.count || columns[index].number != number {
      let cells = [Cell](repeating: .absent, count: times.count)
      columns.insert(Column(number: number, cells: cells), at: index)
    }
    return index
  }

  /// Takes the first `count` rows out, as a table of their own.
  mutating func removeFirst(_ count: Int) -> PageTable {
    let front = part(0..<count)
    self = part(count..<times.count)
    return front
  }

  private func part(_ rows: Range<Int>) -> PageTable {
    var part = PageTable()
    part.times = Array(times[rows])
    for column in columns {
      let cells = Array(column.cells[rows])
      let present = cells.count { $0.isPresent }
      guard present > 0 else { continue }
      part.columns.append(Column(number: column.number, cells: cells))
      part.valueCount += present
    }
    return part
  }
}
