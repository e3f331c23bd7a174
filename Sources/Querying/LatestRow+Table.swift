import PoolModel

extension LatestRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of the newest values.
  public static func table(for rows: [LatestRow]) -> TextTable {
    TextTable(columns: [
      .init("VENUE/POOL", minimumWidth: 12), .init("PARAMETER", minimumWidth: 8),
      .init("VALUE", alignment: .right), .init("UNIT"), .init("FLAG"),
      .init("AGE", alignment: .right),
    ])
  }

  /// Where, what, how much, how good, how old.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init("\(venue)/\(pool)"), .init(parameter), .init(Wording.number(value)), .init(unit),
      .init(flag ?? Wording.nothing, tone: TextTone(flag: flag)),
      .init(age, tone: ageSeconds == nil || lostTime != nil ? .warning : .plain),
    ]
  }

  /// How old the value is; and from when the newest one is that is lost here, to the minute.
  private var age: String {
    let age = ageSeconds.map(Wording.age)
    guard let lostTime else { return age ?? "never" }
    return (age.map { "\($0), " } ?? "") + "lost \(Wording.second(lostTime).prefix(16))"
  }

  /// What a plan without pools says.
  public static var nothing: String { "no pools are planned" }
}

extension TextTone {
  /// The tone of a quality flag, or of none.
  init(flag: String?) {
    switch flag {
    case QualityFlag.good.name: self = .good
    case QualityFlag.suspect.name, QualityFlag.missing.name: self = .warning
    case QualityFlag.fail.name: self = .alarm
    default: self = .plain
    }
  }
}
