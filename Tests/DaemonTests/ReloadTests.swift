import Foundation
import TestInstallation
import TestSupport
import Testing

/// SIGHUP puts the files in force as they are now.
@Suite(.serialized) struct Reloading {
  @Test func `a new pool is taken in and no reading is dropped, on the same link`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    let manager = try ServiceManager(directory: installation.directory)
    try await manager.start()
    try await installation.start(environment: ["NOTIFY_SOCKET": manager.socket])
    let gateway = Gateway(port: broker.port)
    let start = nowMilliseconds() - 1_000_000
    // A stream that goes on over the reloads: one reading a millisecond of data time.
    let stream = try ManagedProcess(
      "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-l", "-t",
        "pools/v1/310107/venue-0/pool-0/telemetry",
      ])
    var count = 0
    func send(_ number: Int) throws {
      for _ in 0..<number {
        count += 1
        try stream.write(
          line: Gateway.payload(milliseconds: start + Int64(count) * 10, #""ph":7.2"#))
      }
    }
    try send(300)
    try installation.addPool("pool-5", to: "venue-1")
    try installation.reload()
    try send(300)
    try await eventually("the new plan is in force") {
      installation.log.contains { $0.contains("configuration reloaded") }
    }
    try await gateway.publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.3"#), for: "venue-1/pool-5")
    try send(300)
    // And back: the pool is retired.
    try installation.writePlan()
    try installation.reload()
    try send(300)
    try stream.closeInput()
    try await eventually("everything is stored") {
      try await installation.status()["stored"] as? Int == 1201
    }
    try await eventually("both reloads were told") {
      manager.messages.filter { $0 == "READY=1" }.count == 3
        && manager.messages.filter { $0 == "RELOADING=1" }.count == 2
    }
    #expect(broker.log.filter { $0.contains("as poolwatch (") }.count == 1)
    #expect(try await installation.ask("history", "venue-1/pool-5").code != 0)
    let answer = try await installation.ask(
      "history", "venue-0/pool-0", "--parameter", "ph", "-o", "json", "--from", "-1h")
    #expect(try answer.rows().count == 1200)
    try await installation.stop()
    try await stream.wait()
    try await manager.stop()
    try await broker.stop()
  }

  @Test func `a wrong file leaves the old one in force and is named with its line`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    let manager = try ServiceManager(directory: installation.directory)
    try await manager.start()
    try await installation.start(environment: ["NOTIFY_SOCKET": manager.socket])
    try installation.directory.write(
      "kind: rules\nsilence_seconds: soon\n", to: "rules.yaml")
    try installation.reload()
    try await eventually("the mistake is logged") {
      installation.log.contains {
        $0.contains("configuration is wrong") && $0.contains("rules.yaml:2")
      }
    }
    try await eventually("READY=1 follows RELOADING=1") {
      manager.messages.filter { $0 == "READY=1" }.count == 2
    }
    try await Gateway(port: broker.port).publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#), for: "venue-0/pool-0")
    try await eventually("readings are still stored") {
      try await installation.status()["stored"] as? Int == 1
    }
    func alarms() async throws -> [String] {
      try #require(try await installation.status()["system_alarms"] as? [String])
    }
    let alarm = try #require(try await alarms().first)
    #expect(alarm.hasPrefix("the old configuration is in force: the new one was refused since 20"))
    #expect(alarm.contains("/rules.yaml:1:1: "))
    #expect(alarm.hasSuffix(" (and 2 more)"))
    // Another mistake: since when it is does not change.
    let since = try #require(alarm.firstMatch(of: /since [^ ]+/)?.output)
    try installation.directory.write(
      "kind: rules\n\(Installation.patientRules.replacing("ds: 86400\nbroker", with: "ds: soon\nbroker"))\n",
      to: "rules.yaml")
    try installation.reload()
    try await eventually("the alarm names the other mistake") {
      try await alarms().contains { $0.contains(since) && $0.contains("/rules.yaml:2:18: ") }
    }
    try installation.directory.write(
      "kind: rules\n\(Installation.patientRules)\n", to: "rules.yaml")
    try installation.reload()
    try await eventually("it is over") { try await alarms().isEmpty }
    try await installation.stop()
    try await manager.stop()
    try await broker.stop()
  }

  @Test func `an alarm outlives the reload, and other limits raise another`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let start = nowMilliseconds() - 60_000
    func publish(from: Int, _ values: String) async throws {
      for second in from..<from + 10 {
        try await gateway.publish(
          Gateway.payload(milliseconds: start + Int64(second) * 1000, values),
          for: "venue-0/pool-0")
      }
    }
    func alarms() async throws -> [[String: any Sendable]] {
      try await installation.ask("alarms", "-o", "json").rows()
    }
    try await publish(from: 0, #""ph":7.9,"free_chlorine":0.5"#)
    try await eventually("the alarm is raised") { try await alarms().count == 1 }
    let id = try #require(try await alarms()[0]["id"] as? String)
    // 0.5 mg/L is out of limits now.
    try installation.directory.write(
      Installation.profile.replacing("value: 0.3", with: "value: 0.6"), to: "profile.yaml")
    try installation.reload()
    try await eventually("the new limits are in force") {
      installation.log.contains { $0.contains("configuration reloaded") }
    }
    try await publish(from: 10, #""ph":7.9,"free_chlorine":0.5"#)
    try await eventually("the second alarm is raised") { try await alarms().count == 2 }
    #expect(try await alarms().contains { $0["id"] as? String == id })
    try await installation.stop()
    try await broker.stop()
  }
}
