import Foundation
import TestInstallation
import TestSupport
import Testing

/// From a reading out of limits to somebody's mail.
@Suite(.serialized) struct `From reading to inspector` {
  private static let quickRules = """
    silence_seconds: 4
    broker_down_seconds: 60
    limits:
      free_chlorine: {deadband: 0.03, on_delay_seconds: 2, off_delay_seconds: 2}
    """

  @Test func `chlorine below its limit reaches inspector and staff by mail, and is acknowledged`()
    async throws
  {
    let broker = try await Mosquitto()
    let sink = try await MailSink()
    let installation = try Installation(
      brokerPort: broker.port, rules: Installation.patientRules, mailPort: sink.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds()
    for step in 0..<8 {
      let time = now - Int64(8 - step) * 1000
      try await gateway.publish(
        Gateway.payload(milliseconds: time, #""free_chlorine":0.21"#), for: "venue-0/pool-2")
    }
    try await eventually("a water alarm is raised") {
      try await installation.ask("alarms", "--class", "water", "-o", "json").rows().count == 1
    }
    let alarm = try #require(
      try await installation.ask("alarms", "--class", "water", "-o", "json").rows().first)
    #expect(alarm["state"] as? String == "active")
    #expect(alarm["value"] as? Double == 0.21)
    #expect(alarm["limit"] as? Double == 0.3)
    #expect(alarm["clause"] as? String == "GB 37488-2019 free chlorine")
    #expect(alarm["profile"] as? String == "cn-gb37488-2019")
    #expect(alarm["venue"] as? String == "venue-0")
    #expect(alarm["pool"] as? String == "pool-2")
    let expected = ISO8601DateFormatter()
    expected.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    let eventTime = try #require((alarm["event_time"] as? String).flatMap(expected.date(from:)))
    #expect(Int64((eventTime.timeIntervalSince1970 * 1000).rounded()) == now - 8000)

    try await eventually("inspector and staff have their mail") {
      sink.recipients == ["chen@example.org", "li@example.org"]
    }
    try await eventually("the outbox says so") {
      try await installation.ask("notices", "-o", "json").rows()
        .allSatisfy { $0["state"] as? String == "sent" }
    }

    let id = try #require(alarm["id"] as? String)
    #expect(
      try await installation.ask("alarms", "ack", id, "--by", "Li Na", "--comment", "on my way")
        .code == 0)
    let after = try await installation.ask("alarms", "-o", "json").rows()
    #expect(after.first?["state"] as? String == "acknowledged")
    #expect(after.first?["acknowledged_by"] as? String == "Li Na")
    let figures = try await installation.ask("alarms", "stats", "-o", "json").rows()
    func count(_ figure: String, _ alarmClass: String? = nil) -> Int? {
      figures.first { row in
        row["figure"] as? String == figure && row["class"] as? String == alarmClass
      }?["n"] as? Int
    }
    #expect(count("annunciations") == 1)
    #expect(count("class", "water") == 1)
    #expect(count("acknowledged") == 1)
    #expect(count("returned") == 0)
    let refused = try await installation.ask(
      "alarms", "stats", "--from", "2026-02-01", "--to", "2026-01-01")
    #expect(refused.code == 65)
    // A second time, and an alarm that is not there.
    #expect(
      try await installation.ask("alarms", "ack", id, "--by", "Li Na", "--comment", "again").code
        == 1)
    #expect(
      try await installation.ask("alarms", "ack", "nosuchalarm", "--by", "x", "--comment", "y")
        .code == 65)
    try await installation.stop()
    try await broker.stop()
    try await sink.stop()
  }

  @Test func `a source that falls silent and sources never seen raise monitoring alarms only`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port, rules: Self.quickRules)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    try await gateway.publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""free_chlorine":0.5"#),
      for: "venue-0/pool-0")
    try await eventually("all ten pools are silent") {
      let rows = try await installation.ask("alarms", "-o", "json").rows()
      return rows.filter { $0["rule"] as? String == "silence" }.count == 10
    }
    let rows = try await installation.ask("alarms", "--state", "all", "-o", "json").rows()
    #expect(rows.allSatisfy { $0["class"] as? String == "monitoring" })
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `alarms survive a kill and are not told again`() async throws {
    let broker = try await Mosquitto()
    let sink = try await MailSink()
    let installation = try Installation(
      brokerPort: broker.port, rules: Installation.patientRules, mailPort: sink.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds()
    for step in 0..<8 {
      try await gateway.publish(
        Gateway.payload(
          milliseconds: now - Int64(8 - step) * 1000, #""ph":8.4"#), for: "venue-1/pool-0")
    }
    try await eventually("both have their mail") { sink.recipients.count == 2 }
    try await eventually("the outbox says so") {
      try await installation.ask("notices", "-o", "json").rows()
        .allSatisfy { $0["state"] as? String == "sent" }
    }
    let before = try await installation.ask("alarms", "-o", "json").rows()
    try await installation.kill()
    try await installation.start()
    try await eventually("everything is judged again") {
      try await installation.status()["judgement_lag_seconds"] as? Double == 0
    }
    let after = try await installation.ask("alarms", "-o", "json").rows()
    #expect(before.map { $0["id"] as? String } == after.map { $0["id"] as? String })
    #expect(before.count == 1)
    #expect(after.first?["state"] as? String == "active")
    #expect(try await installation.ask("notices", "-o", "json").rows().count == 2)
    #expect(sink.recipients.count == 2)
    try await installation.stop()
    try await broker.stop()
    try await sink.stop()
  }
}
