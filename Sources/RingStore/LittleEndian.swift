// Integers on disk are little-endian, whatever the machine.

extension [UInt8] {
  /// Appends `value`, lowest byte first.
  mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    let offset = count
    append(contentsOf: repeatElement(0, count: Value.bitWidth / 8))
    put(value, at: offset)
  }

  /// Puts `value` at `offset`, lowest byte first.
  mutating func put<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    var rest = value
    for index in offset..<offset + Value.bitWidth / 8 {
      self[index] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
    }
  }

  /// The 8 bytes at `offset`.
  func uint64(at offset: Int) -> UInt64 {
    UInt64(uint32(at: offset)) | UInt64(uint32(at: offset + 4)) << 32
  }

  /// The 8 bytes at `offset`, signed.
  func int64(at offset: Int) -> Int64 { Int64(bitPattern: uint64(at: offset)) }

  /// The 4 bytes at `offset`.
  func uint32(at offset: Int) -> UInt32 {
    UInt32(self[offset]) | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2]) << 16
      | UInt32(self[offset + 3]) << 24
  }

  /// The 2 bytes at `offset`.
  func uint16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }
}

extension UInt64 {
  /// The next multiple of `unit`, or the number itself when it is one.
  func roundedUp(to unit: UInt64) -> UInt64 { (self + unit - 1) / unit * unit }
}

extension Int {
  /// The next multiple of `unit`, or the number itself when it is one.
  func roundedUp(to unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
