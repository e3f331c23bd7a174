import PoolModel
import Testing

@testable import Decoding

@Suite struct `A table of topics` {
  static let topics =
    (0..<3000).map { "pools/v1/310107/venue-\($0)/p\($0 % 3)/telemetry" } + [
      "", "a", "1234567", "12345678", "123456789",
    ]

  @Test func `finds each of its topics by its number`() {
    let table = TopicTable(Self.topics)
    for (number, topic) in Self.topics.enumerated() {
      #expect(table.number(of: topic.utf8.span) == number)
    }
  }

  @Test func `finds no topic that differs in one byte, or by one`() {
    let table = TopicTable(Self.topics)
    let known = Set(Self.topics.map { Array($0.utf8) })
    var strangers = 0
    for topic in Self.topics {
      let bytes = Array(topic.utf8)
      var others = [bytes + [UInt8(ascii: "0")], Array(bytes.dropLast()), Array(bytes.dropFirst())]
      for index in bytes.indices {
        var other = bytes
        other[index] ^= 1
        others.append(other)
      }
      for other in others where !known.contains(other) {
        strangers += 1
        #expect(table.number(of: other.span) == nil)
      }
    }
    #expect(strangers > 100_000)
  }

  @Test func `compares bytes, not characters`() {
    let table = TopicTable(["caf\u{E9}"])
    #expect(table.number(of: "caf\u{E9}".utf8.span) == 0)
    #expect(table.number(of: "cafe\u{301}".utf8.span) == nil)
  }

  @Test func `may be empty`() {
    #expect(TopicTable([]).number(of: "a".utf8.span) == nil)
  }
}
