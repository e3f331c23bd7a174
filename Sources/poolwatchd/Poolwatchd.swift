import ArgumentParser
import Foundation
import LinuxSystem
import Logging
import PoolModel
import Querying
import Registry

/// The daemon's command line.
@main
struct Poolwatchd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "poolwatchd",
    abstract: "Takes in readings of pool water, stores and judges them, and tells people.",
    discussion: """
      EXAMPLES
        poolwatchd --config /etc/poolwatch/poolwatch.yaml
        poolwatchd --config poolwatch.yaml --check
        poolwatchd --config poolwatch.yaml --set broker.port=1884 --set store.directory=/tmp/pw

      Ends with 0 after a stop, 1 on failure, 64 on wrong usage, 78 on a wrong configuration.
      """,
    version: Release.version)

  @Option(name: .long, help: ArgumentHelp("The configuration.", valueName: "FILE"))
  var config: String

  @Option(
    name: .long,
    help: ArgumentHelp("Overrides one key of the configuration.", valueName: "key.path=value"))
  var set: [String] = []

  @Flag(name: .long, help: "Checks the configuration and ends.")
  var check = false

  func run() async throws {
    let settings: Configuration
    do {
      settings = try Configuration.load(path: config, overrides: set, read: Files.bytes(atPath:))
    } catch {
      StandardError.write("\(error)\n")
      throw ExitCode(78)
    }
    if check {
      print("\(config) is in order: \(settings.plan.pools.count) pools")
      return
    }
    do {
      try Credential.require(in: settings)
    } catch {
      StandardError.write("\(config): \(error)\n")
      throw ExitCode(78)
    }
    var logger = Logger(label: "poolwatchd") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .info
    do {
      let daemon = Daemon(
        settings: settings, configuration: config, overrides: set, logger: logger)
      try await daemon.run()
    } catch {
      StandardError.write("poolwatchd: \(error)\n")
      throw ExitCode(1)
    }
  }
}

/// Standard error, unbuffered.
enum StandardError {
  static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
