import Foundation
import TestSupport
import Testing

/// The files in Config/mosquitto with the real broker, and clients that were not written here.
@Suite(.serialized) struct `The broker's configuration` {
  private static func telemetry(_ venue: String) -> String {
    "pools/v1/310107/\(venue)/main/telemetry"
  }

  /// With MQTT 5 the broker says what it did not take.
  private static func publish(_ topic: String, _ payload: String) -> [String] {
    ["-V", "5", "-t", topic, "-m", payload]
  }

  @Test func `lets each venue write its own topics alone, by password and by certificate`()
    async throws
  {
    let broker = try await ConfiguredBroker(profile: "rate")
    try await broker.start()
    let complaints = broker.log.filter { $0.contains(/[Ee]rror|[Ww]arning|[Uu]nknown/) }
    // In a container everything is run by root.
    #expect(complaints.filter { !$0.contains("should not be run as root") } == [])
    let poolwatch = broker.password("poolwatch")
    _ = try await broker.client(
      "mosquitto_sub", on: 1883, poolwatch + ["-c", "-W", "1", "-t", "#"])
    let own = Self.telemetry("venue-01")
    let other = Self.telemetry("venue-02")
    let writer = ["-u", "poolwatch", "-P", "poolwatch", "-i", "writer"]
    typealias Attempt = (what: String, listener: Int, who: [String], topic: String, isTaken: Bool)
    let attempts: [Attempt] = [
      ("own, password", 8883, broker.password("venue-01"), own, true),
      ("other, password", 8883, broker.password("venue-01"), other, false),
      ("own, certificate", 8884, broker.certificate("venue-01"), own, true),
      ("other, certificate", 8884, broker.certificate("venue-01"), other, false),
      ("revoked", 8884, broker.certificate("venue-02"), other, false),
      ("no certificate", 8884, broker.password("venue-01"), own, false),
      ("wrong password", 8883, ["-u", "venue-01", "-P", "x", "-i", "a"], own, false),
      ("nobody", 1883, ["-i", "a"], own, false),
      ("poolwatch as a venue", 1883, writer, own, false),
      ("gateway as a host", 8883, broker.password("venue-01"), "spBv1.0/STATE/poolwatch", false),
      ("rebirth request", 1883, writer, "spBv1.0/group/NCMD/node", true),
      ("host state", 1883, writer, "spBv1.0/STATE/poolwatch", true),
      ("own status", 1883, writer, "poolwatch/v1/status/state", true),
    ]
    for attempt in attempts {
      let said = try await broker.client(
        "mosquitto_pub", on: attempt.listener,
        attempt.who + Self.publish(attempt.topic, attempt.what))
      let isTaken = said.code == 0 && !said.lines.contains { $0.contains("Not authorized") }
      #expect(isTaken == attempt.isTaken, "\(attempt.what): \(said)")
    }
    let taken = attempts.filter(\.isTaken).map(\.what)
    let heard = try await broker.client(
      "mosquitto_sub", on: 1883, poolwatch + ["-c", "-C", "\(taken.count)", "-W", "10", "-t", "#"])
    #expect(heard.lines == taken)
    let spied = try await broker.client(
      "mosquitto_sub", on: 8883, broker.password("venue-01") + ["-W", "1", "-t", "#"])
    #expect(!spied.lines.contains("host state"))
    let figures = try await broker.client(
      "mosquitto_sub", on: 1883, writer + ["-C", "1", "-W", "5", "-t", "$SYS/broker/version"])
    #expect(figures.lines.first?.hasPrefix("mosquitto version") ?? false)
  }

  @Test func `disconnects the sender of an oversize packet, and clients without a name`()
    async throws
  {
    let broker = try await ConfiguredBroker(profile: "rate")
    try await broker.start()
    // 270,336 bytes of packet: its kind, the topic's length and the topic, the packet's number, the
    // payload. mosquitto does not count the length of the packet itself.
    let topic = Self.telemetry("venue-01")
    let room = 270_336 - 1 - 2 - topic.utf8.count - 2
    for (byteCount, isTaken) in [(room, true), (room + 1, false)] {
      let file = try broker.directory.write(String(repeating: "x", count: byteCount), to: "payload")
      let said = try await broker.client(
        "mosquitto_pub", on: 8883,
        broker.password("venue-01") + ["-V", "mqttv311", "-t", topic, "-f", file])
      #expect((said.code == 0) == isTaken, "\(byteCount): \(said)")
    }
    let nameless = try await broker.client(
      "mosquitto_pub", on: 8883,
      ["-u", "venue-01", "-P", "venue-01", "-i", ""] + Self.publish(topic, "x"))
    #expect(nameless.code != 0)
  }

  @Test(arguments: ["district", "rate"])
  func `keeps what waits over its own crash`(profile: String) async throws {
    let broker = try await ConfiguredBroker(profile: profile)
    try await broker.start()
    let poolwatch = broker.password("poolwatch")
    let lines = (0..<50).map { "reading \($0)" }
    _ = try await broker.client(
      "mosquitto_sub", on: 1883, poolwatch + ["-c", "-W", "1", "-t", "#"])
    for line in lines {
      let said = try await broker.client(
        "mosquitto_pub", on: 8883,
        broker.password("venue-01") + Self.publish(Self.telemetry("venue-01"), line))
      #expect(said.code == 0)
    }
    // A message is acknowledged before it is saved: with the district's profile some milliseconds, with
    // the other up to a second. What came after the last save is the loss window.
    try await eventually("the broker has saved the last one") {
      try broker.directory.read("mosquitto.db").firstRange(of: Data("reading 49".utf8)) != nil
    }
    try await broker.kill()
    try await broker.start()
    let heard = try await broker.client(
      "mosquitto_sub", on: 1883, poolwatch + ["-c", "-C", "50", "-W", "10", "-t", "#"])
    #expect(heard.lines == lines)
  }
}
