import Foundation
import TestInstallation
import TestSupport
import Testing

/// Gateways made of clients that were not written here, by TLS through the delivered broker: what they
/// sent is what the store gives back, value for value.
@Suite(.serialized, .sharedSite) struct `Clients that were not written here` {
  /// Two minutes ago on a whole second; readings count from here.
  private static func base() -> Int64 { (nowMilliseconds() - 120_000) / 1000 * 1000 }

  /// Waits until `pool` has exactly these values of `parameter`.
  private func expect(
    _ values: [(Int64, Double?)], of parameter: String, in pool: String
  ) async throws {
    let site = try SharedSite.site
    let expected = values.map { StoredValue(milliseconds: $0.0, value: $0.1) }
    var found: [StoredValue] = []
    do {
      try await eventually("\(pool) has \(expected.count) of \(parameter)") {
        found = try await site.stored(pool, parameter)
        return found == expected
      }
    } catch {
      let refused = try await site.installation.ask("quarantine").output
      throw TestFailure("\(pool) \(parameter): \(found), expected \(expected); \(refused)")
    }
  }

  /// What a script of a gateway needs to connect as `user`.
  private func order(
    _ user: String, _ more: [String: any Sendable]
  ) throws -> [String: any Sendable] {
    let site = try SharedSite.site
    let common: [String: any Sendable] = [
      "port": Int(try #require(site.broker.ports[8883])), "ca": site.broker.caFile, "user": user,
      "password": try #require(site.passwords[user]),
    ]
    return common.merging(more) { $1 }
  }

  @Test func `mosquitto_pub: a reading with a password, a buffer with a certificate`()
    async throws
  {
    let site = try SharedSite.site
    let base = Self.base()
    let topic = EnrolledSite.telemetry("venue-0/pool-0")
    let reading = Gateway.payload(
      milliseconds: base, #""free_chlorine":0.52,"ph":7.31,"temperature":27.4"#)
    #expect(try await site.publish(reading, to: topic, by: site.password("venue-0")))
    // 0.1 + 0.2 as a double, a value that no decimal of two places is.
    let buffer = """
      [{"ts":\(base + 250),"values":{"ph":7.3}},{"ts":\(base + 500),"values":{"ph":null,"temperature":
      0.30000000000000004}}]
      """
    #expect(
      try await site.publish(
        buffer, to: topic, by: site.certificate("venue-0"), on: 8884, ["-V", "mqttv311"]))
    try await expect(
      [(base, 7.31), (base + 250, 7.3), (base + 500, nil)], of: "ph", in: "venue-0/pool-0")
    try await expect([(base, 0.52)], of: "free_chlorine", in: "venue-0/pool-0")
    try await expect(
      [(base, 27.4), (base + 500, 0.30000000000000004)], of: "temperature", in: "venue-0/pool-0")
  }

  @Test func `paho-mqtt: a gateway that says when it is there, with a buffer`() async throws {
    let site = try SharedSite.site
    let base = Self.base()
    let values = (0..<20).map { (base + Int64($0) * 1000, 7.2 + Double($0) / 100) }
    let payloads = values.enumerated().map { index, value in
      #"{"ts":\#(value.0),"seq":\#(index),"values":{"ph":\#(value.1)}}"#
    }
    let topic = EnrolledSite.telemetry("venue-1/pool-1")
    try await PythonGateway.run(
      "paho",
      order: try order(
        "venue-1",
        [
          "status": "pools/v1/310107/venue-1/status",
          "messages": [
            [topic, payloads[0]], [topic, "[" + payloads[1..<19].joined(separator: ",") + "]"],
            [topic, payloads[19]],
          ],
        ]))
    try await expect(values, of: "ph", in: "venue-1/pool-1")
    // Its farewell comes after the last reading, perhaps in a batch of its own.
    var row: [String: any Sendable]?
    try await eventually("venue-1 has said that it goes") {
      row = try await site.installation.ask("gateways", "--venue", "venue-1", "-o", "json").rows()
        .first { $0["gateway"] as? String == "venue-1" }
      return row?["state"] as? String == "offline"
    }
    let gateway = try #require(row)
    #expect(gateway["firmware"] as? String == "paho-mqtt 1.6.1")
    #expect(gateway["stored"] as? Int == 20)
    #expect(gateway["refused"] as? Int == 0)
    #expect(gateway["missing_messages"] as? Int == 0)
  }

  @Test func `kpn_senml: packs with a base time, units of their own`() async throws {
    let base = Self.base()
    // Kelvin are converted: 300.15 K are 27 °C. A time in the middle of a second stays there.
    let records: [[any Sendable]] = [
      ["ph", "pH", 7.25, 0], ["cl", "mg/L", 0.61, 0], ["t", "K", 300.15, 0],
      ["ph", "pH", 7.26, 30], ["cl", "mg/L", 0.6, 30.5],
    ]
    try await PythonGateway.run(
      "senml",
      order: try order(
        "lab",
        [
          "topic": "senml/venue-0", "name": "urn:dev:lab:", "time": Int(base / 1000),
          "records": records,
        ]))
    let pool = "venue-0/pool-3"
    try await expect([(base, 7.25), (base + 30_000, 7.26)], of: "ph", in: pool)
    try await expect([(base, 0.61), (base + 30_500, 0.6)], of: "free_chlorine", in: pool)
    let site = try SharedSite.site
    let temperature = try #require(try await site.stored(pool, "temperature").first?.value)
    #expect(abs(temperature - 27) < 1e-9)
  }

  @Test func `mqtt-spb-wrapper: births and data of an edge node and its device`() async throws {
    let site = try SharedSite.site
    let base = Self.base()
    // The edge node's own metrics, and the device's.
    let births: [[any Sendable]] = [
      ["plant", "ph", Int(base), 7.25], ["plant", "temperature", Int(base), 80.6],
      ["analyser", "chlorine", Int(base), 0.52],
    ]
    let data: [[any Sendable]] = [
      ["plant", "ph", Int(base + 1000), 7.26], ["analyser", "chlorine", Int(base + 1500), 0.53],
      ["plant", "ph", Int(base + 2000), 7.27],
    ]
    try await PythonGateway.run(
      "sparkplug",
      order: try order(
        "plant",
        [
          "group": "baths", "node": "plant", "device": "analyser", "births": births,
          "data": data,
        ]))
    let pool = "venue-1/pool-3"
    try await expect(
      [(base, 7.25), (base + 1000, 7.26), (base + 2000, 7.27)], of: "ph", in: pool)
    try await expect([(base, 0.52), (base + 1500, 0.53)], of: "free_chlorine", in: pool)
    let temperature = try #require(try await site.stored(pool, "temperature").first?.value)
    #expect(abs(temperature - 27) < 1e-9)
    let gateways = try await site.installation.ask("gateways", "--venue", "venue-1", "-o", "json")
    let node = try #require(try gateways.rows().first { $0["gateway"] as? String == "plant" })
    #expect(node["state"] as? String == "online")
    #expect(node["refused"] as? Int == 0)
    // As an edge node it hears what is asked of it, and nothing else.
    #expect(!site.broker.log.contains { $0.contains("Denied PUBLISH from plant") })
  }
}
