extension HistoryRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of stored samples.
  public static func table(for rows: [HistoryRow]) -> TextTable {
    TextTable(columns: [
      .init("TIME"), .init("VALUE", alignment: .right), .init("UNIT"), .init("FLAG"),
    ])
  }

  /// When, how much, how good.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(Wording.time(time)), .init(Wording.number(value)), .init(unit),
      .init(flag, tone: TextTone(flag: flag)),
    ]
  }

  /// What an empty history says.
  public static var nothing: String { "no samples are stored" }
}
