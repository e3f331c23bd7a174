extension QuarantineRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

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
      .init(Wording.second(time), short: Wording.shortMinute(time)), .init(reason),
      .init(Self.cut(topic), short: Self.cut(shortTopic)), .init("\(payloadBytes)"), .init(detail),
    ]
  }

  /// `topic` in at most 80 characters: a stranger's may have thousands, and is whole in JSON.
  private static func cut(_ topic: String) -> String {
    let scalars = topic.withVisibleControls.unicodeScalars
    guard scalars.count > 80 else { return topic }
    return String(String.UnicodeScalarView(scalars.prefix(79))) + "…"
  }

  /// The topic without what all topics have: `venue-01/main` for a telemetry topic of native v1.
  private var shortTopic: String {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
    guard levels.count == 6, levels[0] == "pools", levels[1] == "v1", levels[5] == "telemetry"
    else { return topic }
    return levels[3...4].joined(separator: "/")
  }

  /// What is said when everything was in order.
  public static var nothing: String { "nothing was refused" }
}
