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

  @Test func `a page of the first version is read as its layout says`() throws {
    let bytes = try golden("page-v1.hex")
    #expect(bytes.count == 1024)
    guard case .valid(let header) = PageHeader.read(bytes) else {
      Issue.record("the header is not valid")
      return
    }
    #expect(header.ring == 7 && header.sequence == 5 && header.generation == 9)
    #expect(header.isOpen && header.covered == 4096 && header.rowCount == 3)
    let chunks = try #require(PageImage.chunks(bytes, header, isChecked: true))
    #expect(chunks.count == 1)
    let table = try #require(PageTable(chunks[0]))
    #expect(table.times == rows.map(\.0))
    for (index, row) in rows.enumerated() { #expect(table.values(at: index) == row.1) }
    var rest = bytes
    rest.replaceSubrange(..<PageHeader.byteCount, with: header.encoded())
    #expect(rest == bytes)
  }

  @Test func `a journal record of the first version is read as its layout says`() throws {
    let bytes = try golden("record-v1.hex")
    let header = try #require(RecordHeader(bytes, position: 8192))
    #expect(header.end == 8192 + UInt64(bytes.count))
    #expect(header.isPlain && header.rowCount == 3 && header.sequence == 12)
    #expect(header.previousEnd == 8000 && header.commitTime == 1_767_225_611_000)
    let batch = try #require(JournalRecord(header: header, bytes: bytes).batch())
    #expect(batch.rows.map(\.time) == rows.map(\.0))
    #expect(batch.rows.allSatisfy { $0.ring == 7 })
    for (index, row) in rows.enumerated() { #expect(Array(batch.values(ofRow: index)) == row.1) }
    var rest = bytes
    header.complete(&rest)
    #expect(rest == bytes)
  }

  @Test func `a journal header is what the layout says, but for the version`() throws {
    let bytes = try golden("journal-header-v1.hex")
    let header = try #require(JournalHeader(Array(bytes[4096...])))
    #expect(header.tail == 1000 && header.checkpoint == 2000 && header.sequence == 77)
    #expect(header.generation == 3 && header.commitTime == 1_767_225_611_000)
    #expect(header.capacity == 49_152)
    // What is written today differs in the version, and so in the checksum.
    var today = bytes
    for block in [0, 4096] {
      today.put(FileHeader.version, at: block + 8)
      today.put(CRC32C.checksum(today, block..<block + 64), at: block + 64)
    }
    #expect(header.encoded() == today)
  }

  @Test func `a catalog of the first version is read as its layout says`() throws {
    let bytes = try golden("catalog-v1.hex")
    let catalog = try #require(Catalog(bytes + [0, 0, 0]))
    #expect(catalog.columns == ["free_chlorine", "ph"])
    #expect(catalog.rings.map(\.pool.description) == ["venue-01/main", "游泳馆/大池"])
    #expect(catalog.rings[1][.raw] == RingPlace(file: 1, offset: 8192, slotCount: 8))
    #expect(catalog.rings[1].places[1...].allSatisfy { $0 == nil })
    #expect(catalog.pagesFiles.map(\.byteCount) == [12_288, 16_384] && catalog.generation == 2)
    #expect(catalog.pagesFileNames == ["raw.pages", "raw-2.pages"] && catalog.rules.isEmpty)
  }

  @Test func `every bit of a page header and of its body is guarded`() throws {
    let bytes = try golden("page-v1.hex")
    guard case .valid(let header) = PageHeader.read(bytes) else { return }
    for bit in 0..<(PageHeader.byteCount + header.bodyByteCount) * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      switch PageHeader.read(flipped) {
      case .damaged: continue
      case .valid(let found):
        #expect(PageImage.chunks(flipped, found, isChecked: false)?.count == nil, "bit \(bit)")
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
