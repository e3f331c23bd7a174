extension WatchRow: PrintedRow {
  /// When, which topic, how large, and what became of it: for those who want a table of several.
  public static func table(for rows: [WatchRow]) -> TextTable {
    TextTable(columns: [
      .init("TIME"), .init("TOPIC", minimumWidth: 16), .init("BYTES", alignment: .right),
      .init("STORED", alignment: .right), .init("REFUSED", alignment: .right),
    ])
  }

  /// The message in one line.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(Wording.second(time), short: Wording.shortMinute(time)), .init(topic),
      .init("\(bytes)"), .init("\(stored)"), .init("\(refused)"),
    ]
  }

  /// What is said when no message came.
  public static var nothing: String { "no message came" }

  /// The message in lines for people: when and where, what was accepted, what was refused, and why.
  public func printed(on surface: TextSurface) -> String {
    var lines: [(text: String, tone: TextTone)] = []
    if missed > 0 {
      lines.append(("… \(missed) more messages came too fast to be shown", .warning))
    }
    let retained = isRetained ? ", retained: no sign of life" : ""
    lines.append(("\(Wording.time(time))  \(topic)  \(bytes) bytes\(retained)", .plain))
    if let status { lines.append(("  ✓ \(venue) is \(status)", .good)) }
    lines += accepted.map { ("  ✓ \($0)", .good) }
    lines += contradicting.map { ("  ● not taken: \($0), there with another number", .warning) }
    let shownCount = accepted.count + contradicting.count
    if values > shownCount {
      lines.append(("    and \(values - shownCount) more values", .plain))
    }
    for refusal in refusals {
      let parts = refusal.split(separator: ": ", maxSplits: 1)
      let detail = parts.count == 2 ? String(parts[1]) : ""
      lines += RefusalWording.lines(reason: String(parts[0]), detail: detail).enumerated().map {
        ("  \($0.offset == 0 ? "● " : "  ")\($0.element)", .alarm)
      }
    }
    if refused > refusals.count {
      lines.append(("    and \(refused - refusals.count) more refusals", .alarm))
    }
    let summary = summary
    if !summary.isEmpty { lines.append(("    \(summary)", .plain)) }
    return lines.reduce(into: "") { text, line in
      text += surface.coloured(line.text.withVisibleControls, line.tone) + "\n"
    }
  }

  /// What became of the readings, where they were not simply stored, and what the clock is like.
  private var summary: String {
    var parts: [String] = []
    if readings > 0 { parts.append("\(stored) of \(readings) readings stored") }
    if duplicate > 0 { parts.append("\(duplicate) duplicate") }
    if conflict > 0 { parts.append("\(conflict) there with another number") }
    if late > 0 { parts.append("\(late) late") }
    if let ageSeconds { parts.append("newest \(Wording.number(ageSeconds)) s old") }
    if let offset = clockOffsetMilliseconds {
      let side = offset < 0 ? "ahead" : "behind"
      parts.append("clock \(Wording.number(Double(abs(offset)) / 1000)) s \(side)")
    }
    return parts.joined(separator: ", ")
  }
}
