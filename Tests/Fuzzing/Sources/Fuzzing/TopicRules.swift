/// The rules of MQTT 5.0 for topics and filters (sections 1.5.4, 4.7 and 4.8.2), written down one by one
/// and without care for speed.
enum TopicRules {
  /// Whether a message can be published to `text`.
  static func isTopic(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return (1...65_535).contains(bytes.count) && !bytes.contains(0)
      && !bytes.contains(UInt8(ascii: "+")) && !bytes.contains(UInt8(ascii: "#"))
  }

  /// Whether `text` is a filter, and no shared subscription.
  static func isFilter(_ text: String) -> Bool {
    let levels = levels(text)
    guard (1...65_535).contains(text.utf8.count), !text.utf8.contains(0),
      levels[0] != Array("$share".utf8)
    else { return false }
    for (index, level) in levels.enumerated() {
      if level.contains(UInt8(ascii: "+")), level.count != 1 { return false }
      if level.contains(UInt8(ascii: "#")), level.count != 1 || index != levels.count - 1 {
        return false
      }
    }
    return true
  }

  /// Whether a subscription to `filter` gets what is published to `topic`.
  static func matches(_ filter: String, _ topic: String) -> Bool {
    guard !topic.isEmpty else { return false }
    let isOpen = filter.utf8.first == UInt8(ascii: "+") || filter.utf8.first == UInt8(ascii: "#")
    if isOpen, topic.utf8.first == UInt8(ascii: "$") { return false }
    return matches(levels(filter)[...], levels(topic)[...])
  }

  private static func matches(
    _ filter: ArraySlice<[UInt8]>, _ topic: ArraySlice<[UInt8]>
  ) -> Bool {
    guard let level = filter.first else { return topic.isEmpty }
    if level == [UInt8(ascii: "#")] { return true }
    guard let name = topic.first else { return false }
    return (level == [UInt8(ascii: "+")] || level == name)
      && matches(filter.dropFirst(), topic.dropFirst())
  }

  /// Topics among which there is one that both filters match, if there is any at all.
  ///
  /// A level that both leave open may have any name; one that only one leaves open has the other's.
  /// Where `#` stands in the one, what the other has there goes on, also with nothing.
  static func candidates(_ left: String, _ right: String) -> [String] {
    let (left, right) = (levels(left), levels(right))
    var topics: [[[UInt8]]] = [[]]
    for index in 0..<max(left.count, right.count) + 1 {
      let names = [left, right].compactMap { index < $0.count ? $0[index] : nil }
        .filter { $0 != [UInt8(ascii: "+")] && $0 != [UInt8(ascii: "#")] }
      // Of two different names neither helps: the first will do.
      let name = names.first ?? [UInt8(ascii: "x")]
      if let longest = topics.last { topics.append(longest + [name]) }
    }
    return topics.dropFirst().map { topic in
      topic.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
  }

  private static func levels(_ text: String) -> [[UInt8]] {
    var levels: [[UInt8]] = [[]]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "/") {
        levels.append([])
      } else {
        levels[levels.count - 1].append(byte)
      }
    }
    return levels
  }
}
