import Foundation
import TestSupport
import Testing

@Suite struct `What the command line says when it cannot` {
  // Exit codes after sysexits.h: 64 EX_USAGE, 65 EX_DATAERR, 69 EX_UNAVAILABLE, 78 EX_CONFIG.
  @Test(arguments: [
    (["latest", "--venue", "nowhere"], 65, "poolwatch: the plan has no venue 'nowhere'\n"),
    (["latest", "--venue", "wrong"], 65, "poolwatch: 'wrong' makes no sense\n"),
    (["latest", "--venue", "busy"], 69, "poolwatch: too many questions at once, try again\n"),
    (["latest", "--venue", "broken"], 1, "poolwatch: something fell over\n"),
    (
      ["alarms", "ack", "over", "--by", "x", "--comment", "y"], 1,
      "poolwatch: the alarm 'over' is over already\n"
    ),
  ])
  func `the daemon's words go to standard error`(
    words: [String], code: Int32, errors: String
  ) async throws {
    let daemon = try await FixedDaemon()
    for output in ["table", "json"] {
      let outcome = try await daemon.poolwatch(words + ["-o", output])
      #expect(outcome.ending == .code(code))
      #expect(outcome.errors == errors)
      #expect(outcome.output == "")
    }
  }

  @Test(arguments: [
    ["nonsense"], ["latest", "--nonsense"], ["latest", "extra"], ["latest", "-o", "xml"],
    ["history"], ["history", "venue-01/main"], ["history", "main", "--parameter", "ph"],
    ["history", "a/b", "--parameter", "ph", "--from", "yesterday"],
    ["history", "a/b", "--parameter", "ph", "--to", "24h"],
    ["history", "a/b", "--parameter", "ph", "--step", "0s"],
    ["history", "a/b", "--parameter", "ph", "--step", "-1h"],
    ["history", "a/b", "--parameter", "ph", "--step", "500ms"],
    ["history", "a/b", "--parameter", "ph", "--step", "1h", "--plot"],
    ["history", "a/b", "--parameter", "ph", "--plot", "-o", "json"],
    ["gaps"], ["gaps", "venue-01/main"], ["latest", "--bom"], ["latest", "--bom", "-o", "json"],
    ["alarms", "--state", "closed"], ["alarms", "--class", "fire"],
    ["alarms", "stats", "--operators", "0"], ["alarms", "stats", "--from", "soon"],
    ["alarms", "ack"], ["alarms", "ack", "x", "--by", "w"],
    ["alarms", "ack", "x", "--by", "", "--comment", "y"],
    ["alarms", "shelve", "x", "--by", "w", "--comment", "y", "--until", "soon"],
    ["alarms", "shelve", "x", "--by", "w", "--comment", "", "--until", "+8h"],
    ["alarms", "assign", "x", "--by", "w", "--comment", "y", "--to", ""],
    ["closure", "add", "a/b/c", "--reason", "y"], ["closure", "add", "a", "--reason", ""],
    ["closure", "add", "a", "--reason", "y", "--to", "tomorrow"], ["closure", "end"],
    ["quarantine", "replay", "--reason", "boredom"], ["quarantine", "replay", "--from", "24h"],
    ["gateway", "watch"], ["gateway", "watch", ""], ["gateway", "watch", "v", "--count", "0"],
    ["gateway", "watch", "v", "--for", "0"], ["gateway", "watch", "v", "--for", "86401"],
    ["coverage", "--by", "planet"], ["config", "check"],
    ["latest", "--socket", "/" + String(repeating: "x", count: 107)],
  ])
  func `a mistake in the words is a matter of usage`(words: [String]) async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, words, environment: ["POOLWATCH_SOCKET": "/nowhere"])
    #expect(outcome.ending == .code(64))
    #expect(outcome.errors.hasPrefix("poolwatch: "))
    #expect(outcome.output == "")
  }

  @Test func `a bad time is told with what was expected`() async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, ["coverage", "--from", "yesterday"], environment: [:])
    #expect(outcome.errors.contains("'yesterday' is no time; expected RFC 3339"))
  }

  @Test func `a bad step is told with what was expected`() async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath,
      ["history", "a/b", "--parameter", "ph", "--step", "0s"], environment: [:])
    #expect(outcome.errors.contains("'0s' is no step; expected digits and a unit"))
  }

  @Test(arguments: [
    ["latest"], ["history", "a/b", "--parameter", "ph"], ["alarms"], ["coverage"], ["quarantine"],
    ["history", "a/b", "--parameter", "ph", "--plot"], ["gaps", "a/b", "--parameter", "ph"],
    ["notices"], ["status"], ["alarms", "ack", "x", "--by", "w", "--comment", "y"],
  ])
  func `without a daemon one line names the socket and the cure`(words: [String]) async throws {
    let directory = try TemporaryDirectory()
    let socket = directory.path("api.sock")
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, words + ["--socket", socket], environment: [:])
    #expect(outcome.ending == .code(69))
    #expect(
      outcome.errors == """
        poolwatch: no daemon answers at \(socket) (No such file or directory); start it with \
        'systemctl start poolwatchd' or name its socket with --socket

        """)
    #expect(outcome.output == "")
  }

  @Test func `an answer that breaks off is a failure`() async throws {
    let daemon = try await FixedDaemon()
    for output in ["table", "json", "csv"] {
      let outcome = try await daemon.poolwatch(
        ["history", "cut/main", "--parameter", "ph", "-o", output])
      #expect(outcome.ending == .code(1))
      #expect(outcome.errors.hasPrefix("poolwatch: GET /v1/history/cut/main"))
    }
  }

  @Test func `a disk without room for the answer is told`() async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await Outcome(
      of: "/bin/sh", ["-c", #"exec "$0" latest > /dev/full"#, try Outcome.poolwatchPath],
      environment: ["POOLWATCH_SOCKET": daemon.socketPath])
    #expect(outcome.ending == .code(1))
    #expect(outcome.errors.hasPrefix("poolwatch: write failed on standard output: No space left"))
  }
}

