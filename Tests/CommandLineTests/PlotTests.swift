import TestSupport
import Testing

@Suite struct `A plot on the command line` {
  private let words = ["history", "venue-01/main", "--parameter", "free_chlorine", "--plot"]

  @Test func `is as wide as the terminal, and drawn for 80 by 24 characters in a pipe`()
    async throws
  {
    let daemon = try await FixedDaemon()
    let golden = try Fixture.text("golden/history-plot-80.txt")
    let onTerminal = try await daemon.onTerminal(columnCount: 80, words)
    #expect(onTerminal.output == golden)
    #expect(onTerminal.ending == .code(0))
    let inPipe = try await daemon.poolwatch(words)
    #expect(inPipe.output == golden)
    #expect(inPipe.errors == "")
  }

  @Test func `asks for as many steps as it has room for, and for the gaps`() async throws {
    let daemon = try await FixedDaemon()
    _ = try await daemon.onTerminal(columnCount: 100, words + ["--from", "-24h"])
    // Two dots for each of 100 characters less 14 for figures and axis.
    #expect(
      try daemon.nextRequest().trimmed
        == "GET /v1/history/venue-01/main?parameter=free_chlorine&from=-24h&columns=172")
    #expect(
      try daemon.nextRequest().trimmed
        == "GET /v1/gaps/venue-01/main?parameter=free_chlorine&from=-24h")
  }

  @Test(arguments: [24, 30, 40, 60, 80, 120, 200])
  func `fits any terminal`(columnCount: Int) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.onTerminal(columnCount: columnCount, words)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    // One line is left for the prompt.
    #expect(lines.count == 23)
    for line in lines.dropLast() { #expect(line.count <= columnCount) }
  }

  @Test(arguments: [["LC_ALL": "C"], ["LANG": "de_DE.ISO-8859-1"], ["TERM": "linux"]])
  func `is ASCII where nothing else can be shown`(environment: [String: String]) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(words, environment: environment)
    #expect(outcome.output == (try Fixture.text("golden/history-plot-ascii.txt")))
    #expect(outcome.output.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test(arguments: ["C.UTF-8", "zh_CN.utf8"])
  func `is not ASCII under a locale of UTF-8`(locale: String) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(words, environment: ["LC_ALL": locale])
    #expect(outcome.output == (try Fixture.text("golden/history-plot-80.txt")))
  }

  @Test func `of nothing is said in words`() async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(
      ["history", "venue-01/main", "--parameter", "none", "--plot"])
    #expect(outcome.output == "no samples are stored\n")
  }
}
