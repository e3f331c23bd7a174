// Body of codec 0, as the first version wrote it, n rows:
//
//      8 n  times, ascending
//      then for each column of the bitmap, lowest first:
//      (n + 7) / 8  presence: bit r % 8 of byte r / 8 is set when row r has a value
//      8 p  the values' bit patterns, p = number of rows with a value
//      p    flags, as QARTOD numbers
//      p    marks: the gateway's in 0x0F, those of arrival in 0xF0

extension PageTable {
  static func decodeOld(
    codec: UInt8, _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> PageTable? {
    guard codec == 0, rowCount <= body.count / 8 else { return nil }
    var at = body.lowerBound
    var table = PageTable(times: (0..<rowCount).map { bytes.int64(at: at + 8 * $0) }, columns: [])
    at += 8 * rowCount
    for number in UInt8(0)..<64 where columnBits & 1 << UInt64(number) != 0 {
      guard let column = Column(old: number, rowCount, bytes, from: &at, upTo: body.upperBound)
      else { return nil }
      table.columns.append(column)
    }
    return at == body.upperBound ? table : nil
  }
}

extension PageTable.Column {
  fileprivate init?(
    old number: UInt8, _ rowCount: Int, _ bytes: [UInt8], from at: inout Int, upTo end: Int
  ) {
    let presenceByteCount = (rowCount + 7) / 8
    guard at + presenceByteCount <= end else { return nil }
    let rows = (0..<rowCount).filter { bytes[at + $0 / 8] & 1 << ($0 % 8) != 0 }
    at += presenceByteCount
    guard at + 10 * rows.count <= end else { return nil }
    self.init(number: number, absent: rowCount)
    for (index, row) in rows.enumerated() {
      self[row] = Cell(
        bits: bytes.uint64(at: at + 8 * index), flag: bytes[at + 8 * rows.count + index],
        marks: bytes[at + 9 * rows.count + index])
    }
    at += 10 * rows.count
  }
}
