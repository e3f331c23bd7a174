// A page on disk. Fixed size (the catalog's), little-endian, header then body then zeros:
//
//   offset  bytes  field
//        0      4  magic "PWPG"
//        4      2  format version, 1
//        6      1  codec of the body, 0 = raw columns
//        7      1  1 while the page is the pool's open one, 0 when it is sealed
//        8      4  ring number
//       12      4  row count
//       16      8  page sequence number: 0, 1, 2 … in the life of the ring
//       24      8  generation: counts the writes to the ring; of two copies the higher one holds
//       32      8  first time, milliseconds since the epoch, signed
//       40      8  last time
//       48      8  columns: bit n is set when the body has column n
//       56      8  journal position: every row of the pool committed before it is in this page or
//                  in one before it
//       64      4  byte count of the body
//       68      4  CRC-32C of the body
//       72     52  zero
//      124      4  CRC-32C of bytes 0 ..< 124
//
// Body of codec 0, n rows:
//
//      8 n  times, ascending
//      then for each column of the bitmap, lowest first:
//      (n + 7) / 8  presence: bit r % 8 of byte r / 8 is set when row r has a value
//      8 p  the values' bit patterns, p = number of rows with a value
//      p    flags, as QARTOD numbers
//      p    marks: the gateway's in 0x0F, those of arrival in 0x70

/// The header of a page.
struct PageHeader: Hashable {
  var ring: UInt32
  var sequence: UInt64
  var generation: UInt64
  var isOpen: Bool
  var rowCount: Int
  var firstTime: Int64
  var lastTime: Int64
  var columnBits: UInt64
  var covered: UInt64
  var bodyByteCount: Int
  var bodyChecksum: UInt32

  /// "PWPG" read as a little-endian number.
  static let magic: UInt32 = 0x4750_5750
  static let version: UInt16 = 1
  static let byteCount = 128

  /// What a slot's first bytes can be.
  enum Reading: Hashable {
    case empty
    case valid(PageHeader)
    case newer(UInt32)
    case damaged
  }

  /// What `bytes`, at least a header long, begin with.
  static func read(_ bytes: [UInt8]) -> Reading {
    if bytes[0] == 0, bytes[..<byteCount].allSatisfy({ $0 == 0 }) { return .empty }
    guard bytes.uint32(at: 0) == magic,
      bytes.uint32(at: 124) == CRC32C.checksum(bytes, 0..<124)
    else { return .damaged }
    let version = bytes.uint16(at: 4)
    guard version == Self.version, bytes[6] == 0 else { return .newer(UInt32(max(version, 2))) }
    return .valid(
      PageHeader(
        ring: bytes.uint32(at: 8), sequence: bytes.uint64(at: 16),
        generation: bytes.uint64(at: 24), isOpen: bytes[7] == 1,
        rowCount: Int(bytes.uint32(at: 12)), firstTime: bytes.int64(at: 32),
        lastTime: bytes.int64(at: 40), columnBits: bytes.uint64(at: 48),
        covered: bytes.uint64(at: 56), bodyByteCount: Int(bytes.uint32(at: 64)),
        bodyChecksum: bytes.uint32(at: 68)))
  }

  /// Puts the header at the front of `bytes`.
  func write(to bytes: inout [UInt8]) {
    bytes.put(Self.magic, at: 0)
    bytes.put(Self.version, at: 4)
    bytes[7] = isOpen ? 1 : 0
    bytes.put(ring, at: 8)
    bytes.put(UInt32(rowCount), at: 12)
    bytes.put(sequence, at: 16)
    bytes.put(generation, at: 24)
    bytes.put(firstTime, at: 32)
    bytes.put(lastTime, at: 40)
    bytes.put(columnBits, at: 48)
    bytes.put(covered, at: 56)
    bytes.put(UInt32(bodyByteCount), at: 64)
    bytes.put(bodyChecksum, at: 68)
    bytes.put(CRC32C.checksum(bytes, 0..<124), at: 124)
  }
}

/// What identifies a page beside its rows.
struct PageIdentity: Hashable {
  var ring: Int
  var sequence: UInt64
  var generation: UInt64
  var isOpen: Bool
  var covered: UInt64
}

