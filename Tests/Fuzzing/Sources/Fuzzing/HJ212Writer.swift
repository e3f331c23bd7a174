/// Writes frames of HJ 212-2017, after the text of the standard.
enum HJ212Writer {
  /// The frame of `data`, which has at most 9,999 bytes; padded, it has at least 1,000.
  static func frame(_ data: [UInt8], isPadded: Bool) -> [UInt8] {
    var data = Array(data.prefix(9_999))
    if isPadded, data.count < 990 {
      let padding = "pad=" + String(repeating: "0", count: 1000 - data.count) + ";"
      data = Array(padding.utf8) + data
    }
    let length = String(10_000 + data.count).dropFirst()
    let sum = String(0x10000 + Int(checksum(data)), radix: 16, uppercase: true).dropFirst()
    return Array("##\(length)".utf8) + data + Array("\(sum)\r\n".utf8)
  }

  /// Frames of the pieces of `data`, together no longer than a payload may be.
  static func frames(_ data: [UInt8]) -> [UInt8] {
    let pieces = data.prefix(200_000).split(separator: UInt8(ascii: "\n"))
    return Array(
      pieces.prefix(4000).flatMap { frame(Array($0), isPadded: false) }.prefix(256 * 1024))
  }

  /// The standard's checksum by a table of the 256 remainders, as the dialect does not make it.
  private static func checksum(_ data: [UInt8]) -> UInt16 {
    var register: UInt16 = 0xFFFF
    for byte in data {
      let mixed = register >> 8 ^ UInt16(byte)
      register = mixed >> 8 ^ remainders[Int(mixed & 0xFF)]
    }
    return register
  }

  private static let remainders: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xA001 }
  }
}
