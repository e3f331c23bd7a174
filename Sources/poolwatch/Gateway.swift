import ArgumentParser
import LinuxSystem
import PoolModel
import Registry

/// `poolwatch gateway`.
struct Gateway: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring gateways to the broker, and see what they send.",
    discussion: """
      Only 'watch' needs a daemon.

      EXAMPLES
        poolwatch gateway check --topic pools/v1/310107/venue-01/main/telemetry \\
          reading.json
        poolwatch gateway enroll venue-01
        poolwatch gateway revoke venue-01
        poolwatch gateway watch venue-01
      """,
    subcommands: [
      GatewayCheck.self, GatewayMessages.self, GatewayEnroll.self, GatewayRevoke.self,
    ])
}

/// Which plan: part of every command about gateways.
struct GatewayOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The daemon's configuration. (default: \(StoreOptions.usualPath))", valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A plan alone, in place of the configuration's.", valueName: "file"))
  var plan: String?

  /// The plan.
  ///
  /// - Throws: `ExitCode.configuration` when every mistake was told.
  func loadPlan() throws -> Plan {
    do {
      return try Configuration.loadPlan(
        path: plan ?? config ?? StoreOptions.usualPath, read: Files.bytes(atPath:))
    } catch {
      try StoreOptions.tell(error)
      throw ExitCode.configuration
    }
  }
}
