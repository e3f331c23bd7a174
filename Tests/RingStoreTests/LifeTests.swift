import Foundation
import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

/// What happens to a store in the years of its life.
@Suite struct LifeTests {
  private let now = Timestamp(milliseconds: 1_767_225_600_000)
  private let chlorine = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
  private let roomy = RingStore.Configuration(
    retention: .seconds(86_400), pageByteCount: 4096, journalByteCount: 65_536)

  /// The files of a store that the first version left after a kill.
  ///
  /// Two pools, 60 rows each, of which the pages have 41. Written by that version; row i of a pool is at `now` + 10 i s with chlorine
  /// 0.50 + i mod 7 / 100, pH 7.2 (suspect where i mod 5 = 0), and 27.5 °C where i mod 3 = 0.
  private func storeOfVersion1() throws -> SimulatedDisk {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appendingPathComponent("Golden/store-v1.txt"), encoding: .ascii)
    let disk = SimulatedDisk(seed: 1)
    var name = ""
    var bytes: [UInt8] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0] == "file" {
        if !name.isEmpty { disk.plant(name, bytes) }
        name = String(words[1])
        bytes = [UInt8](repeating: 0, count: try #require(Int(words[2])))
        continue
      }
      let offset = try #require(Int(words[0]))
      let digits = Array(words[1].utf8)
      for index in 0..<digits.count / 2 {
        let byte = String(decoding: digits[2 * index..<2 * index + 2], as: UTF8.self)
        bytes[offset + index] = try #require(UInt8(byte, radix: 16))
      }
    }
    disk.plant(name, bytes)
    return disk
  }

  private func filled(_ disk: SimulatedDisk, rules: RollupRules? = nil) throws -> RingStore {
    let store = try RingStore(
      plan: plan(poolCount: 2), configuration: roomy, rules: rules, storage: disk)
    for index in 0..<1000 as Range<Int64> {
      let time = now.milliseconds + 10_000 * index
      for pool in 0..<2 {
        let values = [0: Double(50 + index % 7) / 100, 1: 7.2, 2: 27.5]
        _ = store.append(row(pool, time, values), arrival: Timestamp(milliseconds: time))
      }
      if index % 50 == 49 { try store.commit(at: Timestamp(milliseconds: time)) }
    }
    return store
  }

  @Test func `a store of the first version is read, extended, and nothing of it is lost`() throws {
    let disk = try storeOfVersion1()
    let configuration = RingStore.Configuration(
      retention: .seconds(1200), pageByteCount: 1024, journalByteCount: 65_536)
    for opening in 0..<3 {
      let store = try RingStore(
        plan: plan(poolCount: 2), configuration: configuration, storage: disk)
      #expect(store.damagedPages.isEmpty)
      for pool in 0..<2 {
        let rows = try store.allRows(of: pool)
        #expect(rows.count == 60)
        for (index, row) in rows.enumerated() {
          #expect(row.time == now + .seconds(10 * index))
          #expect(row.samples.count == (index % 3 == 0 ? 3 : 2))
          #expect(row.samples[0].value == Double(50 + index % 7) / 100)
          #expect(row.samples[1].flag == (index % 5 == 0 ? .suspect : .good))
        }
      }
      // Ten minutes: nine are over, made from rows that had no rollups.
      let minutes = try store.aggregates(
        of: chlorine, from: now, to: now + .seconds(600), step: .seconds(60), limit: 100)
      #expect(minutes.map(\.count) == Array(repeating: 6, count: 10))
      #expect(minutes[0].minimum == 0.5 && minutes[0].maximum == 0.55)
      #expect(minutes[0].mean == 3.15 / 6 && minutes.allSatisfy { $0.missingCount == 0 })
      if opening == 1 { try store.checkpoint(at: now) }
    }
    #expect(disk.files.keys.contains("minute.pages"))
    #expect(try #require(disk.bytes(of: "catalog"))[8] == 2)
  }

  @Test func `an amended flag is what is read and rolled, before and after a checkpoint`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try filled(disk)
    try store.checkpoint(at: now)
    let instant = now + .seconds(30)
    let amend = { (store: RingStore, time: Timestamp, flag: QualityFlag) in
      store.amend(
        pool: PoolNumber(0), time: time, parameter: ParameterNumber(0), flag: flag)
    }
    #expect(amend(store, instant, .fail))
    #expect(!amend(store, instant + .milliseconds(1), .fail))
    #expect(!amend(store, instant, .missing))
    try store.commit(at: now)
    #expect(!amend(store, instant, .fail))
    for _ in 0..<2 {
      let rows = try store.rows(of: PoolNumber(0), from: instant, through: instant, limit: 1)
      #expect(rows[0].samples.map(\.flag) == [.fail, .good, .good])
      #expect(rows[0].samples[0].value == 0.53)
      let minute = try store.aggregates(
        of: chlorine, from: now, to: now + .seconds(60), step: .seconds(60), limit: 1)
      #expect(minute.map(\.count) == [5])
      #expect(minute[0].missingUsableCount == 1 && minute[0].missingCount == 0)
      try store.checkpoint(at: now)
      var findings: [StoreFinding] = []
      try store.verify(progress: { _ in }, finding: { findings.append($0) })
      #expect(findings.isEmpty)
      store = try RingStore(plan: plan(poolCount: 2), configuration: roomy, storage: disk)
    }
  }

  @Test func `a renamed pool keeps its history and its rollups`() throws {
    let disk = SimulatedDisk(seed: 1)
    try filled(disk).checkpoint(at: now)
    let old = PoolID(venue: "venue-01", pool: "p1")
    let new = PoolID(venue: "venue-01", pool: "p2")
    #expect(throws: RingStoreError.self) {
      try RingStore.rename(new, to: old, in: disk)
    }
    #expect(throws: RingStoreError.self) {
      try RingStore.rename(old, to: PoolID(venue: "venue-01", pool: "p0"), in: disk)
    }
    try RingStore.rename(old, to: new, in: disk)
    // The plan has p0, p1 and p2 now: p1 begins anew, p2 has the history.
    let store = try RingStore(plan: plan(poolCount: 3), configuration: roomy, storage: disk)
    #expect(try store.allRows(of: 1).isEmpty)
    #expect(try store.allRows(of: 2).count == 1000)
    #expect(store.recovery.rolledAnewSince == nil)
  }

  @Test func `limits with an earlier date roll anew what their date reaches`() throws {
    let disk = SimulatedDisk(seed: 1)
    var store = try filled(disk)
    try store.checkpoint(at: now)
    func seconds(_ store: RingStore) throws -> Double {
      try store.aggregates(
        of: chlorine, from: now, to: now + .seconds(3600), step: .seconds(3600), limit: 1
      )[0].secondsOutOfLimits
    }
    #expect(try seconds(store) == 0)
    let limit = Limit(
      parameter: ParameterNumber(0), low: Bound(value: 0.51, isInclusive: true), high: nil,
      isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "",
      status: .primary)
    let profile = LimitsProfile(
      id: "p", title: Title(english: "p", chinese: "p"), from: CivilDate(daysSinceEpoch: 0),
      to: nil,
      limits: [limit])
    let rules = RollupRules(plan: plan(poolCount: 2), profiles: [profile])
    for _ in 0..<2 {
      store = try RingStore(
        plan: plan(poolCount: 2), configuration: roomy, rules: rules, storage: disk)
      // Of 360 readings each seventh is 0.50 and stands for 10 s: the first, and 51 more.
      #expect(try seconds(store) == 520)
      #expect(store.recovery.rolledAnewSince == nil)
    }
  }

  @Test
  func `a pool that returns to the plan has the rollups of its limits, whatever came between`()
    throws
  {
    func opened(_ disk: SimulatedDisk, _ plan: Plan, low: Double) throws -> RingStore {
      try RingStore(
        plan: plan, configuration: roomy, rules: RollupRules(plan: plan, low: low), storage: disk)
    }
    func seconds(_ store: RingStore) throws -> Double {
      let series = Series(pool: PoolNumber(1), parameter: ParameterNumber(0))
      return try store.aggregates(
        of: series, from: now, to: now + .seconds(3600), step: .seconds(3600), limit: 1
      )[0].secondsOutOfLimits
    }
    let both = plan(poolCount: 2)
    var outdoor = both.pools
    outdoor[1] = Pool(
      id: both.pools[1].id, venue: 0, title: both.pools[1].title, kind: .outdoor,
      disinfectant: .chlorine, resolution: [:])
    let changed = Plan(
      district: both.district, interval: both.interval, parameters: both.parameters,
      required: both.required, venues: both.venues, pools: outdoor)
    for isCheckpointed in [true, false] {
      let disk = SimulatedDisk(seed: 1)
      let store = try filled(disk, rules: RollupRules(plan: both, low: 0.51))
      // Of 360 readings each seventh is 0.50 and stands for 10 s.
      #expect(try seconds(store) == 520)
      if isCheckpointed { try store.checkpoint(at: now) }
      // Away, with nothing changed, and with another limit; and back with that one.
      _ = try opened(disk, plan(poolCount: 1), low: 0.51)
      #expect(try seconds(opened(disk, both, low: 0.51)) == 520)
      _ = try opened(disk, plan(poolCount: 1), low: 0.52)
      _ = try opened(disk, plan(poolCount: 1), low: 0.51)
      #expect(try seconds(opened(disk, both, low: 0.51)) == 520)
      _ = try opened(disk, plan(poolCount: 1), low: 0.52)
      // Of each seven two are below then.
      #expect(try seconds(opened(disk, both, low: 0.52)) == 1040)
      // Away, and back as a pool for which there is no limit.
      _ = try opened(disk, plan(poolCount: 1), low: 0.52)
      #expect(try seconds(opened(disk, changed, low: 0.52)) == 0)
      #expect(try seconds(opened(disk, both, low: 0.52)) == 1040)
    }
  }

  @Test func `rollups of a pool that left the plan stay when the limits of others change`() throws {
    let disk = SimulatedDisk(seed: 1)
    let store = try filled(disk)
    try store.checkpoint(at: now)
    let limit = Limit(
      parameter: ParameterNumber(0), low: Bound(value: 0.51, isInclusive: true), high: nil,
      isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "",
      status: .primary)
    let profile = LimitsProfile(
      id: "p", title: Title(english: "p", chinese: "p"), from: CivilDate(daysSinceEpoch: 0),
      to: nil, limits: [limit])
    let alone = plan(poolCount: 1)
    let again = try RingStore(
      plan: alone, configuration: roomy, rules: RollupRules(plan: alone, profiles: [profile]),
      storage: disk)
    #expect(again.rings[0].rollups(.minute).open.rowCount > 166)
    #expect(again.rings[1].rollups(.minute).open.rowCount == 166)
    #expect(again.catalog.rules.contains("pool venue-01/p1 -"))
  }

  @Test func `a store written anew holds the same, raw and rolled`() throws {
    let store = try filled(SimulatedDisk(seed: 1))
    let copy = SimulatedDisk(seed: 2)
    let small = RingStore.Configuration(
      retention: .seconds(43_200), pageByteCount: 1024, journalByteCount: 65_536)
    let counts = try store.rebuild(into: copy, configuration: small, progress: { _ in })
    #expect(counts.stored == 6000 && counts.dropped == 0)
    let again = try RingStore(plan: plan(poolCount: 2), configuration: small, storage: copy)
    for pool in 0..<2 {
      #expect(try again.allRows(of: pool, step: 400) == store.allRows(of: pool, step: 400))
    }
    func hours(_ store: RingStore) throws -> [Aggregate] {
      try store.aggregates(
        of: chlorine, from: now, to: now + .seconds(10_000), step: .seconds(3600), limit: 9)
    }
    #expect(try hours(again) == hours(store))
  }

  @Test func `while checkpoints are held the pages stay as they are, until readings need the room`()
    throws
  {
    let disk = SimulatedDisk(seed: 1)
    let store = try filled(disk)
    store.holdCheckpoints()
    let before = disk.bytes(of: "raw.pages")
    try store.checkpoint(at: now)
    _ = store.append(row(0, now.milliseconds + 99_999_000, [0: 1]), arrival: now)
    try store.commit(at: now)
    #expect(disk.bytes(of: "raw.pages") == before)
    #expect(store.releaseCheckpoints())
    store.holdCheckpoints()
    for index in 0..<4000 as Range<Int64> {
      let time = now.milliseconds + 100_000_000 + index
      _ = store.append(row(0, time, [0: noise(time, 0), 1: noise(time, 1)]), arrival: now)
      if index % 50 == 49 { try store.commit(at: now) }
    }
    #expect(disk.bytes(of: "raw.pages") != before)
    #expect(!store.releaseCheckpoints())
    #expect(try store.allRows(of: 0, step: 2000).count > 2000)
  }
}
