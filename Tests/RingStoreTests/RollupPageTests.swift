import PoolModel
import Testing

@testable import RingStore

@Suite struct `Rollup page` {
  /// Three columns of one pool, two of them mostly at the same times, rolled into minutes.
  private static func table(
    seed: UInt64, count: Int, interval: Int64, change: (inout RawReading) -> Void = { _ in }
  ) throws -> RollupTable {
    var maker = ReadingMaker(seed: seed, interval: interval)
    let readings = maker.readings(count, from: 1_790_000_000_000)
    var columns: [PageTable.Column] = []
    for number in [0, 3, 63] as [UInt8] {
      var own = readings
      for index in own.indices {
        if Int.random(in: 0..<20, using: &maker.random) == 0 {
          own[index] = RawReading(time: own[index].time, value: 0, flag: 0, marks: 0)
        }
        change(&own[index])
      }
      if number == 63 {
        for index in own.indices.dropFirst(count / 10) {
          own[index] = RawReading(time: own[index].time, value: 0, flag: 0, marks: 0)
        }
      }
      columns.append(
        RollupModel(readings: own, interval: interval).table(column: number).columns[0])
    }
    let table = PageTable(times: readings.map(\.time), columns: columns)
    var calendar = BucketCalendar(zone: .utc)
    let limit = Limit(
      parameter: ParameterNumber(0), low: nil, high: Bound(value: 0.7, isInclusive: true),
      isMandatory: true, kinds: Set(PoolKind.allCases),
      disinfectants: Set(Disinfectant.allCases), clause: "", source: "", status: .primary)
    let profile = LimitsProfile(
      id: "", title: Title(english: "", chinese: ""), from: try #require(CivilDate("2020-01-01")),
      to: nil, limits: [limit])
    let rules = RollupRules(
      plan: `Rollup rules`.plan(zone: .utc, interval: .milliseconds(interval)),
      profiles: [profile])
    return RollupTable.minutes(
      of: table, rows: 0..<count, pool: PoolNumber(0), rules: rules,
      parameter: { ParameterNumber(Int($0) % 2) }, calendar: &calendar)
  }

  /// The five values' bits, which `==` does not tell apart.
  private static func bits(_ table: RollupTable) -> [UInt64] {
    table.columns.flatMap(\.cells).flatMap { cell in
      [cell?.sum, cell?.first, cell?.last, cell?.minimum, cell?.maximum].map {
        $0?.bitPattern ?? 7
      }
    }
  }

  private static func expectRoundTrip(_ table: RollupTable, _ effort: CodecEffort) {
    let body = table.encodedBody(0..<table.rowCount, effort: effort)
    let page = [UInt8](repeating: 0xAA, count: 5) + body + [0xAA]
    let decoded = RollupTable(
      body: page, 5..<page.count - 1, rowCount: table.rowCount,
      columnBits: table.columnBits(0..<table.rowCount))
    let isEqual = decoded == table
    #expect(isEqual)
    let isSame = decoded.map(bits) == bits(table)
    #expect(isSame)
  }

  @Test(arguments: [1, 2, 3, 40, 700], [10_000, 30_000, 60_000, 200_000] as [Int64])
  func `comes back as it was`(count: Int, interval: Int64) throws {
    for seed in 0..<3 as Range<UInt64> {
      let table = try Self.table(seed: seed, count: count, interval: interval)
      let rows = table[0..<table.rowCount]
      Self.expectRoundTrip(rows, .small)
      Self.expectRoundTrip(rows, .quick)
      var calendar = BucketCalendar(zone: .utc)
      let hours = rows.merged(into: .hour, calendar: &calendar, interval: interval)
      Self.expectRoundTrip(hours, .small)
      Self.expectRoundTrip(
        hours.merged(into: .day, calendar: &calendar, interval: interval), .small)
    }
  }

  @Test(arguments: [
    -0.0, 1.0 / 3, .leastNonzeroMagnitude, 1.7e308, -5e15, 0.0000005, .infinity, -.infinity,
    123_456.789_012,
  ])
  func `keeps values that are no decimals bit for bit`(value: Double) throws {
    for share in [1, 3, 200] {
      var number = 0
      let table = try Self.table(seed: 4, count: 400, interval: 20_000) { reading in
        number += 1
        if number % share == 0, reading.isUsable { reading.value = value }
      }
      Self.expectRoundTrip(table[0..<table.rowCount], .small)
      Self.expectRoundTrip(table[0..<table.rowCount], .quick)
    }
  }

  @Test func `of a part of the rows has those`() throws {
    let table = try Self.table(seed: 9, count: 500, interval: 30_000)
    let part = table[40..<90]
    let body = table.encodedBody(40..<90)
    let decoded = RollupTable(
      body: body, 0..<body.count, rowCount: 50, columnBits: table.columnBits(40..<90))
    #expect(decoded == part)
  }

