import PoolModel

/// What a worker appends, batch by batch: rows in order, late, doubled, conflicting and joining, and
/// flags that are amended.
///
/// A function of the seed alone, so that whoever knows seed and number knows every bit that a store
/// has to hold.
struct BatchScript {
  /// The pools there are.
  static let poolCount = 4
  /// The columns there are.
  static let parameterCount = 3

  /// How many flags a batch sets anew.
  static let amendmentsPerBatch = 3

  /// How much older than its pool's newest row a row can be when it comes: late by 30 intervals, then
  /// sent again as one of 30 recent rows with gaps between them.
  static let latestMilliseconds: Int64 = 1_000_000

  /// What is committed together.
  struct Batch {
    /// Counts from 1.
    var number: Int
    /// When it came, by the worker's clock.
    var arrival: Timestamp
    /// Its rows in the order they are appended.
    var rows: [SampleRow]
    /// Flags that are set anew after the rows.
    var amendments: [Amendment]
  }

  /// A flag set anew.
  struct Amendment {
    var pool: PoolNumber
    var time: Timestamp
    var parameter: ParameterNumber
    var flag: QualityFlag
  }

  private let rowsPerBatch: Int
  private var number = 0
  private var random: SplitMix64
  /// The newest time of each pool.
  private var newest: [Int64]
  /// The rows that came last in each pool, oldest first.
  private var recent: [[SampleRow]]

  /// The batches that follow from `seed`, of `rowsPerBatch` rows each.
  init(seed: UInt64, rowsPerBatch: Int) {
    self.rowsPerBatch = rowsPerBatch
    random = SplitMix64(seed: seed)
    newest = [Int64](repeating: 1_700_000_000_000, count: Self.poolCount)
    recent = [[SampleRow]](repeating: [], count: Self.poolCount)
  }

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// The next batch.
  mutating func next() -> Batch {
    number += 1
    // What was stored before this batch is what can be amended.
    let known = recent
    let rows = (0..<rowsPerBatch).map { _ in nextRow() }
    var amendments: [Amendment] = []
    for _ in 0..<Self.amendmentsPerBatch {
      let pool = below(Self.poolCount)
      guard !known[pool].isEmpty else { continue }
      let row = known[pool][below(known[pool].count)]
      let sample = row.samples[below(row.samples.count)]
      guard sample.flag != .missing else { continue }
      amendments.append(
        Amendment(
          pool: row.pool, time: row.time, parameter: sample.parameter,
          flag: [.good, .suspect, .fail][below(3)]))
    }
    return Batch(
      number: number, arrival: Timestamp(milliseconds: newest.max() ?? 0), rows: rows,
      amendments: amendments)
  }

  private mutating func nextRow() -> SampleRow {
    // The first pool's ring turns soonest; the last one's open page lives through many checkpoints.
    let draw = below(32)
    let pool = [16, 26, 31].count { $0 <= draw }
    switch below(16) {
    case 0:
      let time = newest[pool] - Int64(below(30)) * 10_000 - 5000
      return keep(row(of: pool, at: time))
    case 1:
      guard var row = anyRecent(of: pool) else { break }
      if below(2) == 0 { row.samples[0].gatewayMarks.insert(.manual) }
      return row
    case 2:
      guard var row = anyRecent(of: pool) else { break }
      for index in row.samples.indices { row.samples[index].value += 1 }
      return row
    case 3:
      guard let row = anyRecent(of: pool) else { break }
      var whole = self.row(of: pool, at: row.time.milliseconds, everyValue: true)
      for sample in row.samples { whole.samples[sample.parameter.index] = sample }
      return whole
    default: break
    }
    // A jitter of a few hundred milliseconds, and now and then a gap.
    newest[pool] += 10_000 * Int64(below(20) == 0 ? 1 + below(9) : 1) + Int64(below(401)) - 200
    return keep(row(of: pool, at: newest[pool]))
  }

  private mutating func anyRecent(of pool: Int) -> SampleRow? {
    recent[pool].isEmpty ? nil : recent[pool][below(recent[pool].count)]
  }

  private mutating func keep(_ row: SampleRow) -> SampleRow {
    let pool = row.pool.index
    if recent[pool].count == 30 { recent[pool].removeFirst() }
    recent[pool].append(row)
    return row
  }

  private mutating func row(of pool: Int, at time: Int64, everyValue: Bool = false) -> SampleRow {
    var samples: [Sample] = []
    for parameter in 0..<Self.parameterCount where everyValue || below(8) > 0 {
      samples.append(sample(of: ParameterNumber(parameter)))
    }
    if samples.isEmpty { samples = [sample(of: ParameterNumber(0))] }
    return SampleRow(
      pool: PoolNumber(pool), time: Timestamp(milliseconds: time), samples: samples)
  }

  private mutating func sample(of parameter: ParameterNumber) -> Sample {
    var sample = Sample(parameter: parameter, value: 0, flag: .good)
    switch below(32) {
    case 0:
      sample.value = .nan
      sample.flag = .missing
    case 1:
      // Any double but NaN and the infinities, which no decoder lets through.
      let value = Double(bitPattern: random.next())
      sample.value = value.isFinite ? value : .pi
    case 2: sample.value = -0.0
    case 3:
      sample.value = 7.5
      sample.gatewayMarks = .maintenance
    case 4:
      sample.value = 9.25
      sample.flag = .suspect
    default: sample.value = Double(700 + below(80)) / 100
    }
    return sample
  }
}
