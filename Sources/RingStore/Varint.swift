// Numbers of unknown size: seven bits a byte, the lowest first, the top bit set in all bytes but
// the last. Signed ones are folded first (0, -1, 1, -2 … become 0, 1, 2, 3 …), so that small ones of
// either sign are short. At most ten bytes.

extension [UInt8] {
  /// Appends `value` in one to ten bytes.
  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Appends `value` folded, in one to ten bytes.
  mutating func append(signedVarint value: Int64) { append(varint: value.folded) }
}

extension Int64 {
  /// 0, -1, 1, -2 … as 0, 1, 2, 3 ….
  var folded: UInt64 { UInt64(bitPattern: (self << 1) ^ (self >> 63)) }

  /// The bytes it takes folded, one to ten.
  var varintByteCount: Int { (70 - (folded | 1).leadingZeroBitCount) / 7 }

  /// The number that folds to `value`.
  init(folded value: UInt64) {
    self = Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
  }
}

/// Takes numbers from the front of a range of bytes; nil at its end.
struct ByteCursor {
  private let bytes: [UInt8]
  /// The next byte.
  private(set) var at: Int
  /// Where the range ends.
  let end: Int

  /// Stands at the beginning of `range`, which lies within `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  /// What is not taken yet.
  var rest: Range<Int> { at..<end }

  /// Passes over `count` bytes, which there are.
  mutating func skip(_ count: Int) { at += count }

  /// The next byte.
  mutating func byte() -> UInt8? {
    guard at < end else { return nil }
    defer { at += 1 }
    return bytes[at]
  }

  /// The next number; nil also when it has more than 64 bits.
  mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let next = byte() {
      if shift == 63, next > 1 { return nil }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
      if shift > 63 { return nil }
    }
    return nil
  }

  /// The next number as a count that is at most `limit`.
  mutating func count(upTo limit: Int) -> Int? {
    guard let value = varint(), let count = Int(exactly: value), count <= limit else { return nil }
    return count
  }

  /// The next folded number.
  mutating func signedVarint() -> Int64? { varint().map { Int64(folded: $0) } }

  /// The next four bytes.
  mutating func uint32() -> UInt32? {
    guard end - at >= 4 else { return nil }
    defer { at += 4 }
    return bytes.uint32(at: at)
  }

  /// The next eight bytes.
  mutating func uint64() -> UInt64? {
    guard end - at >= 8 else { return nil }
    defer { at += 8 }
    return bytes.uint64(at: at)
  }
}
