// A column of doubles. The count is known to the reader; no values are no bytes. Sensors report
// decimals: a value is kept as an integer, value = integer / 10^scale in one division, wherever that
// gives back the very bits. The first byte says how:
//
//   0 … 15   scale; every value is scaled. A column of integers follows (IntegerColumn.swift)
//   16 … 31  16 + scale, with exceptions; then v byte count of the exceptions, the exceptions, a
//            column of integers in which exceptions repeat what stands before them
//   32       no scale: a column of integers that are the bit patterns
//
// Exceptions are runs of one value each, up to their byte count:
//
//   v  2 × number of scaled values since the run before, + 1 when the bits are those of that run
//   v  length of the run less one
//   8  bit pattern, unless it is that of the run before

/// Columns of doubles, kept bit for bit.
enum ValueColumn {
  enum Mode {
    static let exceptions: UInt8 = 16
    static let raw: UInt8 = 32
  }

  /// The column of the values with the bit patterns `bits`.
  static func encode(_ bits: [UInt64], effort: CodecEffort) -> [UInt8] {
    guard !bits.isEmpty else { return [] }
    let raw = [Mode.raw]
    guard let scaled = ScaledValues(bits) else {
      return raw + IntegerColumn.encode(bits.map { Int64(bitPattern: $0) }, effort: effort)
    }
    var bytes: [UInt8]
    if scaled.exceptions.isEmpty {
      bytes = [UInt8(scaled.scale)]
    } else {
      bytes = [Mode.exceptions + UInt8(scaled.scale)]
      let exceptions = ExceptionRun.encode(scaled.exceptions)
      bytes.append(varint: UInt64(exceptions.count))
      bytes += exceptions
    }
    bytes += IntegerColumn.encode(scaled.integers, effort: effort)
    return bytes
  }

  /// Replaces `bits` with the `count` bit patterns in `range` of `bytes`; false when damaged.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, into bits: inout [UInt64]
  ) -> Bool {
    var doubles: [Double] = []
    let isWhole = decodeDoubles(bytes, range, count: count, into: &doubles)
    bits.removeAll(keepingCapacity: true)
    bits.append(contentsOf: doubles.lazy.map(\.bitPattern))
    return isWhole
  }

  /// Replaces `values` with the `count` doubles in `range` of `bytes`; false when damaged.
  ///
  /// When false the values are of no use. An array of the same count is written over in place.
  static func decodeDoubles(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, into values: inout [Double]
  ) -> Bool {
    guard count > 0 else {
      values.removeAll(keepingCapacity: true)
      return range.isEmpty && count == 0
    }
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return false }
    var cursor = ByteCursor(bytes, range)
    guard let mode = cursor.byte(), mode <= Mode.raw else { return false }
    var exceptions: [ExceptionRun] = []
    if mode >= Mode.exceptions, mode < Mode.raw {
      guard let read = ExceptionRun.decode(bytes, &cursor, count: count) else { return false }
      exceptions = read
    }
    var integers: [Int64] = []
    guard IntegerColumn.decode(bytes, cursor.rest, count: count, into: &integers)
    else { return false }
    if mode == Mode.raw {
      values.removeAll(keepingCapacity: true)
      values.append(contentsOf: integers.lazy.map { Double(bitPattern: UInt64(bitPattern: $0)) })
      return true
    }
    let divisor = ScaledValues.powers[Int(mode & 15)]
    ScaledValues.divide(integers, by: divisor, into: &values)
    for run in exceptions {
      for row in run.rows { values[row] = Double(bitPattern: run.bits) }
    }
    return true
  }
}

/// Equal bit patterns one after another that have no integer.
struct ExceptionRun: Hashable {
  var rows: Range<Int>
  var bits: UInt64

  /// The bytes of `runs`, ascending.
  static func encode(_ runs: [ExceptionRun]) -> [UInt8] {
    var bytes: [UInt8] = []
    var end = 0
    var before: UInt64?
    for run in runs {
      let repeats: UInt64 = run.bits == before ? 1 : 0
      bytes.append(varint: UInt64(run.rows.lowerBound - end) << 1 | repeats)
      bytes.append(varint: UInt64(run.rows.count - 1))
      if repeats == 0 { bytes.append(littleEndian: run.bits) }
      end = run.rows.upperBound
      before = run.bits
    }
    return bytes
  }

  /// Takes the byte count and the runs of a column of `count` values; nil when damaged.
  static func decode(
    _ bytes: [UInt8], _ cursor: inout ByteCursor, count: Int
  ) -> [ExceptionRun]? {
    guard let byteCount = cursor.count(upTo: cursor.end), byteCount <= cursor.rest.count
    else { return nil }
    var part = ByteCursor(bytes, cursor.at..<cursor.at + byteCount)
    cursor.skip(byteCount)
    var runs: [ExceptionRun] = []
    var end = 0
    while !part.rest.isEmpty {
      guard let gap = part.varint(), gap >> 1 <= UInt64(count - end) else { return nil }
      let start = end + Int(gap >> 1)
      guard let more = part.count(upTo: count - start - 1) else { return nil }
      var bits: UInt64?
      if gap & 1 == 0 { bits = part.uint64() } else { bits = runs.last?.bits }
      guard let bits else { return nil }
      end = start + more + 1
      runs.append(ExceptionRun(rows: start..<end, bits: bits))
    }
    return runs
  }
}
