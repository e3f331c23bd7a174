/// A row that is printed as a line of a table.
public protocol PrintedRow: AnswerRow {
  /// The keys that every row has, in the order of the contract: the heading where there is no row.
  static var keys: [String] { get }
  /// The table's columns, given all its rows or the first of them.
  static func table(for rows: [Self]) -> TextTable
  /// The row's cells, one for each column of `table(for:)`.
  func cells(in table: TextTable) -> [TextTable.Cell]
  /// What is said instead of a table without rows.
  static var nothing: String { get }
}

extension PrintedRow {
  /// None: there is no heading where there is no row.
  public static var keys: [String] { [] }

  /// The table of `rows`, or the words for none.
  public static func printed(_ rows: [Self], on surface: TextSurface) -> String {
    guard !rows.isEmpty else { return nothing + "\n" }
    let table = table(for: rows)
    return table.rendered(rows.map { $0.cells(in: table) }, on: surface)
  }
}
