import PoolModel
import RingStore
import SimulatedDisk

/// Every small capacity × start × count: rings of few slots with few rows a page, filled in order from
/// every place in a page through three laps, and looked at after every row.
///
/// What is held is always the newest rows, as many as promised at least, and what is older is refused.
///
/// A seed is the start plus 1,000 times the capacity, in rows.
struct CapacityTrial: Trial {
  let name = "capacity"
  private var tally = Counts()

  var counts: String { tally.description }

  /// Four parameters make rows of about 50 bytes when no number can be packed: eighteen on a page.
  private static let starts: ClosedRange<UInt64> = 1...20

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    guard let seed else { return 1_000 + Self.starts.lowerBound }
    if seed % 1_000 < Self.starts.upperBound { return seed + 1 }
    let capacity = seed / 1_000 + (isLong ? 1 : 3)
    return capacity <= 60 ? capacity * 1_000 + Self.starts.lowerBound : nil
  }

  mutating func run(seed: UInt64) -> [String] {
    var shape = StoreShape(rowCount: Int(seed / 1_000))
    shape.poolCount = 1
    shape.parameterCount = 4
    var filling = Filling(shape: shape, seed: seed)
    do throws(RingStoreError) {
      try filling.add(Int(seed % 1_000))
      for step in 0..<3 * (shape.rowCount + 24) where filling.complaints.isEmpty {
        try filling.add(1)
        if step % 5 == 4 { try filling.checkpoint() }
        if step % 7 == 6 { try filling.reopen(afterPowerCut: step % 2 == 0) }
      }
    } catch {
      filling.complaints.append("\(error)")
    }
    tally["looks"] += filling.lookCount
    tally["rows given up"] += filling.rows.count - filling.heldCount
    if filling.heldCount == filling.rows.count { filling.complaints.append("nothing was given up") }
    return filling.complaints
  }
}

/// A ring that is filled row by row.
private struct Filling {
  let shape: StoreShape
  private var disk: SimulatedDisk
  private var store: RingStore?
  private var random: SplitMix64
  /// All rows written, in order.
  private(set) var rows: [SampleRow] = []
  private(set) var heldCount = 0
  private(set) var lookCount = 0
  var complaints: [String] = []

  init(shape: StoreShape, seed: UInt64) {
    self.shape = shape
    disk = SimulatedDisk(seed: seed)
    random = SplitMix64(seed: seed)
  }

  private func time(_ index: Int) -> Timestamp {
    Timestamp(milliseconds: Int64(index) * TrialPlan.intervalMilliseconds)
  }

  private var now: Timestamp { time(rows.count) }

  /// Commits `count` rows together and looks.
  mutating func add(_ count: Int) throws(RingStoreError) {
    if store == nil { store = try shape.open(disk) }
    guard let store else { return }
    for _ in 0..<count {
      let time = now
      let samples = (0..<shape.parameterCount).map {
        // No scale fits these numbers, so that nothing about them can be packed.
        Sample(
          parameter: ParameterNumber($0),
          value: Double(bitPattern: random.next() & 0xBFFF_FFFF_FFFF_FFFF), flag: .good)
      }
      rows.append(SampleRow(pool: PoolNumber(0), time: time, samples: samples))
      if store.append(rows[rows.count - 1], arrival: time).stored != shape.parameterCount {
        complaints.append("row \(rows.count - 1) was not taken")
      }
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try look(store)
  }

  mutating func checkpoint() throws(RingStoreError) {
    guard let store else { return }
    try store.checkpoint(at: now)
    try look(store)
  }

  mutating func reopen(afterPowerCut isCut: Bool) throws(RingStoreError) {
    store = nil
    if isCut { disk = disk.afterPowerCut() }
    let store = try shape.open(disk)
    self.store = store
    try look(store)
  }

  private mutating func look(_ store: RingStore) throws(RingStoreError) {
    lookCount += 1
    let held = try store.allRows(of: 0)
    let goneCount = rows.count - held.count
    if held != Array(rows.suffix(held.count)) {
      complaints.append("after \(rows.count) rows: not the newest ones")
    }
    if held.count < min(rows.count, shape.rowCountHeld) {
      complaints.append("after \(rows.count) rows: \(held.count) are held")
    }
    if held.count > heldCount + 64 { complaints.append("rows came back") }
    heldCount = held.count
    if goneCount > 0 {
      let outcome = store.append(rows[goneCount - 1], arrival: now)
      if outcome.tooOld != shape.parameterCount {
        complaints.append("after \(rows.count) rows: \(outcome) for one given up")
      }
    }
    if goneCount < rows.count {
      let outcome = store.append(rows[goneCount], arrival: now)
      if outcome.duplicate != shape.parameterCount {
        complaints.append("after \(rows.count) rows: \(outcome) for the oldest one")
      }
    }
    store.undo()
  }
}
