import PoolModel
import Testing

@testable import RingStore

/// A series in memory, with tiers rolled where the test says.
private struct MadeUpSource: RollupSource {
  var table: PageTable
  var tiers: [Tier: RollupTable] = [:]
  var ranges: [Tier: Range<Int64>] = [:]
  var held: Range<Int64>?

  /// Everything rolled from all of `model`.
  init(_ model: RollupModel, rules: RollupRules, calendar: inout BucketCalendar) {
    table = model.table()
    held = model.readings.first.map { $0.time..<(model.readings.last?.time ?? 0) + 1 }
    var rolled = RollupTable.minutes(
      of: table, rows: 0..<table.times.count, pool: PoolNumber(0), rules: rules,
      parameter: { _ in ParameterNumber(0) }, calendar: &calendar)
    tiers[.minute] = rolled
    for tier in [Tier.hour, .day] {
      rolled = rolled.merged(into: tier, calendar: &calendar, interval: rules.interval)
      tiers[tier] = rolled
    }
  }

  func rolled(_ tier: Tier) -> Range<Int64> { ranges[tier] ?? 0..<0 }

  func cells(
    _ tier: Tier, column: UInt8, parts: RollupParts, from: Int64, to: Int64
  ) throws(RingStoreError) -> [RolledCell] {
    guard let table = tiers[tier], let range = ranges[tier], range.lowerBound <= from,
      to <= range.upperBound
    else { throw .damagedFile("asked for what is not rolled") }
    let rows = table.firstRow(notBefore: from)..<table.firstRow(notBefore: to)
    return rows.compactMap { row in
      table.columns[0].cells[row].map { RolledCell(start: table.starts[row], cell: $0) }
    }
  }

