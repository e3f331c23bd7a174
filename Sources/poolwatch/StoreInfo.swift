import ArgumentParser
import LinuxSystem
import Pipeline
import PoolModel
import Querying
import Registry
import RingStore

/// `poolwatch store info`.
struct StoreInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show how full the store is, and how many days it will hold.",
    discussion: """
      Asks the daemon; with --config it reads the files of a daemon that is
      stopped. USED of OF is what rows take of what there is room for, B/PT the
      bytes of one value. HELD, EXPECTED and NEEDED are days: those there are,
      those there will be when the rings are full (of all pools the fewest, at
      today's bytes a row and the plan's rate, or the real one where that is
      higher), and those that the configuration demands. ● marks too few. --pools
      lists the pools that left the plan and still have rows, too: as retired.

      EXAMPLES
        poolwatch store info
        poolwatch store info --pools
        poolwatch store info -o csv > store.csv
        poolwatch store info --config /etc/poolwatch/poolwatch.yaml
      """)

  @Flag(help: "A row for each tier of each pool. JSON and CSV have these always.")
  var pools = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let grouping: StoreGrouping = pools || connection.output != .table ? .pool : .tier
    if options.config == nil {
      return try connection.printRows(.store(by: grouping), as: StoreRow.self)
    }
    let rows = try read(grouping)
    switch connection.output {
    case .table: try connection.write(StoreRow.printed(rows, on: connection.surface))
    case .json: try connection.write(AnswerJSON.array(rows))
    case .csv:
      var stream = AnswerCSV.Stream<StoreRow>(for: connection.csvReader)
      var text = ""
      for row in rows { stream.append(row, to: &text) }
      try connection.write(text + stream.end())
    }
  }

  private func read(_ grouping: StoreGrouping) throws -> [StoreRow] {
    var rows: [StoreRow] = []
    try OfflineStore.use(options, instead: "poolwatch store info", isReading: true) { offline in
      let (plan, settings) = (offline.settings.plan, offline.settings.store)
      let store = try offline.openForReading()
      let bar = ProgressBar("reading")
      var all: [StoreFigures] = []
      for pool in plan.poolNumbersInOrder {
        let figures = store.report(of: pool).map { report in
          StoreFigures(
            report, interval: plan.interval,
            configuration: settings.ringConfiguration)
        }
        all += figures
        if grouping == .pool {
          rows += figures.map {
            StoreRow($0, pool: plan[pool].id, zone: plan.district.zone)
          }
        }
        bar.show(Double(pool.index + 1) / Double(plan.pools.count))
      }
      if grouping == .pool {
        let retired = store.retiredPools
        for number in store.retiredPoolsWithRows {
          let id = retired[number.index - plan.pools.count]
          rows += store.report(of: number).map { report in
            StoreRow(
              StoreFigures(
                report, interval: plan.interval,
                configuration: settings.ringConfiguration),
              pool: id, isRetired: true, zone: plan.district.zone)
          }
        }
      }
      if grouping == .tier {
        rows = StoreFigures.byTier(all).map { StoreRow($0, pool: nil, zone: plan.district.zone) }
      }
    }
    return rows
  }
}
