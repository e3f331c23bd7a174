import Decoding
import PoolModel
import Querying

/// What a decoded payload holds, in words.
struct GatewayWording {
  let plan: Plan
  /// Our wall clock when it was decoded.
  let now: Timestamp

  /// Every reading, the status and every refusal, then a summary in one line.
  func text(of decoded: DecodedDelivery) -> String {
    var lines = decoded.readings.flatMap(readingLines)
    if let status = decoded.status { lines.append(statusLine(status)) }
    lines += decoded.refusals.flatMap {
      RefusalWording.lines(reason: $0.reason.rawValue, detail: $0.detail)
    }
    lines += decoded.commands.map { "the gateway would be asked on \($0.topic)" }
    lines.append(summary(decoded))
    return lines.map { $0 + "\n" }.joined()
  }

  private func readingLines(_ reading: Reading) -> [String] {
    let sequence = reading.sequence.map { ", seq \($0)" } ?? ""
    let head =
      "\(plan[reading.pool].id) at \(plan.district.zone.rfc3339(reading.time)) "
      + "(\(age(of: reading.time)))\(sequence)"
    let width = reading.values.map { plan[$0.parameter].name.count }.max() ?? 0
    return [head]
      + reading.values.map { value in
        let parameter = plan[value.parameter]
        let name = parameter.name + String(repeating: " ", count: width - parameter.name.count)
        return "  \(name)  \(quantity(value, of: parameter))\(marks(value.marks))"
      }
  }

  private func quantity(_ value: ReportedValue, of parameter: Parameter) -> String {
    guard let number = value.value else { return "no value" }
    let hint = parameter.plausible.contains(number) ? "" : ", outside the plausible range"
    return "\(number)\(parameter.unit.isEmpty ? "" : " \(parameter.unit)")\(hint)"
  }

  private func marks(_ marks: GatewayMarks) -> String {
    let names: [(GatewayMarks, String)] = [
      (.maintenance, "maintenance"), (.calibration, "calibration"), (.fault, "fault"),
      (.manual, "manual"),
    ]
    return names.filter { marks.contains($0.0) }.map { ", flag \($0.1)" }.joined()
  }

  private func statusLine(_ status: GatewayStatus) -> String {
    var line = "\(status.venue) is \(status.isOnline ? "online" : "offline")"
    if let time = status.time {
      line += " at \(plan.district.zone.rfc3339(time)) (\(age(of: time)))"
    }
    if let firmware = status.firmware { line += ", firmware \(TextTable.Cell(firmware).text)" }
    return line
  }

  private func summary(_ decoded: DecodedDelivery) -> String {
    let values = decoded.readings.reduce(0) { $0 + $1.values.count }
    var parts: [String] = []
    if !decoded.readings.isEmpty || decoded.status == nil {
      parts.append(
        "\(count(decoded.readings.count, "reading")) with \(count(values, "value")) accepted")
    }
    if decoded.status != nil { parts.append("status accepted") }
    parts.append(
      decoded.refusals.isEmpty ? "nothing refused" : "\(decoded.refusals.count) refused")
    if decoded.ignoredKeyCount > 0 {
      parts.append("\(count(decoded.ignoredKeyCount, "unknown key")) passed over")
    }
    return parts.joined(separator: ", ")
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// How far `time` lies from now, in its largest unit.
  private func age(of time: Timestamp) -> String {
    let seconds = (now.milliseconds - time.milliseconds) / 1000
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    guard let unit = units.first(where: { abs(Int(seconds)) >= $0.0 }) else { return "now" }
    let text = count(abs(Int(seconds)) / unit.0, unit.1)
    return seconds < 0 ? "\(text) ahead of our clock" : "\(text) ago"
  }
}
