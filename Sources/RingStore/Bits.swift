/// Appends numbers of a few bits to bytes, the lowest bits first.
struct BitWriter {
  private var bytes: [UInt8]
  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// Writes behind `bytes`.
  ///
  /// `bitCount` is how many bits are to come, as far as that is known.
  init(_ bytes: [UInt8] = [], bitCount: Int = 0) {
    self.bytes = bytes
    if bitCount > 0 { self.bytes.reserveCapacity(bytes.count + bitCount / 8 + 16) }
  }

  /// Appends the low `width` bits of `value`, whose others are zero; 0 … 64.
  @inline(__always)
  mutating func append(_ value: UInt64, width: Int) {
    pending |= value &<< UInt64(pendingCount)
    let total = pendingCount + width
    if total >= 64 {
      writePending()
      pending = pendingCount == 0 ? 0 : value &>> UInt64(64 - pendingCount)
      pendingCount = total - 64
    } else {
      pendingCount = total
    }
  }

  @inline(never)
  private mutating func writePending() { bytes.append(littleEndian: pending) }

  /// The bytes, the last one filled up with zero bits.
  consuming func finish() -> [UInt8] {
    while pendingCount > 0 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
    return bytes
  }
}

/// Takes numbers of a few bits from bytes; zero bits follow their end.
struct BitReader {
  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  /// Bits taken so far.
  private(set) var bit: Int

  /// Stands `bit` bits behind the beginning of `range`, which lies within `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>, bit: Int = 0) {
    self.bytes = bytes
    start = range.lowerBound
    end = range.upperBound
    self.bit = bit
  }

  /// The next `width` bits; 0 … 64.
  mutating func bits(_ width: Int) -> UInt64 {
    var value: UInt64 = 0
    var done = 0
    while done < width {
      let at = start + bit >> 3
      let taken = min(8 - bit & 7, width - done)
      if at < end {
        let part = (UInt64(bytes[at]) >> UInt64(bit & 7)) & ((1 << UInt64(taken)) - 1)
        value |= part << UInt64(done)
      }
      bit += taken
      done += taken
    }
    return value
  }
}
