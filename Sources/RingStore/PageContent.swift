/// What the pages of a ring hold: raw rows, or rollups of one tier.
///
/// Rows are sorted by time, every time stands once.
protocol PageContent {
  /// The codec number of a single body in a page.
  static var bodyCodec: UInt8 { get }
  /// The codec number of a list of bodies in a page.
  static var chunkCodec: UInt8 { get }
  /// So many rows are kept unpacked before they are packed into a chunk.
  static var tailRowLimit: Int { get }
  /// How much time is spent on the rows of sealed pages.
  static var sealEffort: CodecEffort { get }
  /// A page counts as full when no more than this part of it, one in so many, is free: chunks that
  /// filled it, packed together, leave some room, and packing all of it again for that would cost more
  /// than it saves.
  static var spareShare: Int { get }
  /// So many of them stay, so that what comes next finds its neighbours unpacked.
  static var tailRowsKept: Int { get }

  /// No rows.
  init()
  var rowCount: Int { get }
  /// The time of a row.
  func time(of row: Int) -> Int64
  /// The values of some rows.
  func valueCount(_ rows: Range<Int>) -> Int
  /// The columns with a value in some rows, as bits.
  func columnBits(_ rows: Range<Int>) -> UInt64
  /// The coded form of some rows.
  func body(_ rows: Range<Int>, effort: CodecEffort) -> [UInt8]
  /// The rows of a coded form; nil when it is damaged.
  static func decode(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> Self?
  /// The rows of a form that only an older version wrote; nil when it is damaged or not known.
  static func decodeOld(
    codec: UInt8, _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> Self?
  /// Joins rows that were stored later.
  mutating func merge(_ later: Self)
  /// Some rows as a table of their own.
  func part(_ rows: Range<Int>) -> Self
  /// Drops the first `count` rows.
  mutating func removeFirst(_ count: Int)
}

extension PageContent {
  /// The first row's time; there must be one.
  var firstTime: Int64 { time(of: 0) }
  /// The last row's time; there must be one.
  var lastTime: Int64 { time(of: rowCount - 1) }

  static var tailRowLimit: Int { 240 }
  static var tailRowsKept: Int { 32 }
  static var sealEffort: CodecEffort { .small }
  static var spareShare: Int { 16 }

  static func decodeOld(
    codec: UInt8, _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> Self? { nil }

  /// The rows of `chunk`; nil when it is damaged.
  init?(_ chunk: Chunk) {
    let table =
      chunk.codec == Self.bodyCodec
      ? Self.decode(
        chunk.bytes, chunk.body, rowCount: chunk.rowCount, columnBits: chunk.columnBits)
      : Self.decodeOld(
        codec: chunk.codec, chunk.bytes, chunk.body, rowCount: chunk.rowCount,
        columnBits: chunk.columnBits)
    guard let table, table.rowCount == chunk.rowCount, table.rowCount > 0 else { return nil }
    self = table
  }
}

/// Some rows in their coded form.
struct Chunk {
  /// The bytes that `body` is a part of.
  let bytes: [UInt8]
  let body: Range<Int>
  let codec: UInt8
  let rowCount: Int
  let valueCount: Int
  let firstTime: Int64
  let lastTime: Int64
  let columnBits: UInt64
  /// Whether it is not worth packing again but for a page that is full.
  let isSmall: Bool

  init(
    bytes: [UInt8], body: Range<Int>, codec: UInt8, rowCount: Int, valueCount: Int,
    firstTime: Int64, lastTime: Int64, columnBits: UInt64, isSmall: Bool
  ) {
    self.bytes = bytes
    self.body = body
    self.codec = codec
    self.rowCount = rowCount
    self.valueCount = valueCount
    self.firstTime = firstTime
    self.lastTime = lastTime
    self.columnBits = columnBits
    self.isSmall = isSmall
  }

  /// Some rows of `table`, coded.
  init<Content: PageContent>(_ table: Content, _ rows: Range<Int>, effort: CodecEffort) {
    bytes = table.body(rows, effort: effort)
    body = bytes.indices
    codec = Content.bodyCodec
    rowCount = rows.count
    valueCount = table.valueCount(rows)
    firstTime = table.time(of: rows.lowerBound)
    lastTime = table.time(of: rows.upperBound - 1)
    columnBits = table.columnBits(rows)
    isSmall = effort == Content.sealEffort && rows.count > Content.tailRowLimit
  }

  /// The bytes it takes in a list of chunks.
  var listedByteCount: Int { ChunkList.entryByteCount + body.count }

  /// Whether rows from `from` to `through` can be in it.
  func overlaps(_ from: Int64, _ through: Int64) -> Bool {
    firstTime <= through && lastTime >= from
  }
}
