extension StatusAnswer {
  /// The status as lines of a name and what is to be said of it.
  public func printed(on surface: TextSurface) -> String {
    let lines: [(name: String, text: String, tone: TextTone)] =
      [
        ("since", Wording.time(since), .plain),
        ("version", version, .plain),
        (
          "broker", brokerConnected ? "✓ connected" : "● not connected",
          brokerConnected ? .good : .alarm
        ),
        ("queue", queueText, .plain),
        ("messages", "\(received) received, those of status too", .plain),
        (
          "values",
          "\(stored) stored (\(late) late), \(duplicate) duplicate, \(conflict) conflicting", .plain
        ),
        ("refused", refusedText, refused == 0 ? .plain : .warning),
        (
          "judgement", judgementLagSeconds.map { "\(milli($0)) s behind" } ?? Wording.nothing,
          .plain
        ),
        (
          "commit",
          "p50 \(milliseconds(commitP50Milliseconds)), p99 \(milliseconds(commitP99Milliseconds))",
          .plain
        ),
        (
          "store",
          "\(Wording.mebibytes(storeUsedBytes)) of \(Wording.mebibytes(storeCapacityBytes)) used",
          .plain
        ),
      ] + alarmLines
    return lines.reduce(into: "") { result, line in
      let name = line.name + String(repeating: " ", count: 11 - line.name.count)
      let indentation = String(repeating: " ", count: 11)
      let parts = surface.wrapped(line.text.withVisibleControls, indentation: 11)
        .map { surface.coloured($0, line.tone) }
      result += name + parts.joined(separator: "\n\(indentation)") + "\n"
    }
  }

  private var alarmLines: [(name: String, text: String, tone: TextTone)] {
    guard !systemAlarms.isEmpty else { return [("system", "✓ no alarms", .good)] }
    return systemAlarms.map { ("system", "● \($0)", .alarm) }
  }

  private var queueText: String {
    guard let brokerBacklog else {
      return brokerFiguresRefused == true
        ? "the broker ends connections that ask for its figures in $SYS" : Wording.nothing
    }
    let limit = brokerQueueLimit.map { " of \($0) that may wait" } ?? ""
    return "the broker holds \(brokerBacklog) messages\(limit)"
  }

  private var refusedText: String {
    guard refused > 0 else { return "0" }
    let reasons = refusedByReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \($0.value)" }
    return "\(refused): \(reasons.joined(separator: ", "))"
  }

  private func milliseconds(_ value: Double?) -> String {
    value.map { "\(milli($0)) ms" } ?? Wording.nothing
  }

  /// The number rounded to three decimals.
  private func milli(_ value: Double) -> String {
    Wording.number((value * 1000).rounded() / 1000)
  }
}
