import PoolModel

/// What is known, beside the sample that is judged, of the parameters that choose a bound or make up a
/// computed one.
///
/// A row's own value comes first. Where the row lacks the parameter, the newest usable value counts that
/// came in order before, while it is not older than its reach, two intervals mostly. Nothing else is
/// remembered, so that reading back so much more after a restart gives the same.
struct RowParts: Hashable, Sendable {
  /// One of these parameters, as it is known when a row is judged.
  enum Part: Hashable, Sendable {
    /// The value to go by.
    case known(Double)
    /// The row has a value that says nothing of the water; the newest usable one before, if any.
    case unusable(before: Double?)
    /// There is none.
    case absent
  }

  private struct Newest: Hashable, Sendable {
    var time = Int64.min
    var value = 0.0
  }

  /// By slot, for the row that is judged.
  private(set) var row: [Part]
  /// Which slots the row has a sample for that is judged as news, as bits.
  private(set) var news: UInt64 = 0
  /// Which it has a late usable one for.
  private(set) var late: UInt64 = 0
  /// By pool and slot.
  private var newest: [Newest]
  /// The same before each of them: its flag may yet become another one.
  private var earlier: [Newest]
  /// By pool and slot, when the newest value that says nothing of the water came in order, in milliseconds: it is the
  /// row's own also for the parts of the row that come after it.
  private var unusable: [Int64]
  /// By slot, how old a remembered value may be, in milliseconds.
  private let reaches: [Int64]

  /// Nothing is known.
  ///
  /// - Parameters:
  ///   - poolCount: the plan's pools.
  ///   - reaches: of each parameter, 0…64 of them, how old a remembered value may be, in
  ///     milliseconds; with none it takes no memory.
  init(poolCount: Int, reaches: [Int64]) {
    row = Array(repeating: .absent, count: reaches.count)
    newest = Array(repeating: Newest(), count: poolCount * reaches.count)
    earlier = newest
    unusable = Array(repeating: .min, count: newest.count)
    self.reaches = reaches
  }

  /// How old any remembered value may be, in milliseconds; 0 when there is nothing to know.
  var longestReach: Int64 { reaches.max() ?? 0 }

  /// Whether there is nothing to know.
  var isEmpty: Bool { row.isEmpty }

  /// A row begins: of its own values nothing is known yet.
  mutating func begin(_ pool: PoolNumber, at time: Timestamp) {
    news = 0
    late = 0
    for slot in row.indices {
      let known = remembered(slot, of: pool, at: time)
      row[slot] =
        unusable[pool.index * row.count + slot] == time.milliseconds
        ? .unusable(before: known) : known.map { .known($0) } ?? .absent
    }
  }

  /// The newest usable value for `slot` that came in order, where it is in reach of `time` and not newer.
  @inline(__always)
  func remembered(_ slot: Int, of pool: PoolNumber, at time: Timestamp) -> Double? {
    let known = newest[pool.index * row.count + slot]
    let isInReach =
      known.time <= time.milliseconds && known.time >= time.milliseconds - reaches[slot]
    return isInReach ? known.value : nil
  }

  /// Whether a usable value newer than `time` is known for one of the slots in `mask`.
  func isKnown(_ mask: UInt64, of pool: PoolNumber, after time: Timestamp) -> Bool {
    row.indices.contains { slot in
      mask & 1 << UInt64(slot) != 0
        && newest[pool.index * row.count + slot].time > time.milliseconds
    }
  }

  /// The row has `sample` for `slot`.
  ///
  /// - Parameters:
  ///   - sample: one that was not replayed.
  ///   - slot: its parameter's.
  ///   - isNews: whether it is in order and newer than what was judged of its series.
  mutating func take(_ sample: Sample, slot: Int, isNews: Bool) {
    guard sample.flag != .missing else { return }
    if isNews { news |= 1 << UInt64(slot) }
    if sample.flag.isUsable {
      row[slot] = .known(sample.value)
      if sample.arrivalMarks.contains(.late) { late |= 1 << UInt64(slot) }
    } else {
      row[slot] = .unusable(before: value(at: slot))
    }
  }

  /// Keeps a sample that came in order.
  mutating func remember(_ sample: Sample, slot: Int, of pool: PoolNumber, at time: Timestamp) {
    let place = pool.index * row.count + slot
    guard sample.flag.isUsable else {
      unusable[place] = max(unusable[place], time.milliseconds)
      return
    }
    guard time.milliseconds >= newest[place].time else { return }
    if time.milliseconds > newest[place].time { earlier[place] = newest[place] }
    newest[place] = Newest(time: time.milliseconds, value: sample.value)
  }

  /// The value at `time` failed after all: what was known before it counts again.
  mutating func takeBack(slot: Int, of pool: PoolNumber, at time: Timestamp) {
    let place = pool.index * row.count + slot
    if newest[place].time == time.milliseconds { newest[place] = earlier[place] }
    unusable[place] = max(unusable[place], time.milliseconds)
  }

  /// The same parameters of `poolCount` pools, of which nothing is known.
  func blank(poolCount: Int) -> RowParts { RowParts(poolCount: poolCount, reaches: reaches) }

  /// Forgets what came of `pool`.
  mutating func forget(_ pool: PoolNumber) {
    for place in pool.index * row.count..<(pool.index + 1) * row.count {
      (newest[place], earlier[place], unusable[place]) = (Newest(), Newest(), .min)
    }
  }

  /// What a condition goes by; nil when that is not known.
  func value(at slot: Int) -> Double? {
    switch row[slot] {
    case .known(let value): value
    case .unusable(let before): before
    case .absent: nil
    }
  }
}

/// What a computed parameter was made of when it was last judged.
struct DerivedReading: Hashable, Sendable {
  /// When, in milliseconds; `Int64.min` when it never was.
  var time = Int64.min
  /// The ingredients in their order, with 0 for a third that there is not.
  var first = 0.0
  var second = 0.0
  var third = 0.0
}
