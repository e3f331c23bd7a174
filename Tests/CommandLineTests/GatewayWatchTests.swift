import Foundation
import TestSupport
import Testing

@Suite struct `Gateways that are followed` {
  private func watch(
    _ daemon: FixedDaemon, _ arguments: String...
  ) throws -> ManagedProcess {
    try ManagedProcess(
      try Outcome.poolwatchPath, arguments: ["gateways", "--watch", "1"] + arguments,
      environment: ["POOLWATCH_SOCKET": daemon.socketPath])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `what has no news is printed once, and a signal ends it in order`(
    signal: Int32
  ) async throws {
    let daemon = try await FixedDaemon()
    let process = try watch(daemon, "-o", "json")
    // The fixed answer never changes: the third request comes after two answers were looked at.
    for _ in 0..<3 {
      try await daemon.process.output.first { $0.trimmed == "GET /v1/gateways" }
    }
    process.send(signal: signal)
    #expect(try await process.wait() == .code(0))
    try await eventually("the output is closed") { process.output.isAtEnd }
    // One object a line, without what makes them an array.
    let rows = try Fixture.text("answers/gateways.json").split(separator: "\n").dropFirst()
      .dropLast().map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }
    #expect(process.output.all == rows)
  }

  @Test func `without a daemon it says so and ends`() async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, ["gateways", "--watch", "--socket", "/nowhere"],
      environment: [:])
    #expect(outcome.ending == .code(69))
    #expect(outcome.errors.contains("no daemon answers at /nowhere"))
  }

  @Test(arguments: ["0", "-1", "86401", "x"])
  func `a pause that is none is refused`(seconds: String) async throws {
    let outcome = try await Outcome(
      of: try Outcome.poolwatchPath, ["gateways", "--watch=\(seconds)"], environment: [:])
    #expect(outcome.ending == .code(64))
  }
}
