import PoolModel
import RingStore

/// Questions of every kind, their answers held against the model.
extension Life {
  /// Everything that the model holds of a series, in time order.
  func readings(of series: Series, from values: [ValueModel.Key: ValueModel.Value])
    -> [AggregateModel.Reading]
  {
    values.lazy.filter {
      $0.key.pool == series.pool.index && $0.key.parameter == series.parameter.index
    }.map { AggregateModel.Reading(time: $0.key.time, value: $0.value) }
      .sorted { $0.time < $1.time }
  }

  /// Asks for ranges with limits and for the time before, of one series.
  func checkRanges() {
    guard let store, let series = shape.series.randomElement(using: &random) else { return }
    let readings = readings(of: series, from: model.entries.mapValues(\.value))
    do throws(RingStoreError) {
      for _ in 0..<6 {
        let (from, to) = period(around: readings)
        try checkSamples(store, series, readings, from: from, through: to)
        try checkRows(store, series.pool, from: from, through: to)
        let before = try store.previousTime(of: series, before: Timestamp(milliseconds: from))
        if before?.milliseconds != readings.last(where: { $0.time < from })?.time {
          complain("the time of \(series) before \(from) is \(before as Any)")
        }
      }
    } catch {
      complain("reading: \(error)")
    }
  }

  /// A random period that has something in it, mostly.
  private func period(around readings: [AggregateModel.Reading]) -> (from: Int64, to: Int64) {
    let times = (0..<2).map { _ in
      (readings.randomElement(using: &random)?.time ?? clock) + Int64(below(3)) - 1
    }
    if oneIn(8) { return (.min / 4, .max / 4) }
    return oneIn(10) ? (times[0], times[1]) : (min(times[0], times[1]), max(times[0], times[1]))
  }

  private func checkSamples(
    _ store: RingStore, _ series: Series, _ readings: [AggregateModel.Reading], from: Int64,
    through: Int64
  ) throws(RingStoreError) {
    let limit = oneIn(2) ? below(40) : Int.max
    let slice = try store.samples(
      of: series, from: Timestamp(milliseconds: from), through: Timestamp(milliseconds: through),
      limit: limit)
    let right = readings.filter { $0.time >= from && $0.time <= through }.prefix(limit)
    let isRight =
      slice.times.map(\.milliseconds) == right.map(\.time)
      && slice.values.map(\.bitPattern) == right.map(\.value.bits)
      && slice.flags == right.map(\.value.flag)
      && slice.marks == right.map { $0.value.gatewayMarks | $0.value.arrivalMarks }
    if !isRight {
      complain("\(slice.count) samples of \(series), \(from)...\(through), limit \(limit)")
    }
  }

  private func checkRows(
    _ store: RingStore, _ pool: PoolNumber, from: Int64, through: Int64
  ) throws(RingStoreError) {
    let limit = oneIn(2) ? below(40) : 1_000_000
    let rows = try store.rows(
      of: pool, from: Timestamp(milliseconds: from), through: Timestamp(milliseconds: through),
      limit: limit)
    let keys = model.entries.keys.filter {
      $0.pool == pool.index && $0.time >= from && $0.time <= through
    }
    let right = Dictionary(grouping: keys, by: \.time).sorted { $0.key < $1.key }.prefix(limit)
    let isRight =
      rows.map(\.time.milliseconds) == right.map(\.key)
      && rows.map { $0.samples.map(\.parameter.index) }
        == right.map { $0.value.map(\.parameter).sorted() }
    if !isRight {
      complain("\(rows.count) rows of pool \(pool.index), \(from)...\(through), limit \(limit)")
    }
  }

  /// Asks for aggregates of one series in steps of all kinds.
  func checkAggregates() {
    guard let store, let series = shape.series.randomElement(using: &random) else { return }
    let readings = readings(of: series, from: model.entries.mapValues(\.value))
    for _ in 0..<4 {
      let (from, to) = period(around: readings)
      // Far periods cannot be counted one by one in steps.
      guard from > 0, from < to else { continue }
      checkAggregates(
        store, of: series, readings, from: from, to: to, step: Self.step(&random),
        limit: oneIn(3) ? 1 + below(20) : .max)
    }
  }

  /// The steps that people ask for, and others.
  private static func step(_ random: inout SplitMix64) -> Int64 {
    let steps: [Int64] = [
      60_000, 3_600_000, 86_400_000, 90_000, 420_000, 10_800_000, 61_200_000, 172_800_000,
      12_345, 7_200_000,
    ]
    return steps[Int(random.next() % UInt64(steps.count))]
  }

  /// Compares the aggregates of a period with what its readings make.
  func checkAggregates(
    _ store: RingStore, of series: Series, _ readings: [AggregateModel.Reading], from: Int64,
    to: Int64, step: Int64, limit: Int
  ) {
    let limits = series.parameter.index == 0 ? shape.limits : nil
    let right = AggregateModel(readings: readings, zone: shape.zone, limits: limits)
      .aggregates(from: from, to: to, step: step).prefix(limit)
    let name = "\(series.pool.index)/\(series.parameter.index)"
    let question = "aggregates of \(name) \(from)..<\(to) step \(step) limit \(limit)"
    do throws(RingStoreError) {
      let found = try store.aggregates(
        of: series, from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: to),
        step: .milliseconds(step), limit: limit)
      if found.count != right.count {
        return complain("\(question): \(found.count) aggregates instead of \(right.count)")
      }
      for (found, right) in zip(found, right) {
        if let mistake = right.mistake(in: found) {
          return complain("\(question): \(right.start) \(mistake)")
        }
      }
    } catch {
      complain("\(question): \(error)")
    }
  }
}