extension PageTable {
  /// The bytes that a page of so many rows, columns and values takes, its header included.
  static func encodedByteCount(rows: Int, columns: Int, values: Int) -> Int {
    PageHeader.byteCount + 8 * rows + columns * ((rows + 7) / 8) + 10 * values
  }

  /// The bytes that a page of these rows takes, its header included.
  var encodedByteCount: Int {
    Self.encodedByteCount(rows: rowCount, columns: columns.count, values: valueCount)
  }

  /// The page, `byteCount` bytes long.
  ///
  /// - Precondition: there is at least one row, and `encodedByteCount` fits.
  func encoded(as identity: PageIdentity, byteCount: Int) -> [UInt8] {
    precondition(rowCount > 0 && encodedByteCount <= byteCount, "a page that is too full")
    var bytes = [UInt8](repeating: 0, count: PageHeader.byteCount)
    bytes.reserveCapacity(byteCount)
    for time in times { bytes.append(littleEndian: time) }
    for column in columns { column.encode(to: &bytes) }
    let header = PageHeader(
      ring: UInt32(identity.ring), sequence: identity.sequence, generation: identity.generation,
      isOpen: identity.isOpen, rowCount: rowCount, firstTime: times[0],
      lastTime: times[rowCount - 1], columnBits: columnBits, covered: identity.covered,
      bodyByteCount: bytes.count - PageHeader.byteCount,
      bodyChecksum: CRC32C.checksum(bytes, PageHeader.byteCount..<bytes.count))
    header.write(to: &bytes)
    bytes += [UInt8](repeating: 0, count: byteCount - bytes.count)
    return bytes
  }

  /// The rows of the page `bytes` with `header`; nil when the body is damaged.
  init?(_ bytes: [UInt8], header: PageHeader) {
    let end = PageHeader.byteCount + header.bodyByteCount
    guard header.rowCount > 0, end <= bytes.count,
      CRC32C.checksum(bytes, PageHeader.byteCount..<end) == header.bodyChecksum,
      PageHeader.byteCount + 8 * header.rowCount <= end
    else { return nil }
    var at = PageHeader.byteCount
    let times = (0..<header.rowCount).map { bytes.int64(at: at + 8 * $0) }
    at += 8 * header.rowCount
    var columns: [Column] = []
    var valueCount = 0
    for number in UInt8(0)..<64 where header.columnBits & 1 << UInt64(number) != 0 {
      guard
        let column = Column(number, rowCount: header.rowCount, bytes, from: &at, upTo: end)
      else { return nil }
      valueCount += column.cells.count { $0.isPresent }
      columns.append(column)
    }
    guard at == end else { return nil }
    self.init(times: times, columns: columns, valueCount: valueCount)
  }
}

extension PageTable.Column {
  fileprivate func encode(to bytes: inout [UInt8]) {
    var presence = [UInt8](repeating: 0, count: (cells.count + 7) / 8)
    for (row, cell) in cells.enumerated() where cell.isPresent {
      presence[row / 8] |= 1 << (row % 8)
    }
    bytes.append(contentsOf: presence)
    for cell in cells where cell.isPresent { bytes.append(littleEndian: cell.bits) }
    for cell in cells where cell.isPresent { bytes.append(cell.flag) }
    for cell in cells where cell.isPresent { bytes.append(cell.marks) }
  }

  fileprivate init?(
    _ number: UInt8, rowCount: Int, _ bytes: [UInt8], from at: inout Int, upTo end: Int
  ) {
    let presenceByteCount = (rowCount + 7) / 8
    guard at + presenceByteCount <= end else { return nil }
    let rows = (0..<rowCount).filter { bytes[at + $0 / 8] & 1 << ($0 % 8) != 0 }
    at += presenceByteCount
    guard at + 10 * rows.count <= end else { return nil }
    var cells = [Cell](repeating: .absent, count: rowCount)
    for (index, row) in rows.enumerated() {
      cells[row] = Cell(
        bits: bytes.uint64(at: at + 8 * index), flag: bytes[at + 8 * rows.count + index],
        marks: bytes[at + 9 * rows.count + index])
    }
    at += 10 * rows.count
    self.init(number: number, cells: cells)
  }
}
