/// The names that mean something in one kind of object, found from a payload's bytes without a
/// `String`.
///
/// Open addressing over 256 slots for at most 64 names, hashed by length, first and last byte.
struct KeyTable: Sendable {
  /// All names, one after another.
  private let letters: [UInt8]
  /// Where each name ends in `letters`.
  private let ends: [Int]
  /// The index of a name, or -1.
  private let slots: [Int8]

  /// A table of `names`, which are numbered in their order.
  init(_ names: [String]) {
    precondition(names.count <= 64, "a key table holds at most 64 names")
    var letters: [UInt8] = []
    var ends: [Int] = []
    var slots = [Int8](repeating: -1, count: 256)
    for (index, name) in names.enumerated() {
      let bytes = Array(name.utf8)
      var slot = Self.slot(
        count: bytes.count, first: bytes.first ?? 0, last: bytes.last ?? 0)
      while slots[slot] >= 0 { slot = (slot + 1) & 255 }
      slots[slot] = Int8(index)
      letters += bytes
      ends.append(letters.count)
    }
    self.letters = letters
    self.ends = ends
    self.slots = slots
  }

  /// The number of the name that `text` stands for; nil when it is none of them.
  @inline(__always)
  func index(of text: JSONText, in bytes: Span<UInt8>) -> Int? {
    if text.hasEscapes {
      let plain = text.unescaped(in: bytes)
      return index(from: 0, to: plain.count, in: plain.span)
    }
    return index(from: text.start, to: text.end, in: bytes)
  }

  @inline(__always)
  private func index(from start: Int, to end: Int, in bytes: Span<UInt8>) -> Int? {
    let (letters, ends, slots) = (letters.span, ends.span, slots.span)
    let count = end - start
    var slot =
      count == 0
      ? Self.slot(count: 0, first: 0, last: 0)
      : Self.slot(count: count, first: bytes[start], last: bytes[end - 1])
    while true {
      let index = Int(slots[slot])
      guard index >= 0 else { return nil }
      let nameStart = index == 0 ? 0 : ends[index - 1]
      if ends[index] - nameStart == count {
        let name = letters.extracting(nameStart..<ends[index])
        let key = bytes.extracting(start..<end)
        var position = 0
        while position < name.count, position < key.count, name[position] == key[position] {
          position += 1
        }
        if position == count { return index }
      }
      slot = (slot + 1) & 255
    }
  }

  @inline(__always)
  private static func slot(count: Int, first: UInt8, last: UInt8) -> Int {
    (count &* 37 &+ Int(first) &* 7 &+ Int(last)) & 255
  }
}
