import ArgumentParser
import LinuxSystem
import Registry
import RingStore

/// `poolwatch store repair`.
struct StoreRepair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a damaged store anew from what can be read of it.",
    discussion: """
      Verifies first; where nothing is damaged, nothing is done. Else the rows
      that can be read are written into a new store, which takes the place of
      the old one when it is whole. The old one is kept beside it as
      store.damaged-YYYYMMDD-HHMMSS; remove it when you no longer need it. What
      was dropped is said line by line, and for each pool the times whose readings
      are lost, which 'store verify' says from then on. The disk needs room for both.

      A crash leaves the old store or the new one in force; run it again.

      EXAMPLES
        poolwatch store repair
        poolwatch store repair --config /etc/poolwatch/poolwatch.yaml
      """)

  @OptionGroup var options: StoreOptions

  func run() throws {
    try OfflineStore.use(options) { offline in
      let replacement = StoreReplacement(directory: offline.directory)
      if let words = try replacement.finishInterrupted() {
        try StandardOutput.write("\(words)\n")
      }
      let store = try offline.openForReading()
      let findings = try store.findings()
      guard !findings.isEmpty else {
        return try StandardOutput.write("✓ the store is in order: nothing to repair\n")
      }
      let rebuild = StoreRebuild(offline: offline)
      try rebuild.requireRoom(for: store)
      for finding in findings { try StandardOutput.write("dropped: \(finding.line)") }
      let outcome = try rebuild.run(store, kind: "damaged")
      for line in outcome.lossLines { try StandardOutput.write(line) }
      if outcome.droppedCount > 0 {
        try StandardOutput.write(
          "dropped: the oldest \(outcome.droppedCount) values, for want of room\n")
      }
      try StandardOutput.write(
        """
        ✓ kept \(outcome.after)
        the damaged store lies in \(outcome.oldPath)

        """)
    }
  }
}
