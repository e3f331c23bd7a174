extension GapRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of gaps.
  public static func table(for rows: [GapRow]) -> TextTable {
    TextTable(columns: [.init("FROM"), .init("TO"), .init("MISSING", alignment: .right)])
  }

  /// After which reading, before which one, and how many are missing.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(fromTime.map(Wording.time) ?? "never seen before"),
      .init(toTime.map(Wording.time) ?? "still missing", tone: toTime == nil ? .warning : .plain),
      kind == .lost ? .init("lost here", tone: .warning) : .init("\(missingCount)"),
    ]
  }

  /// What is said when everything came.
  public static var nothing: String { "no readings are missing" }
}
