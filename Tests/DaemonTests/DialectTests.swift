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
    // On the link that is there: what the broker was asked for comes.
    try await eventually("the broker has granted all filters") {
      broker.log.filter { $0.contains("Sending SUBACK to poolwatch") }.count == 3
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
    let refused = try await installation.ask("quarantine", "-o", "json").rows()
    #expect(refused.count == 1)
    #expect((refused.first?["detail"] as? String)?.contains("found a string") == true)
    try await installation.stop()
    try await broker.stop()
  }
}
