import PoolModel

/// Reads a file of the kind `rule_tests`.
struct RuleTestReader {
  let report: Report
  let plan: Plan

  func cases(_ root: Section) -> [RuleTestCase] {
    var root = root
    let kind = Form<String>(expected: "rule_tests") { $0.text == "rule_tests" ? $0.text : nil }
    _ = root.value("kind", kind)
    let items = root.list("cases", of: "cases") ?? []
    root.end()
    var lines: [String: Int] = [:]
    return items.compactMap { item in
      guard var section = Section(item, name: "an item of 'cases'", report: report) else {
        return nil
      }
      let name = section.placed("name", .text(200, what: "what the case is called"))
      if let name, let line = lines.updateValue(name.place.line, forKey: name.value) {
        report.add(
          name.place,
          "a case called \(quoted(name.value)) is in line \(line) too, expected each name once")
      }
      return testCase(name?.value ?? "", &section)
    }
  }

  private func testCase(_ name: String, _ section: inout Section) -> RuleTestCase? {
    let pool = section.placed("pool", .poolID)
    if let pool, plan.poolNumber(pool.value) == nil {
      report.add(
        pool.place, "unknown pool \(quoted(pool.value.description)), expected a pool of the plan")
    }
    let start = section.value("start", .instant(after: nil))
    let instant = Form.instant(after: start ?? Timestamp(milliseconds: 0))
    let end = section.optional("until", instant)
    let rows = self.rows(&section, start: start, instant)
    if let end, let last = rows.map(\.arrival).max(), end.value < last {
      report.add(
        end.place,
        "'until' is before the last reading, which nobody would judge, expected a later time")
    }
    let recording = section.optionalSection("csv").flatMap { self.recording($0) }
    let sources = ["series", "rows", "csv"].filter { section.has($0) }
    if sources.count != 1 {
      report.add(
        section.place,
        "the case has \(sources.isEmpty ? "no readings" : sources.joined(separator: " and ")),"
          + " expected one of series, rows, csv")
    }
    let closures = section.optionalList("closures", of: "closures").compactMap {
      closing($0, instant)
    }
    let steps = steps(&section, instant)
    section.end()
    guard let pool, let start else { return nil }
    return RuleTestCase(
      name: name, place: "\(section.place.file):\(section.place.line)", pool: pool.value,
      start: start, end: end?.value, rows: rows, recording: recording, closures: closures,
      steps: steps)
  }

  private func closing(_ element: Element, _ instant: Form<Timestamp>) -> RuleTestCase.Closing? {
    guard var section = Section(element, name: "an item of 'closures'", report: report) else {
      return nil
    }
    let from = section.value("from", instant)
    let to = section.optional("to", instant)
    section.end()
    if let from, let to, to.value <= from {
      report.add(
        to.place,
        "'to' is not after 'from': the closure ends before it begins, expected a later time")
    }
    return from.map { RuleTestCase.Closing(from: $0, to: to?.value) }
  }

  // MARK: Readings

