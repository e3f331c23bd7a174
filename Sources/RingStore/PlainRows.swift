// The plain body of a journal record, which stores of format 1 have. Little-endian.
//
// Row: 4 bytes ring number, 8 bytes time, 1 byte number of values, then each value:
//      1 byte column, 8 bytes bit pattern, 1 byte flag, 1 byte marks.

extension RowBatch {
  private static let plainRowByteCount = 13
  private static let plainValueByteCount = 11

  /// The rows of the plain body in `range` of `bytes`, which up to seven zeros may follow.
  ///
  /// Takes no memory that `range` cannot have the rows for, whatever `rowCount` says.
  /// - Returns: nil when the bytes are no such body.
  init?(plain bytes: [UInt8], _ range: Range<Int>, rowCount: Int) {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count,
      (0...range.count / Self.plainRowByteCount).contains(rowCount)
    else { return nil }
    self.init()
    var at = range.lowerBound
    for _ in 0..<rowCount {
      guard range.upperBound - at >= Self.plainRowByteCount else { return nil }
      let ring = bytes.uint32(at: at)
      let count = Int(bytes[at + 12])
      guard ring <= Int32.max, count <= Self.valueLimit else { return nil }
      append(ring: Int(ring), time: bytes.int64(at: at + 4))
      at += Self.plainRowByteCount
      guard range.upperBound - at >= count * Self.plainValueByteCount else { return nil }
      for _ in 0..<count {
        guard bytes[at] < Self.columnLimit else { return nil }
        let cell = Cell(
          bits: bytes.uint64(at: at + 1), flag: bytes[at + 9], marks: bytes[at + 10])
        append(StoredValue(column: bytes[at], cell: cell))
        at += Self.plainValueByteCount
      }
    }
    guard range.upperBound - at < 8, bytes[at..<range.upperBound].allSatisfy({ $0 == 0 })
    else { return nil }
  }
}
