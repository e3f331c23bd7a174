// A column of integers. The count is known to the reader; no integers are no bytes. Numbers `v` and
// `s` are those of Varint.swift, unsigned and signed; arithmetic wraps, so that every Int64 returns.
//
//   0 constant:     s the integer
//   1 packed:       s the least integer, 1 byte width w (0 … 64), then each integer less the least
//                   in w bits, lowest bits first, filled up with zero bits to whole bytes
//   2 differences:  s the first integer, then a column of the count - 1 differences
//   3 entropy:      see EntropyColumn.swift
//
// The first byte is the mode.

/// How much time is spent on making a column small.
enum CodecEffort {
  /// For rows that are written anew soon: fixed width.
  case quick
  /// For rows that stay.
  case small
}

/// Columns of integers.
enum IntegerColumn {
  /// The numbers of the modes on disk.
  enum Mode {
    static let constant: UInt8 = 0
    static let packed: UInt8 = 1
    static let differences: UInt8 = 2
    static let entropy: UInt8 = 3
  }

  /// Differences of differences are the deepest.
  private static let depthLimit = 2
  /// Fewer integers than this are not worth a code of their own.
  private static let entropyCount = 48

  /// The column of `values`.
  static func encode(_ values: [Int64], effort: CodecEffort) -> [UInt8] {
    encode(values, effort: effort, depth: 0)
  }

  private static func encode(_ values: [Int64], effort: CodecEffort, depth: Int) -> [UInt8] {
    guard let first = values.first else { return [] }
    let shape = IntegerShape(values)
    if shape.width == 0 {
      var bytes = [Mode.constant]
      bytes.append(signedVarint: first)
      return bytes
    }
    let hasNarrowDifferences = depth < depthLimit && shape.differenceWidth + 1 < shape.width
    if effort == .small, shape.differenceWidth > 0, values.count >= entropyCount {
      return smallest(values, shape, depth: depth)
    }
    if hasNarrowDifferences { return differences(values, effort: effort, depth: depth) }
    return PackedIntegers.encode(values, shape)
  }

  private static func differences(
    _ values: [Int64], effort: CodecEffort, depth: Int
  ) -> [UInt8] {
    var bytes = [Mode.differences]
    bytes.append(signedVarint: values[0])
    return bytes + encode(steps(values), effort: effort, depth: depth + 1)
  }

  /// The differences of neighbours, one less than there are values, of which there is one at least.
  private static func steps(_ values: [Int64]) -> [Int64] {
    Array(capacity: values.count - 1) { steps in
      let values = values.span
      for index in 1..<values.count { steps.append(values[index] &- values[index &- 1]) }
    }
  }

  /// The smallest of the modes that can be it.
  private static func smallest(_ values: [Int64], _ shape: IntegerShape, depth: Int) -> [UInt8] {
    var bytes: [UInt8]?
    let found = entropy(values, shape)
    // Rows on a slope, such as counters: what is foretold is the slope.
    if depth < depthLimit, shape.differenceWidth <= shape.width {
      let steps = steps(values)
      let other = entropy(steps, IntegerShape(steps))
      let width = Double(shape.differenceWidth)
      if min(other?.bits ?? width, width) < min(found?.bits ?? .infinity, Double(shape.width)) {
        bytes = differences(values, effort: .small, depth: depth)
      }
    }
    if bytes == nil, let found, found.bits < Double(shape.width) {
      bytes = EntropyColumn.encode(values, shape, found.choice)
    }
    if let bytes, bytes.count < (values.count * shape.width + 7) / 8 { return bytes }
    return PackedIntegers.encode(values, shape)
  }

  private static func entropy(
    _ values: [Int64], _ shape: IntegerShape
  ) -> (choice: EntropyChoice, bits: Double)? {
    guard shape.width <= MovingMean.widthLimit else { return nil }
    return EntropyChoice.best(values, base: EntropyColumn.base(shape))
  }

  /// Replaces `values` with the `count` integers in `range` of `bytes`; false when damaged.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, into values: inout [Int64]
  ) -> Bool {
    decode(bytes, range, count: count, into: &values, depth: 0)
  }

  private static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, into values: inout [Int64], depth: Int
  ) -> Bool {
    values.removeAll(keepingCapacity: true)
    guard count > 0 else { return range.isEmpty && count == 0 }
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return false }
    var cursor = ByteCursor(bytes, range)
    switch cursor.byte() {
    case Mode.constant:
      guard let value = cursor.signedVarint(), cursor.rest.isEmpty else { return false }
      values.append(contentsOf: repeatElement(value, count: count))
      return true
    case Mode.packed:
      return PackedIntegers.decode(bytes, &cursor, count: count, into: &values)
    case Mode.differences:
      guard depth < depthLimit, let first = cursor.signedVarint(),
        decode(bytes, cursor.rest, count: count - 1, into: &values, depth: depth + 1)
      else { return false }
      accumulate(from: first, &values)
      return true
    case Mode.entropy:
      return EntropyDecoder.decode(bytes, &cursor, count: count, into: &values)
    default: return false
    }
  }

  /// Turns differences into the integers that begin with `first`.
  private static func accumulate(from first: Int64, _ values: inout [Int64]) {
    var value = first
    for index in values.indices {
      let difference = values[index]
      values[index] = value
      value &+= difference
    }
    values.append(value)
  }
}

/// How wide a column's integers and their differences are.
struct IntegerShape {
  /// The least integer.
  let least: Int64
  /// Bits that every integer less the least fits into.
  let width: Int
  /// The same for the differences of neighbours; 64 where they are not differences of integers.
  let differenceWidth: Int

  /// The shape of `values`, of which there is at least one.
  init(_ values: [Int64]) {
    let span = values.span
    var least = span[0]
    var most = least
    var before = least
    var leastDifference = Int64.max
    var mostDifference = Int64.min
    for index in 1..<span.count {
      let value = span[index]
      least = min(least, value)
      most = max(most, value)
      let difference = value &- before
      leastDifference = min(leastDifference, difference)
      mostDifference = max(mostDifference, difference)
      before = value
    }
    // No two neighbours are farther apart than the least and the most.
    let overflows = most.subtractingReportingOverflow(least).overflow && Self.overflows(values)
    self.least = least
    width = Self.width(UInt64(bitPattern: most &- least))
    differenceWidth =
      overflows || values.count < 2
      ? 64 : Self.width(UInt64(bitPattern: mostDifference &- leastDifference))
  }

  /// Whether the difference of two neighbours is no integer of 64 bits.
  private static func overflows(_ values: [Int64]) -> Bool {
    zip(values.dropFirst(), values).contains { $0.subtractingReportingOverflow($1).overflow }
  }

  /// The bits of `value`.
  static func width(_ value: UInt64) -> Int { 64 - value.leadingZeroBitCount }
}
