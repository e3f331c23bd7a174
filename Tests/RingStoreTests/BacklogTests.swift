import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// More at once, or anew, than the ring of minutes holds: no hour and no day is made of a part of its rows.
@Suite struct BacklogTests {
  /// Midnight in UTC, the zone of the plan.
  private let start: Int64 = 1_767_225_600_000
  /// A row every ten seconds.
  private let rowCount = 72 * 360

  /// Raw rows of five days, minutes of about ten hours.
  private let narrow = RingStore.Configuration(
    retention: .seconds(432_000), minuteRetention: .seconds(20_000), pageByteCount: 1024,
    journalByteCount: 4 << 20)

  private func open(_ disk: SimulatedDisk, low: Double? = nil) throws -> RingStore {
    let plan = plan(poolCount: 1, parameters: ["ph"])
    guard let low else {
      return try RingStore(plan: plan, configuration: narrow, storage: disk)
    }
    let limit = Limit(
      parameter: ParameterNumber(0), low: Bound(value: low, isInclusive: true), high: nil,
      isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "",
      status: .primary)
    let profile = LimitsProfile(
      id: "p", title: Title(english: "p", chinese: "p"), from: CivilDate(daysSinceEpoch: 0),
      to: nil, limits: [limit])
    return try RingStore(
      plan: plan, configuration: narrow, rules: RollupRules(plan: plan, profiles: [profile]),
      storage: disk)
  }

  private func append(_ rows: some Sequence<Int>, to store: RingStore) throws {
    for (count, number) in rows.enumerated() {
      let time = start + Int64(number) * 10_000
      _ = store.append(
        row(0, time, [0: 7 + Double(number % 97) / 100]), arrival: Timestamp(milliseconds: time))
      if count % 1000 == 999 { try commit(store) }
    }
    try commit(store)
  }

  private func commit(_ store: RingStore) throws {
    try store.commit(at: Timestamp(milliseconds: start))
    store.release(judgedUpTo: store.committed)
  }

  private func checkpoint(_ store: RingStore) throws {
    try store.checkpoint(at: Timestamp(milliseconds: start))
  }

  private func findings(_ store: RingStore) throws -> [String] {
    var found: [String] = []
    try store.verify(progress: { _ in }, finding: { found.append($0.problem) })
    return found
  }

