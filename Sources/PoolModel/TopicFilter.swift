/// An MQTT topic filter: levels with `/` between, of which `+` stands for any one and a last `#` for
/// any number, also none.
///
/// Names are compared byte by byte, as brokers do. Source: MQTT 5.0, sections 4.7 and 1.5.4, the same in
/// 3.1.1.
public struct TopicFilter: Hashable, Sendable, CustomStringConvertible {
  /// The filter as it is written, 1…65,535 bytes.
  public let text: String
  let levels: [Level]

  /// What stands between two slashes.
  enum Level: Hashable, Sendable {
    case name([UInt8])
    /// `+`.
    case any
    /// `#`.
    case rest
  }

  /// Every topic of Poolwatch's own dialect, and those that are meant to be one.
  public static let native = TopicFilter(checked: "pools/v1/#")

  /// Where Sparkplug B hosts, such as Poolwatch, tell that they are there.
  public static let hostStates = TopicFilter(checked: "spBv1.0/STATE/#")

  /// The filter that `text` writes.
  ///
  /// A shared subscription (`$share/GROUP/…`) is none: its filter stands behind the group.
  ///
  /// - Parameter text: the filter.
  /// - Throws: What is wrong with it.
  public init(_ text: String) throws(TopicFilterError) {
    try Self.check(text)
    self.init(checked: text)
  }

  private init(checked text: String) {
    self.text = text
    levels = Self.names(of: text).map { name in
      switch name {
      case Self.anySign: .any
      case Self.restSign: .rest
      default: .name(name)
      }
    }
  }

  /// The filter as it is written.
  public var description: String { text }

  /// Whether it has no wildcard, so that the topic of the same bytes is the only one that it matches.
  public var isTopic: Bool { levels.allSatisfy { $0 != .any && $0 != .rest } }

  /// Whether a message on `topic` is one that a subscription to this filter gets.
  ///
  /// No wildcard in the first level stands for a topic that begins with `$`.
  public func matches(_ topic: String) -> Bool {
    var bytes = topic.utf8.makeIterator()
    guard var byte = bytes.next() else { return false }
    if byte == UInt8(ascii: "$"), beginsWithWildcard { return false }
    var isEnd = false
    func advance() {
      if let next = bytes.next() { byte = next } else { isEnd = true }
    }
    for (index, level) in levels.enumerated() {
      if level == .rest { return true }
      if index > 0 {
        guard !isEnd, byte == UInt8(ascii: "/") else { return false }
        advance()
      }
      switch level {
      case .name(let name):
        for expected in name {
          guard !isEnd, byte == expected else { return false }
          advance()
        }
      case .any, .rest:
        while !isEnd, byte != UInt8(ascii: "/") { advance() }
      }
      // `a/#` matches `a` too: what follows the level is the next level's business.
      if !isEnd, byte != UInt8(ascii: "/") { return false }
    }
    return isEnd
  }

  /// Whether there is a topic that both filters match.
  public func overlaps(_ other: TopicFilter) -> Bool {
    if beginsWithWildcard, other.isReserved { return false }
    if isReserved, other.beginsWithWildcard { return false }
    for index in 0..<max(levels.count, other.levels.count) {
      let left = index < levels.count ? levels[index] : nil
      let right = index < other.levels.count ? other.levels[index] : nil
      if left == .rest || right == .rest {
        // Where one ends, `#` stands for nothing. After an empty first level that leaves the empty
        // topic, which MQTT does not have.
        let isEnd = left == nil || right == nil
        let empty = Level.name([])
        return !(isEnd && index == 1 && (levels[0] == empty || other.levels[0] == empty))
      }
      guard let left, let right, left == right || left == .any || right == .any else {
        return false
      }
    }
    return true
  }

  var beginsWithWildcard: Bool { levels[0] == .any || levels[0] == .rest }

  /// Whether the topics that it matches begin with `$`, which wildcards do not stand for.
  public var isReserved: Bool { levels[0].isReserved }
}

extension TopicFilter.Level {
  /// Whether it is a name that begins with `$`.
  var isReserved: Bool {
    if case .name(let name) = self { return name.first == UInt8(ascii: "$") }
    return false
  }
}

// MARK: - Reading

extension TopicFilter {
  private static let anySign = [UInt8(ascii: "+")]
  private static let restSign = [UInt8(ascii: "#")]
  /// A text of MQTT has its length in two bytes.
  private static let byteLimit = 65_535

  /// The levels of a topic or a filter; by bytes, as a slash before a combining character is a slash.
  static func names(of text: String) -> [[UInt8]] {
    text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      Array($0)
    }
  }

  private static func check(_ text: String) throws(TopicFilterError) {
    guard !text.isEmpty else { throw .empty }
    let byteCount = text.utf8.count
    guard byteCount <= byteLimit else { throw .tooLong(byteCount: byteCount) }
    guard !text.utf8.contains(0) else { throw .nullCharacter }
    let names = names(of: text)
    guard names[0] != Array("$share".utf8) else { throw .sharedSubscription }
    for (index, name) in names.enumerated() {
      guard name.contains(anySign[0]) || name.contains(restSign[0]) else { continue }
      guard name == anySign || name == restSign else {
        throw .wildcardInName(level: index + 1, name: String(decoding: name, as: UTF8.self))
      }
      guard name == anySign || index == names.count - 1 else {
        throw .restBeforeEnd(level: index + 1)
      }
    }
  }
}

/// Why a text is no topic filter.
public enum TopicFilterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It has no character.
  case empty
  /// It has more bytes than a text of MQTT.
  case tooLong(byteCount: Int)
  /// It has the character U+0000.
  case nullCharacter
  /// It begins with `$share/`.
  case sharedSubscription
  /// A level, counted from 1, has `+` or `#` beside other characters.
  case wildcardInName(level: Int, name: String)
  /// `#` stands in this level, counted from 1, and others follow.
  case restBeforeEnd(level: Int)

  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .empty: "it is empty, expected a topic filter"
    case .tooLong(let byteCount): "it has \(byteCount) bytes, expected at most 65535"
    case .nullCharacter: "it has the character U+0000, expected others"
    case .sharedSubscription: "it is a shared subscription, expected a filter without '$share/'"
    case .wildcardInName(let level, let name):
      "level \(level) is '\(name)', expected '+' or '#' alone or neither"
    case .restBeforeEnd(let level):
      "level \(level) is '#' and others follow, expected '#' as the last level alone"
    }
  }
}
