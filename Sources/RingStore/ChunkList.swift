// The body of an open page: a list of chunks, each the coded form of some rows. Little-endian.
//
//   offset  bytes  field
//        0      4  number of chunks, n
//        4   44 n  entries:  4 byte count of the chunk's body
//                            4 row count
//                            4 value count
//                            1 codec of the body
//                            1 1 when it is not worth packing again before the page is full
//                            2 zero
//                            8 first time, milliseconds since the epoch, signed
//                            8 last time
//                            8 columns, as in the page's header
//                            4 zero
//   4 + 44 n      4  CRC-32C of everything before
//   8 + 44 n      …  the bodies, one after the other; each guards itself
//
// What the chunks say of one time is joined in their order.

/// The list of an open page's chunks.
enum ChunkList {
  /// The count and the checksum.
  static let fixedByteCount = 8
  static let entryByteCount = 44

  static func encoded(_ chunks: [Chunk]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      chunks.reduce(fixedByteCount) { $0 + $1.listedByteCount } + PageHeader.byteCount)
    bytes.append(littleEndian: UInt32(chunks.count))
    for chunk in chunks {
      bytes.append(littleEndian: UInt32(chunk.body.count))
      bytes.append(littleEndian: UInt32(chunk.rowCount))
      bytes.append(littleEndian: UInt32(chunk.valueCount))
      bytes.append(chunk.codec)
      bytes.append(chunk.isSmall ? 1 : 0)
      bytes.append(littleEndian: UInt16(0))
      bytes.append(littleEndian: chunk.firstTime)
      bytes.append(littleEndian: chunk.lastTime)
      bytes.append(littleEndian: chunk.columnBits)
      bytes.append(littleEndian: UInt32(0))
    }
    bytes.append(littleEndian: CRC32C.checksum(bytes))
    for chunk in chunks { bytes += chunk.bytes[chunk.body] }
    return bytes
  }

  /// The chunks of the list at `body`; nil when it is damaged.
  static func chunks(_ bytes: [UInt8], _ body: Range<Int>) -> [Chunk]? {
    guard body.count >= fixedByteCount else { return nil }
    let start = body.lowerBound
    let count = Int(bytes.uint32(at: start))
    guard count <= body.count / entryByteCount else { return nil }
    let end = start + 4 + count * entryByteCount
    guard end + 4 <= body.upperBound,
      bytes.uint32(at: end) == CRC32C.checksum(bytes, start..<end)
    else { return nil }
    var at = end + 4
    var chunks: [Chunk] = []
    for index in 0..<count {
      let entry = start + 4 + index * entryByteCount
      let byteCount = Int(bytes.uint32(at: entry))
      guard byteCount <= body.upperBound - at else { return nil }
      chunks.append(
        Chunk(
          bytes: bytes, body: at..<at + byteCount, codec: bytes[entry + 12],
          rowCount: Int(bytes.uint32(at: entry + 4)), valueCount: Int(bytes.uint32(at: entry + 8)),
          firstTime: bytes.int64(at: entry + 16), lastTime: bytes.int64(at: entry + 24),
          columnBits: bytes.uint64(at: entry + 32), isSmall: bytes[entry + 13] == 1))
      at += byteCount
    }
    return at == body.upperBound ? chunks : nil
  }
}
