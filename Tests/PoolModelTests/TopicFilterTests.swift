import PoolModel
import Testing

@Suite struct `Topic filters` {
  /// The examples of MQTT 5.0, sections 4.7.1.2, 4.7.1.3, 4.7.2 and 4.7.3.
  @Test(arguments: [
    ("sport/tennis/player1/#", "sport/tennis/player1", true),
    ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
    ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
    ("sport/#", "sport", true), ("#", "sport/tennis", true),
    ("sport/tennis/+", "sport/tennis/player1", true),
    ("sport/tennis/+", "sport/tennis/player2", true),
    ("sport/tennis/+", "sport/tennis/player1/ranking", false),
    ("sport/+", "sport", false), ("sport/+", "sport/", true), ("+", "sport", true),
    ("+/tennis/#", "sport/tennis/x", true), ("sport/+/player1", "sport/tennis/player1", true),
    ("+/+", "/finance", true), ("/+", "/finance", true), ("+", "/finance", false),
    ("#", "$SYS/x", false), ("+/monitor/Clients", "$SYS/monitor/Clients", false),
    ("$SYS/#", "$SYS/x", true), ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
    ("ACCOUNTS", "Accounts", false), ("Accounts payable", "Accounts payable", true),
  ])
  func `a filter matches the topics that the standard says`(
    filter: String, topic: String, isMatch: Bool
  ) throws {
    #expect(try TopicFilter(filter).matches(topic) == isMatch)
  }

  @Test(arguments: [
    // No topic is empty, and names are compared byte by byte: é as one character or as two.
    ("#", "", false), ("+", "", false), ("caf\u{E9}", "cafe\u{301}", false),
    ("caf\u{E9}/+", "caf\u{E9}/x", true), ("a/b", "a/bc", false), ("a/bc", "a/b", false),
    ("a", "a/", false), ("a/", "a", false), ("a//b", "a//b", true), ("a/+/b", "a//b", true),
    ("池/+", "池/水", true), ("a/$b", "a/$b", true), ("a/+", "a/$b", true),
    // A slash before a combining character is a slash.
    ("a/\u{301}b", "a/\u{301}b", true), ("a/+", "a/\u{301}b", true),
  ])
  func `a filter matches byte by byte`(filter: String, topic: String, isMatch: Bool) throws {
    #expect(try TopicFilter(filter).matches(topic) == isMatch)
  }

  @Test(arguments: [
    ("", TopicFilterError.empty),
    (String(repeating: "a", count: 65_536), .tooLong(byteCount: 65_536)),
    ("a\0b", .nullCharacter), ("sport+", .wildcardInName(level: 1, name: "sport+")),
    ("sport/tennis#", .wildcardInName(level: 2, name: "tennis#")),
    ("sport/tennis/#/ranking", .restBeforeEnd(level: 3)), ("#/", .restBeforeEnd(level: 1)),
    ("a/++", .wildcardInName(level: 2, name: "++")),
    ("a/+#", .wildcardInName(level: 2, name: "+#")),
    ("+\u{301}", .wildcardInName(level: 1, name: "+\u{301}")),
    ("$share/group/a", .sharedSubscription), ("$share", .sharedSubscription),
  ])
  func `what is no filter is refused with the reason`(text: String, error: TopicFilterError) {
    #expect(throws: error) { try TopicFilter(text) }
    #expect(error.description.contains("expected"))
  }

  @Test func `a filter knows its text, and whether it is a topic`() throws {
    let longest = String(repeating: "a", count: 65_535)
    for (text, isTopic) in [
      ("a/b", true), ("a/+", false), ("a/#", false), ("/", true), (longest, true),
    ] {
      let filter = try TopicFilter(text)
      #expect(filter.text == text)
      #expect("\(filter)" == text)
      #expect(filter.isTopic == isTopic)
    }
    #expect(TopicFilter.native.matches("pools/v1/310107/venue-01/main/telemetry"))
    #expect(!TopicFilter.native.matches("pools/v2/310107/venue-01/main/telemetry"))
  }
}

@Suite struct `Topic filters beside a broker` {
  /// All topics of one to three levels of these names.
  static let topics: [String] = {
    let names = ["a", "b", "", "$s"]
    let pairs = names.flatMap { first in names.map { "\(first)/\($0)" } }
    let triples = pairs.flatMap { pair in names.map { "\(pair)/\($0)" } }
    return names.filter { !$0.isEmpty } + pairs + triples
  }()

