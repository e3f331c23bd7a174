import GRDB
import PoolModel
import Testing

@testable import Records

@Suite struct `What gateways have counted` {
  private static let full = SequenceState(
    gateway: "lido", venue: "lido", highest: .max, newestTime: Timestamp(milliseconds: .min),
    gapCount: 3, missingCount: 7, gaps: [0..<1, 5..<9, UInt64.max - 2..<UInt64.max],
    unnumberedCount: 4, assumedCount: 2)
  private static let bare = SequenceState(
    gateway: "plant", venue: "baths", highest: nil, newestTime: nil, gapCount: 1, missingCount: 2)

  private static func states(
    _ offset: UInt64, _ states: [SequenceState], isComplete: Bool = true
  ) -> SequenceStates {
    SequenceStates(
      position: JournalPosition(byteOffset: offset), states: states, isComplete: isComplete)
  }

  @Test func `comes back, with the position that it is of`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let saved = Self.states(90, [Self.full, Self.bare])
    try records.apply(decision(77, sequences: saved), at: time(1))
    #expect(try scratch.copyAsIfKilled().open().load().sequences == saved)
  }

  @Test func `is replaced gateway by gateway, or as a whole, also when the cursor stands`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.apply(
      decision(77, sequences: Self.states(90, [Self.full, Self.bare])), at: time(1))
    var more = Self.full
    (more.highest, more.gaps, more.newestTime) = (7, [], time(5))
    try records.apply(
      decision(77, sequences: Self.states(95, [more], isComplete: false)), at: time(2))
    #expect(try records.load().sequences == Self.states(95, [more, Self.bare]))
    // A decision that says nothing of it leaves it.
    try records.apply(decision(78), at: time(3))
    #expect(try records.load().sequences == Self.states(95, [more, Self.bare]))
    try records.apply(decision(79, sequences: Self.states(99, [Self.bare])), at: time(4))
    #expect(try records.load().sequences == Self.states(99, [Self.bare]))
  }

  @Test(arguments: ["5", "5-", "7-5", "-1-2", "5-18446744073709551615", "a-b"])
  func `is reported where it cannot be read`(gaps: String) throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.apply(decision(1, sequences: Self.states(1, [Self.full])), at: time(1))
    try records.pool.write {
      try $0.execute(sql: "UPDATE sequences SET gaps = ?", arguments: [gaps])
    }
    let error = try #require(throws: RecordsError.self) { try records.load() }
    #expect(error.kind == .corrupt)
    #expect(error.message == "'\(gaps)' is no range of numbers")
  }

  @Test func `is written with the rest of the decision or not at all`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let beyond = Self.states(UInt64(Int64.max) + 1, [Self.full])
    #expect(throws: RecordsError.self) {
      try records.apply(decision(9, [raised(occurrence("a"))], sequences: beyond), at: time(1))
    }
    #expect(try records.load() == JudgementState())
  }
}
