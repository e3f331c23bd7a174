import Foundation
import TestSupport
import Testing

@Suite struct `The store on the command line` {
  @Test func `the tiers are a table, on a terminal of 80 columns too`() async throws {
    let daemon = try await FixedDaemon()
    let piped = try await daemon.poolwatch(["store", "info"])
    #expect(piped.output == (try Fixture.text("golden/store-info.txt")))
    #expect(piped.ending == .code(0))
    #expect(try daemon.nextRequest().trimmed == "GET /v1/store?by=tier")
    let shown = try await daemon.onTerminal(
      columnCount: 80, ["store", "info"], environment: ["NO_COLOR": "1"])
    #expect(shown.output == piped.output)
    for line in piped.output.split(separator: "\n") { #expect(line.count <= 80) }
  }

  @Test func `JSON and CSV have a row for each pool, whatever stands first`() async throws {
    let daemon = try await FixedDaemon()
    let json = try Fixture.text("answers/store.json")
    for words in [
      ["store", "info", "-o", "json"], ["store", "info", "-ojson"],
      ["-o", "json", "store", "info"],
      ["--output=json", "store", "info", "--pools"],
    ] {
      let outcome = try await daemon.poolwatch(words)
      #expect(outcome.output == json)
      #expect(try daemon.nextRequest().trimmed == "GET /v1/store?by=pool")
    }
    let csv = try await daemon.poolwatch(["store", "info", "-o", "csv"])
    let lines = csv.output.split(whereSeparator: \.isNewline)
    #expect(lines.count == 5)
    #expect(lines.first?.hasPrefix("tier,pools,short_pools,capacity_pages,") == true)
    #expect(lines.last == "day,3,0,12,0,98304,0,0,0,,,,,,3650.0,")
    let table = try await daemon.poolwatch(["store", "info", "--pools"])
    #expect(table.output == (try Fixture.text("golden/store-info.txt")))
  }

  @Test(arguments: [
    ["store"], ["store", "nonsense"], ["store", "size"], ["store", "export"],
    ["store", "export", "--format", "xml"],
    ["store", "export", "--format", "influx", "--bom"],
    ["store", "export", "--format", "csv", "--from", "yesterday"],
    ["store", "export", "--format", "csv", "--pool", "main"],
    ["store", "import", "--format", "csv"], ["store", "import", "x"], ["store", "snapshot"],
    ["store", "restore"], ["store", "info", "-o", "xml"], ["store", "verify", "--socket", "/x"],
  ])
  func `a mistake in the words is a matter of usage`(words: [String]) async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, words, environment: ["POOLWATCH_SOCKET": "/nowhere"])
    if words == ["store"] {
      // Whoever names no command is shown them.
      #expect(outcome.output.contains("SUBCOMMANDS"))
      return
    }
    #expect(outcome.ending == .code(64))
    #expect(outcome.errors.hasPrefix("poolwatch: "))
    #expect(outcome.output == "")
    // The hint is a command that can be typed.
    let hint = try #require(outcome.errors.firstMatch(of: /See '(poolwatch store[^']*) --help'/))
    let asked = hint.output.1.split(separator: " ").dropFirst().map(String.init) + ["--help"]
    let help = try await Outcome(of: try Outcome.poolwatchPath, asked, environment: [:])
    #expect(help.ending == .code(0))
    #expect(help.output.contains("USAGE: \(hint.output.1) "))
  }

  @Test(arguments: [
    ["verify"], ["repair"], ["resize"], ["rename", "a/b", "c/d"], ["export", "--format", "csv"],
    ["import", "--format", "csv", "-"], ["restore", "/nowhere"],
  ])
  func `a configuration with mistakes ends with 78`(words: [String]) async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, ["store"] + words + ["--config", "/nowhere.yaml"],
      environment: [:])
    #expect(outcome.ending == .code(78))
    #expect(outcome.errors.hasPrefix("/nowhere.yaml:1:1: "))
  }

  @Test func `without a daemon the questions end with 69`() async throws {
    let directory = try TemporaryDirectory()
    for words in [["store", "info"], ["store", "snapshot", directory.path("x")]] {
      let outcome = try await Outcome(
        of: try Outcome.poolwatchPath, words + ["--socket", directory.path("none.sock")],
        environment: [:])
      #expect(outcome.ending == .code(69))
      #expect(outcome.errors.contains("no daemon answers"))
    }
  }
}
