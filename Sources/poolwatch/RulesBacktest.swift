import ArgumentParser
import Foundation
import LinuxSystem
import Pipeline
import PoolModel
import Querying
import Records
import Registry
import RingStore

/// `poolwatch rules backtest`.
struct RulesBacktest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Show what rules would have raised over stored readings.",
    discussion: """
      Reads the files of a daemon that is stopped, or of a snapshot, and changes
      nothing. Every reading is flagged and judged anew by the rules on trial and by
      those in force, with the daemon's own engine, from two days before --from on.
      A line for each rule: alarms that began in the time, how long they lasted, how
      many of them chatter (one alarm three times or more in half an hour) and which
      part of all they are; the same of the rules in force, what is ADDED to these and
      what is GONE. Closures count as registered; what came late is recorded and not
      counted.

      EXAMPLES
        poolwatch rules backtest --rules new.yaml --from 2026-01-01 --to 2026-02-01
        poolwatch rules backtest --rules new.yaml --from -30d --pool venue-01/main
        poolwatch store snapshot /srv/copy; poolwatch rules backtest --rules \\
          new.yaml --from -1w --set store.directory=/srv/copy -o csv
      """)

  @Option(help: ArgumentHelp("The rules on trial.", valueName: "file"))
  var rules: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The first time judged.", valueName: "T"),
    transform: timeExpression)
  var from: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The last time judged. (default: the newest reading)", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @Option(
    help: ArgumentHelp("Only this pool; may be repeated.", valueName: "venue/pool"),
    transform: poolName)
  var pool: [PoolID] = []

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let trial = try options.load(rules: rules)
    var rows: [BacktestRow] = []
    try OfflineStore.use(options, isReading: true) { offline in
      rows = try self.rows(offline, trial: trial)
    }
    switch connection.output {
    case .table: try connection.write(BacktestRow.printed(rows, on: connection.surface))
    case .json: try connection.write(AnswerJSON.array(rows))
    case .csv:
      var stream = AnswerCSV.Stream<BacktestRow>(for: connection.csvReader)
      var text = ""
      for row in rows { stream.append(row, to: &text) }
      try connection.write(text + stream.end())
    }
  }

  private func rows(_ offline: OfflineStore, trial: Configuration) throws -> [BacktestRow] {
    let plan = offline.settings.plan
    let numbers = try pools(of: plan)
    let store = try offline.openForRows()
    guard let newest = numbers.compactMap({ store.latestTime(of: $0) }).max() else { return [] }
    let zone = plan.district.zone
    let now = SystemClock().now().wall
    let start = try TimeExpression.parse(from, now: now, zone: zone)
    let end = min(
      try to.map { try TimeExpression.parse($0, now: now, zone: zone) } ?? newest, newest)
    guard start <= end else {
      throw ValidationError(
        "--from is \(zone.rfc3339(start)), expected a time before the end, \(zone.rfc3339(end)).")
    }
    let first = start - Self.runUp
    let closures = try closures(offline)
    store.workers = WorkerThreads.forThisMachine()
    // Nothing that is judged of a pool rests on another: each core has some of them.
    let partCount = min(WorkerThreads.coreCount, numbers.count)
    let pools = (0..<partCount).map { part in
      stride(from: part, to: numbers.count, by: partCount).map { numbers[$0] }
    }
    let desk = RowDesk(store)
    let parts = pools.map { pools in
      BacktestPart(pools, by: [trial, offline.settings]) { settings in
        Rehearsal(
          settings: PipelineSettings(rehearsing: settings), closures: closures, start: first,
          source: { desk.read($0, $1, $2) })
      }
    }
    let bar = ProgressBar("judging")
    try PoolRows(
      ofParts: pools, parameters: plan.parameters.indices.map(ParameterNumber.init), in: store
    )
    .forEachOfParts(
      from: first, through: end,
      progress: { bar.show(($0 - first).inSeconds / max(1, (end - first).inSeconds)) }
    ) { part, row in parts[part].take(row) }
    if let failure = desk.failure { throw failure }
    let found = (0..<2).map { number in
      parts.flatMap { $0.alarms(of: number, from: start, through: end) }
    }
    return BacktestRow.rows(found[0], inForce: found[1], through: end)
  }

  private func pools(of plan: Plan) throws -> [PoolNumber] {
    guard !pool.isEmpty else { return plan.poolNumbersInOrder }
    return try Set(pool).map { id in
      guard let number = plan.poolNumber(id) else {
        throw CommandFailure("the plan has no pool '\(id)'", exitCode: .data)
      }
      return number
    }.sorted()
  }

  /// The closures that were registered; none where there are no Records.
  private func closures(_ offline: OfflineStore) throws -> [Closure] {
    let name = "records.sqlite"
    guard case .file = try Files.kind(ofPath: "\(offline.directory)/\(name)") else { return [] }
    // Opening them writes: a copy is opened, with what the last run had not put into the file yet.
    let copy = FileManager.default.temporaryDirectory.appending(
      path: "poolwatch-backtest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: false)
    defer {
      // What stays does no harm.
      try? FileManager.default.removeItem(at: copy)
    }
    for file in [name, "\(name)-wal"] {
      let source = "\(offline.directory)/\(file)"
      guard case .file = try Files.kind(ofPath: source) else { continue }
      try FileManager.default.copyItem(atPath: source, toPath: copy.appending(path: file).path())
    }
    let records = try Records(
      directory: copy.path(),
      limits: .init(
        quarantineEntries: offline.settings.quarantineEntries, reserveByteCount: 0))
    return try records.closures(overlapping: nil, venue: nil)
  }

  /// Windows of flags and delays are filled, and alarms of before are on, when the time begins.
  private static let runUp = Duration.seconds(2 * 86_400)
}

