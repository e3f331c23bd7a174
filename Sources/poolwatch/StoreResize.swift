import ArgumentParser
import LinuxSystem
import Registry
import RingStore

/// `poolwatch store resize`.
struct StoreResize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resize",
    abstract: "Make the store anew in the sizes that the configuration says now.",
    discussion: """
      For a change of retention, page size, journal size or bytes a row, which
      hold for a new store alone. All rows that fit are taken over; a shorter
      retention drops the oldest. The old store is kept beside the new one as
      store.old-YYYYMMDD-HHMMSS, or removed at the end with --delete-old. The
      disk needs room for both. A store with damage is refused with exit code 2:
      repair it first.
      Where the sizes are those of the store already nothing is done.

      A crash leaves the old store or the new one in force; run it again.

      EXAMPLES
        poolwatch store resize
        poolwatch store resize --set store.retention_days=1095 --delete-old
      """)

  @Flag(help: "Removes the old store when the new one is in its place.")
  var deleteOld = false

  @OptionGroup var options: StoreOptions

  func run() throws {
    try OfflineStore.use(options) { offline in
      let replacement = StoreReplacement(directory: offline.directory)
      if let words = try replacement.finishInterrupted() {
        try StandardOutput.write("\(words)\n")
      }
      let store = try offline.openForReading()
      guard try store.findings().isEmpty else {
        throw CommandFailure(
          "the store is damaged: 'poolwatch store verify' says where; "
            + "'poolwatch store repair' makes it anew in the new sizes too",
          exitCode: .conditionHolds)
      }
      if try store.isSized(by: offline.settings.store.ringConfiguration) {
        try StandardOutput.write("✓ nothing to change: the store has these sizes\n")
        return
      }
      let rebuild = StoreRebuild(offline: offline)
      try rebuild.requireRoom(for: store)
      let outcome = try rebuild.run(store, kind: "old")
      try StandardOutput.write("before: \(outcome.before)\nafter:  \(outcome.after)\n")
      if outcome.droppedCount > 0 {
        try StandardOutput.write(
          "dropped: the oldest \(outcome.droppedCount) values, for want of room\n")
      }
      if deleteOld {
        try Files.removeDirectory(path: outcome.oldPath)
        try StandardOutput.write("✓ resized; the old store is removed\n")
      } else {
        try StandardOutput.write("✓ resized; the old store lies in \(outcome.oldPath)\n")
      }
    }
  }
}
