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
}