  /// Which of `topics` each filter matches, the first in the lowest bit, by libmosquitto 2.0.11's
  /// `mosquitto_topic_matches_sub`.
  static let matches: [(filter: String, bits: String)] = [
    ("a", "000000000000000000001"),
    ("b", "000000000000000000002"),
    ("$s", "000000000000000000004"),
    ("+", "000000000000000000003"),
    ("#", "00007fffffffffff87ffb"),
    ("a/+", "000000000000000000078"),
    ("a/#", "0000000000007fff80079"),
    ("+/a", "000000000000000000888"),
    ("+/+", "000000000000000007ff8"),
    ("+/#", "00007fffffffffff87ffb"),
    ("$s/#", "7fff80000000000078004"),
    ("$s/+", "000000000000000078000"),
    ("/a", "000000000000000000800"),
    ("/+", "000000000000000007800"),
    ("/#", "00007fff8000000007800"),
    ("a/b/#", "000000000000007800010"),
    ("a/b", "000000000000000000010"),
    ("a/b/$s", "000000000000004000000"),
    ("a/+/b", "000000000000111100000"),
    ("+/b/#", "000000780078007801110"),
    ("+/+/+", "00007fffffffffff80000"),
    ("+/+/#", "00007fffffffffff87ff8"),
    ("a/", "000000000000000000020"),
    ("a//", "000000000000020000000"),
    ("//#", "000007800000000002000"),
    ("a/$s", "000000000000000000040"),
    ("+/$s", "000000000000000004440"),
    ("+//+", "000007800780078000000"),
    ("$s/+/a", "088880000000000000000"),
    ("a/+/#", "0000000000007fff80078"),
  ]

  @Test(arguments: matches)
  func `a filter matches what it matches for mosquitto`(text: String, bits: String) throws {
    let filter = try TopicFilter(text)
    var remaining = try #require(UInt128(bits, radix: 16))
    #expect(Self.topics.count == 83)
    for topic in Self.topics {
      #expect(filter.matches(topic) == (remaining & 1 == 1), "\(text) \(topic)")
      remaining >>= 1
    }
    #expect(filter.text == text)
  }
}

/// Every filter of up to three levels and every topic of up to four, of a few names.
private enum Small {
  static let filters = lists(of: ["", "a", "$b", "+", "#"], upTo: 3).compactMap {
    try? TopicFilter($0.joined(separator: "/"))  // The others are none, and not meant to be.
  }
  static let topics = lists(of: ["", "a", "c", "$b"], upTo: 4).map { $0.joined(separator: "/") }
    .filter { !$0.isEmpty }
  /// The topics that each filter matches, by the definition.
  static let matched = filters.map { filter in
    Set(topics.indices.filter { Small.matches(filter.text, topics[$0]) })
  }

  private static func lists(of names: [String], upTo count: Int) -> [[String]] {
    var lists: [[String]] = []
    var longest: [[String]] = [[]]
    for _ in 0..<count {
      longest = longest.flatMap { list in names.map { list + [$0] } }
      lists += longest
    }
    return lists
  }

  /// The definition, level by level.
  private static func matches(_ filter: String, _ topic: String) -> Bool {
    let isOpen = filter.hasPrefix("+") || filter.hasPrefix("#")
    if topic.hasPrefix("$"), isOpen { return false }
    return matches(
      filter.split(separator: "/", omittingEmptySubsequences: false)[...],
      topic.split(separator: "/", omittingEmptySubsequences: false)[...])
  }

  private static func matches(
    _ filter: ArraySlice<Substring>, _ topic: ArraySlice<Substring>
  ) -> Bool {
    switch (filter.first, topic.first) {
    case ("#", _), (nil, nil): true
    case (let level?, let name?) where level == "+" || level == name:
      matches(filter.dropFirst(), topic.dropFirst())
    default: false
    }
  }
}

@Suite struct `Small topic filters, all of them` {
  @Test func `a filter matches what the definition says`() {
    #expect(Small.filters.count == 4 + 4 * 5 + 4 * 4 * 5)
    for (filter, matched) in zip(Small.filters, Small.matched) {
      let found = Set(Small.topics.indices.filter { filter.matches(Small.topics[$0]) })
      #expect(found == matched, "\(filter)")
    }
  }

  @Test func `two filters overlap exactly when there is a topic that both match`() {
    for (filter, matched) in zip(Small.filters, Small.matched) {
      let wrong = zip(Small.filters, Small.matched).filter { other, others in
        filter.overlaps(other) == matched.isDisjoint(with: others)
      }
      #expect(wrong.isEmpty, "\(filter)")
    }
  }

  @Test(arguments: 1...20) func `a tree finds what a search one by one finds`(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let count = Int.random(in: 0...6, using: &generator)
    let kept = (0..<count).map { _ in Int.random(in: Small.filters.indices, using: &generator) }
    var tree = TopicFilterTree<Int>()
    for index in kept { tree.insert(index, for: Small.filters[index]) }
    for (number, topic) in Small.topics.enumerated() {
      let matching = kept.filter { Small.matched[$0].contains(number) }
      let found = tree.value(matching: topic)
      #expect((found == nil) == matching.isEmpty, "\(topic) of \(kept)")
      if let found { #expect(matching.contains(found)) }
    }
    for (index, filter) in Small.filters.enumerated() {
      let overlapping = kept.filter {
        !Small.matched[$0].isDisjoint(with: Small.matched[index])
      }
      let found = tree.value(overlapping: filter)
      #expect((found == nil) == overlapping.isEmpty, "\(filter) of \(kept)")
      if let found { #expect(overlapping.contains(found)) }
    }
  }

  @Test func `a later value for the same filter takes the place of the first`() throws {
    var tree = TopicFilterTree<String>()
    tree.insert("first", for: try TopicFilter("a/+"))
    tree.insert("second", for: try TopicFilter("a/+"))
    #expect(tree.value(matching: "a/b") == "second")
    #expect(tree.value(matching: "b/b") == nil)
  }
}
