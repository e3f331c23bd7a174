// A page on disk. At most the catalog's page size, little-endian, header then body; what lies behind
// the body in the page's slot means nothing:
//
//   offset  bytes  field
//        0      4  magic "PWPG"; a slot that was never written to has zeros, and one whose page was wiped
//                  "PWPW" and zeros but for what stands at 24 and 100, and the checksum
//        4      2  format version, 1
//        6      1  codec of the body: 0 raw columns (written by the first version only), 1 raw rows,
//                  2 rollups, 3 a list of chunks of raw rows, 4 a list of chunks of rollups
//        7      1  1 while the page is the ring's open one, 0 when it is sealed
//        8      4  ring number
//       12      4  row count; in a list a row counts in each chunk that has a part of it
//       16      8  page sequence number: 0, 1, 2 … in the life of the ring
//       24      8  generation: counts the writes to the ring; of two copies the higher one holds
//       32      8  first time, milliseconds since the epoch, signed
//       40      8  last time
//       48      8  columns: bit n is set when the body has column n
//       56      8  journal position: every row of the pool committed before it is in this page or
//                  in one before it
//       64      4  byte count of the body
//       68      4  CRC-32C of the body
//       72      4  value count; 0 in pages of codec 0
//       76      8  newest time of any page of a lower sequence number, the smallest number when there
//                  is none; 0 when that is not known
//       84      8  sequence number of the page before it that was known when it was written, plus 1;
//                  0 when there was none: numbers may be left out
//       92      4  checksum of the slots that could not be read when it was written; 0 without any
//       96      4  checksum of all that opening found missing before it was written; 0 without any
//      100      8  sequence number of the first page that the ring had not given up when it was written,
//                  plus 1; 0 when that is not known
//      108     16  zero
//      124      4  CRC-32C of bytes 0 ..< 124
//
// Bodies are drawn where they are coded: 0 in PageTable+Old.swift, 1 in PageCodec.swift, 2 in
// RollupPage.swift, 3 and 4 in ChunkList.swift.

/// The header of a page.
struct PageHeader: Hashable {
  var codec: UInt8
  var ring: UInt32
  var sequence: UInt64
  var generation: UInt64
  var isOpen: Bool
  var rowCount: Int
  var valueCount: Int
  var firstTime: Int64
  var lastTime: Int64
  var columnBits: UInt64
  var covered: UInt64
  /// The newest time of any page before it in the ring's life; nil when that is not known.
  var earlierLastTime: Int64?
  /// The sequence number of the page before it; nil when none was known.
  var previousSequence: UInt64?
  /// What of the ring was known to be lost when it was written.
  var losses: RingLosses
  /// The pages before it had been given up when it was written, and no others; nil when not known.
  var firstHeld: UInt64?
  var bodyByteCount: Int
  var bodyChecksum: UInt32

  /// The newest time of it and of any page before it; nil when that is not known.
  var lastTimeSoFar: Int64? { earlierLastTime.map { max($0, lastTime) } }

  /// "PWPG" read as a little-endian number.
  static let magic: UInt32 = 0x4750_5750
  static let version: UInt16 = 1
  static let newestCodec: UInt8 = 4
  static let byteCount = 128

  /// What a slot's first bytes can be.
  enum Reading: Hashable {
    case empty
    /// A page that was wiped; nil where what it said of the first page held is not known.
    case wiped(WipedPage?)
    case valid(PageHeader)
    case newer(UInt32)
    case damaged
  }

  /// What `bytes`, at least a header long, begin with.
  static func read(_ bytes: [UInt8]) -> Reading {
    if isUnwritten(bytes) { return .empty }
    if bytes.uint32(at: 0) == WipedPage.magic { return WipedPage.read(bytes) }
    guard bytes.uint32(at: 0) == magic,
      bytes.uint32(at: 124) == CRC32C.checksum(bytes, 0..<124)
    else { return .damaged }
    let version = bytes.uint16(at: 4)
    guard version == Self.version, bytes[6] <= newestCodec
    else { return .newer(UInt32(max(version, 2))) }
    return .valid(
      PageHeader(
        codec: bytes[6], ring: bytes.uint32(at: 8), sequence: bytes.uint64(at: 16),
        generation: bytes.uint64(at: 24), isOpen: bytes[7] == 1,
        rowCount: Int(bytes.uint32(at: 12)), valueCount: Int(bytes.uint32(at: 72)),
        firstTime: bytes.int64(at: 32), lastTime: bytes.int64(at: 40),
        columnBits: bytes.uint64(at: 48), covered: bytes.uint64(at: 56),
        earlierLastTime: bytes.int64(at: 76) == 0 ? nil : bytes.int64(at: 76),
        previousSequence: number(bytes, at: 84),
        losses: RingLosses(slots: bytes.uint32(at: 92), everything: bytes.uint32(at: 96)),
        firstHeld: number(bytes, at: 100),
        bodyByteCount: Int(bytes.uint32(at: 64)), bodyChecksum: bytes.uint32(at: 68)))
  }

  /// A sequence number that is written plus 1; nil where there is none.
  fileprivate static func number(_ bytes: [UInt8], at offset: Int) -> UInt64? {
    let number = bytes.uint64(at: offset)
    return number == 0 ? nil : number - 1
  }

  /// Whether `bytes`, at least a header long, are those of a slot that was never written to.
  static func isUnwritten(_ bytes: [UInt8]) -> Bool {
    bytes[0] == 0 && bytes[..<byteCount].allSatisfy { $0 == 0 }
  }