  private func rows(
    _ section: inout Section, start: Timestamp?, _ instant: Form<Timestamp>
  ) -> [RuleTestCase.Row] {
    let interval =
      section.optional("interval_seconds", .seconds(0.1...86_400))?.value ?? plan.interval
    var rows: [RuleTestCase.Row] = []
    if let series = section.optionalSection("series") {
      rows = self.rows(of: series, start: start ?? Timestamp(milliseconds: 0), interval: interval)
    }
    // Where the key is there it has to have something: an empty list looks like a case and tests nothing.
    let key = "rows"
    let items =
      section.has(key)
      ? section.list(key, of: "readings") ?? [] : section.optionalList(key, of: "readings")
    rows += items.compactMap { row($0, instant) }
    // Of what arrives at once the order is that of the file.
    return rows.enumerated().sorted {
      ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset)
    }.map(\.element)
  }

  /// Values of each parameter, an interval apart.
  private func rows(
    of section: Section, start: Timestamp, interval: Duration
  ) -> [RuleTestCase.Row] {
    var section = section
    var columns: [(parameter: ParameterNumber, values: [ValueRun.Value])] = []
    for pair in section.namedPairs() {
      guard let number = parameter(pair.key, at: pair.place) else { continue }
      let items = section.list(pair.key, of: "values such as 0.5 x 10") ?? []
      columns.append((number, items.flatMap { values($0, of: pair.key) }))
    }
    if section.namedPairs().isEmpty {
      report.add(section.place, "'series' is empty, expected the values of one parameter or more")
    }
    let count = columns.map(\.values.count).max() ?? 0
    guard count <= Self.rowLimit else {
      report.add(
        section.place,
        "the case has \(count) readings, expected at most \(Self.rowLimit); longer ones as csv")
      return []
    }
    return (0..<count).compactMap { index in
      let values = columns.compactMap { column -> ReportedValue? in
        guard index < column.values.count, !column.values[index].isAbsent else { return nil }
        let value = column.values[index]
        return ReportedValue(
          parameter: column.parameter, value: value.number, marks: value.marks)
      }
      let time = start + interval * index
      return values.isEmpty ? nil : RuleTestCase.Row(time: time, arrival: time, values: values)
    }
  }

  private func values(_ element: Element, of key: String) -> [ValueRun.Value] {
    guard case .scalar(let scalar) = element.content, let run = ValueRun(scalar.text) else {
      report.add(
        element.place,
        "an item of '\(key)' is \(element.found), expected \(ValueRun.expected)")
      return []
    }
    return run.values
  }

  /// One reading with a time of its own.
  private func row(_ element: Element, _ instant: Form<Timestamp>) -> RuleTestCase.Row? {
    guard var section = Section(element, name: "an item of 'rows'", report: report) else {
      return nil
    }
    let time = section.value("at", instant)
    let arrival = section.optional("arrives", instant)
    var reported: [ReportedValue] = []
    for pair in section.namedPairs() where pair.key != "at" && pair.key != "arrives" {
      guard let number = parameter(pair.key, at: pair.place),
        let element = section.element(pair.key)
      else { continue }
      guard case .scalar(let scalar) = element.content, let run = ValueRun(scalar.text),
        let value = run.values.first, run.values.count == 1, !value.isAbsent
      else {
        report.add(
          element.place,
          "'\(pair.key)' is \(element.found), expected a number or none, and marks")
        continue
      }
      reported.append(
        ReportedValue(parameter: number, value: value.number, marks: value.marks))
    }
    guard let time else { return nil }
    if let arrival, arrival.value < time {
      report.add(
        arrival.place, "'arrives' is before 'at', expected the time of the reading or a later one")
    }
    if reported.isEmpty { report.add(section.place, "a reading without a value, expected one") }
    return RuleTestCase.Row(time: time, arrival: arrival?.value ?? time, values: reported)
  }

  private func recording(_ section: Section) -> RuleTestCase.Recording? {
    var section = section
    let file = section.placed("file", .path)
    let timeColumn = section.value("time_column", .text(200))
    var columns: [(String, ParameterNumber)] = []
    if var names = section.section("columns") {
      if names.namedPairs().isEmpty {
        report.add(names.place, "'columns' is empty, expected the heading of one parameter or more")
      }
      for pair in names.namedPairs() {
        guard let number = parameter(pair.key, at: pair.place),
          let heading = names.value(pair.key, .text(200))
        else { continue }
        columns.append((heading, number))
      }
    }
    section.end()
    guard let file, let timeColumn else { return nil }
    return RuleTestCase.Recording(
      path: file.place.resolve(file.value),
      place: "\(file.place.file):\(file.place.line):\(file.place.column)", timeColumn: timeColumn,
      columns: columns)
  }

  private func parameter(_ name: String, at place: Place) -> ParameterNumber? {
    let number = plan.parameterNumber(name)
    if number == nil {
      report.add(place, unknownParameter(name, among: plan.parameters.map(\.name)))
    }
    return number
  }

  // MARK: What is expected

  private func steps(
    _ section: inout Section, _ instant: Form<Timestamp>
  ) -> [RuleTestCase.Step] {
    if case .scalar(let scalar) = section.element("expect")?.content, scalar.text == "none" {
      return []
    }
    let items = section.list("expect", of: "steps of alarms, or the word none") ?? []
    return items.compactMap { step($0, instant) }
  }

  private func step(_ element: Element, _ instant: Form<Timestamp>) -> RuleTestCase.Step? {
    guard var section = Section(element, name: "an item of 'expect'", report: report) else {
      return nil
    }
    let time = section.value("at", instant)
    let rule = section.value("rule", .id)
    let state = section.value("state", .stateOfStep, default: .active)
    let step = RuleTestCase.Step(
      place: "\(section.place.file):\(section.place.line)", time: time ?? .distantPast,
      rule: rule ?? "", state: state, parameter: section.optional("parameter", .id)?.value,
      since: section.optional("since", instant)?.value,
      until: section.optional("until", instant)?.value,
      severity: section.optional("severity", Form<AlarmSeverity>.word)?.value,
      value: section.optional("value", .anyNumber)?.value)
    section.end()
    return time == nil || rule == nil ? nil : step
  }

  /// Ten weeks at a reading a minute; what is longer is made by a program.
  private static let rowLimit = 100_000
}
