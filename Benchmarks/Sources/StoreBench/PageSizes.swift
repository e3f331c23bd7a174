import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// Bytes per point of sealed pages, and how fast they are read as columns of doubles.
struct PageSizes {
  private let name: DataSet.Name
  private let data: DataSet
  private let plan: Plan
  private let store: RingStore

  static func rows(_ name: DataSet.Name) -> [RowName] {
    name == .exact ? [.bytesPerPointExact, .decodePointsPerSecond] : [.bytesPerPointJitter]
  }

  /// Appends the data set to a new store.
  init(_ arguments: Arguments, _ name: DataSet.Name) throws {
    self.name = name
    data = try DataSet(name, directory: arguments.data)
    plan = try Plan.benchmark(poolCount: data.poolCount, interval: data.interval)
    store = try StoreAccess.open(
      plan: plan, days: Double(data.rowCount) * data.interval.inSeconds / 86_400 + 1,
      storage: try DiskStorage(path: arguments.storePath))
    try store.appendAll(of: data)
  }

  func measure(into report: inout Report) throws {
    report.attempt([name == .exact ? .bytesPerPointExact : .bytesPerPointJitter]) { [try size()] }
    let passes = try decodeAll()
    if name == .exact { report.attempt([.decodePointsPerSecond]) { [decoding(passes)] } }
  }

  private func size() throws -> Row {
    let sealed = StoreAccess.sealed(plan: plan, in: store)
    try require(sealed.pageCount > 0, "no page was sealed: more rows are needed")
    return Row(
      name: name == .exact ? .bytesPerPointExact : .bytesPerPointJitter,
      value: Double(sealed.byteCount) / Double(sealed.pointCount),
      notes: [
        "\(sealed.pageCount) sealed pages, \(sealed.byteCount) B, \(sealed.pointCount) points"
          + " of \(data.pointCount)"
      ])
  }

  private func decoding(_ passes: [Pass]) -> Row {
    let sorted = passes.map(\.seconds).sorted()
    let processor = passes.map(\.processorSeconds).sorted()[passes.count / 2]
    let count = Double(data.pointCount)
    return Row(
      name: .decodePointsPerSecond, value: count / sorted[sorted.count / 2],
      notes: [
        "every column of every pool in whole, p50 of \(sorted.count) passes;"
          + " best \((count / sorted[0] / 1e6).short) M, worst"
          + " \((count / sorted[sorted.count - 1] / 1e6).short) M points/s",
        "\((count / processor / 1e6).short) M points a second of processor time",
      ])
  }

  /// What reading everything once took in the store.
  private struct Pass {
    var seconds = 0.0
    var processorSeconds = 0.0
  }

  /// Reads every series in whole, several times, and compares each with what was generated.
  ///
  /// - Returns: what each pass took, without the first if there are more.
  private func decodeAll() throws -> [Pass] {
    var passes = [Pass](repeating: Pass(), count: name == .exact ? 6 : 1)
    for pool in plan.poolNumbersInOrder {
      let times = try data.times(ofPool: pool.index).map(Timestamp.init(milliseconds:))
      let columns = try data.columns(ofPool: pool.index)
      for pass in passes.indices {
        for (index, values) in columns.enumerated() {
          let series = Series(pool: pool, parameter: ParameterNumber(index))
          let processorStart = ProcessorTime.milliseconds()
          let start = ContinuousClock.now
          let found = try store.samples(
            of: series, from: times[0], through: times[times.count - 1], limit: times.count + 1)
          passes[pass].seconds += (ContinuousClock.now - start).inSeconds
          passes[pass].processorSeconds += (ProcessorTime.milliseconds() - processorStart) / 1000
          try require(
            found.times == times && found.values.isSame(as: values),
            "series \(index) of pool \(pool.index) was not read as it was written")
        }
      }
    }
    return passes.count > 1 ? Array(passes.dropFirst()) : passes
  }
}

extension [Double] {
  /// Whether all bits are the same.
  func isSame(as other: [Double]) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
