import PoolModel
import Testing

@testable import RingStore

@Suite struct SectionsTests {
  private static let sections: [(tag: UInt16, bytes: [UInt8])] = [
    (1, [1, 2, 3]), (300, []), (4, [UInt8](repeating: 7, count: 1000)), (65535, [0]),
  ]

  private static var body: [UInt8] {
    var writer = SectionWriter()
    for section in sections { writer.add(section.tag, section.bytes) }
    return writer.finish()
  }

  @Test func `sections are found by their tags`() throws {
    let bytes = [9, 9] + Self.body + [9]
    let reader = try #require(SectionReader(bytes, 2..<bytes.count - 1))
    for section in Self.sections {
      let range = try #require(reader.checked(section.tag))
      #expect(Array(bytes[range]) == section.bytes)
      #expect(reader.section(section.tag) == range)
    }
    #expect(reader.section(2) == nil)
    #expect(reader.checked(2) == nil)
  }

  @Test
  func `a flipped bit of the directory makes the body unreadable, one of a section only that`()
    throws
  {
    let body = Self.body
    let start = try #require(SectionReader(body, 0..<body.count)?.section(1)).lowerBound
    for bit in 0..<body.count * 8 {
      var damaged = body
      damaged[bit / 8] ^= 1 << (bit % 8)
      let reader = SectionReader(damaged, 0..<damaged.count)
      #expect((reader == nil) == (bit / 8 < start))
      guard let reader else { continue }
      for section in Self.sections {
        let range = try #require(reader.section(section.tag))
        #expect((reader.checked(section.tag) == nil) == range.contains(bit / 8))
      }
    }
  }

  @Test func `a body of another length is unreadable`() {
    let body = Self.body
    for count in 0..<body.count { #expect(SectionReader(body, 0..<count) == nil) }
    #expect(SectionReader(body + [0], 0..<body.count + 1) == nil)
    #expect(SectionReader(body, 0..<body.count + 1) == nil)
  }
}
