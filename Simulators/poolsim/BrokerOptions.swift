import ArgumentParser
import LinuxSystem
import MQTTTransport
import PoolModel
import Registry

/// Where the broker is, and what is to be simulated: what every command has to know.
struct BrokerOptions: ParsableArguments {
  @Option(help: "The plan that is simulated, or the poolwatch.yaml that names it.")
  var config: String

  @Option(help: "What every random number follows from.")
  var seed: UInt64 = 1

  @Option(help: "The broker's name or address.")
  var host = "127.0.0.1"

  @Option(help: "The broker's TCP port.")
  var port: UInt16 = 1883

  @Option(name: .customLong("protocol"), help: "The version of MQTT.")
  var version: ProtocolVersion = .v5

  enum ProtocolVersion: String, CaseIterable, ExpressibleByArgument {
    case v5 = "5"
    case v311 = "3.1.1"
  }

  /// Exits with 78, each mistake on a line, when the configuration cannot be used.
  func plan() throws -> Plan {
    do {
      return try Configuration.loadPlan(path: config, read: Files.bytes(atPath:))
    } catch {
      for mistake in error.mistakes { Report.complain(mistake.description) }
      throw ExitCode(78)
    }
  }

  /// A client that leaves no session behind.
  func settings(clientID: String, will: MQTTSettings.Will? = nil) -> MQTTSettings {
    MQTTSettings(
      host: host, port: port, clientID: clientID,
      protocolVersion: version == .v5 ? .v5 : .v311, sessionExpiry: .zero, will: will,
      cleanStart: true)
  }
}
