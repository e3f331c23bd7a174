import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// Pages that hold a list of chunks although they are not open any more: the chunks may overlap.
@Suite struct OverlappingChunksTests {
  private static let minute: Int64 = 60_000
  private let now = Timestamp(milliseconds: 1_000_000)
  private let pool = PoolNumber(0)
  private let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
  private let roomy = RingStore.Configuration(
    retention: .seconds(86_400), pageByteCount: 4096, journalByteCount: 65_536)
  private let limits: RollupRules = {
    let limit = Limit(
      parameter: ParameterNumber(0), low: nil, high: Bound(value: 50, isInclusive: true),
      isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "",
      status: .primary)
    let profile = LimitsProfile(
      id: "p", title: Title(english: "p", chinese: "p"), from: CivilDate(daysSinceEpoch: 0),
      to: nil, limits: [limit])
    return RollupRules(plan: plan(poolCount: 2), profiles: [profile])
  }()

  private func opened(_ disk: SimulatedDisk) throws -> RingStore {
    try RingStore(plan: plan(poolCount: 2), configuration: roomy, rules: limits, storage: disk)
  }

  /// A store whose open pages of all tiers have chunks that overlap, and what it holds by time.
  ///
  /// Row i is at 10 i s; every fifth comes after the next checkpoint, every seventh is amended then.
  private func overlapping(
    _ disk: SimulatedDisk
  ) throws -> (store: RingStore, flags: [Int64: QualityFlag]) {
    var store = try opened(disk)
    var flags: [Int64: QualityFlag] = [:]
    func add(_ index: Int64) {
      let time = 10_000 * index
      #expect(
        store.append(row(0, time, [0: Double(index % 100), 1: 7]), arrival: now).stored == 2)
      flags[time] = .good
    }
    for part in 0..<4 as Range<Int64> {
      let rows = part * 40..<part * 40 + 40
      for index in rows where index % 5 != 2 { add(index) }
      try store.commit(at: now)
      try store.checkpoint(at: now)
      store = try opened(disk)
      for index in rows where index % 5 == 2 { add(index) }
      for index in rows where index % 7 == 3 && index % 5 != 2 {
        #expect(
          store.amend(
            pool: pool, time: Timestamp(milliseconds: 10_000 * index),
            parameter: ParameterNumber(0), flag: .fail))
        flags[10_000 * index] = .fail
      }
      try store.commit(at: now)
      try store.checkpoint(at: now)
      store = try opened(disk)
    }
    return (store, flags)
  }

  /// Compares samples, coverage and aggregates with what `flags` says, one by one.
  private func check(_ store: RingStore, _ flags: [Int64: QualityFlag]) throws {
    let times = flags.keys.sorted()
    let end = Timestamp(milliseconds: (times.last ?? 0) + 1)
    let slice = try store.samples(
      of: series, from: .distantPast, through: .distantFuture, limit: .max)
    #expect(slice.times.map(\.milliseconds) == times)
    #expect(slice.values == times.map { Double($0 / 10_000 % 100) })
    #expect(slice.flags == times.map { flags[$0]?.rawValue })
    let some = try store.samples(of: series, from: .distantPast, through: .distantFuture, limit: 50)
    #expect(some.times.map(\.milliseconds) == Array(times.prefix(50)))
    let usable = times.filter { flags[$0] == .good }
    func missing(_ times: [Int64]) -> Int {
      zip(times, times.dropFirst()).reduce(0) { $0 + Int(($1.1 - $1.0) / 10_000) - 1 }
    }
    for isRaw in [true, false] {
      var found: [CoverageStretch] = []
      try store.coverage(
        of: pool, parameters: [ParameterNumber(0)], from: Timestamp(milliseconds: 0), to: end,
        isRaw: isRaw
      ) { found.append($1) }
      #expect(found.map(\.first?.milliseconds) == [times.first])
      #expect(found.map(\.last?.milliseconds) == [times.last])
      #expect(found.map(\.missingCount) == [missing(times)])
      #expect(found.map(\.missingUsableCount) == [missing(usable)])
      #expect(found.map(\.backfilledCount) == [times.count { 1_000_000 - $0 > 20_000 }])
    }
    let minutes = try store.aggregates(
      of: series, from: Timestamp(milliseconds: 0), to: end, step: .milliseconds(Self.minute),
      limit: .max)
    let starts = Set(times.map { $0 / Self.minute * Self.minute }).sorted()
    #expect(minutes.map(\.start.milliseconds) == starts)
    #expect(
      minutes.map(\.count)
        == starts.map { start in usable.count { (start..<start + Self.minute).contains($0) } })
    #expect(minutes.reduce(0) { $0 + $1.missingUsableCount } == missing(usable))
    var out: Int64 = 0
    for (index, time) in usable.enumerated() where time / 10_000 % 100 > 50 {
      let next = index + 1 < usable.count ? usable[index + 1] : .max
      out += min(10_000, next - time, end.milliseconds - time)
    }
    #expect(minutes.reduce(0) { $0 + $1.secondsOutOfLimits } * 1000 == Double(out))
  }

  @Test func `of a page that was open when a slot was lost count what they say together`() throws {
    let disk = SimulatedDisk(seed: 1)
    var (store, flags) = try overlapping(disk)
    try check(store, flags)
    // The second pool's checkpoint is newer: the first pool's newest copy might be in the lost slot.
    _ = store.append(row(1, 5, [0: 1]), arrival: now)
    try store.commit(at: now)
    try store.checkpoint(at: now)
    func lose<Content>(_ name: String, _ ring: PageRing<Content>) throws {
      let slot = try #require((0..<ring.place.slotCount).first { $0 != ring.openSlot })
      let at = ring.place.offset + slot * 4096
      disk.unreadable[name] = at..<at + 1
    }
    try lose("raw.pages", store.rings[0].raw)
    try lose("minute.pages", store.rings[0].rollups(.minute))
    store = try opened(disk)
    #expect(store.rings[0].raw.open.isEmpty && store.rings[0].raw.pages.count == 1)
    let minutes = store.rings[0].rollups(.minute)
    #expect(minutes.open.isEmpty && minutes.pages.count == 1)
    let page = try #require(minutes.pages.last)
    #expect(try store.chunks(of: page, in: minutes).count > 2)
    // What is rolled anew would hide what the page says.
    store.rings[0].stale.removeAll()
    try check(store, flags)
  }

  @Test func `of an older copy count what they say together when the sealed one is damaged`() throws
  {
    let disk = SimulatedDisk(seed: 1)
    var (store, flags) = try overlapping(disk)
    // Enough for the page to be sealed.
    var next: Int64 = 160
    while store.rings[0].raw.pages.isEmpty {
      for _ in 0..<20 {
        _ = store.append(
          row(0, 10_000 * next, [0: noise(next, 0), 1: noise(next, 1)]), arrival: now)
        next += 1
      }
      try store.commit(at: now)
    }
    try store.checkpoint(at: now)
    let page = try #require(store.rings[0].raw.pages.first)
    let at = PagesFileHeader.byteCount + Int(try #require(page.slot)) * 4096
    disk.corrupt("raw.pages") { $0[at + 300] ^= 0x20 }
    store = try opened(disk)
    let older = try #require(store.rings[0].raw.pages.first)
    #expect(older.sequence == page.sequence && older.generation < page.generation)
    #expect(try store.chunks(of: older, in: store.rings[0].raw).count > 2)
    let held = store.rings[0].raw
    let through = Timestamp(milliseconds: older.lastTime)
    let slice = try store.samples(of: series, from: .distantPast, through: through, limit: .max)
    #expect(slice.times.map(\.milliseconds) == flags.keys.sorted())
    #expect(slice.flags == flags.keys.sorted().map { flags[$0]?.rawValue })
    #expect(held.pages.count >= 1)
  }
}
