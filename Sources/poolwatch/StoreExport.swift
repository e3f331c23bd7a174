import ArgumentParser
import Foundation
import LinuxSystem
import PoolModel
import Querying
import Registry
import RingStore

/// `poolwatch store export`.
struct StoreExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write stored rows as CSV, JSON lines or InfluxDB's line protocol.",
    discussion: """
      Every value comes with its flag and its marks, and 'store import' brings
      back the same, bit for bit. Pool by pool, in the order of time. Pools that have
      left the plan are left out, and counted on standard error: --retired brings
      them, and --pool one of them.

        csv     time, venue, pool, then for each parameter P the columns P,
                P_flag and P_marks; --bom lets Excel know that it is UTF-8
        ndjson  an object on each line, values, flags and marks by parameter
        influx  measurement pool; tags district, venue, pool; fields P, P_flag
                and P_marks; nanoseconds

      EXAMPLES
        poolwatch store export --format csv --bom -o readings.csv
        poolwatch store export --format influx --from 2026-01-01 | gzip > january.gz
        poolwatch store export --format ndjson --pool venue-01/main --parameter ph
      """)

  @Option(help: "The form.")
  var format: TransferFormat

  @Option(
    help: ArgumentHelp("Only this pool; may be repeated.", valueName: "venue/pool"),
    transform: poolName)
  var pool: [PoolID] = []

  @Flag(help: "With the pools that have left the plan.")
  var retired = false

  @Option(help: ArgumentHelp("Only this parameter; may be repeated.", valueName: "name"))
  var parameter: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on. (default: the oldest row)", valueName: "T"),
    transform: timeExpression)
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Up to this time. (default: the newest row)", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @Flag(help: "Begins CSV with a byte order mark.")
  var bom = false

  @Option(
    name: [.customShort("o"), .customLong("output-file")],
    help: ArgumentHelp(
      "The file, replaced when the export is whole. (default: standard output)",
      valueName: "file"))
  var file: String?

  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard !retired || pool.isEmpty else {
      throw ValidationError("--retired is for all pools, expected it without --pool")
    }
    guard !bom || format == .csv else { throw ValidationError("--bom is for --format csv") }
  }

  func run() throws {
    try OfflineStore.use(options, isReading: true) { offline in
      let (store, plan) = try opened(offline)
      store.leavesOutUnreadablePages = true
      let selection = try StoreSelection(
        plan: plan, store: store, pools: pool, parameters: parameter,
        from: from, to: to, now: SystemClock().now().wall)
      let output = try TransferOutput(path: file)
      if bom { try output.write(TransferReader.byteOrderMark) }
      try export(selection, from: store, to: output)
      try output.finish()
      let count = pool.isEmpty && !retired ? store.retiredPoolsWithRows.count : 0
      if count > 0 {
        warn(
          "\(count) \(count == 1 ? "pool that has" : "pools that have") left the plan "
            + "\(count == 1 ? "is" : "are") not in it: --retired brings "
            + "\(count == 1 ? "it" : "them"), --pool NAME one")
      }
    }
  }

  /// The store, and the plan or, where pools are wanted that have left it, the plan with all pools held.
  private func opened(_ offline: OfflineStore) throws -> (RingStore, Plan) {
    let plan = offline.settings.plan
    let store = try offline.openForRows()
    let others = pool.filter { plan.poolNumber($0) == nil }
    let whole = store.wholePlan
    let isWhole = !others.isEmpty && others.allSatisfy { whole.poolNumber($0) != nil }
    guard isWhole || retired else { return (store, plan) }
    return (try offline.openForRows(plan: whole), whole)
  }

  private func export(
    _ selection: StoreSelection, from store: RingStore, to output: TransferOutput
  ) throws {
    let plan = selection.plan
    let writer = TransferWriter(
      format: format, parameters: selection.parameters.map { plan[$0].name },
      district: plan.district.code, zone: plan.district.zone)
    let wanted = Set(selection.parameters)
    let bar = ProgressBar("exporting", isShown: file != nil || !Terminal.isOutput)
    defer { bar.end() }
    try output.write(Array(writer.head.utf8))
    for (index, pool) in selection.pools.enumerated() {
      var from = selection.from
      while true {
        let rows = try store.rows(
          of: pool, from: from, through: selection.to, limit: Self.sliceRowCount)
        var text = ""
        for row in rows {
          guard let row = TransferRow(row, plan: plan, wanted: wanted) else { continue }
          do {
            text += try writer.line(row)
          } catch {
            throw CommandFailure("\(error)", exitCode: .failure)
          }
        }
        try output.write(Array(text.utf8))
        bar.show(Double(index) / Double(selection.pools.count))
        guard rows.count == Self.sliceRowCount, let last = rows.last else { break }
        from = last.time + .milliseconds(1)
      }
    }
    if !store.damagedPages.isEmpty {
      let count = store.damagedPages.count
      warn(
        "what \(count == 1 ? "one damaged page" : "\(count) damaged pages") had is not in it; "
          + "'poolwatch store verify' names \(count == 1 ? "it" : "them")")
    }
  }

  /// Rows held in memory at once.
  private static let sliceRowCount = 2000
}

/// Which rows are wanted.
struct StoreSelection {
  let plan: Plan
  let pools: [PoolNumber]
  let parameters: [ParameterNumber]
  let from: Timestamp
  let to: Timestamp

  /// What is not said is all: of parameters the required ones and those that have a value.
  init(
    plan: Plan, store: RingStore, pools ids: [PoolID], parameters names: [String], from: String?,
    to: String?, now: Timestamp
  ) throws {
    self.plan = plan
    let chosen = try ids.map { id in
      guard let number = plan.poolNumber(id) else {
        throw CommandFailure("the plan has no pool '\(id)'", exitCode: .data)
      }
      return number
    }
    let pools = ids.isEmpty ? plan.poolNumbersInOrder : chosen
    self.pools = pools
    let named = try names.map { name in
      guard let number = plan.parameterNumber(name) else {
        throw CommandFailure("the plan has no parameter '\(name)'", exitCode: .data)
      }
      return number
    }
    parameters =
      names.isEmpty
      ? plan.parameters.indices.map(ParameterNumber.init).filter { parameter in
        plan.required.contains(parameter)
          || pools.contains { store.latest(Series(pool: $0, parameter: parameter)) != nil }
      } : named
    let zone = plan.district.zone
    self.from = try from.map { try TimeExpression.parse($0, now: now, zone: zone) } ?? .distantPast
    self.to = try to.map { try TimeExpression.parse($0, now: now, zone: zone) } ?? .distantFuture
    guard self.from <= self.to else {
      // As the daemon's answer to the other commands.
      throw CommandFailure(
        "--from \(zone.rfc3339(self.from)) is after --to \(zone.rfc3339(self.to)), expected before",
        exitCode: .validationFailure)
    }
  }
}
