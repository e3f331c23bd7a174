import ArgumentParser
import LinuxSystem
import PoolModel
import Querying
import Registry
import RingStore

/// `poolwatch store size`.
struct StoreSize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract: "Predict how many bytes the store of a plan takes, before any is allocated.",
    discussion: """
      Needs no daemon and touches nothing. The store's own settings are those of
      --config; without it, their defaults. With it the disk of its directory, or
      of the nearest one above that is there, is looked at too: exit code 1 when
      the store would not fit.

      EXAMPLES
        poolwatch store size --plan plan.yaml
        poolwatch store size --plan plan.yaml --config /etc/poolwatch/poolwatch.yaml
        poolwatch store size --plan plan.yaml --config poolwatch.yaml \\
          --set store.retention_days=1095
      """)

  @Option(help: ArgumentHelp("The plan.", valueName: "file"))
  var plan: String

  @OptionGroup var options: StoreOptions

  func run() throws {
    let plan: Plan
    do {
      plan = try Configuration.loadPlan(path: self.plan, read: Files.bytes(atPath:))
    } catch {
      try StoreOptions.tell(error)
      throw ExitCode.configuration
    }
    let settings = try options.config == nil ? nil : options.load()
    // The defaults of the configuration's keys: two years, ten years.
    let configuration =
      settings?.store.ringConfiguration
      ?? RingStore.Configuration(
        retention: .seconds(730 * 86_400), minuteRetention: .seconds(730 * 86_400),
        hourRetention: .seconds(3650 * 86_400), dayRetention: .seconds(3650 * 86_400))
    let sizes = try RingStore.sizes(plan: plan, configuration: configuration)
    var rows: [[TextTable.Cell]] = sizes.tiers.map {
      [.init($0.tier.name), .init("\($0.pagesPerPool)"), .init("\($0.byteCount)")]
    }
    rows.append(["journal", "", .init("\(sizes.journalByteCount)")])
    rows.append(["catalog", "", .init("\(sizes.catalogByteCount)")])
    let total = sizes.byteCount
    rows.append(["in all", "", .init("\(total)")])
    let table = TextTable(columns: [
      .init("PART"), .init("PAGES/POOL", alignment: .right), .init("BYTES", alignment: .right),
    ])
    try StandardOutput.write(table.rendered(rows, on: StandardOutput.surface))
    if let directory = settings?.store.directory { try compare(total, with: directory) }
  }

  private func compare(_ total: Int, with directory: String) throws {
    let place = try Files.nearestDirectory(to: directory)
    let free = try Files.freeByteCount(ofDiskWith: place)
    let words =
      "\(free) bytes are free on the disk of \(place)"
      + (place == directory ? "" : ", where \(directory) will be")
    guard free >= total else {
      throw CommandFailure("\(words): \(total - free) too few", exitCode: .failure)
    }
    try StandardOutput.write("\(words): it fits\n")
  }
}
