import PoolModel
import RingStore
import SimulatedDisk

/// Late, doubled and amended rows against the same rows in order: the rollups of both stores are the
/// same bit for bit, the counts of back-filled readings apart.
struct RollupTrial: Trial {
  let name = "rollup"
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    let next = seed.map { $0 + 1 } ?? 0
    return next < (isLong ? 3_000 : 60) ? next : nil
  }

  mutating func run(seed: UInt64) -> [String] {
    let life = ModelTrial.life(seed: seed &+ 0x5047, isTiny: false)
    do throws(RingStoreError) {
      try life.open()
      let twin = SimulatedDisk(seed: seed)
      for step in 1...40 where life.complaints.isEmpty {
        life.batch(rowLimit: 40)
        if life.oneIn(5) { life.judgeAll() }
        if life.oneIn(5) { life.checkpoint() }
        if step % 20 == 10 { try reopen(life) }
      }
      try feed(twin, with: life)
      try compare(life, twin)
      life.checkpoint()
      try reopen(life)
      try compare(life, twin)
    } catch {
      life.complain("\(error)")
    }
    return life.complaints
  }

  private func reopen(_ life: Life) throws(RingStoreError) {
    life.close()
    try life.open()
  }

  /// Feeds a second store with what the first one holds, in order and each value once.
  private func feed(_ disk: SimulatedDisk, with life: Life) throws(RingStoreError) {
    let store = try life.shape.open(disk)
    let entries = life.model.entries.sorted {
      ($0.key.time, $0.key.pool, $0.key.parameter) < ($1.key.time, $1.key.pool, $1.key.parameter)
    }
    for (index, (key, entry)) in entries.enumerated() {
      let value = entry.value
      let time = Timestamp(milliseconds: key.time)
      let isTooLate = ArrivalMarks(rawValue: value.arrivalMarks).contains(.tooLateToCount)
      let sample = Sample(
        parameter: ParameterNumber(key.parameter), value: Double(bitPattern: value.bits),
        flag: QualityFlag(rawValue: value.flag) ?? .unknown)
      _ = store.append(
        SampleRow(pool: PoolNumber(key.pool), time: time, samples: [sample]),
        arrival: isTooLate ? time + .seconds(80 * 3600) : time)
      if index % 100 == 99 { try store.commit(at: time) }
      if index % 700 == 699 {
        store.release(judgedUpTo: store.committed)
        try store.checkpoint(at: time)
      }
    }
    try store.commit(at: life.now)
    try store.checkpoint(at: life.now)
  }

  private mutating func compare(_ life: Life, _ twin: SimulatedDisk) throws(RingStoreError) {
    guard let store = life.store else { return }
    let other = try life.shape.open(twin)
    let from = Timestamp(milliseconds: life.clock - 400 * 86_400_000)
    let to = Timestamp(milliseconds: life.clock + 86_400_000)
    for series in life.shape.series {
      for step in [60_000, 3_600_000, 86_400_000, 420_000, 61_200_000] as [Int64] {
        var lists: [[Aggregate]] = []
        for store in [store, other] {
          var found = try store.aggregates(
            of: series, from: from, to: to, step: .milliseconds(step), limit: .max)
          for index in found.indices { found[index].backfilledCount = 0 }
          lists.append(found)
        }
        tally["aggregates"] += lists[0].count
        if let pair = zip(lists[0], lists[1]).first(where: { $0 != $1 }) {
          life.complain("\(Self.text(series)) step \(step): \(Self.text(pair.0, pair.1))")
        } else if lists[0].count != lists[1].count {
          life.complain("\(Self.text(series)) step \(step): \(lists.map(\.count)) aggregates")
        }
      }
    }
  }

  private static func text(_ series: Series) -> String {
    "\(series.pool.index)/\(series.parameter.index)"
  }

  /// What differs, in few words.
  private static func text(_ found: Aggregate, _ other: Aggregate) -> String {
    let names = [
      "start", "minimum", "mean", "maximum", "first", "last", "count", "missing", "usable missing",
      "out of limits",
    ]
    let differences = zip(names, zip(words(found), words(other))).compactMap { name, pair in
      pair.0 == pair.1 ? nil : "\(name) \(pair.0) in order \(pair.1)"
    }
    return "from \(found.start.milliseconds): " + differences.joined(separator: ", ")
  }

  private static func words(_ aggregate: Aggregate) -> [String] {
    [
      "\(aggregate.start.milliseconds)", "\(aggregate.minimum)", "\(aggregate.mean)",
      "\(aggregate.maximum)", "\(aggregate.first)", "\(aggregate.last)", "\(aggregate.count)",
      "\(aggregate.missingCount)", "\(aggregate.missingUsableCount)",
      "\(aggregate.secondsOutOfLimits)",
    ]
  }
}
