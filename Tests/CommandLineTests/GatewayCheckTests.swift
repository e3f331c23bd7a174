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

  @Test func `two numbers of one instant are told, in one message and in two`() async throws {
    let directory = try TemporaryDirectory()
    let topic = "pools/v1/310107/venue-01/main/telemetry"
    let array = try directory.write(
      #"[{"ts":1767225600000,"values":{"ph":7.31}},{"ts":1767225600000,"values":{"ph":7.32}}]"#,
      to: "array.json")
    let one = try await Self.check(array, topic: topic)
    #expect(one.ending == .code(1))
    #expect(
      one.output.hasSuffix(
        """
          ph  7.31
        refused: bad_payload
          field     [1].values.ph at byte 73
          found     7.32 for 2026-01-01T00:00:00.000+00:00
          expected  one value of an instant, which is 7.31 already
        1 reading with 1 value accepted, 1 refused

        """), "\(one.output)")
    let second = try directory.write(
      #"[{"ts":1767225600000,"values":{"ph":7.4,"orp":700}}]"#, to: "second.json")
    let two = try await Outcome(
      of: try Outcome.poolwatchPath,
      [
        "gateway", "check", "--topic", topic, "--plan", Repository.path("Config/demo/plan.yaml"),
        Repository.path("docs/examples/gateway/good/01-one-reading.json"), second,
        Repository.path("docs/examples/gateway/good/03-local-time.json"),
      ], environment: ["TZ": "UTC"])
    #expect(two.ending == .code(1))
    #expect(two.output.contains("\nmessage 2 of 3, \(second) on \(topic)\nvenue-01/main at "))
    #expect(
      two.output.contains(
        "\n  ph   7.4, not taken: 7.31 of this instant came before\n  orp  700.0 mV\nmessage 3"))
    #expect(two.output.contains("\n  ph  7.31, again\n"))
    #expect(
      two.output.hasSuffix(
        "\n3 readings with 5 values accepted, 1 of them again, 1 value not taken, nothing refused\n"
      ))
  }

  @Test func `topics that are more or fewer than the files are a wrong usage`() async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath,
      ["gateway", "check", "--topic", "a", "--topic", "b", "1", "2", "3"], environment: [:])
    #expect(outcome.ending == .code(64))
    #expect(
      outcome.errors.contains("found 2 topics for 3 files, expected one, or one for each file"))
    let birth = try await Outcome(
      of: try Outcome.poolwatchPath,
      ["gateway", "check", "--topic", "spBv1.0/g/NBIRTH/n", "--birth", "b", "1"], environment: [:])
    #expect(birth.ending == .code(64))
    #expect(birth.errors.contains("expected one of Sparkplug's NDATA or DDATA"))
  }
}
