import ArgumentParser
import LinuxSystem
import PoolModel
import Registry

/// `poolwatch rules test`.
struct RulesTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run readings of a file through the rules, and compare the alarms.",
    discussion: """
      Needs no daemon. Each case of the file is a series of readings of one pool and
      the steps that its alarms ought to take. The readings go through the daemon's own
      intake, flags and judgement, with a clock of their own. A case with any
      difference is shown with what was expected and what came, and the exit code
      is 1. docs/alarms.md says how cases are written.

      EXAMPLES
        poolwatch rules test tests.yaml
        poolwatch rules test tests.yaml --rules new.yaml --junit report.xml
      """)

  @Argument(help: "The file of the kind 'rule_tests'.")
  var file: String

  @Option(help: ArgumentHelp("Rules in the place of the configured ones.", valueName: "file"))
  var rules: String?

  @Option(help: ArgumentHelp("Writes the outcome as JUnit XML, too.", valueName: "file"))
  var junit: String?

  @OptionGroup var options: StoreOptions

  func run() throws {
    let all = try options.load(rules: rules)
    let cases: [RuleTestCase]
    do {
      cases = try RuleTestCase.load(path: file, plan: all.plan, read: Files.bytes(atPath:))
    } catch {
      try StoreOptions.tell(error)
      throw ExitCode.configuration
    }
    var settings: [PoolID: Configuration] = [:]
    var results: [RuleTestResult] = []
    for test in cases {
      let own = try settings[test.pool] ?? options.load(rules: rules, pools: [test.pool])
      settings[test.pool] = own
      let result = try result(of: test, settings: own)
      try Terminal.write(Array(result.lines.map { "\($0)\n" }.joined().utf8))
      results.append(result)
    }
    let failed = results.filter { !$0.differences.isEmpty }.count
    let count = results.count == 1 ? "1 case" : "\(results.count) cases"
    try Terminal.write(
      Array("\(count), \(failed == 0 ? "all as expected" : "\(failed) with differences")\n".utf8))
    if let junit {
      let text = RuleTestResult.junit(results, file: file)
      let output = try TransferOutput(path: junit)
      try output.write(Array(text.utf8))
      try output.finish()
    }
    if failed > 0 { throw ExitCode.failure }
  }

  private func result(of test: RuleTestCase, settings: Configuration) throws -> RuleTestResult {
    do {
      let steps = try RuleTrial(test, settings: settings).run()
      return RuleTestResult(test, steps: steps, zone: settings.plan.district.zone)
    } catch let refused as RuleTrial.Refused {
      return RuleTestResult(test, refused: refused.reason)
    }
  }
}

/// What came of a case.
struct RuleTestResult {
  let test: RuleTestCase
  /// What was expected and did not come, and what came and was not expected; empty when all is as expected.
  let differences: [String]

  /// Compares the steps that came with those that were expected.
  init(_ test: RuleTestCase, steps: [RuleTestCase.Step], zone: Zone) {
    self.test = test
    let found = RuleTestCase.differences(expected: test.steps, came: steps)
    let expected = found.missing.map { (step: $0, isExpected: true) }
    let got = found.unexpected.map { (step: $0, isExpected: false) }
    differences = (expected + got).enumerated().sorted {
      ($0.element.step.time, $0.offset) < ($1.element.step.time, $1.offset)
    }.map { _, entry in
      (entry.isExpected ? "expected " : "got      ")
        + Self.words(entry.step, start: test.start, zone: zone)
        + (entry.isExpected ? " (\(entry.step.place))" : "")
    }
  }

  /// The case could not be run.
  init(_ test: RuleTestCase, refused reason: String) {
    self.test = test
    differences = ["a reading is refused: \(reason)"]
  }

  /// What is printed.
  var lines: [String] {
    let head = differences.isEmpty ? "ok    \(test.name)" : "FAIL  \(test.name) (\(test.place))"
    return [head] + differences.map { "        \($0)" }
  }

  private static func words(_ step: RuleTestCase.Step, start: Timestamp, zone: Zone) -> String {
    func time(_ time: Timestamp) -> String {
      time < start ? zone.rfc3339(time) : "+\(span(time - start))"
    }
    var words = "at \(time(step.time)): \(step.rule) \(step.state.rawValue)"
    if let parameter = step.parameter { words += " \(parameter)" }
    if let severity = step.severity { words += " \(severity.rawValue)" }
    if let value = step.value { words += " \(value)" }
    if let since = step.since { words += " since \(time(since))" }
    if let until = step.until { words += " until \(time(until))" }
    return words
  }

  /// Such as `1h5m` or `90.5s`.
  private static func span(_ span: Duration) -> String {
    let milliseconds = span.wholeMilliseconds
    let (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60)
    let rest = milliseconds % 60_000
    var text = hours > 0 ? "\(hours)h" : ""
    if minutes > 0 { text += "\(minutes)m" }
    if rest > 0 || text.isEmpty {
      text += rest.isMultiple(of: 1000) ? "\(rest / 1000)s" : "\(Double(rest) / 1000)s"
    }
    return text
  }

  /// The outcome of a file as JUnit XML, as Jenkins and GitLab read it.
  static func junit(_ results: [RuleTestResult], file: String) -> String {
    let failed = results.filter { !$0.differences.isEmpty }.count
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuites>\n  <testsuite name=\"\(escaped(file))\" tests=\"\(results.count)\""
      + " failures=\"\(failed)\" errors=\"0\" skipped=\"0\">\n"
    for result in results {
      let name = "name=\"\(escaped(result.test.name))\" classname=\"\(escaped(file))\""
      guard !result.differences.isEmpty else {
        text += "    <testcase \(name)/>\n"
        continue
      }
      let count = result.differences.count
      text +=
        "    <testcase \(name)>\n      <failure message=\"\(count)"
        + " difference\(count == 1 ? "" : "s")\">\(escaped(result.test.place))\n"
        + result.differences.map { "\(escaped($0))\n" }.joined() + "</failure>\n    </testcase>\n"
    }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  private static func escaped(_ text: String) -> String {
    let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
    return text.map { entities[$0] ?? String($0) }.joined()
  }
}
