import PoolModel

// The catalog: what the other files are and whose rings are where. Two identical copies, the second
// one at half of the file. Little-endian:
//
//   offset  bytes  field
//        0      8  magic "PoolCat\n"
//        8      4  format version, 2
//       12      4  byte count of a page
//       16      8  generation: how often the catalog was written
//       24      8  byte count of the journal file
//       32      4  number of pages files, then each: 4 bytes tier, 8 bytes its byte count
//        …      4  number of columns, then each: 2 bytes length, the parameter's name in UTF-8
//        …      4  number of rings, then each: 2 bytes length, the pool's name `venue/pool` in UTF-8,
//                  then for each of the tiers raw, minute, hour, day: 4 bytes index of the pages file,
//                  8 bytes offset of the first slot, 4 bytes slots
//        …      4  number of lines, then each: 2 bytes length, a line of what rollups are made by
//        …      4  CRC-32C of everything before
//
// Version 1 had raw pages alone: a pages file was its byte count, a ring had one place, and there were
// no lines. It is read, and replaced by version 2 when a store of it is opened.
//
// A pages file begins with two 4 KiB blocks of the same content, then slots:
//
//        0      8  magic "PoolRaw\n", or "PoolRol\n" where the slots hold rollups
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
  static func pages(_ tier: Tier, _ ordinal: Int) -> String {
    ordinal == 0 ? "\(tier.name).pages" : "\(tier.name)-\(ordinal + 1).pages"
  }
}

/// What all headers of files share.
enum FileHeader {
  /// Of the catalog and the journal.
  static let version: UInt32 = 2
  /// The unit in which headers are written, so that one torn write harms one copy.
  static let blockByteCount = 4096

  /// Why none of the copies of a header could be used.
  ///
  /// `prefixes` are the first 12 bytes of each copy.
  static func refusal(
    _ prefixes: [[UInt8]], magic: [UInt8], version: UInt32 = version, file: String
  ) -> RingStoreError {
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
    bytes.append(littleEndian: UInt32(pagesFiles.count))
    for file in pagesFiles {
      bytes.append(littleEndian: UInt32(file.tier.rawValue))
      bytes.append(littleEndian: UInt64(file.byteCount))
    }
    bytes.append(littleEndian: UInt32(columns.count))
    for name in columns { bytes.append(name: name) }
    bytes.append(littleEndian: UInt32(rings.count))
    for ring in rings {
      bytes.append(name: ring.pool.description)
      for tier in Tier.allCases {
        bytes.append(littleEndian: UInt32(ring[tier].file))
        bytes.append(littleEndian: UInt64(ring[tier].offset))
        bytes.append(littleEndian: UInt32(ring[tier].slotCount))
      }
    }
    bytes.append(littleEndian: UInt32(rules.count))
    for line in rules { bytes.append(name: line) }
    bytes.append(littleEndian: CRC32C.checksum(bytes))
    return bytes
  }

  /// The catalog that `bytes` begin with; nil when they are damaged or of a newer version.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.fixedByteCount, Array(bytes[..<8]) == Self.magic else { return nil }
    let version = bytes.uint32(at: 8)
    guard version == 1 || version == FileHeader.version else { return nil }
    var reader = CatalogReader(bytes: bytes, at: Self.fixedByteCount, version: version)
    let files = reader.list { $0.pagesFile() }
    let columns = reader.list { $0.name() }
    let rings = reader.list { $0.ring() }
    let rules = version == 1 ? [] : reader.list { $0.name() }
    let end = reader.at
    guard let files, let columns, let rings, let rules, let sum = reader.number(4),
      CRC32C.checksum(bytes, 0..<end) == UInt32(sum)
    else { return nil }
    self.init(
      generation: bytes.uint64(at: 16), pageByteCount: Int(bytes.uint32(at: 12)),
      journalByteCount: Int(truncatingIfNeeded: bytes.uint64(at: 24)), pagesFiles: files,
      columns: columns, rings: rings, rules: rules)
  }
}

/// Takes the catalog's fields from its bytes; nil at the end of them.
private struct CatalogReader {
  let bytes: [UInt8]
  var at: Int
  let version: UInt32

  mutating func pagesFile() -> Catalog.PagesFile? {
    guard let tier = version == 1 ? 0 : number(4), let byteCount = number(8),
      let tier = Tier(rawValue: UInt8(truncatingIfNeeded: tier))
    else { return nil }
    return Catalog.PagesFile(tier: tier, byteCount: byteCount)
  }

  mutating func ring() -> Catalog.Ring? {
    guard let name = name(), let pool = PoolID(name) else { return nil }
    var places: [RingPlace?] = []
    for tier in Tier.allCases {
      if version == 1, tier != .raw {
        places.append(nil)
        continue
      }
      guard let file = number(4), let offset = number(8), let slots = number(4) else { return nil }
      places.append(RingPlace(file: file, offset: offset, slotCount: slots))
    }
    return Catalog.Ring(pool: pool, places: places)
  }

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
  /// Both copies.
  static let byteCount = 2 * FileHeader.blockByteCount
  static let version: UInt32 = 1

  static func magic(_ tier: Tier) -> [UInt8] {
    Array((tier == .raw ? "PoolRaw\n" : "PoolRol\n").utf8)
  }

  /// Both copies, with zeros behind each.
  static func encoded(file: Int, tier: Tier, pageByteCount: Int) -> [UInt8] {
    var block = magic(tier)
    block.append(littleEndian: version)
    block.append(littleEndian: UInt32(file))
    block.append(littleEndian: UInt32(pageByteCount))
    block.append(littleEndian: CRC32C.checksum(block))
    let zeros = [UInt8](repeating: 0, count: FileHeader.blockByteCount - block.count)
    return block + zeros + block + zeros
  }

  /// Whether the copy `block` is that of the pages file `file`.
  static func isValid(_ block: [UInt8], file: Int, tier: Tier, pageByteCount: Int) -> Bool {
    Array(block[..<8]) == magic(tier) && block.uint32(at: 8) == version
      && block.uint32(at: 12) == UInt32(file) && block.uint32(at: 16) == UInt32(pageByteCount)
      && block.uint32(at: 20) == CRC32C.checksum(block, 0..<20)
  }
}
