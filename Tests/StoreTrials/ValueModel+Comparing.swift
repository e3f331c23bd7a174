import PoolModel
import RingStore

/// The store held against the model.
extension ValueModel {
  /// What a look at everything found.
  struct Comparison {
    /// What is wrong; empty when nothing is.
    var complaints: [String] = []
    /// Values of the model that are not there.
    var missing: [Key] = []
    /// Values that were given up and are there again.
    var returned: [Key] = []
    /// What is there of values whose flags and marks are open.
    var blurred: [Key: Value] = [:]
  }

  /// Everything that `store` holds against the model.
  ///
  /// Values in `changed` may also be as they are there.
  func compared(
    with store: RingStore, poolCount: Int, changed: [Key: Value] = [:]
  ) throws(RingStoreError) -> Comparison {
    var comparison = Comparison()
    var found: Set<Key> = []
    for pool in 0..<poolCount {
      var last = Int64.min
      for row in try store.allRows(of: pool) {
        let time = row.time.milliseconds
        if time <= last { comparison.complaints.append("pool \(pool) is not in order at \(time)") }
        last = time
        for sample in row.samples {
          let key = Key(pool: pool, parameter: sample.parameter.index, time: time)
          let value = Value(sample)
          if !found.insert(key).inserted { comparison.complaints.append("\(key) is there twice") }
          if gone[key]?.value == value, entries[key]?.value != value {
            comparison.returned.append(key)
            continue
          }
          guard let entry = entries[key] else {
            comparison.complaints.append("invented \(key) \(value)")
            continue
          }
          if blurred.contains(key), entry.value.bits == value.bits {
            comparison.blurred[key] = value
          } else if entry.value != value, changed[key] != value {
            comparison.complaints.append("\(key) is \(value) instead of \(entry.value)")
          }
        }
      }
    }
    if found.count < entries.count {
      comparison.missing = entries.keys.filter { !found.contains($0) }
    }
    return comparison
  }

  /// Why a ring can not have given up `missing`: it gives up what was written first, and only when
  /// it holds as much as it has to.
  func complaints(givingUp missing: [Key], rowCountHeld: Int) -> [String] {
    var complaints: [String] = []
    let gone = Set(missing)
    for (pool, keys) in Dictionary(grouping: missing, by: \.pool).sorted(by: { $0.key < $1.key }) {
      // For every time, the first batch that touched a held value of an earlier time last.
      var held: [(time: Int64, batch: Int)] = []
      var times: Set<Int64> = []
      for (key, entry) in entries where key.pool == pool && !gone.contains(key) {
        held.append((key.time, entry.lastBatch))
        times.insert(key.time)
      }
      held.sort { $0.time < $1.time }
      if times.count < rowCountHeld {
        complaints.append("pool \(pool) lost \(keys.count) values, \(times.count) rows are left")
      }
      var index = 0
      var earliest = Int.max
      for key in keys.sorted(by: { $0.time < $1.time }) {
        while index < held.count, held[index].time < key.time {
          earliest = min(earliest, held[index].batch)
          index += 1
        }
        if let entry = entries[key], earliest < entry.firstBatch {
          complaints.append("\(key) of batch \(entry.firstBatch) is lost, older ones are there")
        }
      }
    }
    return complaints
  }
}

extension RingStore {
  /// Everything held of a pool, read in steps.
  func allRows(of pool: Int, step: Int = 1000) throws(RingStoreError) -> [SampleRow] {
    var rows: [SampleRow] = []
    var from = Timestamp.distantPast
    while true {
      let some = try self.rows(
        of: PoolNumber(pool), from: from, through: .distantFuture, limit: step)
      rows += some
      guard some.count == step, let last = some.last else { return rows }
      from = last.time + .milliseconds(1)
    }
  }

  /// Every value held.
  func allValues(
    poolCount: Int
  ) throws(RingStoreError) -> [ValueModel.Key: ValueModel.Value] {
    var values: [ValueModel.Key: ValueModel.Value] = [:]
    for pool in 0..<poolCount {
      for row in try allRows(of: pool) {
        for sample in row.samples {
          let key = ValueModel.Key(
            pool: pool, parameter: sample.parameter.index, time: row.time.milliseconds)
          values[key] = ValueModel.Value(sample)
        }
      }
    }
    return values
  }
}
