import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// Bytes written for a day of readings at one minute, over the bytes that their rows are encoded in.
struct WriteAmplification {
  static let rows: [RowName] = [.writeAmplification]

  private let data: DataSet
  private let plan: Plan
  private let storage: CountingStorage
  private let store: RingStore

  init(_ arguments: Arguments) throws {
    data = try DataSet(.minutes, directory: arguments.data)
    plan = try Plan.benchmark(poolCount: data.poolCount, interval: data.interval)
    storage = CountingStorage(try DiskStorage(path: arguments.storePath))
    store = try StoreAccess.open(plan: plan, days: 7, storage: storage)
  }

  func measure(into report: inout Report) throws {
    report.attempt(Self.rows) { [try row()] }
  }

  private func row() throws -> Row {
    storage.reset()
    try appendSecondBySecond()
    let written = storage.byteCounts.values.reduce(0, +)
    let encoded = try StoreAccess.encodedByteCounts(plan: plan, in: store)
    let content = encoded.reduce(0) { $0 + $1.1 }
    try require(content > 0, "no page has any content")
    let files = storage.byteCounts.sorted { $0.key < $1.key }
    let points = Double(data.pointCount)
    func list(_ parts: [(String, Int)]) -> String {
      parts.map { "\($0.0) \((Double($0.1) / points).short)" }.joined(separator: ", ")
    }
    return Row(
      name: .writeAmplification, value: Double(written) / Double(content),
      notes: [
        "written \(written) B; per point: \(list(files.map { ($0.key, $0.value) }))",
        "encoded \(content) B; per point: \(list(encoded.map { ($0.0, $0.1) }))",
      ])
  }

  /// Pool p of n reports at second 60 p ÷ n of every minute; a commit is one second's readings.
  private func appendSecondBySecond() throws {
    let interval = Int(data.interval.inSeconds)
    var now = Timestamp(milliseconds: 0)
    for row in 0..<data.rowCount {
      let values = try data.values(row: row)
      let times = try data.times(row: row)
      for second in 0..<interval {
        let pools =
          (second * data.poolCount).dividedUp(
            by: interval)..<((second + 1) * data.poolCount).dividedUp(by: interval)
        let batch = pools.map {
          Feed.row(pool: $0, time: times[$0] + Int64(second) * 1000, values: values)
        }
        guard let last = batch.last else { continue }
        now = last.time + .seconds(1)
        try store.append(batch, at: now)
      }
    }
    try store.checkpoint(at: now)
  }
}

extension Int {
  fileprivate func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