  /// The header's bytes.
  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.put(Self.magic, at: 0)
    bytes.put(Self.version, at: 4)
    bytes[6] = codec
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
    bytes.put(UInt32(valueCount), at: 72)
    bytes.put(earlierLastTime ?? 0, at: 76)
    bytes.put(previousSequence.map { $0 &+ 1 } ?? 0, at: 84)
    bytes.put(losses.slots, at: 92)
    bytes.put(losses.everything, at: 96)
    bytes.put(firstHeld.map { $0 &+ 1 } ?? 0, at: 100)
    bytes.put(CRC32C.checksum(bytes, 0..<124), at: 124)
    return bytes
  }
}

/// What is left of a page of a checkpoint that did not come to its end.
struct WipedPage: Hashable {
  /// Its generation.
  var generation: UInt64
  /// What it said of the first page held.
  var firstHeld: UInt64

  /// "PWPW" read as a little-endian number.
  static let magic: UInt32 = 0x5750_5750

  /// What `bytes`, which begin with the magic, say; one that an older program wiped says nothing.
  fileprivate static func read(_ bytes: [UInt8]) -> PageHeader.Reading {
    if bytes[4..<PageHeader.byteCount].allSatisfy({ $0 == 0 }) { return .wiped(nil) }
    let found = PageHeader.number(bytes, at: 100).map {
      WipedPage(generation: bytes.uint64(at: 24), firstHeld: $0)
    }
    guard let found, bytes[..<PageHeader.byteCount] == found.encoded()[...] else {
      return .damaged
    }
    return .wiped(found)
  }

  /// The front of the slot.
  func encoded() -> [UInt8] {
    var bytes = Self.bytes
    bytes.put(generation, at: 24)
    bytes.put(firstHeld &+ 1, at: 100)
    bytes.put(CRC32C.checksum(bytes, 0..<124), at: 124)
    return bytes
  }

  /// The front of a slot whose page did not say which pages were given up.
  static let bytes: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: PageHeader.byteCount)
    bytes.put(magic, at: 0)
    return bytes
  }()
}

/// What identifies a page beside its rows.
struct PageIdentity: Hashable {
  var ring: Int
  var sequence: UInt64
  var generation: UInt64
  var isOpen: Bool
  var covered: UInt64
  var earlierLastTime: Int64?
  var previousSequence: UInt64?
  var losses = RingLosses()
  var firstHeld: UInt64?
}

/// What of a ring is lost, as short as it takes to see whether it is the same as before.
struct RingLosses: Hashable {
  /// Of the slots that cannot be read; 0 without any.
  var slots: UInt32 = 0
  /// Of all that opening finds missing, those included; 0 without any.
  var everything: UInt32 = 0

  /// The checksum of some slots; 0 without any.
  static func checksum(_ slots: Set<Int>) -> UInt32 { checksum(slots.sorted().map { UInt64($0) }) }

  /// The checksum of `numbers`; 0 without any.
  static func checksum(_ numbers: [UInt64]) -> UInt32 {
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(littleEndian: number) }
    return bytes.isEmpty ? 0 : CRC32C.checksum(bytes)
  }
}

/// A page as it is written: header and body.
enum PageImage {
  /// The bytes of a sealed page, whose body `chunk` is.
  static func sealed(_ chunk: Chunk, _ identity: PageIdentity) -> [UInt8] {
    bytes(of: [chunk], body: Array(chunk.bytes[chunk.body]), codec: chunk.codec, identity)
  }

  /// The bytes of an open page.
  static func open(
    _ chunks: [Chunk], codec: UInt8, _ identity: PageIdentity
  ) -> [UInt8] {
    bytes(of: chunks, body: ChunkList.encoded(chunks), codec: codec, identity)
  }

  private static func bytes(
    of chunks: [Chunk], body: [UInt8], codec: UInt8, _ identity: PageIdentity
  ) -> [UInt8] {
    precondition(!chunks.isEmpty, "a page without rows")
    let header = PageHeader(
      codec: codec, ring: UInt32(identity.ring), sequence: identity.sequence,
      generation: identity.generation, isOpen: identity.isOpen,
      rowCount: chunks.reduce(0) { $0 + $1.rowCount },
      valueCount: chunks.reduce(0) { $0 + $1.valueCount },
      firstTime: chunks.reduce(.max) { min($0, $1.firstTime) },
      lastTime: chunks.reduce(.min) { max($0, $1.lastTime) },
      columnBits: chunks.reduce(0) { $0 | $1.columnBits }, covered: identity.covered,
      earlierLastTime: identity.earlierLastTime,
      previousSequence: identity.previousSequence, losses: identity.losses,
      firstHeld: identity.firstHeld, bodyByteCount: body.count,
      bodyChecksum: CRC32C.checksum(body))
    return header.encoded() + body
  }

  /// The chunks of the page `bytes` with `header`: one for a page that has a single body; nil when
  /// its body is damaged as a whole.
  ///
  /// Where `isChecked` is false the body's checksum is not looked at: the parts of all bodies but those
  /// of codec 0 guard themselves.
  static func chunks(_ bytes: [UInt8], _ header: PageHeader, isChecked: Bool) -> [Chunk]? {
    let body = PageHeader.byteCount..<PageHeader.byteCount + header.bodyByteCount
    guard header.rowCount > 0, header.firstTime <= header.lastTime, body.upperBound <= bytes.count
    else { return nil }
    if isChecked || header.codec == 0 {
      guard CRC32C.checksum(bytes, body) == header.bodyChecksum else { return nil }
    }
    if header.codec > 2 { return ChunkList.chunks(bytes, body) }
    return [
      Chunk(
        bytes: bytes, body: body, codec: header.codec, rowCount: header.rowCount,
        valueCount: header.valueCount, firstTime: header.firstTime, lastTime: header.lastTime,
        columnBits: header.columnBits, isSmall: true)
    ]
  }
}
