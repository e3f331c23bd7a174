/// The unknown keys of the objects of one reading, so that a repeated one is noticed.
///
/// The first four are remembered by their place, without allocating; gateways add one or two keys of
/// their own, and only a strange payload has more.
struct KeyLedger {
  /// The object that a key stands in.
  enum Field: UInt8 {
    /// The reading itself, or the status.
    case reading
    case values
    case flags
  }

  private struct Entry {
    var field: Field
    var key: JSONText
  }

  private var places = InlineArray<4, Entry>(
    repeating: Entry(field: .reading, key: JSONText(start: 0, end: 0, hasEscapes: false)))
  private var placeCount = 0
  /// All keys after their field, once there are more than four or one with escapes; until then empty.
  private var spelled: Set<[UInt8]> = []

  /// Remembers `key` of `field`; false when it was there already.
  mutating func insert(_ key: JSONText, of field: Field, in bytes: Span<UInt8>) -> Bool {
    if spelled.isEmpty, !key.hasEscapes {
      guard !contains(key, of: field, in: bytes) else { return false }
      if placeCount < places.count {
        places[placeCount] = Entry(field: field, key: key)
        placeCount += 1
        return true
      }
    }
    if spelled.isEmpty {
      for index in 0..<placeCount { spelled.insert(Self.spelling(of: places[index], in: bytes)) }
    }
    return spelled.insert(Self.spelling(of: Entry(field: field, key: key), in: bytes)).inserted
  }

  /// Whether `key` of `field` was remembered.
  func contains(_ key: JSONText, of field: Field, in bytes: Span<UInt8>) -> Bool {
    let entry = Entry(field: field, key: key)
    guard spelled.isEmpty else { return spelled.contains(Self.spelling(of: entry, in: bytes)) }
    for index in 0..<placeCount where places[index].field == field {
      if key.hasEscapes {
        // None of the places has escapes.
        if Self.spelling(of: places[index], in: bytes) == Self.spelling(of: entry, in: bytes) {
          return true
        }
      } else if Self.areEqual(places[index].key, key, in: bytes) {
        return true
      }
    }
    return false
  }

  private static func spelling(of entry: Entry, in bytes: Span<UInt8>) -> [UInt8] {
    [entry.field.rawValue] + entry.key.unescaped(in: bytes)
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
