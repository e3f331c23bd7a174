/// The unknown keys of one object, so that a repeated one is noticed.
///
/// The first four are remembered by their place, without allocating; gateways add one or two keys of
/// their own, and only a strange payload has more.
struct KeyLedger {
  private var places = InlineArray<4, JSONText>(
    repeating: JSONText(start: 0, end: 0, hasEscapes: false))
  private var placeCount = 0
  /// All keys, once there are more than four or one with escapes; until then empty.
  private var spelled: Set<[UInt8]> = []

  /// Remembers `key`; false when it was there already.
  mutating func insert(_ key: JSONText, in bytes: Span<UInt8>) -> Bool {
    if spelled.isEmpty, !key.hasEscapes {
      guard !contains(key, in: bytes) else { return false }
      if placeCount < places.count {
        places[placeCount] = key
        placeCount += 1
        return true
      }
    }
    if spelled.isEmpty {
      for index in 0..<placeCount { spelled.insert(places[index].unescaped(in: bytes)) }
    }
    return spelled.insert(key.unescaped(in: bytes)).inserted
  }

  /// Whether `key` was remembered.
  func contains(_ key: JSONText, in bytes: Span<UInt8>) -> Bool {
    let plain = spelled.isEmpty && !key.hasEscapes ? [] : key.unescaped(in: bytes)
    guard spelled.isEmpty else { return spelled.contains(plain) }
    for index in 0..<placeCount {
      if key.hasEscapes {
        if places[index].unescaped(in: bytes) == plain { return true }
      } else if Self.areEqual(places[index], key, in: bytes) {
        return true
      }
    }
    return false
  }

  private static func areEqual(
    _ left: JSONText, _ right: JSONText, in bytes: Span<UInt8>
  ) -> Bool {
    guard left.end - left.start == right.end - right.start else { return false }
    for position in 0..<(left.end - left.start)
    where bytes[left.start + position] != bytes[right.start + position] {
      return false
    }
    return true
  }
}
