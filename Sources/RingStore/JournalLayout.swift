import PoolModel

// The journal: four 4 KiB header blocks, then a ring of records. Little-endian.
//
// Header, written by checkpoints only. Blocks 0 and 1 are slot 0, blocks 2 and 3 are slot 1; the two
// blocks of a slot are equal, and the slots are written in turn, so that no write touches the only
// good copy. Of the valid blocks the one of the highest generation holds.
//
//   offset  bytes  field
//        0      8  magic "PoolJrn\n"
//        8      4  format version, 2; in version 1 all records had plain bodies
//       12      4  zero
//       16      8  generation
//       24      8  tail: the end of the last record given up
//       32      8  checkpoint: everything committed before it is in durable pages
//       40      8  sequence number of the record that ends at the checkpoint
//       48      8  commit time of that record, milliseconds since the epoch, signed
//       56      8  capacity: byte count of the ring
//       64      4  CRC-32C of bytes 0 ..< 64
//
// Position p of the journal is byte 16384 + p mod capacity of the file. A record begins at a multiple
// of 8 and never goes over the end of the ring:
//
//        0      4  magic "PWJC", or "PWJR" where the body is plain: written by the first version only
//        4      4  CRC-32C of bytes 8 ..< 48 + n
//        8      8  position of the record
//       16      8  sequence number: counts the writes, failed ones too
//       24      8  previous end: where the last good record before it ends
//       32      8  commit time, milliseconds since the epoch, signed
//       40      4  n, byte count of the body, a multiple of 8
//       44      4  row count
//       48      n  rows, then zeros
//
// A record follows the one whose end it names as its previous end. It stands right there, or, when
// that place was too near to the end of the ring or a write there failed, at a later multiple of
// 4096. Of several that name the same previous end the one of the highest sequence number holds: the
// others were never acknowledged.
//
// Rows are drawn in CompactRows.swift, those of a plain body too.

/// Sizes and offsets of the journal.
enum JournalLayout {
  static let magic = Array("PoolJrn\n".utf8)
  static let blockByteCount = FileHeader.blockByteCount
  /// Where the ring of records begins.
  static let headerByteCount = 4 * FileHeader.blockByteCount
  static let headerSlotByteCount = 2 * FileHeader.blockByteCount
  /// Four header blocks and room for a few batches.
  static let smallestByteCount = 65_536
  /// What an hour of the plan's rate takes at the worst, at least 4 MiB: mostly it holds far more.
  ///
  /// 13 bytes a row and 11 a value, where nothing can be packed, and 18 bytes as a row's share of a
  /// record's header; a batch has a few rows at least wherever the rate is high enough to matter.
  static func defaultByteCount(plan: Plan) -> Int {
    let rowsPerHour = Double(plan.pools.count) * 3600 / max(plan.interval.inSeconds, 0.001)
    let row = 13 + 11 * max(1, plan.required.count) + 18
    let byteCount = Int((rowsPerHour * Double(row)).rounded(.up)) + headerByteCount
    return max(4 << 20, byteCount.roundedUp(to: blockByteCount))
  }
}

/// What a checkpoint leaves in the journal's header.
struct JournalHeader: Hashable {
  var generation: UInt64 = 0
  var tail: UInt64 = 0
  var checkpoint: UInt64 = 0
  var sequence: UInt64 = 0
  /// `Int64.min` when nothing was ever committed.
  var commitTime: Int64 = .min
  var capacity: UInt64

  /// Bytes of the fields, the checksum included.
  static let byteCount = 68

  /// A whole slot: two equal blocks.
  func encoded() -> [UInt8] {
    var block = JournalLayout.magic
    block.append(littleEndian: FileHeader.version)
    block.append(littleEndian: UInt32(0))
    for field in [generation, tail, checkpoint, sequence, UInt64(bitPattern: commitTime), capacity]
    {
      block.append(littleEndian: field)
    }
    block.append(littleEndian: CRC32C.checksum(block))
    block += [UInt8](repeating: 0, count: JournalLayout.blockByteCount - block.count)
    return block + block
  }

  init(capacity: UInt64) { self.capacity = capacity }

  /// The header that `block` holds; nil when it is damaged or of another version.
  init?(_ block: [UInt8]) {
    // A journal of version 1 is read; its next header has the version in force.
    guard Array(block[..<8]) == JournalLayout.magic,
      (1...FileHeader.version).contains(block.uint32(at: 8)),
      block.uint32(at: 64) == CRC32C.checksum(block, 0..<64)
    else { return nil }
    generation = block.uint64(at: 16)
    tail = block.uint64(at: 24)
    checkpoint = block.uint64(at: 32)
    sequence = block.uint64(at: 40)
    commitTime = block.int64(at: 48)
    capacity = block.uint64(at: 56)
  }
}

/// The header of a record.
struct RecordHeader: Hashable {
  var position: UInt64
  var sequence: UInt64
  var previousEnd: UInt64
  var commitTime: Int64
  var bodyByteCount: Int
  var rowCount: Int
  /// Whether the body is as the first version wrote it.
  var isPlain = false

  /// "PWJC" read as a little-endian number.
  static let magic: UInt32 = 0x434A_5750
  /// "PWJR".
  static let plainMagic: UInt32 = 0x524A_5750
  static let byteCount = 48

  /// The position after the record.
  var end: UInt64 { position + UInt64(Self.byteCount + bodyByteCount) }

  /// Completes `record`, whose body stands behind room for the header and has a byte count that is a
  /// multiple of 8.
  func complete(_ record: inout [UInt8]) {
    record.put(isPlain ? Self.plainMagic : Self.magic, at: 0)
    record.put(position, at: 8)
    record.put(sequence, at: 16)
    record.put(previousEnd, at: 24)
    record.put(commitTime, at: 32)
    record.put(UInt32(bodyByteCount), at: 40)
    record.put(UInt32(rowCount), at: 44)
    record.put(CRC32C.checksum(record, 8..<record.count), at: 4)
  }

  /// What the header `bytes` claim, unchecked; nil when they do not begin with a record of
  /// `position`.
  init?(_ bytes: [UInt8], at offset: Int = 0, position: UInt64) {
    let magic = bytes.uint32(at: offset)
    guard magic == Self.magic || magic == Self.plainMagic,
      bytes.uint64(at: offset + 8) == position
    else { return nil }
    isPlain = magic == Self.plainMagic
    self.position = position
    sequence = bytes.uint64(at: offset + 16)
    previousEnd = bytes.uint64(at: offset + 24)
    commitTime = bytes.int64(at: offset + 32)
    bodyByteCount = Int(bytes.uint32(at: offset + 40))
    rowCount = Int(bytes.uint32(at: offset + 44))
  }

  init(
    position: UInt64, sequence: UInt64, previousEnd: UInt64, commitTime: Int64, bodyByteCount: Int,
    rowCount: Int
  ) {
    self.position = position
    self.sequence = sequence
    self.previousEnd = previousEnd
    self.commitTime = commitTime
    self.bodyByteCount = bodyByteCount
    self.rowCount = rowCount
  }
}

/// A record whose checksum is right.
struct JournalRecord {
  let header: RecordHeader
  /// Header and body as on disk.
  let bytes: [UInt8]

  /// The rows, or parts of rows, in the order they were staged; nil when the body is no such list.
  func batch() -> RowBatch? {
    let body = RecordHeader.byteCount..<bytes.count
    return header.isPlain
      ? RowBatch(plain: bytes, body, rowCount: header.rowCount)
      : RowBatch(compact: bytes, body, rowCount: header.rowCount)
  }
}
