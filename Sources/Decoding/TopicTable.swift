/// The numbers of the plan's own topics, found from a topic's bytes.
///
/// Made once and of the plan's topics alone: a stranger's topic, however it is chosen, costs one look at a
/// few slots. Text of the same bytes is the same topic, as MQTT has it.
struct TopicTable: Sendable {
  /// The topics, one after another.
  private let letters: [UInt8]
  /// Where each topic begins in `letters`; the last place is the end.
  private let starts: [Int]
  /// The number of a topic, or -1; a power of two, at least twice as many as there are topics.
  private let slots: [Int32]

  /// A table of `topics`, which are all different and numbered in their order.
  init(_ topics: [String]) {
    var letters: [UInt8] = []
    var starts = [0]
    var slotCount = 16
    while slotCount < 2 * topics.count { slotCount *= 2 }
    var slots = [Int32](repeating: -1, count: slotCount)
    for (number, topic) in topics.enumerated() {
      let bytes = Array(topic.utf8)
      var slot = Self.slot(of: bytes.span, slotCount)
      while slots[slot] >= 0 { slot = (slot + 1) & (slotCount - 1) }
      slots[slot] = Int32(number)
      letters += bytes
      starts.append(letters.count)
    }
    self.letters = letters
    self.starts = starts
    self.slots = slots
  }

  /// The number of `topic`; nil when it is none of the table's.
  @inline(__always)
  func number(of topic: Span<UInt8>) -> Int? {
    let (letters, starts, slots) = (letters.span, starts.span, slots.span)
    var slot = Self.slot(of: topic, slots.count)
    while true {
      let number = Int(slots[slot])
      guard number >= 0 else { return nil }
      let start = starts[number]
      if starts[number &+ 1] &- start == topic.count,
        Self.areEqual(letters.extracting(start..<start &+ topic.count), topic)
      {
        return number
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
  }

  /// Whether two texts of the same length are the same.
  @inline(__always)
  private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    let count = right.count
    guard count >= 8 else {
      return left.word(at: 0, byteCount: count) == right.word(at: 0, byteCount: count)
    }
    var offset = 0
    while count - offset > 8 {
      guard left.word(at: offset) == right.word(at: offset) else { return false }
      offset &+= 8
    }
    // The last word may overlap the one before.
    return left.word(at: count &- 8) == right.word(at: count &- 8)
  }

  /// The first slot that `topic` can be in.
  @inline(__always)
  private static func slot(of topic: Span<UInt8>, _ slotCount: Int) -> Int {
    let count = topic.count
    var mixed = UInt64(count)
    var offset = 0
    while count - offset > 8 {
      mixed = (mixed ^ topic.word(at: offset)) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= mixed >> 32
      offset &+= 8
    }
    let last =
      count >= 8 ? topic.word(at: count &- 8) : topic.word(at: 0, byteCount: count)
    mixed = (mixed ^ last) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 32) & (slotCount &- 1)
  }
}
