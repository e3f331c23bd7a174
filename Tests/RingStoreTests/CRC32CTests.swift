import PoolModel
import Testing

@testable import RingStore

@Suite struct CRC32CTests {
  // RFC 3720 appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
  @Test(
    arguments: [
      (Array("123456789".utf8), 0xE306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E),
      (Array((0..<32).reversed()), 0x113F_DB5C),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func `published vectors come out`(bytes: [UInt8], expected: UInt32) {
    #expect(CRC32C.checksum(bytes) == expected)
  }

  @Test func `eight bytes at a time give what one bit at a time gives`() {
    var random = SplitMix64(seed: 1)
    for count in 0..<40 {
      let bytes = (0..<count + 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var crc: UInt32 = 0xFFFF_FFFF
      for byte in bytes[3...] {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
      }
      #expect(CRC32C.checksum(bytes, 3..<bytes.count) == ~crc)
    }
  }
}
