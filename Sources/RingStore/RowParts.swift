/// The parts of rows that a range has on several pages, to be joined in time order.
struct RowParts {
  private struct Part {
    var time: Int64
    /// The page's sequence number: what was stored first comes first.
    var sequence: UInt64
    var values: [StoredValue]
  }

  private let columnBits: UInt64
  private var parts: [Part] = []

  /// Only values of the columns in `columnBits` are taken, and rows that have one.
  init(columnBits: UInt64) { self.columnBits = columnBits }

  /// Adds the rows of a page that lie in the range.
  mutating func add(_ table: PageTable, sequence: UInt64, from: Int64, through: Int64) {
    var row = table.firstRow(notBefore: from)
    while row < table.rowCount, table.times[row] <= through {
      let values = table.values(at: row).filter { columnBits & 1 << UInt64($0.column) != 0 }
      if !values.isEmpty {
        parts.append(Part(time: table.times[row], sequence: sequence, values: values))
      }
      row += 1
    }
  }

  /// How many different times there are before `time`.
  func timeCount(before time: Int64) -> Int {
    Set(parts.lazy.filter { $0.time < time }.map(\.time)).count
  }

  /// The first `limit` rows, each with its values by column.
  func joined(limit: Int) -> [(time: Int64, values: [StoredValue])] {
    var rows: [(time: Int64, values: [StoredValue])] = []
    for part in parts.sorted(by: { ($0.time, $0.sequence) < ($1.time, $1.sequence) }) {
      if let last = rows.last, last.time == part.time {
        join(part.values, to: &rows[rows.count - 1].values)
      } else {
        if rows.count == limit { break }
        rows.append((part.time, part.values))
      }
    }
    return rows
  }

  private func join(_ values: [StoredValue], to row: inout [StoredValue]) {
    for value in values {
      let index = row.firstIndex { $0.column >= value.column } ?? row.count
      if index < row.count, row[index].column == value.column {
        row[index].cell.join(value.cell)
      } else {
        row.insert(value, at: index)
      }
    }
  }
}
