extension AggregateRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of steps.
  public static func table(for rows: [AggregateRow]) -> TextTable {
    TextTable(columns: [
      .init("TIME"), .init("MIN", alignment: .right), .init("MEAN", alignment: .right),
      .init("MAX", alignment: .right), .init("UNIT"), .init("COUNT", alignment: .right),
      .init("MISSING", alignment: .right),
    ])
  }

  /// When it begins, the three values, and how many readings they stand on.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(Wording.second(time)), .init(Wording.number(minimum)), .init(Wording.mean(mean)),
      .init(Wording.number(maximum)), .init(unit), .init("\(readingCount)"),
      .init("\(missingCount)", tone: missingCount == 0 ? .plain : .warning),
    ]
  }

  /// What an empty history says.
  public static var nothing: String { HistoryRow.nothing }
}
