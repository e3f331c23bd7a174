import ArgumentParser
import LinuxSystem
import PoolModel
import Querying
import Registry
import RingStore

/// `poolwatch store verify`.
struct StoreVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read the whole store and name everything in it that is damaged.",
    discussion: """
      Writes nothing. Each finding is a line: file, offset in bytes, pool, and
      what is wrong. Exit code 2 when there is one. What an earlier repair could not
      keep is said after them, in the same lines as by 'store repair', and is no
      finding.

      EXAMPLES
        poolwatch store verify
        poolwatch store verify --config /etc/poolwatch/poolwatch.yaml
      """)

  @OptionGroup var options: StoreOptions

  func run() throws {
    try OfflineStore.use(options, isReading: true) { offline in
      let store = try offline.openForReading()
      let findings = try store.findings()
      for finding in findings { try StandardOutput.write(finding.line) }
      if store.recovery.cutByteCount > 0 {
        try StandardOutput.write(
          "journal: its last \(store.recovery.cutByteCount) bytes are no whole batch: a crash tore "
            + "it, or it is damaged. The next one is written over it\n")
      }
      for line in store.lossLines(in: offline.settings.plan.district.zone) {
        try StandardOutput.write(line)
      }
      guard findings.isEmpty else {
        let count = findings.count == 1 ? "1 place is" : "\(findings.count) places are"
        throw CommandFailure(
          "\(count) damaged; 'poolwatch store repair' keeps the rest", exitCode: .conditionHolds)
      }
      let holdings = Holdings(store)
      try StandardOutput.write("✓ the store is in order: \(holdings)\n")
    }
  }
}

extension ExitCode {
  /// The condition that was asked for holds.
  static let conditionHolds = ExitCode(2)
}

extension RingStore {
  /// Everything that is damaged, read with a progress bar.
  func findings() throws -> [StoreFinding] {
    let bar = ProgressBar("verifying")
    defer { bar.end() }
    var findings: [StoreFinding] = []
    try verify(progress: bar.show) { findings.append($0) }
    return findings
  }
}

extension StoreFinding {
  /// The finding on a line.
  var line: String {
    "\(file) offset \(offset) \(pool.map { "\($0)" } ?? "no pool"): \(problem)\n"
  }
}

/// What a store holds, counted: of the plan's pools and of those that left it.
struct Holdings: CustomStringConvertible {
  private(set) var rowCount = 0
  private(set) var valueCount = 0
  private(set) var rollupCount = 0

  init(_ store: RingStore) {
    for pool in store.wholePlan.poolNumbersInOrder {
      for report in store.report(of: pool) {
        if report.tier == .raw {
          rowCount += report.rowCount
          valueCount += report.valueCount
        } else {
          rollupCount += report.rowCount
        }
      }
    }
  }

  var description: String {
    "\(rowCount) rows with \(valueCount) values, \(rollupCount) rollups"
  }
}
