import ArgumentParser
import LinuxSystem
import PoolModel
import Registry
import RingStore

/// `poolwatch store rename`.
struct StoreRename: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Give a pool's history the name that the pool has in the plan now.",
    discussion: """
      With the daemon stopped: change the name in the plan, rename the history,
      start the daemon. Started before, it would give the new name a history of
      its own. Alarms of the past keep the old name.

      EXAMPLES
        poolwatch store rename venue-01/main venue-01/indoor
      """)

  @Argument(
    help: ArgumentHelp("The name up to now.", valueName: "venue/pool"), transform: poolName)
  var old: PoolID

  @Argument(
    help: ArgumentHelp("The name from now on.", valueName: "new-venue/new-pool"),
    transform: poolName)
  var new: PoolID

  @OptionGroup var options: StoreOptions

  func run() throws {
    try OfflineStore.use(options) { offline in
      guard offline.settings.plan.poolNumber(new) != nil else {
        throw CommandFailure("the plan has no pool '\(new)': change it first", exitCode: .data)
      }
      guard try !Files.names(inDirectory: offline.path).isEmpty else {
        throw CommandFailure("there is no store in \(offline.path)", exitCode: .data)
      }
      try RingStore.rename(old, to: new, in: try DiskStorage(path: offline.path))
      try StandardOutput.write("✓ the history of \(old) is that of \(new) now\n")
    }
  }
}