  func rows(column: UInt8, from: Int64, to: Int64) throws(RingStoreError) -> RawRows {
    func firstRow(_ time: Int64) -> Int {
      var low = 0
      var high = table.times.count
      while low < high {
        let middle = (low + high) / 2
        if table.times[middle] < time { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return RawRows(
      times: table.times, column: table.columns[0], rows: firstRow(from)..<firstRow(to))
  }
}

@Suite struct `Aggregates` {
  private static let minute: Int64 = 60_000
  private static let hour: Int64 = 3_600_000
  private static let day: Int64 = 86_400_000

  /// Limits at 0.7 from 2020 on, as `ReadingMaker` has it.
  private static func rules(_ zone: Zone, _ interval: Int64) throws -> RollupRules {
    let limit = Limit(
      parameter: ParameterNumber(0), low: nil, high: Bound(value: 0.7, isInclusive: true),
      isMandatory: true, kinds: Set(PoolKind.allCases),
      disinfectants: Set(Disinfectant.allCases), clause: "", source: "", status: .primary)
    let profile = LimitsProfile(
      id: "", title: Title(english: "", chinese: ""), from: try #require(CivilDate("2020-01-01")),
      to: nil, limits: [limit])
    return RollupRules(
      plan: `Rollup rules`.plan(zone: zone, interval: .milliseconds(interval)),
      profiles: [profile])
  }

  /// The step that `time` is in, from the zone's own days.
  private static func step(
    _ step: Int64, containing time: Int64, from: Int64, to: Int64, in zone: Zone
  ) -> Range<Int64> {
    func midnight(_ number: Int) -> Int64 {
      zone.start(of: CivilDate(daysSinceEpoch: number)).milliseconds
    }
    let today = zone.date(at: Timestamp(milliseconds: time)).daysSinceEpoch
    var range: Range<Int64>
    if step % day == 0 {
      let first = zone.date(at: Timestamp(milliseconds: from)).daysSinceEpoch
      let days = Int(step / day)
      let number = first + (today - first) / days * days
      range = midnight(number)..<midnight(number + days)
    } else if day % step == 0 {
      let start = midnight(today) + (time - midnight(today)) / step * step
      range = start..<min(start + step, midnight(today + 1))
    } else {
      let start = from + (time - from) / step * step
      range = start..<start + step
    }
    return range.clamped(to: from..<to)
  }

  /// What the aggregates ought to be, counted reading by reading.
  private static func expected(
    _ model: RollupModel, from: Int64, to: Int64, step: Int64, in zone: Zone
  ) -> [Aggregate] {
    let missing = model.missing(\.isReceived)
    let missingUsable = model.missing { $0.isReceived && $0.isUsable }
    let out = model.outOfLimits
    var ranges: [Range<Int64>] = []
    var readings: [[RawReading]] = []
    for reading in model.inside(from..<max(from, to)) {
      let range = Self.step(step, containing: reading.time, from: from, to: to, in: zone)
      if ranges.last != range {
        ranges.append(range)
        readings.append([])
      }
      readings[readings.count - 1].append(reading)
    }
    return zip(ranges, readings).compactMap { range, own in
      model.aggregate(range, own: own, missing: missing, missingUsable: missingUsable, out: out)
    }
  }

  /// Random parts of the tiers rolled, from nothing to everything.
  private static func roll(
    _ source: inout MadeUpSource, _ calendar: inout BucketCalendar, _ random: inout SplitMix64
  ) {
    guard let held = source.held else { return }
    source.ranges = [:]
    for tier in [Tier.minute, .hour, .day] where Int.random(in: 0..<5, using: &random) > 0 {
      var from = calendar.start(tier, notAfter: held.lowerBound)
      var to = calendar.start(tier, notAfter: held.upperBound)
      if Bool.random(using: &random), from < to {
        to = calendar.start(tier, notAfter: Int64.random(in: from...to, using: &random))
      }
      if Int.random(in: 0..<3, using: &random) == 0, from < to {
        from = calendar.start(tier, notBefore: Int64.random(in: from...to, using: &random))
      }
      if from < to { source.ranges[tier] = from..<to }
    }
  }

  private static let steps: [Int64] = [
    7_000, 10_000, 30_000, minute, 5 * minute, 7 * minute, 90 * minute, hour, 2 * hour, 5 * hour,
    6 * hour, 7 * hour, 12 * hour, day, 36 * hour, 2 * day, 3 * day, 30 * day, 777_777,
  ]

  @Test(arguments: rollupZones, 0..<8 as Range<UInt64>)
  func `gives what counting the raw readings gives, whatever is rolled`(
    name: String, seed: UInt64
  ) throws {
    let zone = try zone(name)
    let interval: Int64 = [10_000, 60_000, 300_000, 37_000][Int(seed % 4)]
    let rules = try Self.rules(zone, interval)
    var calendar = BucketCalendar(zone: zone)
    var maker = ReadingMaker(seed: seed, interval: interval)
    // Before both of Berlin's changes of 2026, and one of Lord Howe's.
    let start = try milliseconds(
      ["2026-03-28T03:04:05.678Z", "2026-10-24T17:00:00Z", "2026-04-04T00:00:00Z"][Int(seed % 3)])
    let readings = maker.readings(1500, from: start)
    let model = RollupModel(readings: readings, interval: interval)
    var source = MadeUpSource(model, rules: rules, calendar: &calendar)
    let end = readings[readings.count - 1].time
    for _ in 0..<6 {
      Self.roll(&source, &calendar, &maker.random)
      let aggregation = Aggregation(
        source: source, rules: rules, pool: PoolNumber(0), parameter: ParameterNumber(0),
        column: 0)
      let step = try #require(Self.steps.randomElement(using: &maker.random))
      var from = Int64.random(in: start - 2 * Self.day...end, using: &maker.random)
      var to = Int64.random(in: from...end + 2 * Self.day, using: &maker.random)
      switch Int.random(in: 0..<4, using: &maker.random) {
      case 0:
        from = calendar.start(.hour, notAfter: from)
        to = calendar.start(.hour, notBefore: to)
      case 1:
        from = calendar.start(.day, notAfter: from)
        to = calendar.start(.day, notBefore: to)
      case 2: from = calendar.start(.minute, notAfter: from)
      default: break
      }
      let aggregates = try aggregation.aggregates(
        from: from, to: to, step: step, calendar: &calendar)
      let expected = Self.expected(model, from: from, to: to, step: step, in: zone)
      let place: Comment = "step \(step) from \(from) to \(to) rolled \(source.ranges)"
      #expect(aggregates.map(\.start) == expected.map(\.start), place)
      if let wrong = zip(aggregates, expected).first(where: { $0 != $1 }) {
        #expect(wrong.0 == wrong.1, place)
      }
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `gives coverage the chains of the period and its neighbours`(seed: UInt64) throws {
    let zone = try zone("Europe/Berlin")
    let interval: Int64 = 60_000
    let rules = try Self.rules(zone, interval)
    var calendar = BucketCalendar(zone: zone)
    var maker = ReadingMaker(seed: seed, interval: interval)
    let start = try milliseconds("2026-03-27T03:04:05.678Z")
    let readings = maker.readings(1200, from: start)
    let model = RollupModel(readings: readings, interval: interval)
    var source = MadeUpSource(model, rules: rules, calendar: &calendar)
    let end = readings[readings.count - 1].time
    for _ in 0..<30 {
      Self.roll(&source, &calendar, &maker.random)
      let aggregation = Aggregation(
        source: source, rules: rules, pool: PoolNumber(0), parameter: ParameterNumber(0),
        column: 0)
      let from = Int64.random(in: start - Self.day...end, using: &maker.random)
      let to = Int64.random(in: from...end + Self.day, using: &maker.random)
      let inside = RollupModel(readings: model.inside(from..<to), interval: interval)
      let received = inside.readings.filter(\.isReceived)
      let valid = received.filter(\.isUsable)
      let stretch = try aggregation.stretch(from: from, to: to, calendar: &calendar)
      #expect(
        stretch
          == CoverageStretch(
            first: received.first.map { Timestamp(milliseconds: $0.time) },
            last: received.last.map { Timestamp(milliseconds: $0.time) },
            missingCount: inside.missing(\.isReceived).count,
            firstUsable: valid.first.map { Timestamp(milliseconds: $0.time) },
            lastUsable: valid.last.map { Timestamp(milliseconds: $0.time) },
            missingUsableCount: inside.missing { $0.isReceived && $0.isUsable }.count,
            backfilledCount: received.count { $0.marks & 0x20 != 0 }))
      let all = model.readings.filter(\.isReceived)
      let before = try aggregation.last(before: from, calendar: &calendar)
      #expect(before.reading == all.last { $0.time < from }?.time)
      #expect(before.usable == all.last { $0.time < from && $0.isUsable }?.time)
      let after = try aggregation.first(notBefore: to, calendar: &calendar)
      #expect(after.reading == all.first { $0.time >= to }?.time)
      #expect(after.usable == all.first { $0.time >= to && $0.isUsable }?.time)
    }
  }

  @Test func `sums of values that are no decimals do not depend on what is rolled`() throws {
    let rules = try Self.rules(try zone("Europe/Berlin"), 10_000)
    var calendar = BucketCalendar(zone: rules.zone)
    var maker = ReadingMaker(seed: 1, interval: 10_000)
    var readings = maker.readings(6000, from: try milliseconds("2026-03-28T03:04:05Z"))
    for index in readings.indices { readings[index].value /= 3 }
    let model = RollupModel(readings: readings, interval: 10_000)
    var source = MadeUpSource(model, rules: rules, calendar: &calendar)
    let held = try #require(source.held)
    for step in [Self.hour, Self.day, 7 * Self.minute, 40 * Self.day] {
      var all: Set<[Aggregate]> = []
      for _ in 0..<12 {
        Self.roll(&source, &calendar, &maker.random)
        let aggregation = Aggregation(
          source: source, rules: rules, pool: PoolNumber(0), parameter: ParameterNumber(0),
          column: 0)
        all.insert(
          try aggregation.aggregates(
            from: held.lowerBound + 12_345, to: held.upperBound + Self.day, step: step,
            calendar: &calendar))
      }
      #expect(all.count == 1)
      #expect(all.first?.isEmpty == false)
    }
  }

  @Test func `of values alone leaves the rest out and asks for nothing else`() throws {
    let rules = try Self.rules(.utc, 60_000)
    var calendar = BucketCalendar(zone: .utc)
    var maker = ReadingMaker(seed: 3, interval: 60_000)
    let start = try milliseconds("2026-03-28T00:00:00Z")
    let model = RollupModel(readings: maker.readings(2000, from: start), interval: 60_000)
    let source = MadeUpSource(model, rules: rules, calendar: &calendar)
    let aggregation = Aggregation(
      source: source, rules: rules, pool: nil, parameter: nil, column: 0)
    let to = start + 3 * Self.day
    let values = try aggregation.aggregates(
      from: start, to: to, step: Self.hour, parts: .values, calendar: &calendar)
    let expected = Self.expected(model, from: start, to: to, step: Self.hour, in: .utc)
    #expect(values.map(\.mean) == expected.map(\.mean))
    #expect(values.map(\.start) == expected.map(\.start))
  }

  @Test(arguments: [
    (Int64.min, Int64.max), (.max, .min), (.min, .min), (.max, .max), (0, 0),
  ])
  func `of any period does not trap`(from: Int64, to: Int64) throws {
    let rules = try Self.rules(.utc, 60_000)
    var calendar = BucketCalendar(zone: .utc)
    var maker = ReadingMaker(seed: 3, interval: 60_000)
    let model = RollupModel(readings: maker.readings(50, from: 0), interval: 60_000)
    var source = MadeUpSource(model, rules: rules, calendar: &calendar)
    for step in Self.steps + [1, .max, .max / 86_400_000 * 86_400_000] {
      let aggregation = Aggregation(
        source: source, rules: rules, pool: nil, parameter: nil, column: 0)
      let aggregates = try aggregation.aggregates(
        from: from, to: to, step: step, calendar: &calendar)
      #expect(aggregates.isEmpty == (from >= to))
    }
    source.held = nil
    let empty = Aggregation(source: source, rules: rules, pool: nil, parameter: nil, column: 0)
    #expect(
      try empty.aggregates(from: from, to: to, step: 1000, calendar: &calendar).isEmpty)
    #expect(try empty.last(before: from, calendar: &calendar).reading == nil)
  }
}
