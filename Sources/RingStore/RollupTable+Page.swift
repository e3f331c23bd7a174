extension RollupTable: PageContent {
  static let bodyCodec: UInt8 = 2
  static let chunkCodec: UInt8 = 4
  /// A checkpoint brings a few at least, and they are large.
  static let tailRowLimit = 16
  static let tailRowsKept = 0
  /// Coded for size they would take two thirds of the space and several times the time: at the rate of
  /// a fleet that time is what appending costs most.
  static let sealEffort = CodecEffort.quick
  static let spareShare = 5

  func time(of row: Int) -> Int64 { starts[row] }

  func valueCount(_ rows: Range<Int>) -> Int {
    var count = 0
    for column in columns {
      // A pattern and no comparison: a cell is large, and would be copied for it.
      for row in rows { if case .some = column.cells[row] { count += 1 } }
    }
    return count
  }

  func body(_ rows: Range<Int>, effort: CodecEffort) -> [UInt8] {
    encodedBody(rows, effort: effort)
  }

  static func decode(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> RollupTable? {
    RollupTable(body: bytes, body, rowCount: rowCount, columnBits: columnBits)
  }

  mutating func merge(_ later: RollupTable) { put(later) }

  func part(_ rows: Range<Int>) -> RollupTable { self[rows] }

  mutating func removeFirst(_ count: Int) { self = self[count..<rowCount] }
}
