import Foundation
import TestInstallation
import TestSupport
import Testing

/// The promise that nothing acknowledged is lost, with the daemon as it is delivered, a disk that
/// fails once (strace injects the error into the kernel's answer) and a broker that counts PUBACKs.
@Suite struct `A disk that fails once` {
  @Test(arguments: ["5", "3.1.1", "5 over TLS"])
  func `what did not sync is not acknowledged, comes again, is stored and survives a kill`(
    wire: String
  ) async throws {
    try ManagedProcess.requireProgram("/usr/bin/strace", package: "strace")
    let certificates = wire == "5 over TLS" ? try await Certificates() : nil
    let broker = try RawBroker(certificates: certificates)
    let installation = try Installation(
      brokerPort: broker.port,
      overrides: ["broker.protocol=\(wire == "3.1.1" ? "3.1.1" : "5")"]
        + (certificates.map { ["broker.ca_file=\($0.caFile)"] } ?? []))
    // The first start creates the store, so that the first sync of the second is a commit's.
    try await installation.start()
    try await installation.stop()
    let journal = installation.directory.path("state/store/journal")
    try #require(FileManager.default.fileExists(atPath: journal))
    let report = installation.directory.path("strace.txt")
    // -D: the daemon stays our own process, so that the kill below is its kill.
    try installation.launch(
      under: [
        "/usr/bin/strace", "-D", "-f", "-qq", "-o", report, "-P", journal, "-e", "trace=fdatasync",
        "-e", "inject=fdatasync:error=EIO:when=\(openingSyncCount + 1)",
      ])
    try await eventually("the daemon is connected") { try broker.state().isConnected }
    let connections = try broker.state().connects.count
    let base = nowMilliseconds() - 60_000
    let payloads = (0..<40).map { number in
      Gateway.payload(milliseconds: base + Int64(number) * 1000, #""ph":7.\#(number + 10)"#)
    }
    try broker.publish(payloads, to: "pools/v1/310107/venue-0/pool-3/telemetry")
    try await eventually("all are acknowledged") {
      try broker.state().acknowledged.sorted() == Array(0..<40)
    }
    let state = try broker.state()
    #expect(state.connects.count == connections + 1, "the link was dropped once")
    #expect(state.connects.allSatisfy { $0.version == (wire == "3.1.1" ? 4 : 5) })
    #expect(!state.redelivered.isEmpty)
    #expect(state.acknowledged.count == 40, "each is acknowledged once")
    #expect(state.problems == [])
    let injected = try String(contentsOfFile: report, encoding: .utf8)
      .split(separator: "\n").filter { $0.contains("INJECTED") }
    #expect(injected.count == 1, "\(injected)")

    try await installation.kill()
    try await installation.start()
    let rows = try await installation.ask(
      "history", "venue-0/pool-3", "--parameter", "ph", "-o", "json"
    ).rows()
    #expect(
      rows.compactMap { $0["value"] as? Double } == (0..<40).compactMap { Double("7.\($0 + 10)") })
    try await installation.stop()
  }

  /// Opening a store makes its newest record durable once more before anything else.
  private var openingSyncCount: Int { 1 }
}
