/// Writes the compact body of a journal record; see `CompactRows` for the bytes.
struct CompactRowsEncoder {
  /// Where the next byte goes.
  private(set) var at: Int
  private var columns = InlineArray<64, CompactColumn>(repeating: CompactColumn())
  private var shapes = InlineArray<31, CompactShape>(repeating: CompactShape())
  /// How many shapes were described.
  private var shapeCount = 0
  private var lastShape = 0
  private var lastRing: Int64 = -1
  private var lastTime: Int64 = 0

  init(at: Int) { self.at = at }

  /// Writes all `rows` into `bytes`, which has room for them.
  mutating func encode(
    _ rows: Span<RowBatch.Row>, _ values: Span<StoredValue>, into bytes: inout MutableSpan<UInt8>
  ) {
    for index in rows.indices { encode(rows[index], values, into: &bytes) }
  }

  @inline(__always)
  private mutating func encode(
    _ row: RowBatch.Row, _ values: Span<StoredValue>, into bytes: inout MutableSpan<UInt8>
  ) {
    let shape = CompactShape(
      valueStart: Int(row.valueStart), valueCount: Int(row.valueCount))
    let known = knownShape(shape, values)
    let isNextRing = Int64(row.ring) == lastRing + 1
    let isSameTime = row.time == lastTime
    bytes[at] =
      (known.map { UInt8(truncatingIfNeeded: $0) } ?? CompactRows.newShape)
      | (isNextRing ? CompactRows.nextRing : 0) | (isSameTime ? CompactRows.sameTime : 0)
    at += 1
    if !isNextRing { put(CompactRows.code(Int64(row.ring) - lastRing), into: &bytes) }
    if !isSameTime { put(CompactRows.code(row.time &- lastTime), into: &bytes) }
    lastRing = Int64(row.ring)
    lastTime = row.time
    if known == nil { describe(shape, values, into: &bytes) }
    for index in shape.valueStart..<shape.valueStart + shape.valueCount {
      let value = values[index]
      put(value.cell.bits, column: Int(value.column & 63), into: &bytes)
    }
  }

  // MARK: Shapes

  @inline(__always)
  private mutating func knownShape(_ shape: CompactShape, _ values: Span<StoredValue>) -> Int? {
    if shapeCount > 0, isSame(shape, shapes[lastShape], values) { return lastShape }
    return otherShape(shape, values)
  }

  @inline(never)
  private mutating func otherShape(_ shape: CompactShape, _ values: Span<StoredValue>) -> Int? {
    for number in 0..<min(shapeCount, CompactRows.shapeLimit)
    where isSame(shape, shapes[number], values) {
      lastShape = number
      return number
    }
    return nil
  }

  @inline(__always)
  private func isSame(
    _ left: CompactShape, _ right: CompactShape, _ values: Span<StoredValue>
  ) -> Bool {
    guard left.valueCount == right.valueCount else { return false }
    for offset in 0..<left.valueCount {
      let one = values[left.valueStart + offset]
      let other = values[right.valueStart + offset]
      guard one.column == other.column, one.cell.flag == other.cell.flag,
        one.cell.marks == other.cell.marks
      else { return false }
    }
    return true
  }

  @inline(never)
  private mutating func describe(
    _ shape: CompactShape, _ values: Span<StoredValue>, into bytes: inout MutableSpan<UInt8>
  ) {
    lastShape = shapeCount % CompactRows.shapeLimit
    shapes[lastShape] = shape
    shapeCount += 1
    bytes[at] = UInt8(shape.valueCount)
    at += 1
    for index in shape.valueStart..<shape.valueStart + shape.valueCount {
      bytes[at] = values[index].column
      bytes[at + 1] = values[index].cell.flag
      bytes[at + 2] = values[index].cell.marks
      at += 3
    }
  }

  // MARK: Values

  @inline(__always)
  private mutating func put(
    _ bits: UInt64, column: Int, into bytes: inout MutableSpan<UInt8>
  ) {
    if let integer = columns[column].integer(for: bits) {
      let code = CompactRows.code(integer &- columns[column].integer)
      // One or two bytes: no other scale does better.
      if code < 0x3FFF {
        columns[column].integer = integer
        put(code + 1, into: &bytes)
        return
      }
    }
    putFar(bits, column: column, into: &bytes)
  }

  /// A value that is far from the column's last one, or is not of its scale, or of none.
  @inline(never)
  private mutating func putFar(
    _ bits: UInt64, column: Int, into bytes: inout MutableSpan<UInt8>
  ) {
    var next = columns[column]
    if let integer = next.integer(for: bits), !next.isFine(for: bits) {
      let code = CompactRows.code(integer &- next.integer)
      if code < CompactRows.longCode - 1 {
        columns[column].integer = integer
        put(code + 1, into: &bytes)
        return
      }
    } else if let scale = CompactColumn.smallestScale(for: bits) {
      next.rescale(to: scale)
      let integer = next.integer(for: bits) ?? 0
      let code = CompactRows.code(integer &- next.integer)
      if code < CompactRows.longCode {
        next.integer = integer
        columns[column] = next
        bytes[at] = 0
        bytes[at + 1] = UInt8(scale)
        at += 2
        put(code, into: &bytes)
        return
      }
    }
    putRaw(bits, into: &bytes)
  }

  private mutating func putRaw(_ bits: UInt64, into bytes: inout MutableSpan<UInt8>) {
    let isMissing = bits == CompactRows.missing
    bytes[at] = 0
    bytes[at + 1] = isMissing ? CompactRows.missingBits : CompactRows.rawBits
    at += 2
    guard !isMissing else { return }
    for byte in 0..<8 {
      bytes[at] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))
      at += 1
    }
  }

  @inline(__always)
  private mutating func put(_ code: UInt64, into bytes: inout MutableSpan<UInt8>) {
    var rest = code
    while rest >= 0x80 {
      bytes[at] = UInt8(truncatingIfNeeded: rest) | 0x80
      at += 1
      rest >>= 7
    }
    bytes[at] = UInt8(truncatingIfNeeded: rest)
    at += 1
  }
}
