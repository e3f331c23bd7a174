extension NoticeRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of notices.
  public static func table(for rows: [NoticeRow]) -> TextTable {
    TextTable(columns: [
      .init("STATE"), .init("PERSON", minimumWidth: 8), .init("CHANNEL"),
      .init("TRIES", alignment: .right), .init("CREATED"), .init("SUBJECT", minimumWidth: 16),
      .init("ERROR", minimumWidth: 8),
    ])
  }

  /// How far it got, to whom, by what, since when, about what, and what hindered it.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(state, tone: tone), .init(person), .init(channel), .init("\(attempts)"),
      .init(Wording.second(createdTime), short: Wording.shortMinute(createdTime)),
      .init(subject, short: shortSubject), .init(error ?? Wording.nothing),
    ]
  }

  /// What is said when nobody was told anything.
  public static var nothing: String { "no notices" }

  /// The subject without the name that every subject begins with.
  private var shortSubject: String {
    let prefix = "[Poolwatch] "
    return subject.hasPrefix(prefix) ? String(subject.dropFirst(prefix.count)) : subject
  }

  private var tone: TextTone {
    switch state {
    case "sent": .good
    case "undelivered": .alarm
    default: .warning
    }
  }
}
