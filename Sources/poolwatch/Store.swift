import ArgumentParser

/// `poolwatch store`.
struct Store: ParsableCommand {
  static let configuration: CommandConfiguration = described(as: "store")

  static func described(as name: String) -> CommandConfiguration {
    CommandConfiguration(
      commandName: name,
      abstract: "Look after the store: size, checks, repair, copies, ways in and out.",
      discussion: """
        'info' and 'snapshot' ask the running daemon. Everything else works on the
        files themselves and wants the daemon stopped: it refuses, with exit code
        69, while a daemon has the store. Run it as the daemon's user, so that the
        daemon can read what it writes.

        EXAMPLES
          poolwatch store info
          poolwatch store snapshot /var/backups/poolwatch/2026-01-21
          poolwatch store verify --config /etc/poolwatch/poolwatch.yaml
        """,
      subcommands: [
        StoreInfo.self, StoreSize.self, StoreVerify.self, StoreRepair.self, StoreResize.self,
        StoreRename.self, StoreExport.self, StoreImport.self, StoreSnapshot.self,
        StoreRestore.self,
      ])
  }
}

/// The same as a root, whose name is the words that lead to it: so every hint names the whole command.
struct StoreAlone: ParsableCommand {
  static let configuration = Store.described(as: "poolwatch store")
}
