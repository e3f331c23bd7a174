import Foundation
import GRDB
import PoolModel
import Testing

@testable import Records

@Suite struct `Records at their bounds` {
  /// A decision of at least 40 KiB.
  private func large(_ number: Int) -> Decision {
    decision(
      UInt64(number),
      notices: [notice("n\(number)", body: String(repeating: "x", count: 40_000))])
  }

  @Test func `the reserve holds real room`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(reserveByteCount: 3 << 20)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: scratch.path("records.reserve"))
    #expect(attributes[.size] as? Int == 3 << 20)
    #expect(!records.reserveGivenUp)
  }

  @Test func `a reserve cut short is made whole`() throws {
    let scratch = try Scratch()
    try Data(count: 5).write(to: URL(filePath: scratch.path("records.reserve")))
    let records = try scratch.open(reserveByteCount: 1 << 20)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: scratch.path("records.reserve"))
    #expect(attributes[.size] as? Int == 1 << 20)
    #expect(!records.reserveGivenUp)
  }

  @Test func `a full file takes the reserve, then fails whole, and stays readable`() throws {
    let scratch = try Scratch()
    let pageCount = 100
    let records = try scratch.open(pageCount: pageCount, reserveByteCount: 1 << 20)
    var written = 0
    var writtenBefore: Int?
    var failure: RecordsError?
    while failure == nil, written < 1000 {
      do {
        try records.apply(large(written + 1), at: time(1))
        written += 1
        if records.reserveGivenUp, writtenBefore == nil { writtenBefore = written }
      } catch {
        failure = error
      }
    }
    let before = try #require(writtenBefore)
    // 100 pages are 10 notices of 40 KB at most, the reserve's 256 at most 26 more.
    #expect((1...11).contains(before))
    #expect((before + 15...before + 27).contains(written))
    #expect(failure?.kind == .pageLimit)
    #expect(failure?.remedy.contains("page limit") == true)
    // https://www.sqlite.org/rescode.html#full
    #expect(failure?.code == 13)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("records.reserve")))
    #expect(try records.load().cursor.byteOffset == UInt64(written))
    #expect(try records.counters().pendingNotices == written)
    // A second time there is nothing to give up, and the file has not grown.
    #expect(throws: RecordsError.self) { try records.apply(large(9999), at: time(1)) }
    let pages = try records.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    #expect(pages <= pageCount + 256)
    try reopensOnTheReserve(scratch, written: written)
  }

  private func reopensOnTheReserve(_ scratch: Scratch, written: Int) throws {
    let reopened = try scratch.copyAsIfKilled().open(pageCount: 100, reserveByteCount: 1 << 20)
    #expect(reopened.reserveGivenUp)
    #expect(try reopened.load().cursor.byteOffset == UInt64(written))
    // What needs no room is still written.
    try reopened.sent(id: "n1", at: time(2), reply: "250")
    #expect(try reopened.counters().pendingNotices == written - 1)
  }

  @Test func `refused messages do not take the reserve`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(
      quarantineEntries: 10_000, pageCount: 100, reserveByteCount: 1 << 20)
    let refusal = Refusal(
      reason: .tooLarge, detail: "d", topic: "t", payload: Array(repeating: 1, count: 4096))
    for _ in 1...1000 { try records.quarantine([refusal, refusal], at: time(1)) }
    let kept = try records.quarantined(limit: 10_000).count
    // 100 pages of 4 KiB, less those of the schema; a row of 4 KiB takes two.
    #expect((10...50).contains(kept / 2) && kept.isMultiple(of: 2))
    #expect(try records.counters().quarantineDropped == 2000 - kept)
    #expect(!records.reserveGivenUp)
    try records.apply(large(1), at: time(2))
    #expect(records.reserveGivenUp)
    #expect(try records.counters().pendingNotices == 1)
  }

  @Test func `a kill in the middle of writing keeps every finished decision`() async throws {
    let scratch = try Scratch()
    let directory = scratch.directory
    await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
      let records = try Records(directory: directory, limits: .init(quarantineEntries: 1))
      for number in 1...20 {
        try records.apply(
          decision(
            UInt64(number), [raised(occurrence("o\(number)"))], notices: [notice("n\(number)")]),
          at: time(1))
      }
      try records.pool.write { db in
        try db.execute(sql: "DELETE FROM notices")
        kill(getpid(), SIGKILL)
      }
    }
    let records = try scratch.open()
    let state = try records.load()
    #expect(state.cursor.byteOffset == 20)
    #expect(state.occurrences.count == 20)
    #expect(try records.counters().pendingNotices == 20)
  }
}
