extension Span where Element == UInt8 {
  /// The eight bytes from `offset` on as one number, the first byte lowest.
  ///
  /// One load: the compiler makes one of eight that stand side by side, once their range is checked.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    let bytes = extracting(offset..<(offset &+ 8))
    let low =
      UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16 | UInt64(bytes[3]) << 24
    let high =
      UInt64(bytes[4]) | UInt64(bytes[5]) << 8 | UInt64(bytes[6]) << 16 | UInt64(bytes[7]) << 24
    return low | high << 32
  }

  /// The `byteCount` bytes from `offset` on, at most eight, as one number, the first byte lowest.
  @inline(__always)
  func word(at offset: Int, byteCount: Int) -> UInt64 {
    guard byteCount > 0 else { return 0 }
    if count - offset >= 8 {
      return word(at: offset) & (.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* byteCount))
    }
    return lastWord(at: offset, byteCount: byteCount)
  }

  /// `word(at:byteCount:)` where fewer than eight bytes are left.
  @inline(never)
  private func lastWord(at offset: Int, byteCount: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<byteCount { word |= UInt64(self[offset + index]) << UInt64(8 * index) }
    return word
  }
}
