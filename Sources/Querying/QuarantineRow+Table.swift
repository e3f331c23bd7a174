extension QuarantineRow: PrintedRow {
  /// The columns of refusals.
  public static func table(for rows: [QuarantineRow]) -> TextTable {
    TextTable(columns: [
      .init("TIME"), .init("REASON"), .init("TOPIC", minimumWidth: 16),
      .init("BYTES", alignment: .right), .init("DETAIL", minimumWidth: 20),
    ])
  }

  /// When, why, what about, how large, and what was wrong.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(Wording.second(time), short: Wording.shortMinute(time)), .init(reason), .init(topic),
      .init("\(payloadBytes)"), .init(detail),
    ]
  }

  /// What is said when everything was in order.
  public static var nothing: String { "nothing was refused" }
}
