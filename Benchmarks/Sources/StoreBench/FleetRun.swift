import Foundation
import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// Appending, memory and the queries over all series: the store of 1,000 pools.
struct FleetRun {
  static let rows: [RowName] = [
    .appendPointsPerSecond, .memoryMegabytes, .latestMilliseconds, .coverageDayRawMilliseconds,
    .coverageDayRollupMilliseconds,
  ]

  /// How often a run that waits for the disk is tried.
  private static let trialLimit = 5
  /// No trial begins after this: on a disk that stays slow each takes a minute.
  private static let timeLimit = Duration.seconds(180)

  private let arguments: Arguments
  private let disk: DiskPace
  private let data: DataSet

  init(_ arguments: Arguments, _ disk: DiskPace) throws {
    self.arguments = arguments
    self.disk = disk
    data = try DataSet(.fleet, directory: arguments.data)
  }

  func measure(into report: inout Report) throws {
    report.attempt([.appendPointsPerSecond, .memoryMegabytes], append)
    let plan = try Plan.benchmark(poolCount: data.poolCount, interval: data.interval)
    let store = try StoreAccess.open(
      plan: plan, days: 2, storage: try DiskStorage(path: arguments.storePath))
    try checkSomePools(of: store)
    report.attempt([.latestMilliseconds]) { [try latest(plan, store)] }
    for isRaw in [true, false] {
      report.attempt([isRaw ? .coverageDayRawMilliseconds : .coverageDayRollupMilliseconds]) {
        [try coverage(plan, store, isRaw: isRaw)]
      }
    }
  }

  /// Appends until the disk was quick before and after, five times at most.
  private func append() throws -> [Row] {
    let begin = ContinuousClock.now
    for trial in 1... {
      let before = try disk.measureWhenQuick()
      let run = try SelfProgram.answer(AppendRun.self, to: arguments.words(as: .append))
      let after = try disk.measure()
      let isSlow = max(before, after) > DiskPace.limit
      if isSlow, trial < Self.trialLimit, ContinuousClock.now - begin < Self.timeLimit {
        Progress.say("  fdatasync p50 \(before.short) and \(after.short) ms: once more")
        try FileManager.default.removeItem(atPath: arguments.storePath)
        continue
      }
      return rows(of: run, isDiskSlow: isSlow, pace: (before, after), trial: trial)
    }
    return []
  }

  private func rows(
    of run: AppendRun, isDiskSlow: Bool, pace: (Double, Double), trial: Int
  ) -> [Row] {
    let append = Row(
      name: .appendPointsPerSecond, value: Double(run.pointCount) / run.seconds,
      notes: [
        "\(run.pointCount) points in \(run.seconds.short) s, of which the last checkpoint"
          + " \(run.lastCheckpointSeconds.short) s; with making the rows \(run.wallSeconds.short) s",
        "processor time \((run.processorSeconds * 1e6 / Double(run.pointCount)).short) s a million points",
        "fdatasync p50 before \(pace.0.short), after \(pace.1.short) ms; trial \(trial)",
      ], isDiskSlow: isDiskSlow)
    let megabyte = 1e6
    let memory = Row(
      name: .memoryMegabytes, value: Double(run.highestByteCount) / megabyte,
      notes: [
        "highest RssAnon; after the last checkpoint"
          + " \((Double(run.byteCountAfterCheckpoint) / megabyte).short) MB, before opening"
          + " \((Double(run.byteCountBefore) / megabyte).short) MB"
      ])
    return [append, memory]
  }

  /// Every fiftieth pool in whole.
  private func checkSomePools(of store: RingStore) throws {
    for pool in stride(from: 0, to: data.poolCount, by: 50) {
      let times = try data.times(ofPool: pool).map(Timestamp.init(milliseconds:))
      for (index, values) in try data.columns(ofPool: pool).enumerated() {
        let series = Series(pool: PoolNumber(pool), parameter: ParameterNumber(index))
        let found = try store.samples(
          of: series, from: times[0], through: times[times.count - 1], limit: times.count + 1)
        try require(
          found.times == times && found.values.isSame(as: values),
          "series \(index) of pool \(pool) was not read as it was written")
      }
    }
  }

  private func latest(_ plan: Plan, _ store: RingStore) throws -> Row {
    let values = try data.values(row: data.rowCount - 1)
    let time = try data.times(row: data.rowCount - 1)[0]
    let sum = values.reduce(0, +)
    let allSeries = plan.allSeries
    let timings = try Timings {
      var sum = 0.0
      var count = 0
      for series in allSeries {
        guard let latest = store.latest(series) else { continue }
        sum += latest.sample.value
        if latest.time.milliseconds == time { count += 1 }
      }
      return (sum, count)
    } check: { found in
      try require(found == (sum, values.count), "the newest values are not the last ones written")
    }
    return Row(
      name: .latestMilliseconds, value: timings.median,
      notes: ["\(values.count) series; \(timings.note)"])
  }

  /// The whole hours of 24, or as many as there are data.
  private func coverage(_ plan: Plan, _ store: RingStore, isRaw: Bool) throws -> Row {
    let hour: Int64 = 3_600_000
    let times = try data.times(ofPool: 0)
    let first = (times[0] + hour - 1) / hour * hour
    let last = min(first + 24 * hour, times[times.count - 1] / hour * hour)
    try require(first < last, "the data set has no whole hour")
    let rowCount = times.count { first <= $0 && $0 < last }
    let expected = rowCount * data.poolCount * DataSet.parameterCount
    let timings = try Timings(runs: isRaw ? 20 : 40) {
      try StoreAccess.receivedCount(
        plan: plan, from: Timestamp(milliseconds: first), to: Timestamp(milliseconds: last),
        isRaw: isRaw, in: store)
    } check: { count in
      try require(count == expected, "\(count) readings counted, \(expected) were written")
    }
    return Row(
      name: isRaw ? .coverageDayRawMilliseconds : .coverageDayRollupMilliseconds,
      value: timings.median,
      notes: ["\(expected) readings in \((last - first) / hour) h; \(timings.note)"])
  }
}
