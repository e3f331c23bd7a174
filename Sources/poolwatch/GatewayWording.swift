import Decoding
import PoolModel
import Querying

/// What decoded payloads hold, in words, and what the daemon would do with it.
struct GatewayWording {
  private struct Instant: Hashable {
    let series: Series
    let time: Timestamp
  }

  private let plan: Plan
  /// Our wall clock when they were decoded.
  private let now: Timestamp
  private var lines: [String] = []
  /// The first value of each instant, which stays.
  private var known: [Instant: Double?] = [:]
  private var topics: Set<String> = []

  private var readingCount = 0
  private var valueCount = 0
  private var repeatedCount = 0
  private var contradictingCount = 0
  private var statusCount = 0
  private var refusalCount = 0
  private var ignoredKeyCount = 0
  private var unfinishedCount = 0

  /// Nothing yet, by our wall clock `now`.
  init(plan: Plan, now: Timestamp) {
    self.plan = plan
    self.now = now
  }

  /// Whether nothing was refused, nothing contradicts what came before, and nothing is missing.
  var isAllTaken: Bool { refusalCount + contradictingCount + unfinishedCount == 0 }

  /// Every reading, the status and every refusal, then a summary in one line.
  var text: String { (lines + [summary]).map { $0 + "\n" }.joined() }

  /// Adds what `delivery` turned out to hold.
  ///
  /// - Parameters:
  ///   - decoded: what it holds.
  ///   - delivery: the message.
  ///   - place: what it is called; nil where it is the only one.
  mutating func add(_ decoded: DecodedDelivery, of delivery: Delivery, at place: String?) {
    if let place { lines.append(place) }
    for reading in decoded.readings { add(reading) }
    if let status = decoded.status { lines.append(statusLine(status)) }
    lines += decoded.refusals.flatMap {
      RefusalWording.lines(reason: $0.reason.rawValue, detail: $0.detail)
    }
    lines += decoded.commands.map { "the gateway would be asked on \($0.topic)" }
    if decoded.refusals.contains(where: { $0.reason == .unknownName }),
      let birth = PayloadDecoder.birthTopic(ofDataOn: delivery.topic), !topics.contains(birth)
    {
      lines += [
        "what data of Sparkplug mean says the birth before them, on \(birth):",
        "  give its payload with --birth FILE; the daemon has it from the gateway",
      ]
    }
    topics.insert(delivery.topic)
    statusCount += decoded.status == nil ? 0 : 1
    refusalCount += decoded.refusals.count
    ignoredKeyCount += decoded.ignoredKeyCount
  }

  /// Adds the messages whose parts have not all come.
  mutating func add(_ unfinished: [UnfinishedMessage]) {
    for message in unfinished {
      let missing = message.missingNumbers.map { "\($0)" }.joined(separator: ", ")
      let isCut = message.missingNumbers.count < message.partCount - message.receivedCount
      lines += [
        "not whole: \(message.name)",
        "  found     \(message.receivedCount) of \(message.partCount) parts",
        "  expected  part \(missing)\(isCut ? " …" : "") too: stored when all are there, refused as "
          + "lost_parts after 10 minutes",
      ]
    }
    unfinishedCount += unfinished.count
  }

  private mutating func add(_ reading: Reading) {
    let sequence = reading.sequence.map { ", seq \($0)" } ?? ""
    let head =
      "\(plan[reading.pool].id) at \(plan.district.zone.rfc3339(reading.time)) "
      + "(\(age(of: reading.time)))\(sequence)"
    let width = reading.values.map { plan[$0.parameter].name.count }.max() ?? 0
    lines.append(head)
    readingCount += 1
    for value in reading.values {
      let parameter = plan[value.parameter]
      let name = parameter.name + String(repeating: " ", count: width - parameter.name.count)
      let fate = fate(of: value, in: reading)
      lines.append("  \(name)  \(quantity(value, of: parameter))\(marks(value.marks))\(fate)")
    }
  }

  /// What the daemon would do with the value, where that is not to store it.
  private mutating func fate(of value: ReportedValue, in reading: Reading) -> String {
    let instant = Instant(
      series: Series(pool: reading.pool, parameter: value.parameter), time: reading.time)
    guard let earlier = known[instant] else {
      known[instant] = .some(value.value)
      valueCount += 1
      return ""
    }
    // By its bits, as the store compares.
    guard earlier?.bitPattern == value.value?.bitPattern else {
      contradictingCount += 1
      return ", not taken: \(earlier.map { "\($0)" } ?? "no value") of this instant came before"
    }
    valueCount += 1
    repeatedCount += 1
    return ", again"
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

  private var summary: String {
    var parts: [String] = []
    let isNothing = readingCount + statusCount + refusalCount + unfinishedCount == 0
    if isNothing {
      parts.append("nothing in it to store")
    } else if readingCount > 0 || statusCount == 0 {
      parts.append("\(count(readingCount, "reading")) with \(count(valueCount, "value")) accepted")
    }
    if repeatedCount > 0 { parts.append("\(repeatedCount) of them again") }
    if statusCount > 0 { parts.append("status accepted") }
    if contradictingCount > 0 { parts.append("\(count(contradictingCount, "value")) not taken") }
    parts.append(refusalCount == 0 ? "nothing refused" : "\(refusalCount) refused")
    if unfinishedCount > 0 { parts.append("\(count(unfinishedCount, "message")) not whole") }
    if ignoredKeyCount > 0 {
      parts.append("\(count(ignoredKeyCount, "unknown key")) passed over")
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