  @Test func `gives the parts asked for and nothing else`() throws {
    let table = try Self.table(seed: 2, count: 900, interval: 20_000)
    let body = table.encodedBody(0..<table.rowCount)
    for column in table.columns {
      for raw in 1...7 as ClosedRange<UInt8> {
        let parts = RollupParts(rawValue: raw)
        let read = try #require(
          RollupPage.cells(
            body, 0..<body.count, rowCount: table.rowCount, column: column.number, parts: parts))
        #expect(read.starts == table.starts)
        for (cell, whole) in zip(read.cells, column.cells) {
          #expect((cell ?? RollupCell()) == Self.reduced(whole ?? RollupCell(), to: parts))
        }
        var rolled: [RolledCell] = []
        let range = table.starts[3]..<table.starts[40]
        let isRead = RollupPage.append(
          body, 0..<body.count, rowCount: table.rowCount, column: column.number, parts: parts,
          in: range, to: &rolled)
        #expect(isRead)
        let expected = (3..<40).compactMap { row in
          read.cells[row].map { RolledCell(start: table.starts[row], cell: $0) }
        }
        #expect(rolled == expected)
      }
    }
  }

  private static func reduced(_ cell: RollupCell, to parts: RollupParts) -> RollupCell {
    var reduced = RollupCell()
    if parts.contains(.values) {
      reduced.count = cell.count
      reduced.sum = cell.sum
      reduced.first = cell.first
      reduced.last = cell.last
      reduced.minimum = cell.minimum
      reduced.maximum = cell.maximum
    }
    if !parts.isDisjoint(with: [.chains, .limits]) {
      reduced.received = cell.received
      reduced.valid = cell.valid
      reduced.backfilledCount = cell.backfilledCount
    }
    if parts.contains(.limits) {
      reduced.usableFirst = cell.usableFirst
      reduced.usableLast = cell.usableLast
      reduced.outMilliseconds = cell.outMilliseconds
      reduced.isLastOut = cell.isLastOut
    }
    return reduced
  }

  @Test func `with a wrong bit is refused by those who read the section, served to others`() throws
  {
    let table = try Self.table(seed: 2, count: 70, interval: 20_000)
    let body = table.encodedBody(0..<table.rowCount)
    var servedCount = 0
    for index in body.indices {
      var damaged = body
      damaged[index] ^= 1 << UInt8(index % 8)
      #expect(
        RollupTable(
          body: damaged, 0..<damaged.count, rowCount: table.rowCount,
          columnBits: table.columnBits(0..<table.rowCount)) == nil)
      let chains = RollupPage.cells(
        damaged, 0..<damaged.count, rowCount: table.rowCount, column: 3, parts: .chains)
      if let chains {
        servedCount += 1
        #expect(
          chains.cells.map { $0 ?? RollupCell() }
            == table.columns[1].cells.map { Self.reduced($0 ?? RollupCell(), to: .chains) })
      }
    }
    #expect(servedCount > body.count / 3)
  }

  @Test func `of any bytes with right checksums never traps`() throws {
    let table = try Self.table(seed: 6, count: 150, interval: 20_000)
    let body = table.encodedBody(0..<table.rowCount)
    let reader = try #require(SectionReader(body, 0..<body.count))
    let tags: [UInt16] = [1, 2, 4, 5, 6, 16, 17, 18]
    let sections = try tags.map { Array(body[try #require(reader.checked($0))]) }
    var random = SplitMix64(seed: 8)
    var refusedCount = 0
    for _ in 0..<1500 {
      var writer = SectionWriter()
      let changed = Int.random(in: 0..<tags.count, using: &random)
      for (index, tag) in tags.enumerated() {
        var bytes = sections[index]
        if index == changed {
          let at = Int.random(in: bytes.indices, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.remove(at: at)
          case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
          default: bytes.replaceSubrange(at..., with: repeatElement(0xFF, count: 12))
          }
        }
        writer.add(tag, bytes)
      }
      let forged = writer.finish()
      let decoded = RollupTable(
        body: forged, 0..<forged.count, rowCount: table.rowCount, columnBits: 0b1001)
      if decoded == nil { refusedCount += 1 }
      if var decoded {
        // Nothing done with what was accepted may trap.
        decoded = decoded[0..<decoded.rowCount]
        var calendar = BucketCalendar(zone: .utc)
        _ = decoded.merged(into: .hour, calendar: &calendar, interval: 20_000)
      }
    }
    #expect(refusedCount > 400)
    for rowCount in [0, 1, table.rowCount - 1, table.rowCount + 1, .max] {
      #expect(
        RollupTable(body: body, 0..<body.count, rowCount: rowCount, columnBits: 1) == nil)
    }
    #expect(
      RollupTable(body: body, 0..<body.count, rowCount: table.rowCount, columnBits: 2) == nil)
  }
}