@Suite struct `Checking configuration on the command line` {
  @Test func `every mistake is a line with its place, and the exit code is 78`() async throws {
    let directory = try TemporaryDirectory()
    let first = try directory.write("kind: people\npeople: 7\nnonsense: 1\n", to: "people.yaml")
    let second = try directory.write("kind: nonsense\n", to: "what.yaml")
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, ["config", "check", first, second], environment: [:])
    #expect(outcome.ending == .code(78))
    #expect(outcome.output == "")
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    for (file, line) in [(first, 2), (first, 3), (second, 1)] {
      #expect(lines.contains { $0.hasPrefix("\(file):\(line):") })
    }
    for line in lines { #expect(line.wholeMatch(of: /.*\.yaml:\d+:\d+: .+/) != nil) }
  }

  @Test func `a file that is not there is a mistake too`() async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, ["config", "check", "/nowhere/plan.yaml"], environment: [:])
    #expect(outcome.ending == .code(78))
    #expect(outcome.errors.hasPrefix("/nowhere/plan.yaml:"))
  }

  @Test func `files in order are counted`() async throws {
    let directory = try TemporaryDirectory()
    let people = """
      kind: people
      people:
        - id: duty
          name: {en: Duty officer, zh: 值班员}
          role: inspector
          channel: log
          streets: [长寿路]

      """
    let files = [
      try directory.write(people, to: "people.yaml"),
      try directory.write(people, to: "others.yaml"),
    ]
    let one = try await Outcome(
      of: try Outcome.poolwatchPath, ["config", "check", files[0]], environment: [:])
    #expect(one.output == "1 file is in order: \(files[0])\n")
    #expect(one.errors == "")
    #expect(one.ending == .code(0))
    let both = try await Outcome(
      of: try Outcome.poolwatchPath, ["config", "check"] + files, environment: [:])
    #expect(both.output == "2 files are in order: \(files.joined(separator: ", "))\n")
  }
}

@Suite struct `Help on the command line` {
  @Test(arguments: [
    "", "latest", "history", "gaps", "alarms", "alarms ack", "alarms comment",
    "alarms assign", "alarms shelve", "alarms unshelve", "alarms out-of-service",
    "alarms in-service", "alarms steps", "alarms stats", "closure", "closure list", "closure add",
    "closure end", "coverage", "gateways", "quarantine",
    "quarantine replay", "notices", "status", "doctor", "config", "config check", "store",
    "store info", "store size",
    "store verify",
    "store repair", "store resize", "store rename", "store export", "store import",
    "store snapshot",
    "store restore", "gateway", "gateway check", "gateway watch", "gateway enroll",
    "gateway revoke", "qc", "trend", "rules", "rules check", "rules test", "rules backtest",
  ])
  func `every command explains itself`(command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, words + ["--help"], environment: ["COLUMNS": "80"])
    let name = (["help"] + words).joined(separator: "-")
    #expect(outcome.output == (try Fixture.text("golden/\(name).txt")))
    #expect(outcome.ending == .code(0))
    // The usage line is one line for whoever copies it.
    for line in outcome.output.split(separator: "\n") where !line.hasPrefix("USAGE") {
      #expect(line.count <= 80)
    }
    if command != "config" { #expect(outcome.output.contains("EXAMPLES")) }
  }

  @Test func `the version is a version`() async throws {
    let outcome = try await Outcome(of: try Outcome.poolwatchPath, ["--version"], environment: [:])
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
