/// Rows of a rollup tier in memory: a column of bucket starts and one of cells per parameter.
///
/// Every start stands once, ascending. A row without any cell says that its bucket has no reading;
/// it replaces an older one that had.
struct RollupTable: Hashable, Sendable {
  /// Where the buckets begin, in milliseconds since the epoch, ascending.
  private(set) var starts: [Int64] = []
  /// Ascending by number, each as long as `starts`.
  private(set) var columns: [Column] = []

  /// One parameter's cells, nil where a bucket has none.
  struct Column: Hashable, Sendable {
    var number: UInt8
    var cells: [RollupCell?]
  }

  /// One bucket's cells.
  struct Row: Hashable, Sendable {
    var start: Int64
    /// Ascending by number.
    var values: [Value]
  }

  /// A cell with its column's number.
  struct Value: Hashable, Sendable {
    var number: UInt8
    var cell: RollupCell
  }

  /// No rows.
  init() {}

  /// A table from its parts, which must agree.
  init(starts: [Int64], columns: [Column]) {
    precondition(
      columns.allSatisfy { $0.cells.count == starts.count }, "a column of another length")
    self.starts = starts
    self.columns = columns
  }

  var rowCount: Int { starts.count }

  /// The columns that have a cell in `rows`, as bits.
  func columnBits(_ rows: Range<Int>) -> UInt64 {
    columns.reduce(0) { bits, column in
      column.cells[rows].contains { $0 != nil } ? bits | 1 << UInt64(column.number) : bits
    }
  }

  /// The index of the first row that does not begin before `time`.
  func firstRow(notBefore time: Int64) -> Int {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The cells of the column `number`; nil when there is no such column.
  func cells(_ number: UInt8) -> [RollupCell?]? {
    columns.first { $0.number == number }?.cells
  }

  /// The row at `index`.
  func row(_ index: Int) -> Row {
    Row(
      start: starts[index],
      values: columns.compactMap { column in
        column.cells[index].map { Value(number: column.number, cell: $0) }
      })
  }

  /// Puts `row` in its place, instead of the one with the same start when there is one.
  mutating func put(_ row: Row) {
    let isNewest = starts.last.map { $0 < row.start } ?? true
    let index = isNewest ? starts.count : firstRow(notBefore: row.start)
    if isNewest || starts[index] != row.start {
      starts.insert(row.start, at: index)
      for column in columns.indices { columns[column].cells.insert(nil, at: index) }
    } else {
      for column in columns.indices { columns[column].cells[index] = nil }
    }
    for value in row.values {
      columns[indexOfColumn(value.number, starts.count)].cells[index] = value.cell
    }
  }

  /// Puts every row of `other` in its place.
  mutating func put(_ other: RollupTable) {
    guard let first = other.starts.first else { return }
    if let last = starts.last, last >= first {
      for index in other.starts.indices { put(other.row(index)) }
      return
    }
    let count = starts.count
    starts += other.starts
    for column in other.columns {
      columns[indexOfColumn(column.number, count)].cells += column.cells
    }
    for index in columns.indices where columns[index].cells.count < starts.count {
      let missing = starts.count - columns[index].cells.count
      columns[index].cells += [RollupCell?](repeating: nil, count: missing)
    }
  }

  /// The rows at `rows`, with the columns that have a cell there.
  subscript(rows: Range<Int>) -> RollupTable {
    var part = RollupTable()
    part.starts = Array(starts[rows])
    for column in columns {
      let cells = column.cells[rows]
      guard cells.contains(where: { $0 != nil }) else { continue }
      part.columns.append(Column(number: column.number, cells: Array(cells)))
    }
    return part
  }

  /// Where the column is; one that is new lacks the cells of `count` rows.
  private mutating func indexOfColumn(_ number: UInt8, _ count: Int) -> Int {
    let index = columns.firstIndex { $0.number >= number } ?? columns.count
    if index == columns.count || columns[index].number != number {
      let cells = [RollupCell?](repeating: nil, count: count)
      columns.insert(Column(number: number, cells: cells), at: index)
    }
    return index
  }
}
