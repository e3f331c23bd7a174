import PoolModel

/// What a store has to hold after a number of batches, as plain dictionaries: an independent telling
/// of the store's rules.
struct ExpectedStore {
  /// The batches it stands for.
  private(set) var batchCount = 0
  /// By pool, time in milliseconds and parameter.
  private(set) var pools = [[Int64: [ParameterNumber: Sample]]](
    repeating: [:], count: BatchScript.poolCount)
  private var newest: [Series: Int64] = [:]
  private let intervalMilliseconds: Int64 = 10_000

  /// Takes on what `batch` changes.
  mutating func take(_ batch: BatchScript.Batch) {
    batchCount = batch.number
    for row in batch.rows {
      for sample in row.samples { take(sample, of: row, arrival: batch.arrival) }
    }
    for amendment in batch.amendments {
      let time = amendment.time.milliseconds
      pools[amendment.pool.index][time]?[amendment.parameter]?.flag = amendment.flag
    }
  }

  private mutating func take(_ sample: Sample, of row: SampleRow, arrival: Timestamp) {
    let time = row.time.milliseconds
    if let known = pools[row.pool.index][time]?[sample.parameter] {
      let isSame =
        (known.flag == .missing) == (sample.flag == .missing)
        && (known.flag == .missing || known.value.bitPattern == sample.value.bitPattern)
      // The first value stays; what says the same brings its marks.
      guard isSame else { return }
      pools[row.pool.index][time]?[sample.parameter]?.gatewayMarks.formUnion(sample.gatewayMarks)
      return
    }
    var stored = sample
    let age = arrival.milliseconds - time
    if age > 2 * intervalMilliseconds { stored.arrivalMarks.insert(.backfilled) }
    if age > 72 * 3_600_000 { stored.arrivalMarks.insert(.tooLateToCount) }
    let series = Series(pool: row.pool, parameter: sample.parameter)
    if let known = newest[series], time < known { stored.arrivalMarks.insert(.late) }
    newest[series] = max(newest[series] ?? .min, time)
    pools[row.pool.index][time, default: [:]][sample.parameter] = stored
  }
}

extension Sample {
  /// Whether every bit is that of `other`.
  func isIdentical(to other: Sample) -> Bool {
    value.bitPattern == other.value.bitPattern && flag == other.flag
      && gatewayMarks == other.gatewayMarks && arrivalMarks == other.arrivalMarks
  }
}
