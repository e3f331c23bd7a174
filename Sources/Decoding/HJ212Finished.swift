/// The newest messages that became whole, of one gateway, so that a part of one that comes once more, as with
/// QoS 1 any may, is not taken for the beginning of a message whose rest is lost.
///
/// Bounded: of `HJ212Parts.setLimit` messages the length and checksum of each part. In memory alone: after a
/// restart such a part is refused as `lost_parts` in the end.
struct HJ212Finished {
  /// What tells a frame from another of its place.
  private struct Mark: Hashable {
    let byteCount: Int
    let checksum: UInt16

    init(_ frame: [UInt8]) {
      byteCount = frame.count
      checksum = HJ212Frame.checksum(frame[...])
    }
  }

  /// The oldest first; the marks of each in the order of `PNO`.
  private var messages: [(key: HJ212Parts.Key, marks: [Mark])] = []

  /// Whether `frame` was part `number` of the message `key`.
  func has(_ frame: [UInt8], as number: Int, of key: HJ212Parts.Key) -> Bool {
    guard let marks = messages.last(where: { $0.key == key })?.marks else { return false }
    return marks[number - 1] == Mark(frame)
  }

  /// Notes that `frames`, in the order of `PNO`, made the message `key` whole.
  mutating func add(_ frames: [[UInt8]], of key: HJ212Parts.Key) {
    messages.removeAll { $0.key == key }
    if messages.count == HJ212Parts.setLimit { messages.removeFirst() }
    messages.append((key, frames.map(Mark.init)))
  }
}
