import PoolModel
import Testing

@testable import RingStore

@Suite struct PageCodecTests {
  /// A table with gaps in times, lacking values, and flags and marks now and then.
  private static func table(rows: Int, seed: UInt64) -> PageTable {
    var random = SplitMix64(seed: seed)
    var table = PageTable()
    var time: Int64 = 1_763_000_000_000
    for _ in 0..<rows {
      time += UInt8.random(in: 0...50, using: &random) == 0 ? 90_000 : 10_000
      table.times.append(time + Int64.random(in: -200...200, using: &random))
    }
    for number in [0, 3, 63] as [UInt8] {
      var column = PageTable.Column(number: number, bits: [], flags: [], marks: [])
      for _ in 0..<rows {
        let draw = UInt8.random(in: 0...40, using: &random)
        let isAbsent = draw == 0 && number > 0
        let value = Double(Int.random(in: 700...760, using: &random)) / 100
        column.bits.append(isAbsent ? 0 : (draw == 1 ? random.next() : value.bitPattern))
        column.flags.append(isAbsent ? 0 : (draw == 2 ? 3 : 1))
        column.marks.append(isAbsent ? 0 : (draw == 3 ? 0x14 : 0))
      }
      table.columns.append(column)
    }
    return table
  }

  private static func part(_ table: PageTable, _ rows: Range<Int>) -> PageTable {
    var part = PageTable()
    part.times = Array(table.times[rows])
    for column in table.columns where column.flags[rows].contains(where: { $0 != 0 }) {
      part.columns.append(
        PageTable.Column(
          number: column.number, bits: Array(column.bits[rows]), flags: Array(column.flags[rows]),
          marks: Array(column.marks[rows])))
    }
    return part
  }

  @Test(arguments: [CodecEffort.quick, .small])
  func `every part of a table comes back`(effort: CodecEffort) {
    let table = Self.table(rows: 3000, seed: 5)
    for rows in [0..<0, 0..<1, 1..<2, 5..<8, 10..<100, 1000..<3000, 0..<3000] {
      let body = PageCodec.encode(table, rows, effort: effort)
      let bytes = [UInt8](repeating: 0xAA, count: 128) + body
      let bits = PageCodec.columnBits(table, rows)
      let decoded = PageCodec.decode(
        bytes, 128..<bytes.count, rowCount: rows.count, columnBits: bits)
      let isSame = decoded == Self.part(table, rows)
      #expect(isSame)
    }
  }

  @Test func `single columns are those of the table`() throws {
    let table = Self.table(rows: 500, seed: 6)
    let body = PageCodec.encode(table, 0..<500, effort: .small)
    let reader = try #require(
      PageReader(
        body, 0..<body.count, rowCount: 500, columnBits: PageCodec.columnBits(table, 0..<500)))
    var values: [Double] = []
    var flags: [UInt8] = []
    var marks: [UInt8] = []
    for column in table.columns {
      #expect(reader.values(of: column.number, into: &values))
      #expect(reader.flags(of: column.number, into: &flags))
      #expect(reader.marks(of: column.number, into: &marks))
      #expect(values.map(\.bitPattern) == column.bits)
      #expect(flags == column.flags)
      #expect(marks == column.marks)
      let runs = try #require(reader.flagRuns(of: column.number))
      #expect(runs.flatMap { [UInt8](repeating: $0.flag, count: $0.count) } == column.flags)
      #expect(runs.flatMap { [UInt8](repeating: $0.marks, count: $0.count) } == column.marks)
    }
    // A column that the page does not have.
    #expect(reader.values(of: 7, into: &values))
    #expect(reader.flags(of: 7, into: &flags))
    #expect(values == [Double](repeating: 0, count: 500))
    #expect(flags == [UInt8](repeating: 0, count: 500))
  }

  // CRC-32C finds every change of up to three bits in so few bytes.
  @Test(arguments: [CodecEffort.quick, .small])
  func `no flipped bit gives a wrong row`(effort: CodecEffort) {
    let table = Self.table(rows: 40, seed: 7)
    let body = PageCodec.encode(table, 0..<40, effort: effort)
    let bits = PageCodec.columnBits(table, 0..<40)
    for bit in 0..<body.count * 8 {
      var damaged = body
      damaged[bit / 8] ^= 1 << (bit % 8)
      let decoded = PageCodec.decode(
        damaged, 0..<damaged.count, rowCount: 40, columnBits: bits)
      #expect(decoded == nil)
    }
  }

  @Test func `damage of one column leaves the others readable`() throws {
    let table = Self.table(rows: 200, seed: 8)
    var body = PageCodec.encode(table, 0..<200, effort: .small)
    body[body.count - 1] ^= 0x10
    let reader = try #require(
      PageReader(
        body, 0..<body.count, rowCount: 200, columnBits: PageCodec.columnBits(table, 0..<200)))
    var values: [Double] = []
    #expect(!reader.values(of: 63, into: &values))
    #expect(reader.values(of: 0, into: &values))
    #expect(reader.values(of: 3, into: &values))
    var times: [Int64] = []
    #expect(reader.times(into: &times))
    #expect(times == table.times)
  }

  @Test func `a row count that is not the page's is damage`() {
    let table = Self.table(rows: 50, seed: 9)
    let body = PageCodec.encode(table, 0..<50, effort: .small)
    let bits = PageCodec.columnBits(table, 0..<50)
    for count in [-1, 0, 49, 51, 1 << 30, Int.max] {
      #expect(
        PageCodec.decode(body, 0..<body.count, rowCount: count, columnBits: bits) == nil)
    }
  }

  @Test func `whatever the sections hold, decoding ends`() {
    var random = SplitMix64(seed: 10)
    for _ in 0..<3000 {
      var writer = SectionWriter()
      writer.add(PageSection.times, ColumnCases.bytes(upTo: 40, &random))
      for column in [0, 5] as [UInt8] {
        if Bool.random(using: &random) {
          writer.add(PageSection.flags(column), ColumnCases.bytes(upTo: 20, &random))
        }
        if Bool.random(using: &random) {
          writer.add(PageSection.marks(column), ColumnCases.bytes(upTo: 20, &random))
        }
        writer.add(PageSection.values(column), ColumnCases.bytes(upTo: 60, &random))
      }
      let body = writer.finish()
      let count = Int.random(in: 0...60, using: &random)
      if let table = PageCodec.decode(body, 0..<body.count, rowCount: count, columnBits: 33) {
        #expect(table.times.count == count)
      }
    }
  }
}
