/// The parts of rows that a range has in several tables, to be joined in time order.
struct RowParts {
  private struct Part {
    var time: Int64
    /// What was stored first comes first.
    var order: Int
    var table: Int
    var row: Int
  }

  private var tables: [PageTable] = []
  private var parts: [Part] = []

  /// Adds the rows of a table that lie in the range.
  ///
  /// `order` is the table's place among all of them, by when they were stored.
  mutating func add(_ table: PageTable, order: Int, from: Int64, through: Int64) {
    var row = table.firstRow(notBefore: from)
    let first = parts.count
    while row < table.rowCount, table.times[row] <= through {
      parts.append(Part(time: table.times[row], order: order, table: tables.count, row: row))
      row += 1
    }
    if parts.count > first { tables.append(table) }
  }

  /// Whether there are at least `limit` different times before `time`.
  func hasRows(_ limit: Int, before time: Int64) -> Bool {
    guard parts.count >= limit else { return false }
    return Set(parts.lazy.filter { $0.time < time }.map(\.time)).count >= limit
  }

  /// The first `limit` rows, joined.
  func joined(limit: Int) -> PageTable {
    var joined = PageTable()
    for part in parts.sorted(by: { ($0.time, $0.order) < ($1.time, $1.order) }) {
      if joined.rowCount == limit, joined.times.last != part.time { break }
      joined.join(tables[part.table].values(at: part.row)[...], at: part.time)
    }
    return joined
  }
}
