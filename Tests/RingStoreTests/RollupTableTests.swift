import PoolModel
import Testing

@testable import RingStore

@Suite struct `Rollup table` {
  /// The zone's days as the zone itself tells them, hours and minutes counted within them.
  private static func bucket(_ tier: Tier, _ time: Int64, in zone: Zone) -> Range<Int64> {
    let date = zone.date(at: Timestamp(milliseconds: time))
    let start = zone.start(of: date).milliseconds
    let end = zone.start(of: CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1)).milliseconds
    if tier == .day { return start..<end }
    let span: Int64 = tier == .hour ? 3_600_000 : 60_000
    let number = (time - start) / span
    return start + number * span..<min(end, start + (number + 1) * span)
  }

  private static func minutes(
    _ table: PageTable, _ rows: Range<Int>, _ rules: RollupRules, _ calendar: inout BucketCalendar
  ) -> RollupTable {
    RollupTable.minutes(
      of: table, rows: rows, pool: nil, rules: rules, parameter: { _ in nil },
      calendar: &calendar)
  }

  @Test(arguments: rollupZones)
  func `of every tier has the cells of its buckets' own readings`(name: String) throws {
    let zone = try zone(name)
    let interval: Int64 = 30_000
    var maker = ReadingMaker(seed: 17, interval: interval)
    // Over a change of the clocks in Berlin, and three weeks after Lord Howe's.
    let start = try milliseconds("2026-10-24T11:11:11.111Z")
    let readings = maker.readings(1500, from: start)
    let table = RollupModel(readings: readings, interval: interval).table()
    let rules = RollupRules.none(zone: zone, interval: .seconds(30))
    var calendar = BucketCalendar(zone: zone)
    var rolled = Self.minutes(table, 0..<1500, rules, &calendar)
    for tier in [Tier.minute, .hour, .day] {
      if tier != .minute {
        rolled = rolled.merged(into: tier, calendar: &calendar, interval: interval)
      }
      var buckets: [Range<Int64>] = []
      for reading in readings where !(buckets.last?.contains(reading.time) ?? false) {
        buckets.append(Self.bucket(tier, reading.time, in: zone))
      }
      #expect(rolled.starts == buckets.map(\.lowerBound))
      for (row, bucket) in buckets.enumerated() {
        let own = readings.filter { bucket.contains($0.time) }
        var expected = RollupCell()
        for reading in own {
          expected.add(
            time: reading.time, bits: reading.value.bitPattern, flag: reading.flag,
            marks: reading.marks, isOut: false, interval: interval)
        }
        #expect(rolled.columns[0].cells[row] == (expected.isEmpty ? nil : expected))
      }
    }
  }

  @Test func `has the limits of each bucket's day`() throws {
    let zone = try zone("Asia/Shanghai")
    let limit = Limit(
      parameter: ParameterNumber(0), low: nil, high: Bound(value: 0.5, isInclusive: true),
      isMandatory: true, kinds: Set(PoolKind.allCases),
      disinfectants: Set(Disinfectant.allCases), clause: "", source: "", status: .primary)
    let profile = LimitsProfile(
      id: "", title: Title(english: "", chinese: ""), from: try #require(CivilDate("2026-05-02")),
      to: nil, limits: [limit])
    let rules = RollupRules(plan: `Rollup rules`.plan(zone: zone), profiles: [profile])
    let midnight = try milliseconds("2026-05-02T00:00:00+08:00")
    // One a minute from two minutes before midnight; the third is at the bound.
    let values = [0.6, 0.6, 0.5, 0.6, 0.4]
    let readings = values.enumerated().map { index, value in
      RawReading(
        time: midnight + (Int64(index) - 2) * 60_000, value: value, flag: 1, marks: 0)
    }
    let table = RollupModel(readings: readings, interval: 60_000).table(column: 7)
    var calendar = BucketCalendar(zone: zone)
    func isOut(_ parameter: ParameterNumber?) -> [Bool?] {
      let rolled = RollupTable.minutes(
        of: table, rows: 0..<5, pool: PoolNumber(0), rules: rules,
        parameter: { $0 == 7 ? parameter : nil }, calendar: &calendar)
      return rolled.columns[0].cells.map { $0?.isLastOut }
    }
    #expect(isOut(ParameterNumber(0)) == [false, false, false, true, false])
    #expect(isOut(ParameterNumber(1)) == [false, false, false, false, false])
    #expect(isOut(nil) == [false, false, false, false, false])
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `rolled in any order, and touched buckets again, is as if rolled at once`(seed: UInt64)
    throws
  {
    let rules = RollupRules.none(zone: try zone("Europe/Berlin"), interval: .seconds(20))
    var calendar = BucketCalendar(zone: rules.zone)
    var maker = ReadingMaker(seed: seed, interval: 20_000)
    let readings = maker.readings(300, from: try milliseconds("2026-03-28T20:00:00Z"))
    var order = Array(readings.indices)
    order.shuffle(using: &maker.random)
    var arrived: [RawReading] = []
    var rolled = RollupTable()
    for chunk in stride(from: 0, to: 300, by: 37) {
      let new = order[chunk..<min(300, chunk + 37)].map { readings[$0] }
      arrived = (arrived + new).sorted { $0.time < $1.time }
      let table = RollupModel(readings: arrived, interval: 20_000).table()
      for reading in new {
        let minute = calendar.bucket(.minute, containing: reading.time)
        let rows = arrived.indices.filter { minute.contains(arrived[$0].time) }
        rolled.put(
          Self.minutes(table, rows[0]..<rows[0] + rows.count, rules, &calendar))
      }
    }
    let table = RollupModel(readings: readings, interval: 20_000).table()
    let whole = Self.minutes(table, 0..<300, rules, &calendar)
    #expect(rolled.starts == whole.starts)
    for row in whole.starts.indices { #expect(rolled.row(row) == whole.row(row)) }
  }

  @Test func `puts rows in their place and takes the first ones out`() {
    func row(_ start: Int64, _ numbers: UInt8...) -> RollupTable.Row {
      RollupTable.Row(
        start: start,
        values: numbers.map { number in
          var cell = RollupCell()
          cell.count = start + Int64(number)
          return RollupTable.Value(number: number, cell: cell)
        })
    }
    var table = RollupTable()
    let rows = [row(30, 2), row(10, 1, 5), row(20), row(40, 5), row(30, 1)]
    for row in rows { table.put(row) }
    #expect(table.starts == [10, 20, 30, 40])
    #expect(table.columns.map(\.number) == [1, 2, 5])
    #expect((0..<4).map { table.row($0) } == [rows[1], rows[2], rows[4], rows[3]])
    #expect(table.columnBits(0..<4) == 0b100010)
    #expect(table.columnBits(1..<3) == 0b10)
    #expect([9, 10, 11, 40, 41].map { table.firstRow(notBefore: $0) } == [0, 0, 1, 3, 4])
    let (front, back) = (table[0..<2], table[2..<4])
    #expect((0..<2).map { front.row($0) } == [rows[1], rows[2]])
    #expect((0..<2).map { back.row($0) } == [rows[4], rows[3]])
  }
}
