import Foundation
import TestInstallation
import TestSupport
import Testing

/// What was refused before an enrolment, taken in after it.
@Suite(.serialized) struct `Replaying the quarantine` {
  @Test func `an enrolled pool gets its readings, without an alarm, and the rest stays refused`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds() - 60_000
    // Chlorine far out of limits for ten seconds: an alarm, if it were judged.
    for second in 0..<10 {
      try await gateway.publish(
        Gateway.payload(milliseconds: now + Int64(second) * 1000, #""free_chlorine":0.05"#),
        for: "venue-1/pool-5")
    }
    try await gateway.publish("{", for: "venue-1/pool-5")
    try await gateway.publish("{", for: "venue-0/pool-0")
    let long =
      Gateway.payload(milliseconds: now, #""ph":7.2"#) + String(repeating: " ", count: 5000)
    try await gateway.publish(long, for: "venue-1/pool-5")
    func quarantined() async throws -> [String] {
      try await installation.ask("quarantine", "-o", "json").rows()
        .compactMap { $0["reason"] as? String }.sorted()
    }
    try await eventually("all are refused") { try await quarantined().count == 13 }
    func replay(_ arguments: String...) async throws -> [String: any Sendable] {
      let process = try await ManagedProcess.run(
        Programs.path("poolwatch"),
        arguments: ["quarantine", "replay", "-o", "json"] + arguments,
        environment: ["POOLWATCH_SOCKET": installation.socket])
      let json = try JSONSerialization.jsonObject(with: Data(process.utf8))
      return try #require(json as? [String: any Sendable])
    }
    let early = try await replay()
    #expect(early["taken"] as? Int == 0)
    #expect(early["examined"] as? Int == 13)

    try installation.addPool("pool-5", to: "venue-1")
    try installation.reload()
    try await eventually("the new plan is in force") {
      installation.log.contains { $0.contains("configuration reloaded") }
    }
    let trial = try await replay("--venue", "venue-1", "--dry-run")
    #expect(trial["dry_run"] as? Bool == true)
    #expect(trial["taken"] as? Int == 10)
    #expect(trial["stored"] as? Int == 10)
    #expect(try await quarantined().count == 13)
    #expect(try await replay("--venue", "venue-0")["examined"] as? Int == 1)
    #expect(try await replay("--reason", "bad_json")["taken"] as? Int == 0)

    let answer = try await replay("--venue", "venue-1", "--from", "-1h")
    #expect(answer["taken"] as? Int == 10)
    #expect(answer["stored"] as? Int == 10)
    #expect(answer["refused"] as? Int == 1)
    #expect(answer["refused_by_reason"] as? [String: Int] == ["unknown_pool": 1])
    #expect(answer["cut"] as? Int == 1)
    #expect(
      (answer["cut_messages"] as? [String])?.first?
        .contains("4096 of \(long.utf8.count) bytes") == true)
    #expect(try await quarantined() == ["bad_json", "unknown_pool", "unknown_pool"])
    let again = try await replay()
    #expect(again["taken"] as? Int == 0)
    #expect(again["stored"] as? Int == 0)

    // Durable, and still neither judged nor a sign of life after a crash.
    try await installation.kill()
    try await installation.start()
    try await eventually("everything is judged") {
      try await installation.status()["judgement_lag_seconds"] as? Double == 0
    }
    let rows = try await installation.ask(
      "history", "venue-1/pool-5", "--parameter", "free_chlorine", "-o", "json", "--from", "-1h"
    ).rows()
    #expect(rows.compactMap { $0["value"] as? Double } == Array(repeating: 0.05, count: 10))
    #expect(try await installation.ask("alarms", "--state", "all", "-o", "json").rows().isEmpty)
    #expect(try await quarantined() == ["bad_json", "unknown_pool", "unknown_pool"])
    let export = try await installation.ask("alarms", "--state", "all")
    #expect(export.code == 0)
    #expect(
      try await installation.ask("quarantine", "replay", "--venue", "venue-9").code == 65)
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `a corrected map of a gateway takes in what its names were refused for`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    func gateways(_ name: String) -> String {
      """
      kind: gateways
      gateways:
        - id: lab
          venue: venue-0
          topic: lab/venue-0
          dialect: senml
          pool: pool-0
          values:
            - {name: "\(name)", parameter: ph}

      """
    }
    try installation.directory.write(gateways("urn:dev:1:PH"), to: "gateways.yaml")
    try installation.addToConfiguration("gateways: gateways.yaml")
    try await installation.start()
    let seconds = nowMilliseconds() / 1000
    for second in 0..<3 {
      try await Gateway(port: broker.port).publish(
        #"[{"bn":"urn:dev:1:","bt":\#(seconds - Int64(second)),"n":"ph","u":"pH","v":7.2}]"#,
        to: "lab/venue-0")
    }
    try await eventually("all are refused") {
      try await installation.ask("quarantine", "-o", "json").rows().count == 3
    }
    try installation.directory.write(gateways("urn:dev:1:ph"), to: "gateways.yaml")
    try installation.reload()
    try await eventually("the map is in force") {
      installation.log.contains { $0.contains("configuration reloaded") }
    }
    let answer = try await installation.ask("quarantine", "replay", "--reason", "unknown_name")
    #expect(
      answer.output == """
        3 refused messages looked at again
          3 taken in, and out of the quarantine
          0 still refused
        values: 3 stored, 0 there already, 0 there with another number, 0 too old
        """)
    #expect(try await installation.ask("quarantine", "-o", "json").rows().isEmpty)
    #expect(try await installation.status()["stored"] as? Int == 3)
    try await installation.stop()
    try await broker.stop()
  }
}
