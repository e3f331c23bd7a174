/// The CRC-32C of bytes that come one after the other: what snapshots keep of their files.
public struct FileChecksum: Sendable {
  private var register: UInt32 = 0xFFFF_FFFF

  /// The checksum of no bytes, 0.
  public init() {}

  /// Goes on over `bytes`.
  public mutating func add(_ bytes: Span<UInt8>) {
    register = CRC32C.advanced(register, over: bytes)
  }

  /// The checksum of all bytes so far, 0…4,294,967,295.
  public var value: Int { Int(~register) }
}
