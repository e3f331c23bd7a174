// A list of integers whose count the reader knows, one after another in a section. Most lists of a rollup
// page are one integer with hardly an exception, which costs a bit a row in any code for symbols.
//
//   v   2 × byte count of the rest, + 1 when it is sparse
//       not sparse: a column (IntegerColumn.swift)
//       sparse:
//   s   the usual integer
//   v   the number of exceptions, then for each:
//   v   how many usual ones come before it
//   s   the integer, less the usual one

/// Lists of integers within a section of a rollup page.
enum RollupIntegers {
  /// Appends `values` to `bytes`.
  static func append(_ values: [Int64], to bytes: inout [UInt8], effort: CodecEffort) {
    append(values.span, to: &bytes, effort: effort)
  }

  /// Appends lists of `count` integers, which lie in `lists` so that each begins `stride` after the one
  /// before it; the first one at `start`.
  static func append(
    _ lists: [Int64], from start: Int, stride: Int, listCount: Int, count: Int,
    to bytes: inout [UInt8], effort: CodecEffort
  ) {
    let span = lists.span
    for list in 0..<listCount {
      let first = start + list * stride
      append(span.extracting(first..<first + count), to: &bytes, effort: effort)
    }
  }

  private static func append(
    _ values: Span<Int64>, to bytes: inout [UInt8], effort: CodecEffort
  ) {
    let first = values.isEmpty ? 0 : values[0]
    if areAll(values, first) {
      // Mostly: a sparse list without exceptions.
      bytes.append(varint: UInt64(first.varintByteCount + 1) << 1 | 1)
      bytes.append(signedVarint: first)
      bytes.append(varint: 0)
      return
    }
    append(values.indices.map { values[$0] }, usual: usual(values), to: &bytes, effort: effort)
  }

  private static func append(
    _ values: [Int64], usual: Int64, to bytes: inout [UInt8], effort: CodecEffort
  ) {
    let exceptionCount = values.count { $0 != usual }
    let column = IntegerColumn.encode(values, effort: effort)
    // One exception takes two bytes or more, an entropy coded row an eighth or more.
    if exceptionCount <= values.count / 16 {
      let list = sparse(values, usual: usual, exceptionCount: exceptionCount)
      if list.count <= column.count {
        bytes.append(varint: UInt64(list.count) << 1 | 1)
        bytes += list
        return
      }
    }
    bytes.append(varint: UInt64(column.count) << 1)
    bytes += column
  }

  private static func areAll(_ values: Span<Int64>, _ value: Int64) -> Bool {
    var difference: Int64 = 0
    for index in values.indices { difference |= values[index] ^ value }
    return difference == 0
  }

  /// Replaces `values` with the next `count` integers; false when damaged.
  static func take(
    _ count: Int, from cursor: inout ByteCursor, of bytes: [UInt8], into values: inout [Int64]
  ) -> Bool {
    guard let size = cursor.varint(), let byteCount = Int(exactly: size >> 1),
      byteCount <= cursor.rest.count
    else { return false }
    let range = cursor.at..<cursor.at + byteCount
    cursor.skip(byteCount)
    if size & 1 == 0 { return IntegerColumn.decode(bytes, range, count: count, into: &values) }
    var list = ByteCursor(bytes, range)
    guard let usual = list.signedVarint(), let exceptionCount = list.count(upTo: count) else {
      return false
    }
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(usual, count: count))
    var next = 0
    for _ in 0..<exceptionCount {
      guard let gap = list.count(upTo: count - 1 - next), let difference = list.signedVarint()
      else {
        return false
      }
      values[next + gap] = usual &+ difference
      next += gap + 1
    }
    return list.rest.isEmpty
  }

  private static func sparse(
    _ values: [Int64], usual: Int64, exceptionCount: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(signedVarint: usual)
    bytes.append(varint: UInt64(exceptionCount))
    var gap: UInt64 = 0
    for value in values {
      if value == usual {
        gap += 1
        continue
      }
      bytes.append(varint: gap)
      bytes.append(signedVarint: value &- usual)
      gap = 0
    }
    return bytes
  }

  /// The integer that more than half of `values` are, if there is such a one.
  private static func usual(_ values: Span<Int64>) -> Int64 {
    var candidate: Int64 = 0
    var lead = 0
    for index in values.indices {
      let value = values[index]
      if lead == 0 { candidate = value }
      lead += value == candidate ? 1 : -1
    }
    return candidate
  }
}
