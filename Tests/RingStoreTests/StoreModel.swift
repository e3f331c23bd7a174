import PoolModel

@testable import RingStore

/// What the store ought to hold, as plain dictionaries: an independent telling of the same rules.
struct StoreModel {
  struct Key: Hashable {
    var pool: Int
    var time: Int64
    var parameter: Int
  }
  /// Acknowledged values with the gateway's and the arrival's marks.
  var values: [Key: Sample] = [:]
  /// Values that were staged when a commit failed or the power went: they may be there or not.
  var possible: [Key: [Sample]] = [:]
  /// The newest time of each series, staged rows included.
  var newest: [Series: Int64] = [:]
  var interval: Int64 = 10_000

  /// What appending `row` must do; changes the model as a commit would.
  mutating func append(_ row: SampleRow, arrival: Timestamp) -> AppendOutcome {
    var outcome = AppendOutcome()
    for sample in row.samples {
      let time = row.time.milliseconds
      let key = Key(pool: row.pool.index, time: time, parameter: sample.parameter.index)
      if var known = values[key] {
        let bothMissing = known.flag == .missing && sample.flag == .missing
        let isSame =
          bothMissing
          || (known.value.bitPattern == sample.value.bitPattern
            && (known.flag == .missing) == (sample.flag == .missing))
        if isSame {
          outcome.duplicate += 1
          outcome.repeated.insert(ParameterSet(sample.parameter))
          if !known.gatewayMarks.isSuperset(of: sample.gatewayMarks) {
            let order: [QualityFlag] = [.missing, .unknown, .good, .suspect, .fail]
            known.flag = order.last { $0 == known.flag || $0 == sample.flag } ?? known.flag
          }
          known.gatewayMarks.formUnion(sample.gatewayMarks)
          values[key] = known
        } else {
          outcome.conflict += 1
          outcome.contradicting.insert(ParameterSet(sample.parameter))
        }
        continue
      }
      var stored = sample
      stored.arrivalMarks = []
      let age = arrival.milliseconds - time
      if age > 2 * interval { stored.arrivalMarks.insert(.backfilled) }
      if age > 72 * 3_600_000 { stored.arrivalMarks.insert(.tooLateToCount) }
      let series = Series(pool: row.pool, parameter: sample.parameter)
      if time < newest[series] ?? .min {
        stored.arrivalMarks.insert(.late)
        outcome.late += 1
      }
      newest[series] = max(newest[series] ?? .min, time)
      values[key] = stored
      outcome.stored += 1
    }
    return outcome
  }

  /// The rows of `pool`, in time order.
  func rows(of pool: Int) -> [SampleRow] {
    var rows: [Int64: [Sample]] = [:]
    for (key, sample) in values where key.pool == pool {
      rows[key.time, default: []].append(sample)
    }
    return rows.sorted { $0.key < $1.key }.map { time, samples in
      SampleRow(
        pool: PoolNumber(pool), time: Timestamp(milliseconds: time),
        samples: samples.sorted { $0.parameter < $1.parameter })
    }
  }
}

/// Rows with NaN in them compared by their bits.
func bits(_ rows: [SampleRow]) -> [String] {
  rows.map { row in
    let samples = row.samples.map {
      "\($0.parameter.index)=\(String($0.value.bitPattern, radix: 16)),\($0.flag)"
        + ",\($0.gatewayMarks.rawValue),\($0.arrivalMarks.rawValue)"
    }
    return "\(row.pool.index)@\(row.time.milliseconds) \(samples.joined(separator: " "))"
  }
}

/// A plan of `poolCount` pools that report every 10 s.
func plan(poolCount: Int, parameters: [String] = ["free_chlorine", "ph", "temperature"]) -> Plan {
  let known = parameters.map { name in
    Parameter(
      name: name, unit: "", title: Title(english: name, chinese: name), plausible: -1e9...1e9)
  }
  return Plan(
    district: District(
      code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: .utc),
    interval: .seconds(10), parameters: known,
    required: known.indices.map(ParameterNumber.init),
    venues: [
      Venue(
        id: "venue-01", title: Title(english: "one", chinese: "一"), street: "s", openingHours: [])
    ],
    pools: (0..<poolCount).map { index in
      Pool(
        id: PoolID(venue: "venue-01", pool: "p\(index)"), venue: 0,
        title: Title(english: "p", chinese: "p"), kind: .indoor, disinfectant: .chlorine,
        resolution: [:])
    })
}

/// A row with one value per entry of `values`.
func row(
  _ pool: Int, _ time: Int64, _ values: [Int: Double], flag: QualityFlag = .good,
  marks: GatewayMarks = []
) -> SampleRow {
  SampleRow(
    pool: PoolNumber(pool), time: Timestamp(milliseconds: time),
    samples: values.sorted { $0.key < $1.key }.map {
      Sample(
        parameter: ParameterNumber($0.key), value: $0.value,
        flag: $0.value.isNaN ? .missing : flag, gatewayMarks: marks)
    })
}

/// A number that no codec makes smaller: a row of three takes 24 bytes and its share of the rest.
func noise(_ row: Int64, _ parameter: Int) -> Double {
  var random = SplitMix64(seed: UInt64(bitPattern: row) &* 64 &+ UInt64(parameter))
  return Double(bitPattern: random.next() & 0x7FEF_FFFF_FFFF_FFFF)
}

/// The smallest store there can be: pages of 1 KiB, a journal of 64 KiB.
let smallest = RingStore.Configuration(
  retention: .seconds(1), pageByteCount: 1024, journalByteCount: 65_536)

extension RingStore {
  /// Everything held of a pool, read in steps of `step` rows.
  func allRows(of pool: Int, step: Int = 40) throws(RingStoreError) -> [SampleRow] {
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

  /// The journal from its tail to its end.
  func allJournalRows(limit: Int = 5) throws(RingStoreError) -> [SampleRow] {
    var rows: [SampleRow] = []
    var at = oldestHeld
    while at < committed {
      let stretch = try self.rows(after: at, limit: limit)
      rows += stretch.rows
      at = stretch.end
    }
    return rows
  }
}