  /// Every hour and every day has all its readings; the minutes of the first ones are gone.
  private func expectWhole(
    _ store: RingStore, damagedCount: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ring = store.rings[0]
    store.roll(ring)
    let minutes = ring.rollups(.minute)
    let held = minutes.oldestHeld ?? minutes.firstTime ?? 0
    #expect(held > start + 30 * 3_600_000, sourceLocation: sourceLocation)
    for (tier, seconds, count) in [(Tier.hour, 3600, 360), (.day, 86_400, 8640)] {
      let rolled = try store.rollupRows(of: ring.rollups(tier), from: .min, to: .max)
      let ended = (rowCount - 1) / count
      let isComplete = rolled.starts == (0..<ended).map { start + Int64($0 * seconds) * 1000 }
      #expect(isComplete, "\(tier): \(rolled.rowCount)", sourceLocation: sourceLocation)
      let answers = try store.aggregates(
        of: Series(pool: PoolNumber(0), parameter: ParameterNumber(0)),
        from: Timestamp(milliseconds: start),
        to: Timestamp(milliseconds: start + Int64(rowCount) * 10_000), step: .seconds(seconds),
        limit: .max)
      #expect(
        answers.map(\.count) == Array(repeating: count, count: rowCount / count), "\(tier)",
        sourceLocation: sourceLocation)
      #expect(answers.allSatisfy { $0.missingCount == 0 }, sourceLocation: sourceLocation)
    }
    #expect(try findings(store).count == damagedCount, sourceLocation: sourceLocation)
  }

  @Test func `late rows push no newer hours out of their ring`() throws {
    var tight = narrow
    tight.hourRetention = .seconds(36_000)
    let disk = SimulatedDisk(seed: 1)
    let store = try RingStore(
      plan: plan(poolCount: 1, parameters: ["ph"]), configuration: tight, storage: disk)
    try append((0..<rowCount).filter { $0 % 360 != 7 }, to: store)
    try checkpoint(store)
    let ring = store.rings[0].rollups(.hour)
    let held = try #require(ring.oldestHeld)
    let sequence = ring.openSequence
    #expect(held > start + 24 * 3_600_000)
    // A reading of each hour whose rollup was given up.
    let given = Int(held - start) / 10_000
    try append((0..<given).filter { $0 % 360 == 7 }, to: store)
    try checkpoint(store)
    #expect(ring.openSequence == sequence && ring.oldestHeld == held)
    let days = try store.rollupRows(of: store.rings[0].rollups(.day), from: .min, to: .max)
    #expect(days.columns[0].cells[0]?.count == 8640)
    #expect(try findings(store) == [])
  }

  @Test(arguments: [20, 300])
  func `a damaged page of hours is made anew of raw rows, by a restart and by a repair`(byte: Int)
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    try append(0..<rowCount, to: store)
    try checkpoint(store)
    let ring = store.rings[0].rollups(.hour)
    let slot = Int(try #require(ring.pages.first?.slot))
    let offset = ring.place.offset + slot * 1024
    disk.corrupt("hour.pages") { $0[offset + byte] ^= 1 }
    let damaged = try open(disk)
    let copy = SimulatedDisk(seed: 1)
    let counts = try damaged.rebuild(into: copy, configuration: narrow, progress: { _ in })
    #expect(counts.dropped == 0)
    try expectWhole(open(copy))
    let again = try open(disk)
    _ = try again.aggregates(
      of: Series(pool: PoolNumber(0), parameter: ParameterNumber(0)),
      from: Timestamp(milliseconds: start), to: Timestamp(milliseconds: start + 259_200_000),
      step: .seconds(3600), limit: .max)
    try expectWhole(again, damagedCount: 1)
    try checkpoint(again)
  }

  @Test func `what comes after a repair is rolled from memory alone`() throws {
    let store = try open(SimulatedDisk(seed: 1))
    try append(0..<rowCount, to: store)
    try checkpoint(store)
    let disk = SimulatedDisk(seed: 1)
    try store.rebuild(into: disk, configuration: narrow, progress: { _ in })
    let copy = try open(disk)
    let ring = copy.rings[0]
    // That minutes were given up before is no damage.
    #expect(!ring.notes.isEmpty)
    try append(rowCount..<rowCount + 30, to: copy)
    copy.applyWaiting()
    copy.roll(ring)
    try append(rowCount + 30..<rowCount + 400, to: copy)
    copy.applyWaiting()
    #expect(copy.plainRolling.roll(ring) != nil)
    #expect(ring.rolled[1] == start + 73 * 3_600_000)
    #expect(try findings(copy) == [])
  }

  @Test func `a backlog that comes at once has whole hours and days`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    try append(0..<rowCount, to: store)
    try checkpoint(store)
    try expectWhole(store)
    try expectWhole(open(disk))
  }

  @Test func `a backlog after a first day has whole hours and days`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    for end in stride(from: 360, through: 6 * 360 + 77, by: 360) {
      try append(end - 360..<end, to: store)
      try checkpoint(store)
    }
    try append(6 * 360..<rowCount, to: store)
    try expectWhole(store)
    try checkpoint(store)
    try expectWhole(open(disk))
  }

  @Test func `a backlog in the journal alone has whole hours and days after a restart`() throws {
    let disk = SimulatedDisk(seed: 1)
    try append(0..<rowCount, to: open(disk))
    try expectWhole(open(disk))
  }

  @Test func `late rows of hours whose minutes were given up are counted`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    let isLate = { (number: Int) in number % 1000 == 7 || (2000..<5000).contains(number) }
    try append((0..<rowCount).filter { !isLate($0) }, to: store)
    try checkpoint(store)
    try append((0..<rowCount).filter(isLate), to: store)
    try expectWhole(store)
    try checkpoint(store)
    try expectWhole(open(disk))
  }

  @Test func `what is rolled anew has whole hours and days`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try open(disk)
    try append(0..<rowCount, to: store)
    try checkpoint(store)
    store.rings[0].stale.insert(.everything)
    try expectWhole(store)
    let changed = try open(disk, low: 7.5)
    try expectWhole(changed)
    let out = try changed.rollupRows(of: changed.rings[0].rollups(.hour), from: .min, to: .max)
    #expect(out.columns[0].cells.allSatisfy { ($0?.outMilliseconds ?? 0) > 1_000_000 })
  }

  @Test(arguments: [Tier.hour, .day])
  func `verify finds a rollup whose minutes are gone and that its raw rows do not make`(tier: Tier)
    throws
  {
    let store = try open(SimulatedDisk(seed: 1))
    try append(0..<rowCount, to: store)
    try checkpoint(store)
    let ring = store.rings[0].rollups(tier)
    let good = try store.rollupRows(of: ring, from: .min, to: .max)[0..<1]
    var cells = good.columns[0].cells
    cells[0]?.count -= 1
    store.put(
      RollupTable(starts: good.starts, columns: [.init(number: 0, cells: cells)]), in: ring)
    let found = try findings(store)
    // A wrong hour differs from its raw rows and from its day.
    #expect(found.count == (tier == .day ? 1 : 2))
    let origin = tier == .day ? "its hours" : "the raw rows"
    let first = try #require(found.first)
    #expect(first.hasPrefix("the rollup of the \(tier) from 2026-01-01T00:00:00"))
    #expect(first.hasSuffix("is not that of \(origin)"))
    let copy = SimulatedDisk(seed: 1)
    try store.rebuild(into: copy, configuration: narrow, progress: { _ in })
    try expectWhole(open(copy))
  }
}
