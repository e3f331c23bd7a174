/// Reads the compact body of a journal record; see `CompactRows` for the bytes.
///
/// It trusts nothing: the bytes may be any.
struct CompactRowsDecoder {
  private(set) var rows: [RowBatch.Row] = []
  private(set) var values: [StoredValue] = []
  /// The next byte to read.
  private var at: Int
  private let end: Int
  private var columns = InlineArray<64, CompactColumn>(repeating: CompactColumn())
  private var shapes = InlineArray<31, CompactShape>(repeating: CompactShape())
  /// How many shapes were described.
  private var shapeCount = 0
  private var lastRing: Int64 = -1
  private var lastTime: Int64 = 0

  init(at: Int, end: Int) {
    self.at = at
    self.end = end
  }

  /// Reads `rowCount` rows and the zeros after them; false when there is anything else.
  mutating func decode(_ bytes: Span<UInt8>, rowCount: Int) -> Bool {
    // A row takes a byte at least, and so does a value.
    guard rowCount <= end - at, end - at <= Int(Int32.max) else { return false }
    rows.reserveCapacity(rowCount)
    values.reserveCapacity(min(end - at - rowCount, 4 * rowCount))
    for _ in 0..<rowCount {
      guard decodeRow(bytes) else { return false }
    }
    guard end - at < 8 else { return false }
    while at < end {
      guard bytes[at] == 0 else { return false }
      at += 1
    }
    return true
  }

  @inline(__always)
  private mutating func decodeRow(_ bytes: Span<UInt8>) -> Bool {
    guard at < end else { return false }
    let control = bytes[at]
    at += 1
    guard control & CompactRows.reservedMask == 0 else { return false }
    if control & CompactRows.nextRing != 0 {
      lastRing += 1
    } else {
      guard let code = code(bytes) else { return false }
      lastRing &+= CompactRows.number(code)
    }
    guard lastRing >= 0, lastRing <= Int64(Int32.max) else { return false }
    if control & CompactRows.sameTime == 0 {
      guard let code = code(bytes) else { return false }
      lastTime &+= CompactRows.number(code)
    }
    let start = values.count
    let number = control & CompactRows.shapeMask
    if number == CompactRows.newShape {
      guard decodeNewShape(bytes) else { return false }
    } else {
      guard decodeValues(bytes, shape: Int(number)) else { return false }
    }
    rows.append(
      RowBatch.Row(
        ring: Int32(truncatingIfNeeded: lastRing), valueCount: Int32(values.count - start),
        time: lastTime, valueStart: Int32(truncatingIfNeeded: start)))
    return true
  }

  /// The values of a row whose shape is known.
  @inline(__always)
  private mutating func decodeValues(_ bytes: Span<UInt8>, shape number: Int) -> Bool {
    guard number < shapeCount else { return false }
    let shape = shapes[number]
    for offset in 0..<shape.valueCount {
      var value = values[shape.valueStart + offset]
      guard let bits = bits(bytes, column: Int(value.column & 63)) else { return false }
      value.cell.bits = bits
      values.append(value)
    }
    return true
  }

  /// The values of a row that describes its shape.
  @inline(never)
  private mutating func decodeNewShape(_ bytes: Span<UInt8>) -> Bool {
    guard at < end else { return false }
    let count = Int(bytes[at])
    at += 1
    guard count <= RowBatch.valueLimit, end - at >= 3 * count else { return false }
    let start = values.count
    let described = at
    at += 3 * count
    for place in stride(from: described, to: at, by: 3) {
      let column = bytes[place]
      guard column < RowBatch.columnLimit, let bits = bits(bytes, column: Int(column))
      else { return false }
      let cell = Cell(bits: bits, flag: bytes[place + 1], marks: bytes[place + 2])
      values.append(StoredValue(column: column, cell: cell))
    }
    shapes[shapeCount % CompactRows.shapeLimit] = CompactShape(
      valueStart: start, valueCount: count)
    shapeCount += 1
    return true
  }

  // MARK: Values

  @inline(__always)
  private mutating func bits(_ bytes: Span<UInt8>, column: Int) -> UInt64? {
    guard let code = code(bytes) else { return nil }
    if code == 0 { return otherBits(bytes, column: column) }
    columns[column].integer &+= CompactRows.number(code - 1)
    return columns[column].bits
  }

  /// What follows the code 0.
  @inline(never)
  private mutating func otherBits(_ bytes: Span<UInt8>, column: Int) -> UInt64? {
    guard at < end else { return nil }
    let kind = bytes[at]
    at += 1
    switch kind {
    case CompactRows.missingBits:
      return CompactRows.missing
    case CompactRows.rawBits:
      guard end - at >= 8 else { return nil }
      var bits: UInt64 = 0
      for byte in 0..<8 { bits |= UInt64(bytes[at + byte]) << UInt64(8 * byte) }
      at += 8
      return bits
    case 0...UInt8(CompactRows.largestScale):
      guard let code = code(bytes) else { return nil }
      columns[column].rescale(to: Int(kind))
      columns[column].integer &+= CompactRows.number(code)
      return columns[column].bits
    default:
      return nil
    }
  }

  @inline(__always)
  private mutating func code(_ bytes: Span<UInt8>) -> UInt64? {
    guard at < end else { return nil }
    let first = bytes[at]
    at += 1
    return first < 0x80 ? UInt64(first) : longCode(bytes, UInt64(first & 0x7F))
  }

  @inline(__always)
  private mutating func longCode(_ bytes: Span<UInt8>, _ first: UInt64) -> UInt64? {
    var code = first
    var shift: UInt64 = 7
    while at < end {
      let byte = bytes[at]
      at += 1
      guard shift < 63 || byte <= 1 else { return nil }
      code |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return code }
      shift += 7
    }
    return nil
  }
}
