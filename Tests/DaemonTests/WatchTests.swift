import Foundation
import TestInstallation
import TestSupport
import Testing

/// A venue's messages, followed live.
@Suite(.serialized) struct `Watching a gateway` {
  private func watch(
    _ installation: Installation, _ arguments: String...
  ) async throws -> ManagedProcess {
    let process = try ManagedProcess(
      Programs.path("poolwatch"), arguments: ["gateway", "watch"] + arguments,
      environment: ["POOLWATCH_SOCKET": installation.socket])
    try await process.errors.first { $0.contains("watching") }
    return process
  }

  @Test func `every message of the venue comes, accepted, refused or twice, and no other`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let process = try await watch(installation, "venue-0", "--count", "5", "-o", "json")
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds()
    let reading =
      #"{"ts":\#(now),"values":{"free_chlorine":0.52,"ph":7.31},"flags":{"ph":"manual"}}"#
    try await gateway.publish(reading, for: "venue-1/pool-0")
    try await gateway.publish(reading, for: "venue-0/pool-1")
    try await gateway.publish(reading, for: "venue-0/pool-1")
    try await gateway.publish(
      Gateway.payload(milliseconds: now - 60_000, #""ph":"7.2""#), for: "venue-0/pool-1")
    try await gateway.publish(
      Gateway.payload(milliseconds: now - 60_000, #""ph":7.2,"salt":3"#), for: "venue-0/pool-1")
    try await gateway.publish(reading, to: "pools/v1/310107/venue-0/pool-1/telemetri")
    #expect(try await process.wait() == .code(0))
    try await eventually("the output is closed") { process.output.isAtEnd }
    let rows = try process.output.all.map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable])
    }
    try #require(rows.count == 5)
    #expect(rows.allSatisfy { $0["venue"] as? String == "venue-0" })
    #expect(rows[0]["bytes"] as? Int == reading.utf8.count)
    let accepted = try #require(rows[0]["accepted"] as? [String])
    #expect(accepted.count == 2)
    #expect(accepted[0].hasPrefix("pool-1 "))
    #expect(accepted[0].hasSuffix(" free_chlorine 0.52 mg/L"))
    #expect(accepted[1].hasSuffix(" ph 7.31, flag manual"))
    #expect(rows.map { $0["stored"] as? Int } == [1, 0, 0, 1, 0])
    #expect(rows.map { $0["duplicate"] as? Int } == [0, 1, 0, 0, 0])
    #expect(rows.map { $0["late"] as? Int } == [0, 0, 0, 1, 0])
    #expect(rows.map { $0["refused"] as? Int } == [0, 0, 1, 1, 1])
    let refusals = try rows.flatMap { try #require($0["refusals"] as? [String]) }
    #expect(refusals.count == 3)
    #expect(refusals[0].hasPrefix("bad_payload: values.ph at byte "))
    #expect(refusals[1].hasPrefix("unknown_parameter: "))
    #expect(refusals[2].hasPrefix("unknown_topic: topic: found"))
    #expect(refusals.allSatisfy { $0.contains(", expected ") })
    let offset = try #require(rows[0]["clock_offset_ms"] as? Int)
    #expect((0..<60_000).contains(offset))
    #expect(rows[4]["gateway"] is NSNull)
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `ends after its time, at a signal, and with the daemon`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let timed = try await watch(installation, "venue-0", "--for", "1")
    #expect(try await timed.wait() == .code(0))
    let interrupted = try await watch(installation, "venue-0")
    interrupted.send(signal: SIGINT)
    #expect(try await interrupted.wait() == .code(0))
    let last = try await watch(installation, "venue-0")
    #expect(try await installation.stop() == .code(0))
    #expect(try await last.wait() == .code(69))
    try await broker.stop()
  }

  @Test func `goes on over a reload, takes no more than sixteen, and gives their places back`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    #expect(try await installation.ask("gateway", "watch", "venue-9").code == 65)
    var watches: [ManagedProcess] = []
    for _ in 0..<16 { watches.append(try await watch(installation, "venue-0", "--count", "1")) }
    #expect(try await installation.ask("gateway", "watch", "venue-0").code == 69)
    try installation.addPool("pool-5", to: "venue-0")
    try installation.reload()
    try await eventually("the new plan is in force") {
      installation.log.contains { $0.contains("configuration reloaded") }
    }
    try await Gateway(port: broker.port).publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#), for: "venue-0/pool-5")
    for process in watches {
      #expect(try await process.wait() == .code(0))
      #expect(process.output.all.contains { $0.contains("venue-0/pool-5/telemetry") })
    }
    // The daemon notices within seconds that they have gone.
    try await eventually("there is a place again") {
      try await installation.ask("gateway", "watch", "venue-0", "--for", "1").code == 0
    }
    try await installation.stop()
    try await broker.stop()
  }
}
