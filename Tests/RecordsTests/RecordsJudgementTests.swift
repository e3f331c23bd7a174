import Foundation
import GRDB
import PoolModel
import Testing

@testable import Records

@Suite struct `Applying decisions` {
  @Test func `every field comes back`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var full = occurrence("full", state: .acknowledged)
    full.acknowledgedBy = "Li Wei 李伟"
    full.returnedTime = time(-5)
    let bare = AlarmOccurrence(
      id: "bare", alarmClass: .system, state: .active, rule: "broker_down",
      eventTime: Timestamp(milliseconds: .min), detectedTime: Timestamp(milliseconds: .max),
      isAnnounced: false)
    let sources = [
      SourceState(pool: caoyang, parameter: nil, expectedSince: time(1), newestReading: nil),
      SourceState(pool: caoyang, parameter: "ph", expectedSince: time(2), newestReading: time(3)),
    ]
    try records.apply(decision(77, [raised(full), raised(bare)], sources: sources), at: time(300))
    let state = try scratch.copyAsIfKilled().open().load()
    #expect(
      state
        == JudgementState(
          cursor: JournalPosition(byteOffset: 77), occurrences: [bare, full], sources: sources))
  }

  /// Largest, smallest normal, smallest subnormal, one that needs 17 digits, an integer, and both
  /// signs: the corners of IEEE 754 binary64.
  @Test(arguments: [
    Double.greatestFiniteMagnitude, -.leastNormalMagnitude, .leastNonzeroMagnitude, 0.1 + 0.2,
    7, -40, 0.30000000000000004, 9_007_199_254_740_991,
  ])
  func `values come back bit for bit`(_ value: Double) throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var alarm = occurrence("a")
    alarm.value = value
    alarm.limit = -value
    try records.apply(decision(1, [raised(alarm)]), at: time(200))
    let loaded = try #require(try records.load().occurrences.first)
    #expect(loaded.value?.bitPattern == value.bitPattern)
    #expect(loaded.limit?.bitPattern == (-value).bitPattern)
  }

  @Test func `a decision with a part that fails leaves nothing`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.pool.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER broken BEFORE INSERT ON sources WHEN new.parameter = 'orp'
          BEGIN SELECT raise(ABORT, 'broken on purpose'); END
          """)
    }
    let source = SourceState(
      pool: caoyang, parameter: "orp", expectedSince: time(1), newestReading: nil)
    let error = try #require(throws: RecordsError.self) {
      try records.apply(
        decision(9, [raised(occurrence("a"))], notices: [notice("n")], sources: [source]),
        at: time(200))
    }
    #expect(error.message == "broken on purpose")
    #expect(try records.load() == JudgementState())
    #expect(try records.transitions(of: "a").isEmpty)
    #expect(try records.notices(undeliveredOnly: false, limit: 10).isEmpty)
  }

  @Test func `a repetition changes nothing`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let first = decision(5, [raised(occurrence("a"))], notices: [notice("n")])
    var taken = occurrence("a", state: .acknowledged)
    taken.acknowledgedBy = "li"
    let step = AlarmTransition(
      kind: .acknowledged, occurrence: taken, time: time(250),
      actor: .init(name: "li", comment: "加氯 dosing"), isAnnouncement: false)
    try records.apply(first, at: time(200))
    try records.apply(decision(5, [step]), at: time(250))
    try records.sent(id: "n", at: time(260), reply: "250 ok")
    let before = try contents(records)
    for repeated in [first, decision(5, [step]), first] {
      try records.apply(repeated, at: time(999))
      #expect(try contents(records) == before)
    }
    #expect(try records.alarm("a") == taken)
  }

  @Test func `a step that grows with further readings is updated`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var late = occurrence("a", state: .historical)
    late.returnedTime = time(110)
    let recorded = AlarmTransition(
      kind: .recorded, occurrence: late, time: time(500), isAnnouncement: false)
    var longer = recorded
    longer.occurrence.returnedTime = time(120)
    try records.apply(decision(5, [recorded, longer]), at: time(500))
    #expect(try records.alarm("a")?.returnedTime == time(120))
    longer.occurrence.returnedTime = time(130)
    try records.apply(decision(6, [longer]), at: time(500))
    #expect(try records.alarm("a")?.returnedTime == time(130))
    #expect(try records.transitions(of: "a").count == 1)
  }

  @Test func `the cursor never moves back`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    for (offset, expected) in [(0, 0), (10, 10), (9, 10), (10, 10), (11, 11), (0, 11)] {
      try records.apply(decision(UInt64(offset)), at: time(1))
      #expect(try records.load().cursor.byteOffset == UInt64(expected))
    }
  }

  @Test func `a cursor beyond what the file can hold is refused`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.apply(decision(UInt64(Int64.max)), at: time(1))
    #expect(throws: RecordsError.self) {
      try records.apply(decision(UInt64(Int64.max) + 1), at: time(1))
    }
    #expect(try records.load().cursor.byteOffset == UInt64(Int64.max))
  }

  /// Back to the new journal's beginning, back a little, ahead, and to where it is.
  @Test(arguments: [0, 7, 100, 900])
  func `a reset sets the cursor whatever it was, and judgement goes on from there`(
    _ offset: UInt64
  ) throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.apply(decision(100, [raised(occurrence("a"))], notices: [notice("n")]), at: time(1))
    try records.resetCursor(to: JournalPosition(byteOffset: offset))
    let state = try scratch.copyAsIfKilled().open().load()
    #expect(state.cursor.byteOffset == offset)
    #expect(state.occurrences == [occurrence("a")])
    #expect(try records.counters().pendingNotices == 1)
    try records.apply(decision(offset + 1, [raised(occurrence("b"))]), at: time(2))
    #expect(try records.load().cursor.byteOffset == offset + 1)
    #expect(try records.load().occurrences.map(\.id) == ["a", "b"])
  }

  @Test func `a reset works on a new file, and refuses what the file cannot hold`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.resetCursor(to: JournalPosition(byteOffset: 5))
    #expect(try records.load().cursor.byteOffset == 5)
    #expect(throws: RecordsError.self) {
      try records.resetCursor(to: JournalPosition(byteOffset: UInt64(Int64.max) + 1))
    }
    #expect(try records.load().cursor.byteOffset == 5)
  }

  @Test func `a source's newest reading never moves back`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let steps: [(Timestamp?, Timestamp?)] = [
      (nil, nil), (time(5), time(5)), (nil, time(5)), (time(4), time(5)), (time(6), time(6)),
    ]
    for (said, expected) in steps {
      let source = SourceState(
        pool: caoyang, parameter: nil, expectedSince: time(1), newestReading: said)
      try records.apply(decision(1, sources: [source]), at: time(1))
      #expect(try records.load().sources.map(\.newestReading) == [expected])
    }
  }

  @Test func `loading brings what is open or untold, and the newest historical ones`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let all = [
      occurrence("active", at: 1), occurrence("acknowledged", state: .acknowledged, at: 2),
      occurrence("untaken", state: .returnedUnacknowledged, at: 3),
      occurrence("over", state: .returned, at: 4),
      occurrence("untold", state: .returned, at: 5, isAnnounced: false),
      occurrence("old", state: .historical, at: 6, isAnnounced: false),
      occurrence("new", state: .historical, at: 7, isAnnounced: false),
      occurrence("other", state: .historical, rule: "ph_high", at: 6),
    ]
    try records.apply(decision(1, all.map(raised)), at: time(200))
    let loaded = try records.load().occurrences.map(\.id)
    #expect(
      loaded == ["active", "acknowledged", "untaken", "untold", "other", "new"])
  }

  @Test func `loading brings no advisory that is over`() throws {
    var over = occurrence("over", state: .returned, at: 1, isAnnounced: false)
    over.severity = .advisory
    var open = occurrence("open", at: 2, isAnnounced: false)
    open.severity = .advisory
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.apply(decision(1, [raised(over), raised(open)]), at: time(1))
    #expect(try records.load().occurrences.map(\.id) == ["open"])
  }

  @Test func `alarms are listed newest first, as asked`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var silent = occurrence("silent", rule: "silence", at: 30)
    silent.alarmClass = .monitoring
    let all = [
      occurrence("b", at: 20), occurrence("a", at: 20), silent,
      occurrence("over", state: .returned, at: 10),
    ]
    try records.apply(decision(1, all.map(raised)), at: time(200))
    func ids(_ openOnly: Bool, _ alarmClass: AlarmClass?) throws -> [String] {
      try records.alarms(openOnly: openOnly, class: alarmClass).map(\.id)
    }
    #expect(try ids(false, nil) == ["silent", "a", "b", "over"])
    #expect(try ids(true, nil) == ["silent", "a", "b"])
    #expect(try ids(true, .monitoring) == ["silent"])
    #expect(try ids(false, .water) == ["a", "b", "over"])
    #expect(try ids(false, .system) == [])
  }

  @Test func `the audit has every step with who and what`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let step = AlarmTransition(
      kind: .acknowledged, occurrence: occurrence("a", state: .acknowledged), time: time(250),
      actor: .init(name: "li", comment: "it's \"ours\"; --"), isAnnouncement: false)
    try records.apply(decision(1, [raised(occurrence("a"))]), at: time(200))
    try records.apply(decision(1, [step]), at: time(251))
    let steps = try records.transitions(of: "a")
    #expect(steps.map(\.id) == [raised(occurrence("a")).id, step.id])
    #expect(steps.map(\.kind) == [.raised, .acknowledged])
    #expect(steps.map(\.state) == [.active, .acknowledged])
    #expect(steps.map(\.time) == [time(100), time(250)])
    #expect(steps.map(\.recordedTime) == [time(200), time(251)])
    #expect(steps.map(\.actor) == [nil, step.actor])
    #expect(steps.map(\.isAnnouncement) == [true, false])
  }

  @Test func `a word that this version does not know is reported`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.apply(decision(1, [raised(occurrence("a"))]), at: time(200))
    try records.pool.write { try $0.execute(sql: "UPDATE occurrences SET state = 'shelved'") }
    let error = try #require(throws: RecordsError.self) {
      try records.alarms(openOnly: false, class: nil)
    }
    #expect(error.kind == .corrupt)
    #expect(error.message == "'shelved' is no state")
  }

  /// All rows of all tables, as text.
  private func contents(_ records: Records) throws -> [String] {
    try records.pool.read { db in
      try ["occurrences", "transitions", "notices", "sources", "cursor"].flatMap {
        try Row.fetchAll(db, sql: "SELECT * FROM \($0)").map(\.description)
      }
    }
  }
}
