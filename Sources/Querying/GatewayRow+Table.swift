extension GatewayRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of gateways.
  public static func table(for rows: [GatewayRow]) -> TextTable {
    TextTable(columns: [
      .init("GATEWAY", minimumWidth: 10), .init("VENUE", minimumWidth: 8), .init("STATE"),
      .init("SEEN", alignment: .right), .init("OFFSET", alignment: .right),
      .init("MESSAGES", alignment: .right), .init("REFUSED", alignment: .right),
      .init("MISSING", alignment: .right),
    ])
  }

  /// Who, where, how it stands, since when, how wrong its clock is, and what came, was refused and
  /// is missing.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(gateway), .init(venue ?? Wording.nothing), .init(stateText, tone: stateTone),
      .init(ageSeconds.map(Wording.age) ?? "never", tone: ageSeconds == nil ? .warning : .plain),
      .init(offsetText, tone: offsetTone), .init("\(messages)"),
      .init("\(refused)", tone: refused == 0 ? .plain : .warning),
      .init(missingText, tone: missingMessages + lostSessions == 0 ? .plain : .warning),
    ]
  }

  /// The columns of lines that are added one by one as messages come: with the time of the newest
  /// instead of its age, and first.
  public static var lineTable: TextTable {
    let columns = table(for: []).columns.filter { $0.title != seenTitle }
    return TextTable(columns: [.init("LAST SEEN")] + columns)
  }

  /// The row's cells, one for each column of `lineTable`.
  public var lineCells: [TextTable.Cell] {
    let table = Self.table(for: [])
    let cells = zip(table.columns, cells(in: table)).filter { $0.0.title != Self.seenTitle }
    let time = TextTable.Cell(
      lastSeen.map(Wording.second) ?? "never", tone: lastSeen == nil ? .warning : .plain)
    return [time] + cells.map(\.1)
  }

  private static let seenTitle = "SEEN"

  /// What a plan without venues says.
  public static var nothing: String { "no gateways are planned" }

  /// Everything that is known of the gateway, as lines of a name and what is to be said of it.
  ///
  /// - Parameters:
  ///   - surface: what it is printed on.
  ///   - isCut: whether lines longer than those of the surface are cut, where the screen has to hold
  ///     them.
  /// - Returns: the lines, each ended by a line feed.
  public func details(on surface: TextSurface, isCut: Bool = false) -> String {
    let lines: [(name: String, text: String, tone: TextTone)] = [
      ("gateway", gateway, .plain),
      ("venue", venue ?? Wording.nothing, .plain),
      ("dialect", dialect ?? Wording.nothing, .plain),
      ("state", stateText + (statusTime.map { ", said at \(Wording.time($0))" } ?? ""), stateTone),
      ("firmware", firmware ?? Wording.nothing, .plain),
      ("last seen", lastSeenText, lastSeen == nil ? .warning : .plain),
      ("newest", newestTime.map(Wording.time) ?? Wording.nothing, .plain),
      ("clock", clockText, offsetTone),
      ("messages", "\(messages)", .plain),
      (
        "readings",
        "\(stored) stored (\(late) late), \(duplicate) duplicate, \(conflict) conflicting", .plain
      ),
      (
        "refused", Wording.refusals(refused, byReason: refusedByReason),
        refused == 0 ? .plain : .warning
      ),
      ("gaps", gapText, missingMessages == 0 ? .plain : .warning),
      ("sessions", sessionText, lostSessions == 0 ? .plain : .warning),
    ]
    return lines.reduce(into: "") { result, line in
      let name = line.name + String(repeating: " ", count: 11 - line.name.count)
      var text = line.text.withVisibleControls
      if isCut, let width = surface.lineWidth {
        text = surface.cut(text, to: max(1, width - name.count))
      }
      result += name + surface.coloured(text, line.tone) + "\n"
    }
  }

  /// The details of `rows`, a blank line between two; the words for none.
  public static func details(
    _ rows: [GatewayRow], on surface: TextSurface, isCut: Bool = false
  ) -> String {
    guard !rows.isEmpty else { return nothing + "\n" }
    return rows.map { $0.details(on: surface, isCut: isCut) }.joined(separator: "\n")
  }

  private var stateText: String {
    switch state {
    case "online": "✓ online"
    case "offline": "● offline"
    default: "· \(state)"
    }
  }

  private var stateTone: TextTone {
    switch state {
    case "online": .good
    case "offline": .alarm
    default: .quiet
    }
  }

  private var offsetText: String {
    clockOffsetMilliseconds.map(Wording.offset) ?? Wording.nothing
  }

  /// A minute is what people tell clocks apart by.
  private var offsetTone: TextTone {
    guard let offset = clockOffsetMilliseconds else { return .plain }
    return offset.magnitude < 60_000 ? .plain : .warning
  }

  private var clockText: String {
    guard let offset = clockOffsetMilliseconds else { return Wording.nothing }
    if offset == 0 { return "as ours" }
    return "\(Wording.offset(offset)), \(offset > 0 ? "behind ours" : "ahead of ours")"
  }

  private var lastSeenText: String {
    guard let lastSeen, let ageSeconds else { return "never" }
    return "\(Wording.time(lastSeen)), \(Wording.age(seconds: ageSeconds)) ago"
  }

  /// The messages that are missing for certain; with a question mark where others may be.
  private var missingText: String {
    lostSessions == 0 ? "\(missingMessages)" : "\(missingMessages)?"
  }

  private var gapText: String {
    gaps == 0 ? "none" : "\(gaps), \(missingMessages) messages missing"
  }

  private var sessionText: String {
    guard lostSessions > 0 else { return "none lost" }
    return "\(lostSessions) lost, messages may be missing"
      + (lostSessionTime.map { " from before \(Wording.time($0))" } ?? "")
  }
}

extension Wording {
  /// A span of `milliseconds` with its sign: tenths of a second below ten, else as an age.
  static func offset(_ milliseconds: Int) -> String {
    let sign = milliseconds < 0 ? "−" : "+"
    let size = Int(clamping: milliseconds.magnitude)
    // Rounded half up.
    let tenths = size / 100 + (size % 100 >= 50 ? 1 : 0)
    if tenths == 0 { return "0.0 s" }
    guard tenths >= 100 else { return "\(sign)\(tenths / 10).\(tenths % 10) s" }
    return sign + age(seconds: Double(tenths / 10))
  }

  /// How many were refused, and of which reasons, most first.
  static func refusals(_ count: Int, byReason counts: [String: Int]) -> String {
    guard count > 0 else { return "0" }
    let reasons = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \($0.value)" }
    return "\(count): \(reasons.joined(separator: ", "))"
  }
}
