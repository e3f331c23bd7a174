// A body made of sections, each with a checksum of its own, so that reading one of them checks and
// decodes no other. Little-endian; `v` is a number of one to ten bytes (Varint.swift):
//
//   bytes  field
//       v  number of sections, n
//          then n times:
//       v    tag: what the section is
//       v    its byte count
//       4    its CRC-32C
//       4  CRC-32C of everything before: the directory
//          then the n sections, one after another, in the directory's order, up to the end

/// Collects sections and makes a body of them.
struct SectionWriter {
  private var sectionCount: UInt64 = 0
  private var directory: [UInt8] = []
  private var content: [UInt8] = []

  /// Adds a section behind the others; each tag is used once.
  mutating func add(_ tag: UInt16, _ bytes: [UInt8]) {
    sectionCount += 1
    directory.append(varint: UInt64(tag))
    directory.append(varint: UInt64(bytes.count))
    directory.append(littleEndian: CRC32C.checksum(bytes))
    content += bytes
  }

  /// The body.
  func finish() -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(directory.count + content.count + 16)
    body.append(varint: sectionCount)
    body += directory
    body.append(littleEndian: CRC32C.checksum(body))
    body += content
    return body
  }
}

/// Finds the sections of a body.
struct SectionReader {
  private let bytes: [UInt8]
  /// The directory's entries, without their number and the checksum.
  private let directory: Range<Int>
  /// Where the first section begins.
  private let content: Int

  /// The body in `body`, a range of `bytes`; nil when its directory is damaged.
  init?(_ bytes: [UInt8], _ body: Range<Int>) {
    guard body.lowerBound >= 0, body.upperBound <= bytes.count else { return nil }
    var cursor = ByteCursor(bytes, body)
    guard let sectionCount = cursor.count(upTo: body.count) else { return nil }
    let start = cursor.at
    var total = 0
    for _ in 0..<sectionCount {
      guard let entry = SectionEntry(&cursor), entry.byteCount <= body.count - total
      else { return nil }
      total += entry.byteCount
    }
    let end = cursor.at
    guard end + 4 + total == body.upperBound,
      CRC32C.checksum(bytes, body.lowerBound..<end) == bytes.uint32(at: end)
    else { return nil }
    self.bytes = bytes
    directory = start..<end
    content = end + 4
  }

  /// Where the section `tag` is, unchecked; nil when there is none.
  func section(_ tag: UInt16) -> Range<Int>? { find(tag)?.range }

  /// Where the section `tag` is; nil when there is none or its checksum is wrong.
  func checked(_ tag: UInt16) -> Range<Int>? {
    guard let (range, checksum) = find(tag), CRC32C.checksum(bytes, range) == checksum
    else { return nil }
    return range
  }

  private func find(_ tag: UInt16) -> (range: Range<Int>, checksum: UInt32)? {
    var cursor = ByteCursor(bytes, directory)
    var at = content
    while let entry = SectionEntry(&cursor) {
      if entry.tag == UInt64(tag) { return (at..<at + entry.byteCount, entry.checksum) }
      at += entry.byteCount
    }
    return nil
  }
}

/// One entry of the directory.
private struct SectionEntry {
  let tag: UInt64
  let byteCount: Int
  let checksum: UInt32

  /// Takes the entry from the cursor; nil at the end.
  init?(_ cursor: inout ByteCursor) {
    guard let tag = cursor.varint(), let byteCount = cursor.count(upTo: Int.max),
      let checksum = cursor.uint32()
    else { return nil }
    self.tag = tag
    self.byteCount = byteCount
    self.checksum = checksum
  }
}
