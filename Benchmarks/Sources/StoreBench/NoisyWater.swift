import Measuring
import PoolModel

/// Readings that no codec can make small: each value's digits are all chance.
///
/// Pages fill with the fewest rows, which is all that a store's opening can tell from real ones.
struct NoisyWater {
  let poolCount: Int

  /// The time of row `row` in every pool.
  func time(_ row: Int) -> Timestamp {
    Timestamp(milliseconds: 1_763_000_000_000 + Int64(row) * 10_000)
  }

  /// The row that has `time`.
  func row(at time: Timestamp) -> Int {
    Int((time.milliseconds - 1_763_000_000_000) / 10_000)
  }

  /// One value, 0 ..< 1; the same for the same place.
  func value(pool: Int, row: Int, parameter: Int) -> Double {
    let place = (row * poolCount + pool) * DataSet.parameterCount + parameter
    var generator = SplitMix64(seed: UInt64(place))
    return Double(generator.next() >> 11) * 0x1p-53
  }

  /// The rows of all pools at `row`.
  func rows(_ row: Int) -> [SampleRow] {
    (0..<poolCount).map { pool in
      SampleRow(
        pool: PoolNumber(pool), time: time(row),
        samples: (0..<DataSet.parameterCount).map {
          Sample(
            parameter: ParameterNumber($0), value: value(pool: pool, row: row, parameter: $0),
            flag: .good)
        })
    }
  }
}
