import Foundation
import GRDB
import PoolModel
import Testing

@testable import Records

@Suite struct `Closures in records` {
  private func closure(
    from: Int64, to: Int64?, pool: String? = "main", venue: String = "caoyang"
  ) -> Closure {
    Closure(
      kind: .maintenance, venue: venue, pool: pool, from: time(from), to: to.map(time),
      registration: AlarmTransition.Actor(name: "li", comment: "filter"),
      registeredTime: time(50), judgedFrom: time(max(50, from)))
  }

  private func apply(_ closures: [Closure], to records: Records, cursor: UInt64 = 1) throws {
    try records.apply(
      Decision(cursor: JournalPosition(byteOffset: cursor), closures: closures), at: time(60))
  }

  @Test func `come back as they were, by venue and period`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let all = [
      closure(from: 300, to: nil), closure(from: 200, to: 250, pool: nil, venue: "zhenru"),
      closure(from: 100, to: 150),
    ]
    try apply(all, to: records)
    #expect(try records.closures(overlapping: nil, venue: nil) == all)
    #expect(try records.closures(overlapping: nil, venue: "zhenru") == [all[1]])
    #expect(try records.closures(overlapping: time(150)..<time(201), venue: nil) == [all[1]])
    #expect(try records.closures(overlapping: time(149)..<time(200), venue: nil) == [all[2]])
    #expect(try records.closures(overlapping: time(900)..<time(901), venue: nil) == [all[0]])
    #expect(try records.closure(all[2].id) == all[2])
    #expect(try records.closure("x") == nil)
    #expect(Set(try records.load().closures) == Set(all))
  }

  @Test func `are ended once, whatever comes again`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let open = closure(from: 100, to: nil)
    var ended = open
    ended.ending = AlarmTransition.Actor(name: "wang", comment: "done")
    ended.endedTime = time(120)
    ended.judgedAgainFrom = time(121)
    var again = ended
    again.endedTime = time(500)
    try apply([open], to: records)
    try apply([ended], to: records, cursor: 2)
    try apply([open, again], to: records, cursor: 2)
    #expect(try records.closures(overlapping: nil, venue: nil) == [ended])
    #expect(try records.closures(overlapping: time(120)..<time(130), venue: nil) == [])
  }

  @Test func `are not loaded when nothing of them will be judged any more`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let day: Int64 = 86_400
    let (old, newer) = (closure(from: 0, to: 5 * day), closure(from: 0, to: 6 * day))
    try records.apply(
      Decision(cursor: JournalPosition(byteOffset: 9), closures: [old, newer]), at: time(40 * day))
    #expect(try records.load().closures == [newer])
  }

  @Test func `have a table in a file of version 4 that is opened`() throws {
    let scratch = try Scratch()
    let queue = try DatabaseQueue(path: scratch.path("records.sqlite"))
    try Schema.migrator.migrate(queue, upTo: "4 basis of alarms")
    try queue.write { try $0.execute(sql: "INSERT INTO cursor VALUES (1, 77, 5)") }
    try queue.close()
    let records = try scratch.open()
    #expect(try records.load().closures == [])
    #expect(try records.load().cursor.byteOffset == 77)
    try apply([closure(from: 1, to: 2)], to: records, cursor: 78)
    #expect(try records.closures(overlapping: nil, venue: nil).count == 1)
  }
}
