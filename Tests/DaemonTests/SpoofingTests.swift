import Foundation
import TestInstallation
import TestSupport
import Testing

/// What somebody tries who is not who they say, or says what is not theirs to say: refused at the
/// broker or by the daemon, and told in the log of whoever refused it.
@Suite(.serialized, .sharedSite) struct `Gateways that are not what they say` {
  private static let district = "pools/v1/310107"
  /// A reading of pH 6.66, which nobody else here sends.
  private static func forged(_ more: String = "") -> String {
    #"{"ts":\#(nowMilliseconds()),"values":{"ph":6.66}\#(more)}"#
  }

  /// Has `venue-1` publish for a pool of its own, and waits until that is stored: whatever the broker
  /// passed on before has come then.
  private func somethingElseArrives() async throws {
    let site = try SharedSite.site
    let time = nowMilliseconds()
    let payload = Gateway.payload(milliseconds: time, #""turbidity":0.2"#)
    let topic = EnrolledSite.telemetry("venue-1/pool-4")
    #expect(try await site.publish(payload, to: topic, by: site.password("venue-1")))
    try await eventually("venue-1 is heard") {
      try await site.stored("venue-1/pool-4", "turbidity").contains { $0.milliseconds == time }
    }
  }

  /// Waits until the broker has logged a line with each of `texts` after its first `count` lines.
  private func brokerLogs(_ texts: [String], after count: Int) async throws {
    let broker = try SharedSite.site.broker
    for text in texts {
      try await eventually("the broker's log has '\(text)':\n\(broker.log.dropFirst(count))") {
        broker.log.dropFirst(count).contains { $0.contains(text) }
      }
    }
  }

  /// Waits until the daemon has quarantined and logged a message on `topic` for `reason`.
  private func daemonRefuses(
    _ reason: String, on topic: String, detail: String
  ) async throws -> [String: any Sendable] {
    let installation = try SharedSite.site.installation
    var row: [String: any Sendable]?
    try await eventually("'\(detail)' is in the quarantine") {
      row = try await installation.ask("quarantine", "-o", "json").rows().first {
        $0["reason"] as? String == reason && $0["topic"] as? String == topic
          && ($0["detail"] as? String)?.contains(detail) == true
      }
      return row != nil
    }
    try await eventually("it is in the log:\n\(installation.log)") {
      installation.log.contains {
        $0.contains("message refused") && $0.contains("refusal.reason=\(reason)")
          && $0.contains("refusal.topic=\(topic)")
      }
    }
    return try #require(row)
  }

  @Test func `another's topic is denied by name, by password and by certificate`() async throws {
    let site = try SharedSite.site
    let received = try await site.count("received")
    let other = EnrolledSite.telemetry("venue-1/pool-0")
    typealias Attempt = (who: String, arguments: [String], listener: Int, topic: String)
    let attempts: [Attempt] = [
      ("venue-0", site.password("venue-0"), 8883, other),
      ("venue-0", site.certificate("venue-0"), 8884, other),
      // What was captured of venue-1 is no better for that, whatever user name goes with it.
      ("venue-0", site.certificate("venue-0") + ["-u", "venue-1"], 8884, other),
      ("venue-0", site.password("venue-0"), 8883, "\(Self.district)/venue-1/status"),
      ("venue-0", site.password("venue-0"), 8883, "\(Self.district)/+/pool-0/telemetry"),
      ("venue-1", site.password("venue-1"), 8883, "senml/venue-0"),
      ("venue-1", site.password("venue-1"), 8883, "spBv1.0/baths/NDATA/plant"),
      ("lab", site.password("lab"), 8883, EnrolledSite.telemetry("venue-0/pool-0")),
      ("plant", site.password("plant"), 8883, "spBv1.0/baths/NDATA/other"),
    ]
    for attempt in attempts {
      let lineCount = site.broker.log.count
      let isTaken = try await site.publish(
        Self.forged(), to: attempt.topic, by: attempt.arguments, on: attempt.listener)
      #expect(!isTaken, "\(attempt)")
      // With a wildcard it is no topic at all, and the client does not send it.
      guard !attempt.topic.contains("+") else { continue }
      try await brokerLogs(
        ["Denied PUBLISH from \(attempt.who) (", ", '\(attempt.topic)', "], after: lineCount)
    }
    // With MQTT 3.1.1 it looks like a success.
    let before = site.broker.log.count
    _ = try await site.publish(
      Self.forged(), to: other, by: site.password("venue-0"), ["-V", "mqttv311"])
    try await brokerLogs(["Denied PUBLISH from venue-0 ("], after: before)
    try await somethingElseArrives()
    #expect(try await site.count("received") == received + 1)
    #expect(try await site.stored("venue-1/pool-0", "ph") == [])
  }

  @Test func `another's name in the payload is refused, and names of another's device`()
    async throws
  {
    let site = try SharedSite.site
    let topic = EnrolledSite.telemetry("venue-0/pool-0")
    let stored = try await site.count("stored")
    // The broker takes it: the topic is the venue's own.
    let forged = Self.forged(#","venue":"venue-1","pool":"pool-0""#)
    #expect(try await site.publish(forged, to: topic, by: site.password("venue-0")))
    _ = try await daemonRefuses(
      "wrong_gateway", on: topic, detail: "found 'venue-1', expected 'venue-0', as in the topic")
    // Again: counted and kept, but one line in the log is enough for a minute.
    #expect(try await site.publish(forged, to: topic, by: site.password("venue-0")))
    let seconds = nowMilliseconds() / 1000
    let pack = #"[{"bn":"urn:dev:other:","n":"ph","u":"pH","v":6.66,"t":\#(seconds)}]"#
    #expect(try await site.publish(pack, to: "senml/venue-0", by: site.password("lab")))
    _ = try await daemonRefuses(
      "unknown_name", on: "senml/venue-0", detail: "found 'urn:dev:other:ph'")
    #expect(try await site.count("stored") == stored)
    #expect(try await site.stored("venue-0/pool-0", "ph") == [])
    let gateways = try await site.installation.ask("gateways", "--venue", "venue-0", "-o", "json")
    #expect(
      try gateways.rows().compactMap { $0["refused_by_reason"] as? [String: Int] } == [
        ["wrong_gateway": 2], ["unknown_name": 1],
      ])
    let lines = site.installation.log.filter { $0.contains("refusal.reason=wrong_gateway") }
    #expect(lines.count == 1)
  }

  @Test func `a certificate of another authority, expired, or none is refused at the door`()
    async throws
  {
    let site = try SharedSite.site
    let forger = try Forger(site: site)
    try await forger.forge()
    let received = try await site.count("received")
    let topic = EnrolledSite.telemetry("venue-0/pool-0")
    let verification = "certificate verify failed"
    for (who, line) in [
      (site.certificate("venue-0-other-authority", in: forger.directory.path), verification),
      (site.certificate("venue-0-self-signed", in: forger.directory.path), verification),
      (site.certificate("venue-0-expired", in: forger.directory.path), verification),
      (site.password("venue-0"), "peer did not return a certificate"),
    ] {
      let lineCount = site.broker.log.count
      #expect(try await !site.publish(Self.forged(), to: topic, by: who, on: 8884), "\(who)")
      try await brokerLogs([line, "Client <unknown> disconnected"], after: lineCount)
    }
    // The expired one was good in its time: it is the date alone that is refused.
    #expect(try await forger.isSignedByOurAuthority("venue-0-expired"))
    for who in [
      ["-i", "nobody"], ["-u", "venue-0", "-P", "guessed", "-i", "a"],
      ["-u", "venue-0", "-P", site.passwords["venue-1"] ?? "", "-i", "a"],
      ["-u", "venue-9", "-P", "venue-9", "-i", "a"],
    ] {
      let lineCount = site.broker.log.count
      #expect(try await !site.publish(Self.forged(), to: topic, by: who), "\(who)")
      try await brokerLogs(["disconnected, not authorised"], after: lineCount)
    }
    try await somethingElseArrives()
    #expect(try await site.count("received") == received + 1)
  }

  @Test func `who is revoked is refused at the door, and on the connection that is open`()
    async throws
  {
    let site = try SharedSite.site
    let forger = try Forger(site: site)
    try forger.steal("venue-0")
    let stolen = site.certificate("venue-0", in: forger.directory.path)
    let password = site.password("venue-0").dropLast() + ["venue-0-open"]
    let topic = EnrolledSite.telemetry("venue-0/pool-1")
    let open = [
      try site.line(to: topic, by: Array(password), on: 8883),
      try site.line(to: topic, by: stolen, on: 8884),
    ]
    var expected: [StoredValue] = []
    for (index, line) in open.enumerated() {
      let time = nowMilliseconds()
      expected.append(StoredValue(milliseconds: time, value: 7.2 + Double(index)))
      try line.write(
        line: Gateway.payload(milliseconds: time, #""ph":\#(7.2 + Double(index))"#))
      try await eventually("line \(index) is open") {
        try await site.stored("venue-0/pool-1", "ph") == expected
      }
    }
    let said = try await site.gateway("revoke", "venue-0").output
    #expect(said.contains("The password of venue-0 is gone"))
    #expect(said.contains("1 certificate of venue-0 revoked"))
    let received = try await site.count("received")
    let lineCount = site.broker.log.count
    try await site.broker.reload()

    for line in open { try line.write(line: Self.forged()) }
    try await brokerLogs(
      ["Client venue-0-open disconnected", "Denied PUBLISH from venue-0 ("], after: lineCount)
    for (who, listener, line) in [
      (site.password("venue-0"), 8883, "disconnected, not authorised"),
      (stolen, 8884, "certificate verify failed"),
    ] {
      let lineCount = site.broker.log.count
      #expect(try await !site.publish(Self.forged(), to: topic, by: who, on: listener))
      try await brokerLogs([line], after: lineCount)
    }
    for line in open { try await line.terminate() }
    try await somethingElseArrives()
    #expect(try await site.count("received") == received + 1)
    #expect(try await site.stored("venue-0/pool-1", "ph") == expected)

    // Enrolled again it is let in, with what is new alone.
    let old = site.password("venue-0")
    try await site.enroll("venue-0")
    try await site.gateway("enroll", "venue-0", "--certificate")
    try await site.broker.reload()
    for (who, listener, isTaken) in [
      (old, 8883, false), (stolen, 8884, false), (site.password("venue-0"), 8883, true),
      (site.certificate("venue-0"), 8884, true),
    ] {
      let wasTaken = try await site.publish("{}", to: topic, by: who, on: listener)
      #expect(wasTaken == isTaken, "\(who)")
    }
  }

  @Test func `what is too large is refused, and its sender is heard again`() async throws {
    let site = try SharedSite.site
    let topic = EnrolledSite.telemetry("venue-0/pool-2")
    func message(byteCount: Int) -> String {
      let head = #"{"ts":\#(nowMilliseconds()),"values":{"ph":6.66},"x":""#
      return head + String(repeating: "x", count: byteCount - head.utf8.count - 2) + "\"}"
    }
    let (received, lineCount) = (try await site.count("received"), site.broker.log.count)
    // Larger than max_packet_size of the broker: it does not read it. With MQTT 5 it says so before,
    // and a client sends nothing.
    #expect(
      try await !site.publish(
        message(byteCount: 270_336), to: topic, by: site.password("venue-0"), ["-V", "mqttv311"]))
    try await brokerLogs(["Client venue-0 disconnected due to oversize packet"], after: lineCount)
    // Larger than payload_bytes of the daemon, by a byte.
    #expect(
      try await site.publish(message(byteCount: 262_145), to: topic, by: site.password("venue-0")))
    let row = try await daemonRefuses(
      "too_large", on: topic, detail: "found 262145 bytes, expected at most 262144")
    #expect(row["payload_bytes"] as? Int == 262_145)
    #expect(try await site.stored("venue-0/pool-2", "ph") == [])
    // Just as large as it may be.
    let last = message(byteCount: 262_144).replacing("6.66", with: "7.26")
    #expect(try await site.publish(last, to: topic, by: site.password("venue-0")))
    try await eventually("it is stored") {
      try await site.stored("venue-0/pool-2", "ph").map(\.value) == [7.26]
    }
    #expect(try await site.count("received") == received + 2)
  }

  @Test func `a capture that is sent again stores nothing and is no sign of life`() async throws {
    let site = try SharedSite.site
    let pool = "venue-1/pool-2"
    let topic = EnrolledSite.telemetry(pool)
    // An hour old.
    let base = nowMilliseconds() - 3_600_000
    let values = (0..<3).map { StoredValue(milliseconds: base + $0 * 1000, value: 7.2) }
    let readings = values.map { Gateway.payload(milliseconds: $0.milliseconds, #""ph":7.2"#) }
    let capture = "[\(readings.joined(separator: ","))]"
    let (stored, duplicate) = (try await site.count("stored"), try await site.count("duplicate"))
    let conflict = try await site.count("conflict")
    for repetition in 0...2 {
      #expect(try await site.publish(capture, to: topic, by: site.password("venue-1")))
      try await eventually("repetition \(repetition) is counted") {
        try await site.count("duplicate") == duplicate + 3 * repetition
      }
      try await eventually("nothing more than its three values is stored") {
        try await site.count("stored") == stored + 3
      }
    }
    #expect(try await site.stored(pool, "ph") == values)
    // Changed on the way: the first value of an instant stays.
    #expect(
      try await site.publish(
        capture.replacing("7.2", with: "7.6"), to: topic, by: site.password("venue-1")))
    try await eventually("the change is counted") {
      try await site.count("conflict") == conflict + 3
    }
    // Retained: it comes now as the others, and again whenever the daemon subscribes.
    #expect(
      try await site.publish(
        capture, to: topic, by: site.password("venue-1"), ["-V", "5", "--retain"]))
    try await eventually("the retained one is counted") {
      try await site.count("duplicate") == duplicate + 9
    }
    try await site.installation.stop()
    try await site.installation.start()
    try await eventually("the broker has replayed it") { try await site.count("duplicate") == 3 }
    let gateways = try await site.installation.ask("gateways", "--venue", "venue-1", "-o", "json")
    let gateway = try #require(try gateways.rows().first { $0["gateway"] as? String == "venue-1" })
    #expect(gateway["duplicate"] as? Int == 3)
    #expect(gateway["last_seen"] is NSNull)
    #expect(try await site.count("stored") == 0)
    #expect(try await site.stored(pool, "ph") == values)
  }
}
