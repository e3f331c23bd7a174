import Foundation
import MQTTTransport
import PoolModel
import TestSupport
import Testing

@Suite struct `A look at a live broker` {
  private func settings(_ broker: Mosquitto, username: String? = nil) -> MQTTSettings {
    MQTTTransport.initialize()
    return MQTTSettings(port: broker.port, clientID: "look", username: username)
  }

  @Test func `its own figures are read, and no session is left behind`() async throws {
    let broker = try await Mosquitto(configuration: "sys_interval 1")
    // A session that the first one left would be another's for the second.
    for _ in 0..<2 {
      let reader = try #require(
        try MQTTReader.connected(settings(broker), within: .seconds(20)))
      let deliveries = try #require(
        try reader.collect("$SYS/broker/version", within: .seconds(30)) { !$0.isEmpty })
      #expect(deliveries.map(\.topic) == ["$SYS/broker/version"])
      #expect(
        String(decoding: deliveries[0].payload, as: UTF8.self).hasPrefix("mosquitto version "))
      reader.disconnect()
    }
  }

  @Test func `a session that the broker gives us is another's and stays as it is`() async throws {
    // mosquitto names the session by the user: whoever comes as `poolwatch` takes over that one.
    let broker = try await Mosquitto(configuration: "use_username_as_clientid true")
    let filters = ["-p", "\(broker.port)", "-q", "1", "-u", "poolwatch", "-t", "readings/#", "-c"]
    // It ends when the broker has granted its subscription.
    let owner = ["-i", "owner", "-E"]
    let subscriber = try ManagedProcess(
      "/usr/bin/mosquitto_sub", package: "mosquitto-clients", arguments: filters + owner)
    #expect(try await subscriber.wait() == .code(0))
    try await ManagedProcess.run(
      "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
      arguments: [
        "-p", "\(broker.port)", "-q", "1", "-u", "venue", "-i", "x", "-t", "readings/1", "-m",
        "0.52",
      ], directory: broker.directory.path)

    let look = settings(broker, username: "poolwatch")
    #expect(try MQTTReader.connected(look, within: .seconds(20)) == nil)

    // What waited for the owner waits still.
    let back = try ManagedProcess(
      "/usr/bin/mosquitto_sub", package: "mosquitto-clients",
      arguments: filters + ["-i", "owner", "-C", "1", "-W", "50"])
    _ = try await back.wait()
    try await eventually("the waiting message has come") { back.output.isAtEnd }
    #expect(back.output.all == ["0.52"])
  }

  @Test func `without a broker the reason is told`() throws {
    MQTTTransport.initialize()
    let port = try FreePort.next()
    #expect(
      performing: {
        _ = try MQTTReader.connected(
          MQTTSettings(port: port, clientID: "look"), within: .seconds(2))
      }, throws: { "\($0)".contains("Connection refused") })
  }

  @Test func `a broker that refuses us is told from one that is not there`() async throws {
    let broker = try await Mosquitto(configuration: "allow_anonymous false", isAnonymous: false)
    #expect(
      performing: {
        _ = try MQTTReader.connected(settings(broker), within: .seconds(20))
      }, throws: { ($0 as? MQTTError)?.isRefusal ?? false })
  }
}
