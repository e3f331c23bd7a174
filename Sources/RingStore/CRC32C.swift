/// The checksum of everything on disk: CRC-32C (Castagnoli), RFC 3720 appendix B.4.
///
/// Reflected polynomial 0x82F63B78, initial value and final inversion 0xFFFFFFFF; the checksum of the
/// nine ASCII bytes `123456789` is 0xE3069283.
enum CRC32C {
  /// `table[k * 256 + b]` advances byte `b` over `k` further zero bytes: slicing by eight.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0x82F6_3B78 : remainder >> 1
      }
      table[byte] = remainder
    }
    for index in 256..<8 * 256 {
      let before = table[index - 256]
      table[index] = (before >> 8) ^ table[Int(before & 0xFF)]
    }
    return table
  }()

  /// The checksum of `bytes[range]`.
  static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    let table = Self.table
    var crc: UInt32 = 0xFFFF_FFFF
    var at = range.lowerBound
    while at + 8 <= range.upperBound {
      let low =
        crc
        ^ (UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
          | UInt32(bytes[at + 3]) << 24)
      crc = table[1792 + Int(low & 0xFF)] ^ table[1536 + Int((low >> 8) & 0xFF)]
      crc ^= table[1280 + Int((low >> 16) & 0xFF)] ^ table[1024 + Int(low >> 24)]
      crc ^= table[768 + Int(bytes[at + 4])] ^ table[512 + Int(bytes[at + 5])]
      crc ^= table[256 + Int(bytes[at + 6])] ^ table[Int(bytes[at + 7])]
      at += 8
    }
    while at < range.upperBound {
      crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[at])) & 0xFF)]
      at += 1
    }
    return ~crc
  }

  /// The checksum of all of `bytes`.
  static func checksum(_ bytes: [UInt8]) -> UInt32 { checksum(bytes, 0..<bytes.count) }
}
