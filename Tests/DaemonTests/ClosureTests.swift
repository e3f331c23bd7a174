import Foundation
import TestInstallation
import TestSupport
import Testing

/// What people register and do, with the real daemon and command line.
@Suite(.serialized) struct `Closures and the life of an alarm` {
  private func publish(
    _ chlorine: Double, to pool: String, through gateway: Gateway, lastMilliseconds: Int64
  ) async throws {
    for step in 0..<8 {
      try await gateway.publish(
        Gateway.payload(
          milliseconds: lastMilliseconds - Int64(7 - step) * 1000, #""free_chlorine":\#(chlorine)"#),
        for: pool)
    }
  }

  private func rows(
    _ installation: Installation, _ words: String...
  ) async throws -> [[String: Any]] {
    try await installation.ask(words + ["-o", "json"]).rows()
  }

  @Test func `a closed pool raises nothing, before and after a kill, until it is ended`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(
      brokerPort: broker.port, rules: Installation.patientRules)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    #expect(
      try await installation.ask(
        "closure", "add", "venue-0/pool-1", "--to", "+1h", "--reason", "sand", "--by", "li"
      ).code == 0)
    let closure = try #require(try await rows(installation, "closure", "list").first)
    #expect(closure["state"] as? String == "active")
    #expect(closure["registered_by"] as? String == "li")
    let id = try #require(closure["id"] as? String)
    let now = nowMilliseconds()
    try await publish(0.1, to: "venue-0/pool-1", through: gateway, lastMilliseconds: now + 60_000)
    try await publish(0.1, to: "venue-0/pool-2", through: gateway, lastMilliseconds: now + 60_000)
    try await eventually("the open pool has its alarm") {
      try await rows(installation, "alarms").count == 1
    }
    #expect(try await rows(installation, "alarms").first?["pool"] as? String == "pool-2")
    try await installation.kill()
    try await installation.start()
    try await publish(0.1, to: "venue-0/pool-1", through: gateway, lastMilliseconds: now + 80_000)
    try await eventually("everything is judged") {
      try await installation.status()["judgement_lag_seconds"] as? Double == 0
    }
    #expect(try await rows(installation, "alarms").count == 1)
    #expect(
      try await installation.ask("closure", "end", id, "--by", "wang", "--comment", "done").code
        == 0)
    #expect(try await installation.ask("closure", "end", id, "--by", "wang").code == 1)
    #expect(try await installation.ask("closure", "end", "nosuch", "--by", "wang").code == 65)
    try await publish(0.1, to: "venue-0/pool-1", through: gateway, lastMilliseconds: now + 110_000)
    try await eventually("the pool in use again has its alarm") {
      try await rows(installation, "alarms").count == 2
    }
    #expect(try await rows(installation, "closure", "list").isEmpty)
    let ended = try await rows(installation, "closure", "list", "--state", "all").first
    #expect(ended?["ended_by"] as? String == "wang" && ended?["end_comment"] as? String == "done")
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `a closure takes its time from what is due, also one that is registered afterwards`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(
      brokerPort: broker.port, rules: Installation.patientRules)
    try await installation.start()
    func due() async throws -> [String: Int] {
      let rows = try await rows(
        installation, "coverage", "--by", "venue", "--from", "2026-01-01T00:00:00Z", "--to",
        "2026-01-01T10:00:00Z")
      return Dictionary(
        uniqueKeysWithValues: rows.compactMap { row in
          (row["venue"] as? String).map { ($0, row["n_due"] as? Int ?? -1) }
        })
    }
    let before = try await due()
    #expect(
      try await installation.ask(
        "closure", "add", "venue-0", "--from", "2026-01-01T02:00:00Z", "--to",
        "2026-01-01T07:00:00Z", "--reason", "burst pipe", "--by", "li"
      ).code == 0)
    let after = try await due()
    #expect(after["venue-0"] == (before["venue-0"] ?? 0) / 2)
    #expect(after["venue-1"] == before["venue-1"])
    for wrong in [
      ["nowhere", "--reason", "x"], ["venue-0/nowhere", "--reason", "x"],
      ["venue-0", "--from", "+2h", "--to", "+1h", "--reason", "x"],
    ] {
      #expect(try await installation.ask(["closure", "add"] + wrong).code == 65)
    }
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `an alarm is commented, assigned and shelved, over a kill, and tells its steps`()
    async throws
  {
    let broker = try await Mosquitto()
    let sink = try await MailSink()
    let installation = try Installation(
      brokerPort: broker.port, rules: Installation.patientRules, mailPort: sink.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds()
    try await publish(0.1, to: "venue-0/pool-2", through: gateway, lastMilliseconds: now)
    try await eventually("inspector and staff have their mail") { sink.recipients.count == 2 }
    let id = try #require(try await rows(installation, "alarms").first?["id"] as? String)
    func act(_ words: String...) async throws -> Int32 {
      try await installation.ask(
        ["alarms", words[0], id, "--by", "li", "--comment", "sand"] + words.dropFirst()
      ).code
    }
    #expect(try await act("comment") == 0)
    #expect(try await act("assign", "--to", "wang") == 0)
    #expect(try await act("unshelve") == 1)
    #expect(try await act("shelve", "--until", "+8d") == 65)
    #expect(try await act("shelve", "--until", "+1h") == 0)
    try await installation.kill()
    try await installation.start()
    try await publish(0.5, to: "venue-0/pool-2", through: gateway, lastMilliseconds: now + 20_000)
    try await eventually("it returns") {
      try await rows(installation, "alarms").first?["state"] as? String
        == "returned_unacknowledged"
    }
    let alarm = try #require(try await rows(installation, "alarms").first)
    #expect(alarm["hold"] as? String == "shelved" && alarm["shelved_until"] is String)
    #expect(alarm["assigned_to"] as? String == "wang")
    #expect(try await act("ack") == 0)
    #expect(try await act("comment") == 1)
    #expect(try await act("unshelve") == 0)
    let steps = try await rows(installation, "alarms", "steps", id)
    #expect(
      steps.map { $0["step"] as? String } == [
        "raised", "commented", "assigned", "shelved", "returned", "acknowledged", "unshelved",
      ])
    #expect(
      steps.map { $0["told"] as? Bool } == [true, false, false, false, false, false, false])
    #expect(sink.recipients.count == 2)
    try await installation.stop()
    try await broker.stop()
    try await sink.stop()
  }
}
