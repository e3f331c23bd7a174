import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif
import TestSupport
import Testing

@Suite struct `Rules on the command line` {
  private let directory: TemporaryDirectory
  private let configuration = Repository.path("Config/poolwatch.yaml")

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func rules(_ words: String...) async throws -> Outcome {
    try await Outcome(
      of: try Outcome.poolwatchPath, ["rules"] + words + ["--config", configuration],
      environment: [:])
  }

  /// The shipped rules with `new` in the place of `old`.
  private func shipped(_ old: String, _ new: String) throws -> String {
    let text = try String(contentsOfFile: Repository.path("Config/rules.yaml"), encoding: .utf8)
    #expect(text.contains(old))
    return try directory.write(text.replacingOccurrences(of: old, with: new), to: "rules.yaml")
  }

  @Test func `check names mistakes and warnings with their lines, and says so by its exit code`()
    async throws
  {
    let file = try shipped("on_delay_seconds: 900", "on_delay_seconds: 90")
    let warned = try await rules("check", file)
    #expect(warned.ending == .code(0))
    #expect(
      warned.errors.contains(
        "\(file):42:23: warning: 'on_delay_seconds' is 90, expected at least two intervals of the plan, 120 s"
      ))
    #expect(warned.output.hasPrefix("\(file) is in order, with "))
    #expect(try await rules("check", file, "--strict").ending == .code(1))

