import Foundation
import PoolModel
import Testing

@testable import RingStore

/// The golden files were written by `Golden/make_golden.py` from the drawn layouts alone.
@Suite struct GoldenTests {
  private func golden(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appendingPathComponent("Golden/\(name)"), encoding: .ascii)
    let digits = text.utf8.filter { $0 != 0x0A }
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
  }

  private let rows: [(Int64, [StoredValue])] = [
    (-1, [StoredValue(column: 0, cell: Cell(bits: (0.5).bitPattern, flag: 1, marks: 0))]),
    (
      1_767_225_600_000,
      [
        StoredValue(column: 0, cell: Cell(bits: (-0.0).bitPattern, flag: 3, marks: 0x11)),
        StoredValue(column: 2, cell: Cell(bits: (7.25).bitPattern, flag: 1, marks: 0)),
      ]
    ),
    (
      1_767_225_610_000,
      [StoredValue(column: 2, cell: Cell(bits: 0x7FF8_0000_DEAD_BEEF, flag: 9, marks: 0x64))]
    ),
  ]

  @Test func `a page is what the layout says, both ways`() throws {
    let bytes = try golden("page-v1.hex")
    #expect(bytes.count == 1024)
    guard case .valid(let header) = PageHeader.read(bytes) else {
      Issue.record("the header is not valid")
      return
    }
    #expect(header.ring == 7 && header.sequence == 5 && header.generation == 9)
    #expect(header.isOpen && header.covered == 4096 && header.rowCount == 3)
    let table = try #require(PageTable(bytes, header: header))
    #expect(table.times == rows.map(\.0))
    for (index, row) in rows.enumerated() { #expect(table.values(at: index) == row.1) }
    var made = PageTable()
    for row in rows.reversed() { made.join(row.1, at: row.0) }
    let identity = PageIdentity(ring: 7, sequence: 5, generation: 9, isOpen: true, covered: 4096)
    #expect(made.encoded(as: identity, byteCount: 1024) == bytes)
  }

  @Test func `a journal record is what the layout says, both ways`() throws {
    let bytes = try golden("record-v1.hex")
    let header = try #require(RecordHeader(bytes, position: 8192))
    #expect(header.end == 8192 + UInt64(bytes.count))
    let record = JournalRecord(header: header, bytes: bytes)
    let fragments = rows.map { Fragment(ring: 7, time: $0.0, values: $0.1) }
    #expect(record.fragments() == fragments)
    var body: [UInt8] = []
    for fragment in fragments { body.append(fragment) }
    while body.count % 8 != 0 { body.append(0) }
    let made = RecordHeader(
      position: 8192, sequence: 12, previousEnd: 8000, commitTime: 1_767_225_611_000,
      bodyByteCount: body.count, rowCount: 3)
    #expect(made == header)
    #expect(made.encoded(body: body) == bytes)
  }

  @Test func `a journal header is what the layout says, both ways`() throws {
    let bytes = try golden("journal-header-v1.hex")
    let header = try #require(JournalHeader(Array(bytes[4096...])))
    #expect(header.tail == 1000 && header.checkpoint == 2000 && header.sequence == 77)
    #expect(header.generation == 3 && header.commitTime == 1_767_225_611_000)
    #expect(header.capacity == 49_152)
    #expect(header.encoded() == bytes)
  }

  @Test func `a catalog is what the layout says, both ways`() throws {
    let bytes = try golden("catalog-v1.hex")
    let catalog = try #require(Catalog(bytes + [0, 0, 0]))
    #expect(catalog.columns == ["free_chlorine", "ph"])
    #expect(catalog.rings.map(\.pool.description) == ["venue-01/main", "游泳馆/大池"])
    #expect(catalog.rings[1].place == RingPlace(file: 1, offset: 8192, slotCount: 8))
    #expect(catalog.pagesByteCounts == [12_288, 16_384] && catalog.generation == 2)
    #expect(catalog.encoded() == bytes)
  }

  @Test func `every bit of a page header and of its body is guarded`() throws {
    let bytes = try golden("page-v1.hex")
    guard case .valid(let header) = PageHeader.read(bytes) else { return }
    for bit in 0..<(PageHeader.byteCount + header.bodyByteCount) * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      switch PageHeader.read(flipped) {
      case .damaged: continue
      case .valid(let found): #expect(PageTable(flipped, header: found) == nil, "bit \(bit)")
      default: Issue.record("bit \(bit) is not noticed")
      }
    }
  }

  @Test func `every bit of a record is guarded`() throws {
    let bytes = try golden("record-v1.hex")
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      let isTaken =
        RecordHeader(flipped, position: 8192) != nil
        && CRC32C.checksum(flipped, 8..<flipped.count) == flipped.uint32(at: 4)
      #expect(!isTaken, "bit \(bit)")
    }
  }
}
