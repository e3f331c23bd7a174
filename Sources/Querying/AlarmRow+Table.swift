import PoolModel

extension AlarmRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of alarms.
  public static func table(for rows: [AlarmRow]) -> TextTable {
    TextTable(columns: [
      .init("STATE", minimumWidth: 8), .init("CLASS", minimumWidth: 6, isOptional: true),
      .init("VENUE/POOL", minimumWidth: 13), .init("ALARM", minimumWidth: 8),
      .init("VALUE", alignment: .right), .init("LIMIT", alignment: .right), .init("SINCE"),
      .init("ID"),
    ])
  }

  /// How it stands, of what class, where, what, how much, since when, and the id to take it on by.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    let wording = wording
    return [
      .init(wording.text, short: wording.short, tone: wording.tone), .init(alarmClass),
      .init(place), .init(subject), .init(Wording.number(value)),
      .init(
        Wording.quantity(limit, unit: Wording.unit(ofParameter: parameter)),
        short: Wording.number(limit)),
      .init(Wording.second(eventTime), short: Wording.shortMinute(eventTime)), .init(id),
    ]
  }

  /// What is said when nothing is wrong.
  public static var nothing: String { "no alarms" }

  /// How it stands; of an open one that nobody is told of, that first.
  private var wording: (text: String, short: String, tone: TextTone) {
    guard let known = AlarmState(rawValue: state) else { return (state, state, .plain) }
    if known.isOpen, let hold = hold.flatMap(AlarmHold.wording) { return hold }
    if known == .active, severity == AlarmSeverity.critical.rawValue {
      return ("● critical", "● crit", .alarm)
    }
    if known == .active, severity == AlarmSeverity.advisory.rawValue {
      return ("● advisory", "● advis", .warning)
    }
    return known.wording
  }

  private var place: String {
    guard let venue else { return Wording.nothing }
    return pool.map { "\(venue)/\($0)" } ?? venue
  }

  /// The rule, with the parameter where the rule's name does not say it.
  private var subject: String {
    guard let parameter, !rule.contains(parameter) else { return rule }
    return "\(rule) \(parameter)"
  }
}

extension AlarmHold {
  /// A symbol and words for the hold called `word`; nil for one that is not known.
  fileprivate static func wording(_ word: String) -> (text: String, short: String, tone: TextTone)?
  {
    switch word {
    case "shelved": ("◌ shelved", "◌ held", .quiet)
    case "out_of_service": ("◌ out of service", "◌ held", .quiet)
    default: nil
    }
  }
}

extension AlarmState {
  /// A symbol and words, the same in fewer columns, and the colour that goes with them.
  fileprivate var wording: (text: String, short: String, tone: TextTone) {
    switch self {
    case .active: ("● active", "● active", .alarm)
    case .acknowledged: ("◐ acknowledged", "◐ acked", .warning)
    case .returnedUnacknowledged: ("○ over, not acknowledged", "○ unacked", .warning)
    case .returned: ("✓ over", "✓ over", .good)
    case .historical: ("· historical", "· past", .quiet)
    }
  }
}
