import PoolModel

// The catalog: what the other files are and whose rings are where. Two identical copies, the second
// one at half of the file. Little-endian:
//
//   offset  bytes  field
//        0      8  magic "PoolCat\n"
//        8      4  format version, 1
//       12      4  byte count of a page
//       16      8  generation: how often the catalog was written
//       24      8  byte count of the journal file
//       32      4  number of pages files, then 8 bytes each: its byte count
//        …      4  number of columns, then each: 2 bytes length, the parameter's name in UTF-8
//        …      4  number of rings, then each: 2 bytes length, the pool's name `venue/pool` in UTF-8,
//                  4 bytes index of the pages file, 8 bytes offset of the first slot, 4 bytes slots
//        …      4  CRC-32C of everything before
//
// A pages file begins with two 4 KiB blocks of the same content, then slots:
//
//        0      8  magic "PoolRaw\n"
//        8      4  format version, 1
//       12      4  index of the file
//       16      4  byte count of a page
//       20      4  CRC-32C of bytes 0 ..< 20

/// The names of the files in the store's directory.
enum FileName {
  static let catalog = "catalog"
  /// A catalog that is about to take the place of `catalog`.
  static let newCatalog = "catalog.new"
  /// There while a store is being created: what lies beside it holds nothing yet.
  static let unfinished = "catalog.creating"
  static let journal = "journal"
  /// `raw.pages`, then `raw-2.pages` and so on.
  static func pages(_ index: Int) -> String { index == 0 ? "raw.pages" : "raw-\(index + 1).pages" }
}

/// What all headers of files share.
enum FileHeader {
  static let version: UInt32 = 1
  /// The unit in which headers are written, so that one torn write harms one copy.
  static let blockByteCount = 4096

  /// Why none of the copies of a header could be used.
  ///
  /// `prefixes` are the first 12 bytes of each copy.
  static func refusal(_ prefixes: [[UInt8]], magic: [UInt8], file: String) -> RingStoreError {
    let ours = prefixes.filter { Array($0[..<8]) == magic }
    if ours.isEmpty { return .foreignFile(file) }
    if let newer = ours.map({ $0.uint32(at: 8) }).first(where: { $0 > version }) {
      return .newerFormat(file: file, version: newer)
    }
    return .damagedFile(file)
  }
}

extension Catalog {
  static let magic = Array("PoolCat\n".utf8)
  /// The magic and the sizes.
  static let fixedByteCount = 32

  /// One copy.
  func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: FileHeader.version)
    bytes.append(littleEndian: UInt32(pageByteCount))
    bytes.append(littleEndian: generation)
    bytes.append(littleEndian: UInt64(journalByteCount))
    bytes.append(littleEndian: UInt32(pagesByteCounts.count))
    for count in pagesByteCounts { bytes.append(littleEndian: UInt64(count)) }
    bytes.append(littleEndian: UInt32(columns.count))
    for name in columns { bytes.append(name: name) }
    bytes.append(littleEndian: UInt32(rings.count))
    for ring in rings {
      bytes.append(name: ring.pool.description)
      bytes.append(littleEndian: UInt32(ring.place.file))
      bytes.append(littleEndian: UInt64(ring.place.offset))
      bytes.append(littleEndian: UInt32(ring.place.slotCount))
    }
    bytes.append(littleEndian: CRC32C.checksum(bytes))
    return bytes
  }

  /// The catalog that `bytes` begin with; nil when they are damaged or not of this version.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.fixedByteCount, Array(bytes[..<8]) == Self.magic,
      bytes.uint32(at: 8) == FileHeader.version
    else { return nil }
    var reader = CatalogReader(bytes: bytes, at: Self.fixedByteCount)
    let sizes = reader.list { $0.number(8) }
    let columns = reader.list { $0.name() }
    let rings = reader.list { (reader: inout CatalogReader) -> Ring? in
      guard let name = reader.name(), let pool = PoolID(name), let file = reader.number(4),
        let offset = reader.number(8), let slots = reader.number(4)
      else { return nil }
      return Ring(pool: pool, place: RingPlace(file: file, offset: offset, slotCount: slots))
    }
    let end = reader.at
    guard let sizes, let columns, let rings, let sum = reader.number(4),
      CRC32C.checksum(bytes, 0..<end) == UInt32(sum)
    else { return nil }
    self.init(
      generation: bytes.uint64(at: 16), pageByteCount: Int(bytes.uint32(at: 12)),
      journalByteCount: Int(truncatingIfNeeded: bytes.uint64(at: 24)), pagesByteCounts: sizes,
      columns: columns, rings: rings)
  }
}

/// Takes the catalog's fields from its bytes; nil at the end of them.
private struct CatalogReader {
  let bytes: [UInt8]
  var at: Int

  mutating func number(_ byteCount: Int) -> Int? {
    guard at + byteCount <= bytes.count else { return nil }
    defer { at += byteCount }
    var value: UInt64 = 0
    for index in (at..<at + byteCount).reversed() { value = value << 8 | UInt64(bytes[index]) }
    return Int(exactly: value)
  }

  mutating func name() -> String? {
    guard let count = number(2), at + count <= bytes.count else { return nil }
    defer { at += count }
    return String(validating: bytes[at..<at + count], as: UTF8.self)
  }

  mutating func list<Element>(_ element: (inout CatalogReader) -> Element?) -> [Element]? {
    guard let count = number(4), count <= bytes.count else { return nil }
    var elements: [Element] = []
    for _ in 0..<count {
      guard let next = element(&self) else { return nil }
      elements.append(next)
    }
    return elements
  }
}

extension [UInt8] {
  fileprivate mutating func append(name: String) {
    append(littleEndian: UInt16(name.utf8.count))
    append(contentsOf: name.utf8)
  }
}

/// The header of a pages file.
enum PagesFileHeader {
  static let magic = Array("PoolRaw\n".utf8)
  /// Both copies.
  static let byteCount = 2 * FileHeader.blockByteCount

  /// Both copies, with zeros behind each.
  static func encoded(file: Int, pageByteCount: Int) -> [UInt8] {
    var block = magic
    block.append(littleEndian: FileHeader.version)
    block.append(littleEndian: UInt32(file))
    block.append(littleEndian: UInt32(pageByteCount))
    block.append(littleEndian: CRC32C.checksum(block))
    let zeros = [UInt8](repeating: 0, count: FileHeader.blockByteCount - block.count)
    return block + zeros + block + zeros
  }

  /// Whether the copy `block` is that of the pages file `file`.
  static func isValid(_ block: [UInt8], file: Int, pageByteCount: Int) -> Bool {
    Array(block[..<8]) == magic && block.uint32(at: 8) == FileHeader.version
      && block.uint32(at: 12) == UInt32(file) && block.uint32(at: 16) == UInt32(pageByteCount)
      && block.uint32(at: 20) == CRC32C.checksum(block, 0..<20)
  }
}
