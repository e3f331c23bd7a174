// The body of a page of codec 1: sections (Sections.swift), the small ones first, so that times and
// flags are read from the page's first bytes. In this order, column numbers c ascending:
//
//   tag            section
//   1              times (TimeColumn.swift)
//   4 (c + 1) + 1  flags of column c, 0 where a row lacks the value (RunColumn.swift); left out when
//                  every row has a value and every flag is 1, good
//   4 (c + 1) + 2  marks of column c (RunColumn.swift); left out when all are 0
//   4 (c + 1)      values of column c, of the rows that have one (ValueColumn.swift)
//
// A column has a section of values when at least one row has a value. A row that lacks the value has
// the bits 0.

/// The tags of a page's sections.
enum PageSection {
  static let times: UInt16 = 1
  static func values(_ column: UInt8) -> UInt16 { 4 * (UInt16(column) + 1) }
  static func flags(_ column: UInt8) -> UInt16 { values(column) + 1 }
  static func marks(_ column: UInt8) -> UInt16 { values(column) + 2 }
}

/// Rows as the body of a page and back.
enum PageCodec {
  /// The columns of `table` that have a value in `rows`, as bits.
  static func columnBits(_ table: PageTable, _ rows: Range<Int>) -> UInt64 {
    table.columns.reduce(0) { bits, column in
      column.flags[rows].contains { $0 != 0 } ? bits | 1 << UInt64(column.number) : bits
    }
  }

  /// The body with `rows` of `table`; columns without a value in them are left out.
  static func encode(
    _ table: PageTable, _ rows: Range<Int>, effort: CodecEffort
  ) -> [UInt8] {
    var writer = SectionWriter()
    writer.add(PageSection.times, TimeColumn.encode(Array(table.times[rows]), effort: effort))
    let columns = table.columns.filter { column in column.flags[rows].contains { $0 != 0 } }
    for column in columns {
      let flags = column.flags[rows]
      if flags.contains(where: { $0 != 1 }) {
        writer.add(PageSection.flags(column.number), RunColumn.encode(flags, effort: effort))
      }
      let marks = column.marks[rows]
      if marks.contains(where: { $0 != 0 }) {
        writer.add(PageSection.marks(column.number), RunColumn.encode(marks, effort: effort))
      }
    }
    for column in columns {
      writer.add(
        PageSection.values(column.number),
        ValueColumn.encode(presentBits(of: column, rows), effort: effort))
    }
    return writer.finish()
  }

  private static func presentBits(of column: PageTable.Column, _ rows: Range<Int>) -> [UInt64] {
    let isFull = !column.flags[rows].contains(0)
    if isFull { return Array(column.bits[rows]) }
    return rows.compactMap { column.flags[$0] == 0 ? nil : column.bits[$0] }
  }

  /// The rows of the body in `body`, a range of `bytes`; nil when any of it is damaged.
  ///
  /// - Parameters:
  ///   - bytes: that `body` is a part of.
  ///   - body: the coded form.
  ///   - rowCount: how many rows it has.
  ///   - columnBits: the columns it has, as bits.
  ///   - leavesOutDamaged: whether columns that are damaged are left out; nil only when the times are
  ///     damaged then.
  /// - Returns: the rows.
  static func decode(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64,
    leavesOutDamaged: Bool = false
  ) -> PageTable? {
    guard let reader = PageReader(bytes, body, rowCount: rowCount, columnBits: columnBits)
    else { return nil }
    var table = PageTable()
    guard reader.times(into: &table.times) else { return nil }
    for number in UInt8(0)..<64 where columnBits & 1 << UInt64(number) != 0 {
      var column = PageTable.Column(number: number, bits: [], flags: [], marks: [])
      guard reader.flags(of: number, into: &column.flags),
        reader.marks(of: number, into: &column.marks),
        reader.bits(of: number, into: &column.bits)
      else {
        if leavesOutDamaged { continue }
        return nil
      }
      table.columns.append(column)
    }
    return table
  }
}
