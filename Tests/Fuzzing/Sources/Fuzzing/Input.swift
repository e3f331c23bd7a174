import PoolModel

/// The ways in which a target reads its input.
enum Input {
  /// Stands between the messages of an input: two bytes that no UTF-8 has.
  static let separator: [UInt8] = [0xFF, 0xFE]

  /// A message whose topic stands before its payload with a zero byte between; without one the topic is
  /// `topic`.
  static func delivery(_ input: [UInt8], topic: String) -> Delivery {
    guard let end = input.firstIndex(of: 0) else { return Delivery(topic: topic, payload: input) }
    return Delivery(
      topic: String(decoding: input[..<end], as: UTF8.self), payload: Array(input[(end + 1)...]))
  }

  /// The messages of `input`, at most `limit`.
  static func messages(_ input: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
    var messages: [ArraySlice<UInt8>] = []
    var rest = input[...]
    while messages.count < limit - 1, let end = separator(in: rest) {
      messages.append(rest[..<end])
      rest = rest[(end + 2)...]
    }
    return messages + [rest]
  }

  private static func separator(in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.dropLast().first {
      bytes[$0] == separator[0] && bytes[$0 + 1] == separator[1]
    }
  }

  /// For one input in five hundred the payload blown up to the greatest allowed, a part of it repeated.
  ///
  /// A cost that grows with the square of the payload shows there as a time-out.
  static func blownUp(_ payload: [UInt8]) -> [UInt8]? {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in payload { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    guard hash >> 32 & 511 == 0, !payload.isEmpty else { return nil }
    let start = Int(hash >> 41 & 0xFFFF) % payload.count
    let byteCount = 1 + Int(hash & 0xFFFF) % (payload.count - start)
    let part = payload[start..<start + byteCount]
    let room = 256 * 1024 - payload.count
    guard room > 0 else { return nil }
    return payload[..<start] + Array(repeatElement(part, count: room / byteCount).joined())
      + payload[start...]
  }
}
