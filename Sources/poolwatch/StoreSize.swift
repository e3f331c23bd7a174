import ArgumentParser
import LinuxSystem
import PoolModel
import Querying
import Records
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
      the store would not fit. In the table K, M and G are powers of 1,024.

      EXAMPLES
        poolwatch store size --plan plan.yaml
        poolwatch store size --plan plan.yaml --config /etc/poolwatch/poolwatch.yaml
        poolwatch store size --plan plan.yaml --config poolwatch.yaml \\
          --set store.retention_days=1095
      """)

  @Option(help: ArgumentHelp("The plan.", valueName: "file"))
  var plan: String

  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: "A table for people, JSON for scripts, or comma-separated values.")
  var output: OutputForm = .table

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
    let place = try settings.map { try Files.nearestDirectory(to: $0.store.directory) }
    let free = try place.map { try Files.freeByteCount(ofDiskWith: $0) }
    let answer = StoreSizeAnswer(
      pools: plan.pools.count,
      tiers: Dictionary(sizes.tiers.map { ($0.tier.name, $0.byteCount) }) { first, _ in first },
      journalBytes: sizes.journalByteCount, catalogBytes: sizes.catalogByteCount,
      byteCount: sizes.byteCount, disk: place, freeBytes: free)
    switch output {
    case .json: try StandardOutput.write(AnswerJSON.object(answer))
    case .csv: try StandardOutput.write(AnswerCSV.object(answer, for: .script))
    case .table: try printTable(sizes.tiers, answer)
    }
    if let place, let free, let directory = settings?.store.directory {
      try compare(sizes.byteCount, with: directory, on: place, free: free)
    }
  }

  private func printTable(_ tiers: [TierSize], _ answer: StoreSizeAnswer) throws {
    func row(_ part: String, _ pages: String, _ byteCount: Int) -> [TextTable.Cell] {
      [.init(part), .init(pages), .init(StoreRow.size(byteCount)), .init("\(byteCount)")]
    }
    let rows =
      tiers.map { row($0.tier.name, "\($0.pagesPerPool)", $0.byteCount) } + [
        row("journal", "", answer.journalBytes), row("catalog", "", answer.catalogBytes),
        row("in all", "", answer.byteCount),
      ]
    let table = TextTable(columns: [
      .init("PART"), .init("PAGES/POOL", alignment: .right), .init("SIZE", alignment: .right),
      .init("BYTES", alignment: .right),
    ])
    try StandardOutput.write(table.rendered(rows, on: StandardOutput.surface))
  }

  private func compare(_ total: Int, with directory: String, on place: String, free: Int) throws {
    let words =
      "\(free) bytes (\(StoreRow.size(free))) are free on the disk of \(place)"
      + (place == directory ? "" : ", where \(directory) will be")
    // Beside the store the daemon keeps room for its Records, from the first start on.
    let path = "\(directory)/records.reserve"
    let isKept = try Files.kind(ofPath: path) != .absent
    let reserve = isKept ? 0 : Records.Limits(quarantineEntries: 0).reserveByteCount
    guard free >= total + reserve else {
      let why = free >= total ? ", with \(reserve) bytes that the daemon reserves beside it" : ""
      throw CommandFailure("\(words): \(total + reserve - free) too few\(why)", exitCode: .failure)
    }
    if output == .table { try StandardOutput.write("\(words): it fits\n") }
  }
}
