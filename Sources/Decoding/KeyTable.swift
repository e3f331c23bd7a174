/// The names that mean something in one kind of object, found from a payload's bytes without a
/// `String`.
///
/// Open addressing over 256 slots for at most 64 names. A name is compared by its first sixteen bytes as
/// two numbers, and by the rest where it is longer. A class that holds them itself, so that a look-up
/// counts no references.
final class KeyTable: Sendable {
  /// The names in their order.
  private let names: InlineArray<64, Name>
  /// The index of a name, or -1.
  private let slots: InlineArray<256, Int8>
  /// What follows the first sixteen bytes of each name.
  private let rests: [[UInt8]]

  private struct Name {
    /// The first eight bytes and the next eight, as far as there are so many.
    var low: UInt64 = 0
    var high: UInt64 = 0
    /// -1 where there is no name, which no text has.
    var byteCount = -1
  }

  /// A table of `names`, which are numbered in their order.
  init(_ names: [String]) {
    precondition(names.count <= 64, "a key table holds at most 64 names")
    var table = InlineArray<64, Name>(repeating: Name())
    var slots = InlineArray<256, Int8>(repeating: -1)
    for (index, name) in names.enumerated() {
      let bytes = Array(name.utf8)
      let (low, high) = Self.words(from: 0, to: bytes.count, in: bytes.span)
      var slot = Self.slot(low: low, high: high, byteCount: bytes.count)
      while slots[slot] >= 0 { slot = (slot + 1) & 255 }
      slots[slot] = Int8(index)
      table[index] = Name(low: low, high: high, byteCount: bytes.count)
    }
    self.names = table
    self.slots = slots
    rests = names.map { Array($0.utf8.dropFirst(16)) }
  }

  /// The number of the name that `text` stands for.
  ///
  /// - Parameters:
  ///   - text: where the name is in `bytes`.
  ///   - bytes: the payload.
  ///   - guess: which it probably is: gateways write their keys in one order.
  /// - Returns: the name's number; nil when it is none of them.
  @inline(__always)
  func index(of text: JSONText, in bytes: Span<UInt8>, guess: Int = 0) -> Int? {
    if text.hasEscapes {
      let plain = text.unescaped(in: bytes)
      return index(from: 0, to: plain.count, in: plain.span, guess: guess)
    }
    return index(from: text.start, to: text.end, in: bytes, guess: guess)
  }

  @inline(__always)
  private func index(
    from start: Int, to end: Int, in bytes: Span<UInt8>, guess: Int
  ) -> Int? {
    let (low, high) = Self.words(from: start, to: end, in: bytes)
    let guess = guess & 63
    if end &- start <= 16, names[guess].low == low, names[guess].high == high,
      names[guess].byteCount == end &- start
    {
      return guess
    }
    var slot = Self.slot(low: low, high: high, byteCount: end &- start)
    while true {
      let index = Int(slots[slot])
      guard index >= 0 else { return nil }
      if names[index].low == low, names[index].high == high,
        names[index].byteCount == end &- start,
        end &- start <= 16 || hasRest(index, from: start + 16, in: bytes)
      {
        return index
      }
      slot = (slot &+ 1) & 255
    }
  }

  @inline(never)
  private func hasRest(_ index: Int, from start: Int, in bytes: Span<UInt8>) -> Bool {
    let rest = rests[index]
    return rest.indices.allSatisfy { rest[$0] == bytes[start + $0] }
  }

  @inline(__always)
  private static func words(
    from start: Int, to end: Int, in bytes: Span<UInt8>
  ) -> (low: UInt64, high: UInt64) {
    let count = end &- start
    let low = bytes.word(at: start, byteCount: min(8, count))
    return (low, count > 8 ? bytes.word(at: start &+ 8, byteCount: min(8, count &- 8)) : 0)
  }

  /// Any odd multipliers would do by which few names collide.
  @inline(__always)
  private static func slot(low: UInt64, high: UInt64, byteCount: Int) -> Int {
    let mixed =
      (low ^ high &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(truncatingIfNeeded: byteCount))
      &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 56)
  }
}
