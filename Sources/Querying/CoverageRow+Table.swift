extension CoverageRow: PrintedRow {
  /// The keys of the figures; the names before them are those that were asked for.
  public static var keys: [String] {
    CodingKeys.allCases.dropFirst(nameColumns.count).map(\.rawValue)
  }

  /// The columns of coverage: the names that the rows have, then the figures.
  public static func table(for rows: [CoverageRow]) -> TextTable {
    let names = nameColumns.filter { column in
      rows.contains { $0[keyPath: column.value] != nil }
    }
    return TextTable(
      columns: names.map { column in
        // An id that is cut names nothing; where ids stand beside it the street is not missed.
        .init(
          column.title, minimumWidth: ["VENUE", "POOL"].contains(column.title) ? nil : 6,
          isOptional: column.title == "STREET" && names.count > 1)
      } + [
        .init("DUE", alignment: .right), .init("RECEIVED", short: "RECVD", alignment: .right),
        .init("VALID", alignment: .right),
        .init("TRANSMITTED", short: "TRANSM", alignment: .right),
        .init("VALIDITY", short: "VALID%", alignment: .right),
        .init("EFFECTIVE", short: "EFFECT", alignment: .right),
      ])
  }

  /// What it is about, the counts, and the three rates.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    let titles = table.columns.map(\.title)
    let names = Self.nameColumns.filter { titles.contains($0.title) }.map { column in
      TextTable.Cell(self[keyPath: column.value] ?? Wording.nothing)
    }
    return names + [
      .init("\(dueCount)"), .init("\(receivedCount)"), .init("\(validCount)"),
      .init(Wording.percent(receivedCount, of: dueCount)),
      .init(Wording.percent(validCount, of: receivedCount)),
      .init(Wording.percent(validCount, of: dueCount)),
    ]
  }

  /// What a plan without pools says.
  public static var nothing: String { "nothing is planned" }

  private static var nameColumns: [(title: String, value: KeyPath<CoverageRow, String?>)] {
    [
      ("STREET", \.street), ("VENUE", \.venue), ("POOL", \.pool), ("PARAMETER", \.parameter),
    ]
  }
}
