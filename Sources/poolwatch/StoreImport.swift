import ArgumentParser
import Foundation
import LinuxSystem
import PoolModel
import Querying
import Registry
import RingStore

/// `poolwatch store import`.
struct StoreImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take rows into the store that 'store export' or another program wrote.",
    discussion: """
      Flags and marks stay as they are in the file, and a value older than the
      newest of its series is marked late. What is stored already stays: the same
      value again is a duplicate, another for the same instant a conflict. A line
      that is no row is told with its number, nothing of it is taken, and the exit
      code is 65; all other lines are taken. Rows of a pool that has left the plan
      are taken where the store still has its history.

      When the daemon starts next it judges the rows as it judges late readings:
      what was out of limits is recorded.

      EXAMPLES
        poolwatch store import --format csv readings.csv
        zcat january.gz | poolwatch store import --format influx -
      """)

  @Option(help: "The form.")
  var format: TransferFormat

  @Argument(help: "The file; - for standard input.")
  var file: String

  @OptionGroup var options: StoreOptions

  func run() throws {
    try OfflineStore.use(options) { offline in
      let lines = try FileLines(path: file)
      let store = try offline.openForWriting()
      if store.recovery.isCreated { try offline.makeRecords() }
      var taking = TransferTaking(
        store: store, plan: store.wholePlan, format: format, now: SystemClock().now().wall)
      let bar = ProgressBar("importing", isShown: file != "-")
      do {
        while let line = try lines.next() {
          try taking.take(line)
          bar.show(lines.fraction)
        }
        try taking.finish()
      } catch {
        bar.end()
        // What was committed stays; the same file can be taken again.
        try StandardOutput.write(taking.summary)
        throw error
      }
      bar.end()
      for mistake in taking.mistakes { warn("\(file):\(mistake.line): \(mistake.words)") }
      try StandardOutput.write(taking.summary)
      guard taking.mistakeCount == 0 else {
        let more = taking.mistakeCount - taking.mistakes.count
        if more > 0 { warn("and \(more) lines more") }
        throw ExitCode.data
      }
    }
  }
}
