import Foundation
import TestInstallation
import TestSupport
import Testing

/// `poolsim replay`: a recording of other instruments, published to a running daemon.
@Suite(.serialized) struct `Replaying a recording` {
  private func replay(
    _ installation: Installation, port: UInt16, _ words: [String]
  ) async throws -> (ManagedProcess.Ending, output: String, errors: String) {
    let process = try ManagedProcess(
      Programs.path("poolsim"),
      arguments: [
        "replay", "--config", installation.directory.path("plan.yaml"), "--port", "\(port)",
        "--pool", "venue-0/pool-1", "--csv", installation.directory.path("recording.csv"),
        "--time-column", "TimeStep",
      ] + words)
    let ending = try await process.wait(within: .seconds(60))
    try await eventually("poolsim has closed its output") {
      process.output.isAtEnd && process.errors.isAtEnd
    }
    return (
      ending, process.output.all.joined(separator: "\n"), process.errors.all.joined(separator: "\n")
    )
  }

  @Test func `each value is stored once, converted as its unit says, and the last is of now`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port, retentionDays: 10)
    // Every 20 minutes through two midnights, without chlorine once.
    let rows = (0..<100).map { number in
      let hour = number / 3 % 24
      let chlorine = number == 40 ? "" : "\(Double(50 + number % 7) / 100)"
      return
        "02/\(28 - 2 + number / 72)/2006 \(hour / 10)\(hour % 10):\(number % 3 * 2)0:00,\(chlorine),56.6"
    }
    try installation.directory.write(
      (["TimeStep,CL2,TEMP"] + rows).joined(separator: "\r\n"), to: "recording.csv")
    try await installation.start()
    let before = nowMilliseconds()
    let (ending, output, errors) = try await replay(
      installation, port: broker.port,
      [
        "--map", "CL2=free_chlorine", "--map",
        "TEMP=temperature:degF", "--times", "end-now", "--speed", "1e9",
      ])
    #expect(ending == .code(0), "\(errors)")
    #expect(output == #"{"published":100,"acknowledged":100,"refused":0}"#)
    // A missing value is stored as one.
    try await eventually("everything is stored") {
      try await installation.status()["stored"] as? Int == 200
    }
    func history(_ parameter: String) async throws -> [[String: any Sendable]] {
      try await installation.ask(
        "history", "venue-0/pool-1", "--parameter", parameter, "--from", "-2d", "-o", "json"
      ).rows()
    }
    let chlorine = try await history("free_chlorine")
    #expect(chlorine.count { $0["flag"] as? String == "good" } == 99)
    #expect(chlorine.count { $0["flag"] as? String == "missing" } == 1)
    let sent = (0..<100).filter { $0 != 40 }.map { Double(50 + $0 % 7) / 100 }
    #expect(chlorine.compactMap { $0["value"] as? Double } == sent)
    let temperature = try await history("temperature")
    let celsius = temperature.compactMap { $0["value"] as? Double }
    #expect(celsius.allSatisfy { abs($0 - 41.0 / 3) < 1e-9 })
    #expect(temperature.count == 100)
    let last = try #require(chlorine.last?["time"] as? String)
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    let time = try #require(format.date(from: last))
    #expect(abs(time.timeIntervalSince1970 * 1000 - Double(before)) < 60_000)
    try await installation.stop()
    try await broker.stop()
  }

  @Test(arguments: [
    (["--map", "CL2=chlorine"], 64, "expected a parameter of the plan: free_chlorine"),
    (["--map", "CL2=temperature:bar"], 64, "expected one of the units"),
    (["--map", "CL3=free_chlorine"], 65, "recording.csv:1: there is no column 'CL3'"),
    (["--map", "CL2=free_chlorine", "--map", "NOTE=ph"], 65, "recording.csv:3: 'NOTE' is 'x'"),
  ])
  func `a mistake is named before anything is published`(
    words: [String], code: Int, message: String
  ) async throws {
    let installation = try Installation(brokerPort: 1)
    try installation.directory.write(
      "TimeStep,CL2,NOTE\n1140480000,0.5,\n1140480060,0.5,x\n", to: "recording.csv")
    let (ending, _, errors) = try await replay(installation, port: 1, words)
    #expect(ending == .code(Int32(code)))
    #expect(errors.contains(message), "\(errors)")
  }
}
