// This file says `unsafe`: eight bytes are read at once from any place of a buffer, and the tables
// without a check of each index, for every byte that is written or read passes through here.

/// The checksum of everything on disk: CRC-32C (Castagnoli), RFC 3720 appendix B.4.
///
/// Reflected polynomial 0x82F63B78, initial value and final inversion 0xFFFFFFFF; the checksum of the
/// nine ASCII bytes `123456789` is 0xE3069283.
enum CRC32C {
  /// `table[k * 256 + b]` advances byte `b` over `k` further zero bytes: slicing by sixteen.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 16 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0x82F6_3B78 : remainder >> 1
      }
      table[byte] = remainder
    }
    for index in 256..<16 * 256 {
      let before = table[index - 256]
      table[index] = (before >> 8) ^ table[Int(before & 0xFF)]
    }
    return table
  }()

  /// The checksum of `bytes[range]`.
  static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= bytes.count, "bytes that are not there")
    return ~advanced(0xFFFF_FFFF, over: bytes.span.extracting(range))
  }

  /// The register `crc`, which begins as 0xFFFFFFFF and is inverted at the end, after all of `bytes`.
  static func advanced(_ crc: UInt32, over bytes: Span<UInt8>) -> UInt32 {
    var crc = crc
    var at = 0
    unsafe table.withUnsafeBufferPointer { table in
      unsafe bytes.withUnsafeBytes { bytes in
        // at + 16 <= bytes.count.
        while at &+ 16 <= bytes.count {
          let low = unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
          let high = unsafe bytes.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self)
          crc = unsafe advance(UInt64(littleEndian: low) ^ UInt64(crc), table, 2048)
          crc = unsafe crc ^ advance(UInt64(littleEndian: high), table, 0)
          at &+= 16
        }
        while at < bytes.count {
          crc = unsafe (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[at])) & 0xFF)]
          at &+= 1
        }
      }
    }
    return crc
  }

  /// The eight bytes of `word` over those behind them: none from offset 0, eight from 2048.
  @inline(__always)
  private static func advance(
    _ word: UInt64, _ table: UnsafeBufferPointer<UInt32>, _ offset: Int
  ) -> UInt32 {
    // Each index is below offset + 8 × 256.
    var sum: UInt32 = 0
    for byte in 0..<8 {
      let value = Int(truncatingIfNeeded: word &>> UInt64(8 &* byte)) & 0xFF
      unsafe sum ^= table[offset &+ (7 &- byte) &* 256 &+ value]
    }
    return sum
  }

  /// The checksum of all of `bytes`.
  static func checksum(_ bytes: [UInt8]) -> UInt32 { checksum(bytes, 0..<bytes.count) }
}
