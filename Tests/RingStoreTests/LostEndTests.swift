import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// A pool whose newest raw rows are lost: what was rolled of them answers, before a repair and after it.
@Suite struct LostEndTests {
  private let now = Timestamp(milliseconds: 0)
  private let configuration = RingStore.Configuration(
    retention: .seconds(40_000), minuteRetention: .seconds(400_000), pageByteCount: 1024,
    journalByteCount: 65_536)

  private func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 2), configuration: configuration, storage: disk)
  }

  /// A row every 10 s in each pool, but for every thirtieth.
  private func append(_ count: Int, to store: RingStore, _ next: inout Int64) throws {
    for _ in 0..<count {
      for pool in 0..<2 where next % 30 != 17 {
        let values = [0: noise(next, 0), 1: noise(next, 1), 2: 27]
        _ = store.append(row(pool, 10_000 * next, values), arrival: now)
      }
      next += 1
    }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }

  /// Damages the slots of a pool's newest raw pages, in their headers or in their rows.
  private func loseEnd(
    _ disk: SimulatedDisk, of store: RingStore, pages count: Int, isHeader: Bool
  ) {
    let ring = store.rings[0].raw
    let slots = ring.pages.compactMap(\.slot).map(Int.init) + [ring.openSlot].compactMap(\.self)
    for slot in slots.suffix(count) {
      disk.corrupt("raw.pages") { $0[ring.place.offset + slot * 1024 + (isHeader ? 20 : 150)] ^= 1 }
    }
  }

  private func findings(_ store: RingStore) throws -> [String] {
    var findings: [String] = []
    try store.verify(progress: { _ in }) { findings.append("\($0.file) \($0.problem)") }
    return findings
  }

  /// What rollups answer about the pool up to `end`: steps of an hour and of a minute, and when readings
  /// came.
  private func answers(_ store: RingStore, before end: Int64) throws -> [String] {
    let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
    let (from, to) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: end))
    var answers: [String] = []
    for step in [Duration.seconds(3600), .seconds(60)] {
      for line in try store.aggregates(of: series, from: from, to: to, step: step, limit: .max) {
        answers.append("\(line)")
      }
    }
    try store.coverage(of: series.pool, parameters: [series.parameter], from: from, to: to) {
      answers.append("\($1)")
    }
    answers.append("\(try store.stretch(of: series, from: from, to: to))")
    return answers
  }

  @Test(arguments: [(pages: 1, isHeader: false), (1, true), (4, false), (4, true), (99, true)])
  func `a repair keeps what was rolled of the newest rows, for as long as it is held`(
    pages: Int, isHeader: Bool
  ) throws {
    var disk = SimulatedDisk(seed: 1)
    var next: Int64 = 720
    var store = try opened(disk)
    for _ in 0..<12 { try append(100, to: store, &next) }
    let end = 10_000 * (next - 1) / 60_000 * 60_000
    let whole = try answers(store, before: end)
    #expect(whole.count > 10 + 190)
    for repair in 0..<2 {
      loseEnd(disk, of: store, pages: repair == 0 ? pages : 2, isHeader: isHeader)
      store = try opened(disk)
      #expect(try !findings(store).isEmpty)
      #expect(try answers(store, before: end) == whole, "damaged, repair \(repair)")
      let copy = SimulatedDisk(seed: 1)
      try store.rebuild(into: copy, configuration: configuration, progress: { _ in })
      disk = copy
      for life in 0..<3 {
        store = try opened(disk)
        #expect(store.damagedPages == [], "repair \(repair), life \(life)")
        #expect(try findings(store) == [], "repair \(repair), life \(life)")
        #expect(try answers(store, before: end) == whole, "repair \(repair), life \(life)")
        try append(40, to: store, &next)
        #expect(try answers(store, before: end) == whole, "repair \(repair), after \(life)")
      }
    }
    #expect(try findings(opened(disk)) == [])
  }
}
