// This file says `unsafe`: unpacking reads eight bytes at once from any place of a buffer.

/// Integers of one fixed width above their least.
enum PackedIntegers {
  /// The column of `values`, whose shape is `shape`.
  static func encode(_ values: [Int64], _ shape: IntegerShape) -> [UInt8] {
    var bytes = [IntegerColumn.Mode.packed]
    bytes.append(signedVarint: shape.least)
    bytes.append(UInt8(shape.width))
    var writer = BitWriter(bytes, bitCount: values.count * shape.width)
    for value in values {
      writer.append(UInt64(bitPattern: value &- shape.least), width: shape.width)
    }
    return writer.finish()
  }

  /// Appends `count` integers to the empty `values`; false when damaged.
  static func decode(
    _ bytes: [UInt8], _ cursor: inout ByteCursor, count: Int, into values: inout [Int64]
  ) -> Bool {
    guard let least = cursor.signedVarint(), let width = cursor.byte(), width <= 64,
      count <= Int.max / 128, (count * Int(width) + 7) / 8 == cursor.rest.count
    else { return false }
    let start = cursor.at
    // All integers but the last few lie in eight bytes that are in the buffer.
    let fastCount =
      width > 57 || width == 0
      ? 0 : min(count, max(0, ((bytes.count - start - 8) * 8) / Int(width)))
    let mask = width >= 64 ? UInt64.max : (1 << UInt64(width)) - 1
    unsafe values.append(unpackedCount: count) { target in
      unsafe bytes.withUnsafeBytes { source in
        var bit = start * 8
        for index in 0..<fastCount {
          // (bit + 7) / 8 + 8 <= bytes.count, by the choice of `fastCount`.
          let word = unsafe source.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
          let value = (UInt64(littleEndian: word) >> UInt64(bit & 7)) & mask
          unsafe target[index] = least &+ Int64(bitPattern: value)
          bit += Int(width)
        }
      }
      var reader = BitReader(bytes, start..<bytes.count, bit: fastCount * Int(width))
      for index in fastCount..<count {
        unsafe target[index] = least &+ Int64(bitPattern: reader.bits(Int(width)))
      }
    }
    return true
  }
}

extension [Int64] {
  /// Appends `count` integers that `fill` writes, all of them.
  @unsafe fileprivate mutating func append(
    unpackedCount count: Int, _ fill: (UnsafeMutableBufferPointer<Int64>) -> Void
  ) {
    unsafe self = [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
      unsafe fill(buffer)
      filled = count
    }
  }
}
