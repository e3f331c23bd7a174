import Foundation
import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// How long opening takes after a kill: a full store of 1 GiB whose journal is as long as it gets.
struct OpenAfterKill {
  static let rows: [RowName] = [.openAfterKillSeconds]

  private static let poolCount = 1000
  private static let openCount = 5

  private let arguments: Arguments
  private let water: NoisyWater
  private let plan: Plan
  private let days: Double

  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    water = NoisyWater(poolCount: Self.poolCount)
    plan = try Plan.benchmark(poolCount: Self.poolCount, interval: .seconds(10))
    days = Self.days(of: plan, byteCount: arguments.storeByteCount)
  }

  /// The shortest retention that makes a store of `byteCount` bytes, in days.
  private static func days(of plan: Plan, byteCount: Int) -> Double {
    var low = 0.0
    var high = 1000.0
    while high - low > 0.001 {
      let middle = (low + high) / 2
      if StoreAccess.byteCount(plan: plan, days: middle) < byteCount {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }

  func measure(into report: inout Report) throws {
    report.attempt(Self.rows) { [try row()] }
  }

  private func row() throws -> Row {
    let fill = try fill()
    let acknowledged = try appendAndKill()
    var opens: [Opening] = []
    for _ in 0..<Self.openCount {
      let opening = try SelfProgram.answer(Opening.self, to: arguments.words(as: .open))
      try require(
        opening.newestRow == acknowledged || opening.newestRow == acknowledged + 1,
        "row \(acknowledged) was acknowledged, \(opening.newestRow) is the newest after the kill")
      opens.append(opening)
    }
    let sorted = opens.map(\.seconds).sorted()
    return Row(
      name: .openAfterKillSeconds, value: sorted[sorted.count / 2],
      notes: [
        "p50 of \(sorted.count) fresh processes; min \(sorted[0].short), max"
          + " \(sorted[sorted.count - 1].short), first \(opens[0].seconds.short) s",
        "\(opens[0].pageCount) pages (\(fill)), \(opens[0].rowCount) rows in"
          + " \(opens[0].recordCount) journal records replayed",
      ])
  }

  private func open() throws -> RingStore {
    try StoreAccess.open(
      plan: plan, days: days, storage: try DiskStorage(path: arguments.storePath))
  }

  /// Appends until the raw rings are full.
  ///
  /// - Returns: in words, how full the store is.
  private func fill() throws -> String {
    let store = try open()
    var row = 0
    var fullness = 0.0
    var now = Timestamp(milliseconds: 0)
    let rowLimit = Int(days * 86_400 / plan.interval.inSeconds)
    while fullness < 1, row < rowLimit {
      // Ten rows of every pool a commit: on a slow disk the syncs would take most of the time.
      for _ in 0..<5 {
        let batch = (row..<row + 10).flatMap(water.rows)
        row += 10
        now = water.time(row)
        try store.append(batch, at: now)
      }
      fullness = StoreAccess.fullness(plan: plan, in: store)
    }
    try store.checkpoint(at: now)
    return "\(store.occupancy.byteCount) B, raw rings \(Int(fullness * 100)) % full"
  }

  /// Lets another process append and kills it shortly before its next checkpoint would be due.
  ///
  /// - Returns: the last row whose commit it told of.
  private func appendAndKill() throws -> Int {
    let program = try SelfProgram(arguments.words(as: .appendUntilKilled))
    var acknowledged: Int?
    while let line = program.nextLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let row = Int(words[0]), let share = Double(words[1])
      else { throw Failure("not a line of the appending process: \(line)") }
      acknowledged = row
      if share > 0.45 { program.kill() }
    }
    let status = program.wait()
    guard let acknowledged, status == SIGKILL
    else { throw Failure("the appending process ended by itself, with status \(status)") }
    return acknowledged
  }

  /// The subcommand that appends: after each commit a line of the row's number and the share of the
  /// journal that waits for a checkpoint.
  static func appendUntilKilled(_ arguments: Arguments) throws {
    let run = try OpenAfterKill(arguments)
    let store = try run.open()
    guard let newest = store.latestTime(of: PoolNumber(0)) else { throw Failure("an empty store") }
    var row = run.water.row(at: newest)
    try store.checkpoint(at: newest)
    let start = store.committed.byteOffset
    let capacity = Double(store.occupancy.journalCapacity)
    while true {
      row += 1
      try store.append(run.water.rows(row), at: run.water.time(row) + .seconds(1))
      Progress.tell("\(row) \(Double(store.committed.byteOffset - start) / capacity)")
    }
  }

  /// What an opening process tells.
  struct Opening: Codable {
    var seconds: Double
    var newestRow: Int
    var pageCount: Int
    var recordCount: Int
    var rowCount: Int
  }

  /// The subcommand that opens: the time of that alone; then every pool's newest values and the last
  /// 100 rows of some pools are compared.
  static func openInThisProcess(_ arguments: Arguments) throws {
    let run = try OpenAfterKill(arguments)
    let storage = try DiskStorage(path: arguments.storePath)
    let start = ContinuousClock.now
    let store = try StoreAccess.open(plan: run.plan, days: run.days, storage: storage)
    let seconds = (ContinuousClock.now - start).inSeconds
    guard let newest = store.latestTime(of: PoolNumber(0)) else { throw Failure("an empty store") }
    let row = run.water.row(at: newest)
    try run.check(store, newestRow: row)
    try require(store.damagedPages.isEmpty, "\(store.damagedPages.count) pages are damaged")
    let opening = Opening(
      seconds: seconds, newestRow: row, pageCount: store.recovery.pageCount,
      recordCount: store.recovery.recordCount, rowCount: store.recovery.rowCount)
    Progress.tell(String(decoding: try JSONEncoder().encode(opening), as: UTF8.self))
  }

  private func check(_ store: RingStore, newestRow row: Int) throws {
    for expected in water.rows(row) {
      for sample in expected.samples {
        let series = Series(pool: expected.pool, parameter: sample.parameter)
        let found = store.latest(series)
        try require(
          found?.time == expected.time
            && found?.sample.value.bitPattern == sample.value.bitPattern,
          "the newest value of pool \(expected.pool.index) is not the last one written")
      }
    }
    for pool in stride(from: 0, to: Self.poolCount, by: 100) {
      let found = try store.samples(
        of: Series(pool: PoolNumber(pool), parameter: ParameterNumber(2)),
        from: water.time(row - 99), through: water.time(row), limit: 101)
      let expected = (row - 99...row).map { water.value(pool: pool, row: $0, parameter: 2) }
      try require(
        found.values.isSame(as: expected), "the last rows of pool \(pool) are not as written")
    }
  }
}
