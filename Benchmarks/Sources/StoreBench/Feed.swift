import Measuring
import PoolModel

/// A data set's readings in time order, in batches, as the store is given them.
struct Feed {
  /// Readings in a batch.
  static let batchRowCount = 1000

  private let data: DataSet
  private var row = 0
  private var pool = 0
  private var times: [Int64] = []
  private var values: [Double] = []

  init(_ data: DataSet) {
    self.data = data
  }

  /// The next batch; nil at the end.
  mutating func next() throws -> [SampleRow]? {
    var batch: [SampleRow] = []
    batch.reserveCapacity(Self.batchRowCount)
    while batch.count < Self.batchRowCount, row < data.rowCount {
      if pool == 0 {
        times = try data.times(row: row)
        values = try data.values(row: row)
      }
      while pool < data.poolCount, batch.count < Self.batchRowCount {
        batch.append(Self.row(pool: pool, time: times[pool], values: values))
        pool += 1
      }
      if pool == data.poolCount {
        pool = 0
        row += 1
      }
    }
    return batch.isEmpty ? nil : batch
  }

  /// The row of `pool` out of the values of all pools.
  static func row(pool: Int, time: Int64, values: [Double]) -> SampleRow {
    let first = pool * DataSet.parameterCount
    return SampleRow(
      pool: PoolNumber(pool), time: Timestamp(milliseconds: time),
      samples: (0..<DataSet.parameterCount).map {
        Sample(parameter: ParameterNumber($0), value: values[first + $0], flag: .good)
      })
  }
}