    let bad = try shipped("on_delay_seconds: 900", "on_delay_seconds: -90")
    let refused = try await rules("check", bad)
    #expect(refused.ending == .code(78))
    #expect(
      refused.errors.contains(
        "\(bad):42:23: 'on_delay_seconds' is '-90', expected a number of seconds 0…86400\n"))
    #expect(refused.output == "")
  }

  // The expected alarms are computed by hand from limit, delays and hours, as written in the file.
  @Test func `the shipped cases hold for the shipped rules`() async throws {
    let report = directory.path("report.xml")
    let outcome = try await rules(
      "test", Repository.path("Config/examples/rule-tests.yaml"), "--junit", report)
    #expect(outcome.output.hasSuffix("\n8 cases, all as expected\n"), "\(outcome.output)")
    #expect(outcome.errors == "")
    #expect(outcome.ending == .code(0))
    let xml = try XMLDocument(contentsOf: URL(filePath: report), options: [])
    #expect(try xml.nodes(forXPath: "/testsuites/testsuite[@tests=8 and @failures=0]").count == 1)
    #expect(try xml.nodes(forXPath: "//testcase[not(failure)]").count == 8)
  }

  @Test func `a difference names what was expected and what came`() async throws {
    let file = try shipped("on_delay_seconds: 180", "on_delay_seconds: 240")
    let tests = try directory.write(
      """
      kind: rule_tests
      cases:
        - name: low & "slow"
          pool: riverside-aquatic-centre/main
          start: 2026-03-02T09:00:00+08:00
          series: {free_chlorine: [0.5 x 5, 0.25 x 8], ph: [7.2 x 13], temperature: [26.5 x 13]}
          expect:
            - {at: +8m, rule: free_chlorine_low, since: +5m}
        - name: nothing
          pool: riverside-aquatic-centre/main
          start: 2026-03-02T09:00:00+08:00
          series: {free_chlorine: [0.5]}
          expect: none

      """, to: "tests.yaml")
    let report = directory.path("report.xml")
    let outcome = try await rules("test", tests, "--rules", file, "--junit", report)
    #expect(
      outcome.output == """
        FAIL  low & "slow" (\(tests):3)
                expected at +8m: free_chlorine_low active since +5m (\(tests):8)
                got      at +9m: free_chlorine_low active free_chlorine warning 0.25 since +5m
        ok    nothing
        2 cases, 1 with differences

        """)
    #expect(outcome.ending == .code(1))
    let xml = try XMLDocument(contentsOf: URL(filePath: report), options: [])
    #expect(try xml.nodes(forXPath: "/testsuites/testsuite[@tests=2 and @failures=1]").count == 1)
    let failure = try xml.nodes(forXPath: "//testcase[@name='low & \"slow\"']/failure").first
    #expect(failure?.stringValue?.contains("expected at +8m: free_chlorine_low") == true)
  }

  // pH and temperature stop together: both are missed ten minutes after their last value.
  @Test func `an exact expectation has its step though a vague one stands before it`() async throws
  {
    let tests = try directory.write(
      """
      kind: rule_tests
      cases:
        - name: two at once
          pool: riverside-aquatic-centre/main
          start: 2026-03-02T09:00:00+08:00
          until: +15m
          series: {free_chlorine: [0.50, 0.51, 0.52, 0.53 x 13], ph: [7.2], temperature: [26.5]}
          expect:
            - {at: +10m, rule: missing_parameter}
            - {at: +10m, rule: missing_parameter, parameter: ph}

      """, to: "tests.yaml")
    let outcome = try await rules("test", tests)
    #expect(outcome.output == "ok    two at once\n1 case, all as expected\n")
    #expect(outcome.ending == .code(0))
  }

  @Test func `every mistake of a file of cases is named with its line`() async throws {
    let tests = try directory.write(
      """
      kind: rule_tests
      cases:
        - name: one
          pool: riverside-aquatic-centre/none
          start: 2026-03-02T09:00:00+08:00
          series: {free_chlorin: [0.5], ph: [7.2 y 3]}
          expect: [{at: 5m, rule: silence, state: over}]
        - name: one
          pool: riverside-aquatic-centre/main
          start: yesterday
          expect: none

      """, to: "tests.yaml")
    let outcome = try await rules("test", tests)
    #expect(outcome.ending == .code(78))
    let places = outcome.errors.split(separator: "\n").map {
      $0.dropFirst(tests.count + 1).split(separator: ": ")[0]
    }
    #expect(
      places == ["4:11", "6:14", "6:40", "7:19", "7:45", "8:5", "8:11", "10:12"],
      "\(outcome.errors)")
  }

  @Test(arguments: [
    ("rows: []", "6:11: 'rows' is an empty list, expected a list of readings, at least one"),
    ("series: {}", "6:13: 'series' is empty, expected the values of one parameter or more"),
    (
      "rows: [{at: +2m, arrives: +119s, ph: 7}]",
      "6:31: 'arrives' is before 'at', expected the time of the reading or a later one"
    ),
    (
      "closures: [{from: +2m, to: +2m}]\n    series: {ph: [7]}",
      "6:32: 'to' is not after 'from': the closure ends before it begins, expected a later time"
    ),
    (
      "until: +1m\n    series: {ph: [7 x 3]}",
      "6:12: 'until' is before the last reading, which nobody would judge, expected a later time"
    ),
    (
      "csv: {file: no.csv, time_column: time, columns: {}}",
      "6:53: 'columns' is empty, expected the heading of one parameter or more"
    ),
  ])
  func `a case that cannot be meant is named with line and column`(
    entry: String, mistake: String
  ) async throws {
    let tests = try directory.write(
      """
      kind: rule_tests
      cases:
        - name: one
          pool: riverside-aquatic-centre/main
          start: 2026-03-02T09:00:00+08:00
          \(entry)
          expect: none

      """, to: "tests.yaml")
    let outcome = try await rules("test", tests)
    #expect(outcome.errors == "\(tests):\(mistake)\n")
    #expect(outcome.ending == .code(78))
    #expect(outcome.output == "")
  }

  @Test(arguments: [
    (nil, "tests.yaml:6:17: ", "week.csv is no file"),
    ("", "week.csv:1: no heading, expected one", ""),
    ("when,ph\n1,7\n", "week.csv:1: there is no column 'time', expected one of when, ph", ""),
    ("time,ph\n1,7\n2,seven\n", "week.csv:3: 'ph' is 'seven', expected a number or nothing", ""),
    (
      "time,ph\n2,7\n\n1,7\n",
      "week.csv:4: its time '1' is before the one above, expected ascending times", ""
    ),
    (
      "time,ph\n2,\n", "week.csv:2: the end, and no reading with a value, expected one or more", ""
    ),
    (
      "time,ph\n1," + String(repeating: "7", count: 1_200_000),
      "week.csv:2: it has more than 1048576 bytes: this is no such file", ""
    ),
  ])
  func `what is wrong in a recording of a case is named with its line`(
    csv: String?, words: String, more: String
  ) async throws {
    let tests = try recorded()
    if let csv { try directory.write(csv, to: "week.csv") }
    let outcome = try await rules("test", tests)
    #expect(outcome.ending == .code(78))
    #expect(outcome.errors.hasPrefix("poolwatch: \(directory.path(words))"), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("\(more)\n"), "\(outcome.errors)")
  }

  // The daemon takes no reading from before 2000; the case has a difference then, as with `rows`.
  @Test func `a reading of a recording that is refused is named with its line`() async throws {
    let tests = try recorded()
    try directory.write("time,ph\n946684799,7\n", to: "week.csv")
    let outcome = try await rules("test", tests)
    #expect(outcome.ending == .code(1))
    #expect(
      outcome.output.contains(
        "a reading is refused: \(directory.path("week.csv")):2: absurd_time: "),
      "\(outcome.output)")
  }

  /// A case whose readings are those of `week.csv`.
  private func recorded() throws -> String {
    try directory.write(
      """
      kind: rule_tests
      cases:
        - name: one
          pool: riverside-aquatic-centre/main
          start: 2026-03-02T09:00:00+08:00
          csv: {file: week.csv, time_column: time, columns: {ph: ph}}
          expect: none

      """, to: "tests.yaml")
  }
}
