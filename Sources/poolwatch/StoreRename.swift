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
      start the daemon. Alarms of the past keep the old name.

      Where the daemon was started before, the new name has readings of its own.
      Export them, exchange the names of the two, and import them into the
      history that has the new name then. The same exchange a second time would
      undo the first: it needs --force.

      EXAMPLES
        poolwatch store rename venue-01/main venue-01/indoor

        poolwatch store export --format ndjson --pool venue-01/indoor -o new.ndjson
        poolwatch store rename venue-01/main venue-01/indoor --exchange
        poolwatch store import --format ndjson new.ndjson
      """)

  @Argument(
    help: ArgumentHelp("The name up to now.", valueName: "venue/pool"), transform: poolName)
  var old: PoolID

  @Argument(
    help: ArgumentHelp("The name from now on.", valueName: "new-venue/new-pool"),
    transform: poolName)
  var new: PoolID

  @Flag(help: "Gives readings that the new name has already the old name.")
  var exchange = false

  @Flag(help: "Exchanges once more what was exchanged before.")
  var force = false

  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard !force || exchange else { throw ValidationError("--force is for --exchange") }
  }

  func run() throws {
    try OfflineStore.use(options) { offline in
      guard offline.settings.plan.poolNumber(new) != nil else {
        throw CommandFailure("the plan has no pool '\(new)': change it first", exitCode: .data)
      }
      guard offline.settings.plan.poolNumber(old) == nil else {
        throw CommandFailure(
          old == new
            ? "both names are \(old)" : "the plan still has pool '\(old)': change it first",
          exitCode: .data)
      }
      guard try !Files.names(inDirectory: offline.path).isEmpty else {
        throw CommandFailure("there is no store in \(offline.path)", exitCode: .data)
      }
      let storage = try DiskStorage(path: offline.path)
      let held = try StoreOpeningError.wrap(offline.path) { () throws(RingStoreError) in
        try RingStore.pools(in: storage)
      }
      let rows = held.contains(new) ? try reports(of: new, offline).filter { $0.rowCount > 0 } : []
      if held.contains(old), !exchange, let raw = rows.first {
        let zone = offline.settings.plan.district.zone
        let first = raw.oldest.map { " since \(zone.rfc3339($0))" } ?? ""
        throw CommandFailure(
          "\(new) has \(raw.rowCount) rows of its own\(first), because poolwatchd ran with the new plan: "
            + "export them, rename with --exchange, and import them "
            + "('poolwatch store rename --help' has the commands)", exitCode: .failure)
      }
      do throws(RingStoreError) {
        try RingStore.rename(
          old, to: new, isExchanging: exchange || rows.isEmpty, isRepeating: force, in: storage)
      } catch {
        guard case .alreadyExchanged = error else { throw error }
        throw CommandFailure(
          "\(error); nothing was changed ('--force' does it all the same)", exitCode: .failure)
      }
      try StandardOutput.write("✓ the history of \(old) is that of \(new) now\n")
      if !rows.isEmpty {
        try StandardOutput.write("the readings that \(new) had are those of \(old) now\n")
      }
    }
  }

  /// What the store holds of a pool of the plan.
  private func reports(of pool: PoolID, _ offline: OfflineStore) throws -> [TierReport] {
    guard let number = offline.settings.plan.poolNumber(pool) else { return [] }
    return try offline.openForReading().report(of: number)
  }
}
