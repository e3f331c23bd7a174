import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// The queries over one series: a day of raw values, 30 days by the hour.
struct MonthRun {
  static let rows: [RowName] = [.rawDayMilliseconds, .monthHourlyMilliseconds]

  private let store: RingStore
  private let times: [Int64]
  private let columns: [[Double]]
  private let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))

  init(_ arguments: Arguments) throws {
    let data = try DataSet(.month, directory: arguments.data)
    store = try StoreAccess.open(
      plan: try Plan.benchmark(poolCount: data.poolCount, interval: data.interval),
      days: 40, storage: try DiskStorage(path: arguments.storePath))
    times = try data.times(ofPool: 0)
    columns = try data.columns(ofPool: 0)
    try store.appendAll(of: data)
  }

  func measure(into report: inout Report) throws {
    report.attempt([.rawDayMilliseconds]) { [try rawDay()] }
    report.attempt([.monthHourlyMilliseconds]) { [try monthByHour()] }
  }

  /// The last 24 hours.
  private func rawDay() throws -> Row {
    let count = min(8640, times.count)
    let expected = times.suffix(count).map(Timestamp.init(milliseconds:))
    let values = Array(columns[0].suffix(count))
    let timings = try Timings(runs: 100) {
      try store.samples(
        of: series, from: expected[0], through: expected[count - 1], limit: count + 1)
    } check: { found in
      try require(
        found.times == expected && found.values.isSame(as: values),
        "the last day was not read as it was written")
    }
    return Row(
      name: .rawDayMilliseconds, value: timings.median, notes: ["\(count) points; \(timings.note)"])
  }

  /// From the hour of the first reading on, 720 hours.
  private func monthByHour() throws -> Row {
    let hour: Int64 = 3_600_000
    let first = times[0] / hour * hour
    let last = min(first + 720 * hour, times[times.count - 1] / hour * hour)
    let expected = expectedHours(from: first, to: last)
    let timings = try Timings(runs: 100) {
      try store.aggregates(
        of: series, from: Timestamp(milliseconds: first), to: Timestamp(milliseconds: last),
        step: .seconds(3600), limit: expected.count + 1)
    } check: { found in
      try require(found.count == expected.count, "\(found.count) of \(expected.count) hours")
      for (hour, other) in zip(found, expected) {
        try require(
          hour.start == other.start && hour.count == other.count && hour.minimum == other.minimum
            && hour.maximum == other.maximum && abs(hour.mean - other.mean) < 1e-9,
          "the hour at \(hour.start) is \(hour), not \(other)")
      }
    }
    return Row(
      name: .monthHourlyMilliseconds, value: timings.median,
      notes: ["\(expected.count) hours of \(times.count) readings; \(timings.note)"])
  }

  /// What an hour's readings make.
  private struct Hour {
    var start: Timestamp
    var minimum: Double
    var maximum: Double
    var mean: Double
    var count: Int
  }

  /// The hours as the plain sum of their readings makes them.
  private func expectedHours(from first: Int64, to last: Int64) -> [Hour] {
    var hours: [Hour] = []
    var values: [Double] = []
    func close(_ start: Int64) {
      guard let minimum = values.min(), let maximum = values.max() else { return }
      hours.append(
        Hour(
          start: Timestamp(milliseconds: start), minimum: minimum, maximum: maximum,
          mean: values.reduce(0, +) / Double(values.count), count: values.count))
      values.removeAll()
    }
    var start = first
    for (time, value) in zip(times, columns[0]) where time < last {
      while time >= start + 3_600_000 {
        close(start)
        start += 3_600_000
      }
      values.append(value)
    }
    close(start)
    return hours
  }
}
