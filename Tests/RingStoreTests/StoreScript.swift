import PoolModel
import SimulatedDisk

@testable import RingStore

/// A seeded life of a store: batches in order, late, doubled, conflicting, joining; checkpoints,
/// releases, crashes; and the model that says what must be there.
///
/// The same routine serves the fault tests, the power cuts and the random model test.
struct StoreScript {
  /// Only what a commit acknowledged.
  private(set) var model = StoreModel()
  /// Values of the batches that failed since the last success: allowed to be there, not required.
  private(set) var doubtful: [SampleRow] = []
  private(set) var store: RingStore?
  private(set) var commitCount = 0
  private(set) var failedCommitCount = 0
  let disk: SimulatedDisk
  let poolCount: Int
  let configuration: RingStore.Configuration
  private var random: SplitMix64
  private var clock: Int64 = 1_000_000

  init(
    disk: SimulatedDisk, seed: UInt64, poolCount: Int = 2,
    configuration: RingStore.Configuration = smallest
  ) {
    self.disk = disk
    self.poolCount = poolCount
    self.configuration = configuration
    random = SplitMix64(seed: seed)
  }

  /// The same script going on with another disk.
  func moved(to disk: SimulatedDisk) -> StoreScript {
    var moved = StoreScript(
      disk: disk, seed: 0, poolCount: poolCount, configuration: configuration)
    moved.model = model
    moved.doubtful = doubtful
    moved.random = random
    moved.clock = clock
    return moved
  }

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// Opens, or opens again.
  mutating func open() throws(RingStoreError) {
    store = nil
    store = try RingStore(
      plan: plan(poolCount: poolCount), configuration: configuration, storage: disk)
  }

  private mutating func nextRow() -> SampleRow {
    let pool = below(poolCount)
    var time = clock
    switch below(8) {
    case 0: time = max(0, clock - Int64(below(60)) * 10_000)  // late, doubled or joining
    case 1: time = max(0, clock - 10_000)
    default:
      clock += 10_000
      time = clock
    }
    var values: [Int: Double] = [:]
    for parameter in 0..<3 where below(4) > 0 {
      values[parameter] = below(20) == 0 ? .nan : Double((time / 10_000 + Int64(below(8) / 7)) % 50)
    }
    if values.isEmpty { values[0] = 1 }
    return row(pool, time, values, marks: below(10) == 0 ? .manual : [])
  }

  /// One batch of up to `rowLimit` rows; gives back what did not agree with the model.
  mutating func batch(rowLimit: Int) -> [String] {
    guard let store else { return ["no store"] }
    var complaints: [String] = []
    var next = model
    var rows: [SampleRow] = []
    for _ in 0...below(rowLimit) {
      let row = nextRow()
      rows.append(row)
      let arrival = Timestamp(milliseconds: clock)
      let outcome = store.append(row, arrival: arrival)
      let expected = next.append(row, arrival: arrival)
      // Where rows are in doubt the model cannot know what is new.
      if doubtful.isEmpty, outcome != expected {
        complaints.append("append \(bits([row])): \(outcome) instead of \(expected)")
      }
    }
    do {
      try store.commit(at: Timestamp(milliseconds: clock))
      commitCount += 1
      model = next
    } catch {
      failedCommitCount += 1
      doubtful += rows
    }
    return complaints
  }

  /// Allows the journal's tail to move to its end.
  mutating func judgeAll() { if let store { store.release(judgedUpTo: store.committed) } }

  /// A checkpoint, whose failure does not matter to what must be there.
  mutating func checkpoint() { try? store?.checkpoint(at: Timestamp(milliseconds: clock)) }

  /// Compares everything held with the model: every acknowledged value bit for bit, and nothing that
  /// was never sent.
  func complaints() throws(RingStoreError) -> [String] {
    guard let store else { return ["no store"] }
    var complaints: [String] = []
    var allowed: [StoreModel.Key: [UInt64]] = [:]
    for row in doubtful {
      for sample in row.samples {
        let key = StoreModel.Key(
          pool: row.pool.index, time: row.time.milliseconds, parameter: sample.parameter.index)
        allowed[key, default: []].append(sample.value.bitPattern)
      }
    }
    for pool in 0..<poolCount {
      let found = try store.allRows(of: pool)
      if doubtful.isEmpty {
        let expected = model.rows(of: pool)
        if bits(found) != bits(expected) {
          complaints.append("pool \(pool): \(found.count) rows, expected \(expected.count)")
        }
        continue
      }
      var left = model.values.filter { $0.key.pool == pool }
      for row in found {
        for sample in row.samples {
          let key = StoreModel.Key(
            pool: pool, time: row.time.milliseconds, parameter: sample.parameter.index)
          let known = left.removeValue(forKey: key)
          let isDoubtful = allowed[key]?.contains(sample.value.bitPattern) ?? false
          if known?.value.bitPattern != sample.value.bitPattern, !isDoubtful {
            complaints.append("invented \(key) \(sample.value)")
          }
        }
      }
      complaints += left.keys.map { "lost \($0)" }
    }
    return complaints
  }

  /// Takes what is there for what must be there from now on: after a crash whose unacknowledged rows
  /// may have come through.
  mutating func adoptWhatIsThere() throws(RingStoreError) {
    guard let store else { return }
    model.values = [:]
    model.newest = [:]
    doubtful = []
    for pool in 0..<poolCount {
      for row in try store.allRows(of: pool) {
        for sample in row.samples {
          let time = row.time.milliseconds
          model.values[
            StoreModel.Key(pool: pool, time: time, parameter: sample.parameter.index)] = sample
          let series = Series(pool: row.pool, parameter: sample.parameter)
          model.newest[series] = max(model.newest[series] ?? .min, time)
        }
      }
    }
  }
}