/// Where rehearsals on several threads read rows back, one at a time.
// Sendable because `lock` guards all that changes: the failure, which is asked for when they are done, and the store
// while they run, as the rows that they are given were read out of it before.
private final class RowDesk: @unchecked Sendable {
  private let lock = NSLock()
  private let store: RingStore
  /// Why rows could not be read, the first time: then what was found is not what would have been raised.
  private(set) var failure: RingStoreError?

  init(_ store: RingStore) { self.store = store }

  /// Hands over the rows of `pool` in `range`; none where they cannot be read, which is kept as `failure`.
  func read(_ pool: PoolNumber, _ range: ClosedRange<Timestamp>, _ body: (SampleRow) -> Void) {
    let rows = lock.withLock { () -> [SampleRow] in
      do throws(RingStoreError) {
        return try store.rows(
          of: pool, from: range.lowerBound, through: range.upperBound, limit: .max)
      } catch {
        failure = failure ?? error
        return []
      }
    }
    rows.forEach(body)
  }
}

/// Some of the pools, and the rules that they are judged by, each by itself.
private final class BacktestPart {
  private let pools: Set<PoolID>
  private var trials: [Trial]

  init(
    _ pools: [PoolNumber], by settings: [Configuration],
    _ rehearsal: (Configuration) -> Rehearsal
  ) {
    self.pools = Set(pools.map { settings[0].plan[$0].id })
    trials = settings.map { Trial(rehearsal($0)) }
  }

  /// Judges a row by all of them; rows come in the order of their times.
  func take(_ row: SampleRow) {
    for index in trials.indices { trials[index].take(row) }
  }

  /// The alarms by the rules with this number that began from `from` to `through`, as they stand then.
  func alarms(of number: Int, from: Timestamp, through: Timestamp) -> [AlarmOccurrence] {
    trials[number].alarms(from: from, through: through, of: pools)
  }
}

/// One of the two judgements.
private struct Trial {
  private var rehearsal: Rehearsal
  private var alarms: [String: AlarmOccurrence] = [:]

  init(_ rehearsal: Rehearsal) { self.rehearsal = rehearsal }

  mutating func take(_ row: SampleRow) {
    rehearsal.take(row)
    collect()
  }

  /// The alarms of `pools` that began from `from` to `through`, as they stand then.
  mutating func alarms(
    from: Timestamp, through: Timestamp, of pools: Set<PoolID>
  ) -> [AlarmOccurrence] {
    rehearsal.pass(to: through)
    collect()
    return alarms.values.filter { alarm in
      alarm.eventTime >= from && alarm.eventTime <= through
        && alarm.pool.map { pools.contains($0) } ?? false
    }
  }

  private mutating func collect() {
    for step in rehearsal.takeTransitions() { alarms[step.occurrence.id] = step.occurrence }
  }
}

extension PipelineSettings {
  /// What a rehearsal needs of a configuration.
  init(rehearsing settings: Configuration) {
    self.init(
      plan: settings.plan, profiles: settings.profiles, rules: settings.rules,
      quality: settings.quality, people: [])
  }
}
