import Foundation
import TestInstallation
import TestSupport
import Testing

/// Gateways of other dialects, through a real broker and the daemon.
@Suite(.serialized) struct `Gateways of other dialects` {
  private static let gateways = """
    kind: gateways
    gateways:
      - id: lab
        venue: venue-0
        topic: senml/venue-0
        dialect: senml
        pool: pool-0
        values:
          - {name: "urn:dev:1:ph", parameter: ph}
          - {name: "urn:dev:1:cl", parameter: free_chlorine, unit: mg/L}
      - id: cloud
        venue: venue-1
        topic: cloud/+/readings
        dialect: mapped
        readings: data
        time: at
        time_format: epoch_milliseconds
        pool: pool-1
        values:
          - {name: t, parameter: temperature, unit: °F}

    """

  @Test func `their readings are stored in our units, also after a reload that brings them`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    try installation.directory.write(Self.gateways, to: "gateways.yaml")
    try installation.addToConfiguration("gateways: gateways.yaml")
    try installation.reload()
    try await eventually("the gateways are in force") {
      installation.log.contains { $0.contains("configuration reloaded") }
    }
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds()
    // On the link that is there: what the broker was asked for comes. Two are for its own figures.
    try await eventually("the broker has granted all filters") {
      broker.log.filter { $0.contains("Sending SUBACK to poolwatch") }.count == 5
    }
    try await gateway.publish(
      #"[{"bn":"urn:dev:1:","bt":\#(now / 1000),"n":"ph","u":"pH","v":7.2},{"n":"cl","v":0.55}]"#,
      to: "senml/venue-0")
    try await gateway.publish(
      #"{"data":[{"at":\#(now),"t":86},{"at":\#(now - 1000),"t":"hot"}]}"#, to: "cloud/7/readings")
    try await eventually("all is stored") {
      try await installation.status()["stored"] as? Int == 3
    }
    let rows = try await installation.ask("latest", "-o", "json").rows()
    func value(_ pool: String, _ parameter: String) -> Double? {
      rows.first {
        "\($0["venue"] ?? "")/\($0["pool"] ?? "")" == pool
          && $0["parameter"] as? String == parameter
      }?[
        "value"] as? Double
    }
    #expect(value("venue-0/pool-0", "ph") == 7.2)
    #expect(value("venue-0/pool-0", "free_chlorine") == 0.55)
    let celsius = try #require(value("venue-1/pool-1", "temperature"))
    #expect(abs(celsius - 30) < 1e-9)
    // It is written by another thread than what is stored.
    var refused: [[String: any Sendable]] = []
    try await eventually("the refusal is in the quarantine") {
      refused = try await installation.ask("quarantine", "-o", "json").rows()
      return !refused.isEmpty
    }
    #expect(refused.count == 1)
    #expect((refused.first?["detail"] as? String)?.contains("found a string") == true)
    try await installation.stop()
    try await broker.stop()
  }

