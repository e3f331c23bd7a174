import ArgumentParser
import LinuxSystem
import PoolModel
import Registry
import RingStore

/// Which store: part of every command that works on the files themselves.
struct StoreOptions: ParsableArguments {
  /// Where the daemon's configuration usually lies.
  static let usualPath = "/etc/poolwatch/poolwatch.yaml"

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The daemon's configuration. (default: \(usualPath))", valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Overrides one key of the configuration, as poolwatchd does.", valueName: "key.path=value"))
  var set: [String] = []

  /// The configuration, with the rules of the file at `rules` and no other pools than `pools` where these
  /// are given.
  ///
  /// - Throws: `ExitCode.configuration` when every mistake was told.
  func load(rules: String? = nil, pools: Set<PoolID>? = nil) throws -> Configuration {
    do {
      return try Configuration.load(
        path: config ?? Self.usualPath, overrides: set, rules: rules, pools: pools,
        read: Files.bytes(atPath:))
    } catch {
      try Self.tell(error)
      throw ExitCode.configuration
    }
  }

  /// Says every mistake on standard error.
  static func tell(_ error: ConfigurationError) throws {
    let text = error.mistakes.map { "\($0)\n" }.joined()
    try Terminal.writeError(Array(text.utf8))
  }
}

extension Configuration.Store {
  /// The directory of the store's files: the daemon's own path for it.
  var storePath: String { "\(directory)/store" }

  /// The store that the configuration describes.
  var ringConfiguration: RingStore.Configuration {
    RingStore.Configuration(
      retention: retention, minuteRetention: minuteRetention, hourRetention: hourRetention,
      dayRetention: dayRetention, pageByteCount: pageByteCount,
      journalByteCount: journalByteCount, assumedRowByteCount: assumedRowByteCount)
  }
}
