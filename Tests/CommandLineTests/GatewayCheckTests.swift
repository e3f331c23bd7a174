import Foundation
import TestSupport
import Testing

@Suite struct `Checking a gateway's payload on the command line` {
  private static func check(_ file: String, topic: String) async throws -> Outcome {
    try await Outcome(
      of: try Outcome.poolwatchPath,
      [
        "gateway", "check", "--topic", topic, "--plan",
        Repository.path("Config/demo/plan.yaml"), file,
      ], environment: ["TZ": "UTC"])
  }

  private static func example(_ file: String) async throws -> Outcome {
    guard let topic = try Repository.examples()[file]?["topic"] as? String else {
      throw TestFailure("the index has no \(file)")
    }
    return try await check(Repository.path("docs/examples/gateway/\(file)"), topic: topic)
  }

  @Test func `a reading is told with its pool, its time and its values in their units`()
    async throws
  {
    let outcome = try await Self.example("good/07-calibration.json")
    #expect(outcome.ending == .code(0))
    #expect(outcome.errors == "")
    // The age in brackets depends on the day.
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("venue-01/main at 2026-01-01T08:00:00.000+08:00 ("))
    #expect(lines[0].hasSuffix(" ago)"))
    #expect(
      lines[1...] == [
        "  free_chlorine  0.52 mg/L", "  ph             4.01, flag calibration",
        "1 reading with 2 values accepted, nothing refused",
      ])
  }

  @Test func `a missing value, an unknown key and a counter are told`() async throws {
    let missing = try await Self.example("good/06-missing-value.json")
    #expect(missing.output.contains("\n  orp  no value\n"))
    let unknown = try await Self.example("good/09-unknown-key.json")
    #expect(unknown.output.hasSuffix(", nothing refused, 2 unknown keys passed over\n"))
    let counted = try await Self.example("good/02-sequence.json")
    #expect(counted.output.contains(" ago), seq 17\n"))
    let status = try await Self.example("good/10-status.json")
    #expect(status.output.contains(", firmware 2.4.1\nstatus accepted, nothing refused\n"))
    for outcome in [missing, unknown, counted, status] { #expect(outcome.ending == .code(0)) }
  }

  @Test func `a refused value is told beside what is accepted`() async throws {
    let outcome = try await Self.example("bad/10-unknown-parameter.json")
    #expect(outcome.ending == .code(1))
    #expect(outcome.errors == "")
    #expect(
      outcome.output.hasSuffix(
        """
          ph  7.31
        refused: unknown_parameter
          field     values.chlorine at byte 40
          found     an unknown parameter
          expected  a parameter of the plan
        1 reading with 1 value accepted, 1 refused

        """))
  }

  @Test func `every bad example is refused for the reason in the index`() async throws {
    for (file, entry) in try Repository.examples() where file.hasPrefix("bad/") {
      let outcome = try await Self.example(file)
      let reason = try #require(entry["reason"] as? String)
      #expect(outcome.output.contains("refused: \(reason)\n"), "\(file)")
      for word in ["field", "found", "expected"] {
        #expect(outcome.output.contains("\n  \(word) "), "\(file)")
      }
      #expect(outcome.ending == .code(1), "\(file)")
    }
  }

  @Test func `a payload comes through a pipe too, and a megabyte is too large`() async throws {
    let topic = "pools/v1/310107/venue-01/main/telemetry"
    let pipe = try await Outcome(
      of: "/bin/sh",
      [
        "-c", #"head -c 1000000 /dev/zero | "$0" gateway check --topic "$1" --plan "$2" -"#,
        try Outcome.poolwatchPath, topic, Repository.path("Config/demo/plan.yaml"),
      ], environment: [:])
    #expect(pipe.ending == .code(1))
    #expect(pipe.output.contains("refused: too_large\n  field     message\n"))
    #expect(pipe.output.contains("expected  at most 262144\n"))
  }

  @Test func `a file that is not there is named`() async throws {
    let outcome = try await Self.check("/nowhere/reading.json", topic: "t")
    #expect(outcome.ending == .code(1))
    #expect(
      outcome.errors
        == "poolwatch: /nowhere/reading.json cannot be read: No such file or directory\n")
  }

  @Test func `a gateway of another dialect is read as the configuration says`() async throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      """
      kind: poolwatch
      plan: \(Repository.path("Config/demo/plan.yaml"))
      rules: \(Repository.path("Config/demo/rules.yaml"))
      people: people.yaml
      profiles: [\(Repository.path("Config/profiles/cn-gb37488-2019.yaml"))]
      gateways: gateways.yaml
      store: {directory: \(directory.path)/data}
      channels: {log: {}}

      """, to: "poolwatch.yaml")
    try directory.write(
      """
      kind: people
      people:
        - id: duty
          name: {en: Duty officer, zh: 值班员}
          role: inspector
          channel: log
          streets: [长寿路街道, 曹杨新村街道, 长风新村街道]

      """, to: "people.yaml")
    try directory.write(
      """
      kind: gateways
      gateways:
        - id: plant
          venue: venue-02
          topic: plant/+
          dialect: senml
          pool: main
          values:
            - {name: "urn:dev:1:ph", parameter: ph}

      """, to: "gateways.yaml")
    // Base name, base time, name, unit and value as in RFC 8428, section 4.
    try directory.write(
      """
      [{"bn":"urn:dev:1:","bt":1767225600,"n":"ph","u":"pH","v":7.31},{"n":"lead","u":"pH","v":1}]
      """, to: "pack.json")
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath,
      [
        "gateway", "check", "--topic", "plant/1", "--config", directory.path("poolwatch.yaml"),
        directory.path("pack.json"),
      ], environment: [:])
    #expect(outcome.errors == "")
    #expect(outcome.ending == .code(1))
    #expect(outcome.output.hasPrefix("venue-02/main at 2026-01-01T08:00:00.000+08:00 ("))
    #expect(outcome.output.contains("\n  ph  7.31\nrefused: unknown_name\n"))
    #expect(outcome.output.hasSuffix("1 reading with 1 value accepted, 1 refused\n"))
  }
}
