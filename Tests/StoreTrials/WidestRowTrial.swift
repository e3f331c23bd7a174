import PoolModel
import RingStore
import SimulatedDisk

/// As many parameters as a page size allows, all of them reporting numbers that cannot be packed: one
/// row and one rollup must fit a page all the same.
///
/// A seed is the page's byte count ÷ 1,024.
struct WidestRowTrial: Trial {
  let name = "widest-row"
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    guard let seed else { return 1 }
    return seed < 8 ? seed * 2 : nil
  }

  mutating func run(seed: UInt64) -> [String] {
    var shape = StoreShape(rowCount: 200)
    shape.poolCount = 1
    shape.pageByteCount = Int(seed) * 1024
    shape.journalByteCount = 1 << 20
    do throws(RingStoreError) {
      guard let count = widest(shape) else { return ["no number of parameters is accepted"] }
      shape.parameterCount = count
      tally["parameters"] += count
      return try fill(shape, seed: seed)
    } catch {
      return ["\(error)"]
    }
  }

  /// The largest number of parameters that the store accepts.
  private func widest(_ shape: StoreShape) -> Int? {
    (1...64).reversed().first { count in
      var shape = shape
      shape.parameterCount = count
      do {
        _ = try shape.open(SimulatedDisk(seed: 1))
        return true
      } catch {
        return false
      }
    }
  }

  private func fill(_ shape: StoreShape, seed: UInt64) throws(RingStoreError) -> [String] {
    let disk = SimulatedDisk(seed: seed)
    var random = SplitMix64(seed: seed)
    var rows: [SampleRow] = []
    let store = try shape.open(disk)
    for index in 0..<120 {
      // Two rows a minute, hours apart in the end: no two rollups are alike.
      let time = Timestamp(milliseconds: Int64(index) * 30_000 * (index < 60 ? 1 : 240))
      let samples = (0..<shape.parameterCount).map {
        Sample(
          parameter: ParameterNumber($0),
          value: Double(bitPattern: random.next() & 0xBFFF_FFFF_FFFF_FFFF),
          flag: Life.flags[Int(random.next() % 4)],
          gatewayMarks: GatewayMarks(rawValue: UInt8(random.next() % 16)))
      }
      rows.append(SampleRow(pool: PoolNumber(0), time: time, samples: samples))
      _ = store.append(rows[index], arrival: time)
      try store.commit(at: time)
      store.release(judgedUpTo: store.committed)
      if index % 5 == 4 { try store.checkpoint(at: time) }
    }
    var complaints: [String] = []
    for store in [store, try shape.open(disk)] {
      let held = try store.allRows(of: 0)
      let right = rows.suffix(held.count).map(\.samples)
      if held.isEmpty
        || held.map({ $0.samples.map(\.value.bitPattern) })
          != right.map({ $0.map(\.value.bitPattern) })
      {
        complaints.append("\(held.count) rows are held, not the newest ones")
      }
    }
    return complaints
  }
}