  @Test
  func `a Sparkplug node is read by its births, asked for one, and told that the host is there`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(
      brokerPort: broker.port, overrides: ["intake.sparkplug_host=poolwatch"])
    try installation.directory.write(
      """
      kind: gateways
      gateways:
        - id: node
          venue: venue-0
          topic: spBv1.0/baths/+/plant/#
          dialect: sparkplug
          pool: pool-2
          values:
            - {name: pH, parameter: ph}

      """, to: "gateways.yaml")
    try installation.addToConfiguration("gateways: gateways.yaml")
    let states = try ManagedProcess(
      "/usr/bin/mosquitto_sub", package: "mosquitto-clients",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-F", "%t %x", "-t",
        "spBv1.0/STATE/poolwatch", "-t", "spBv1.0/baths/NCMD/plant",
      ])
    try await eventually("the subscriber is there") {
      broker.log.contains { $0.contains("Sending SUBACK") }
    }
    try await installation.start()
    try await states.output.first {
      $0.contains("STATE") && $0.contains(Self.hex("\"online\":true"))
    }
    // Data before any birth: {timestamp: 1767225600000, metrics: [{name: "pH", datatype: 10 (double),
    // double: 7.25}], seq: 5}, encoded by hand after the protocol's description.
    func message(_ name: String, seq: Int, birth: Bool) -> String {
      var metrics = Self.metric(name: "pH", datatype: 10, double: 7.25)
      if birth { metrics += Self.metric(name: "bdSeq", datatype: 8, integer: 0) }
      return Self.timestamp(nowMilliseconds()) + metrics
        + [0x18, UInt8(seq)].map(Self.hex).joined()
    }
    try await publish(message("pH", seq: 5, birth: false), to: "spBv1.0/baths/NDATA/plant", broker)
    try await states.output.first {
      $0.contains("NCMD") && $0.contains(Self.hex("Node Control/Rebirth"))
    }
    try await publish(message("pH", seq: 0, birth: true), to: "spBv1.0/baths/NBIRTH/plant", broker)
    try await publish(message("pH", seq: 1, birth: false), to: "spBv1.0/baths/NDATA/plant", broker)
    try await eventually("birth and data are stored") {
      try await installation.status()["stored"] as? Int ?? 0 >= 2
    }
    let gateways = try await installation.ask("gateways", "--venue", "venue-0", "-o", "json").rows()
    let node = try #require(gateways.first { $0["gateway"] as? String == "node" })
    #expect(node["state"] as? String == "online")
    try await installation.stop()
    try await states.output.first {
      $0.contains("STATE") && $0.contains(Self.hex("\"online\":false"))
    }
    try await states.terminate()
    try await broker.stop()
  }

  @Test func `what an earlier configuration subscribed to does not come any more`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    let before = try String(
      contentsOfFile: installation.directory.path("poolwatch.yaml"), encoding: .utf8)
    try installation.directory.write(Self.gateways, to: "gateways.yaml")
    try installation.addToConfiguration("gateways: gateways.yaml")
    try await installation.start()
    try await eventually("the broker has granted all filters") {
      broker.log.filter { $0.contains("Sending SUBACK to poolwatch") }.count == 5
    }
    // As a crash would; the session stays.
    try await installation.kill()
    try installation.directory.write(before, to: "poolwatch.yaml")
    try await installation.start()
    try await eventually("the broker has let go of both") {
      broker.log.filter { $0.contains("Sending UNSUBACK to poolwatch") }.count == 2
    }
    let gateway = Gateway(port: broker.port)
    try await gateway.publish("[]", to: "senml/venue-0")
    try await gateway.publish("{}", to: "cloud/7/readings")
    try await gateway.publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#), for: "venue-0/pool-0")
    try await eventually("the reading is stored") {
      try await installation.status()["stored"] as? Int == 1
    }
    #expect(try await installation.status()["received"] as? Int == 1)
    // Once is enough.
    try await installation.stop()
    try await installation.start()
    try await eventually("the link is up") {
      try await installation.status()["broker_connected"] as? Bool == true
    }
    try await gateway.publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#), for: "venue-0/pool-1")
    try await eventually("the reading is stored") {
      try await installation.status()["stored"] as? Int == 1
    }
    #expect(broker.log.filter { $0.contains("Sending UNSUBACK to poolwatch") }.count == 2)
    try await installation.stop()
    try await broker.stop()
  }

  private func publish(_ hex: String, to topic: String, _ broker: Mosquitto) async throws {
    var bytes: [UInt8] = []
    var rest = hex[...]
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    let directory = try TemporaryDirectory()
    let path = directory.path("payload")
    try Data(bytes).write(to: URL(filePath: path))
    try await ManagedProcess.run(
      "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
      arguments: ["-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "0", "-t", topic, "-f", path])
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
  private static func hex(_ text: String) -> String { text.utf8.map { hex($0) }.joined() }

  /// A protocol buffers varint.
  private static func varint(_ number: UInt64) -> String {
    var rest = number
    var text = ""
    while rest >= 0x80 {
      text += hex(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return text + hex(UInt8(rest))
  }

  /// Field 1 of a payload.
  private static func timestamp(_ milliseconds: Int64) -> String {
    "08" + varint(UInt64(milliseconds))
  }

  /// Field 2 of a payload: name 1, datatype 4, and long 11 or double 13.
  private static func metric(
    name: String, datatype: UInt64, double: Double? = nil, integer: UInt64? = nil
  ) -> String {
    var body = "0a" + varint(UInt64(name.utf8.count)) + hex(name) + "20" + varint(datatype)
    if let integer { body += "58" + varint(integer) }
    if let double {
      body += "69"
      for shift in stride(from: 0, to: 64, by: 8) {
        body += hex(UInt8(double.bitPattern >> UInt64(shift) & 0xFF))
      }
    }
    return "12" + varint(UInt64(body.count / 2)) + body
  }
}
