import Foundation
import GRDB
import PoolModel
import Testing

@testable import Records

@Suite struct `Records on a full disk` {
  /// SQLite's words for a disk without room: https://www.sqlite.org/rescode.html.
  ///
  /// ENOSPC of `write`; of other calls, and quotas; and those that have nothing to do with room.
  @Test(arguments: [
    (ResultCode.SQLITE_FULL, RecordsError.Kind.full, RecordsError.Kind.pageLimit),
    (.SQLITE_IOERR_WRITE, .full, .other), (.SQLITE_IOERR_FSYNC, .full, .other),
    (.SQLITE_IOERR_DIR_FSYNC, .full, .other), (.SQLITE_IOERR_TRUNCATE, .full, .other),
    (.SQLITE_IOERR_SHMOPEN, .full, .other), (.SQLITE_IOERR_SHMSIZE, .full, .other),
    (.SQLITE_IOERR_SHMMAP, .full, .other), (.SQLITE_IOERR_READ, .other, .other),
    (.SQLITE_IOERR_NOMEM, .other, .other), (.SQLITE_IOERR_SHORT_READ, .other, .other),
    (.SQLITE_CORRUPT, .corrupt, .corrupt),
  ])
  func `a write that fails is told by its code and by the disk's room`(
    _ code: ResultCode, _ kindWhenFull: RecordsError.Kind, _ kindWithRoom: RecordsError.Kind
  ) {
    #expect(kind(of: code, freeByteCount: 0) == kindWhenFull)
    #expect(kind(of: code, freeByteCount: (1 << 20) - 1) == kindWhenFull)
    #expect(kind(of: code, freeByteCount: 1 << 20) == kindWithRoom)
  }

  @Test func `a disk that does not tell its room leaves SQLite's word`() {
    #expect(kind(of: .SQLITE_FULL, freeByteCount: nil) == .full)
    #expect(kind(of: .SQLITE_IOERR_FSYNC, freeByteCount: nil) == .other)
  }

  private func kind(of code: ResultCode, freeByteCount: Int?) -> RecordsError.Kind? {
    do {
      try RecordsError.wrap("test", path: "p", disk: DiskRoom { freeByteCount }) {
        throw DatabaseError(resultCode: code)
      }
      return nil
    } catch {
      #expect(error.code == Int(code.rawValue))
      return error.kind
    }
  }

  @Test(arguments: [ResultCode.SQLITE_FULL, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_SHMSIZE])
  func `the reserve is given up for what a full disk keeps from being written`(
    _ code: ResultCode
  ) throws {
    let scratch = try Scratch()
    let records = try scratch.open(freeByteCount: 0)
    var tries = 0
    let answer = try records.write("test") { _ in
      tries += 1
      if tries == 1 { throw DatabaseError(resultCode: code) }
      return tries
    }
    #expect(answer == 2)
    #expect(records.reserveGivenUp)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("records.reserve")))
  }

  /// Five pages hold an empty file and not the schema, 256 more do.
  @Test func `the reserve is given up when there is no room to open`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(pageCount: 5, reserveByteCount: 1 << 20)
    #expect(records.reserveGivenUp)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("records.reserve")))
    try records.apply(decision(1), at: time(1))
    let error = try #require(throws: RecordsError.self) {
      try Scratch().open(pageCount: 5, reserveByteCount: 0)
    }
    #expect(error.kind == .pageLimit)
  }

  @Test func `the reserve is kept when the disk is broken, not full`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    #expect(throws: RecordsError.self) {
      try records.write("test") { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
    }
    #expect(!records.reserveGivenUp)
    #expect(FileManager.default.fileExists(atPath: scratch.path("records.reserve")))
  }

  @Test func `refused messages that a full disk does not take are counted, and no more`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(freeByteCount: 0)
    try records.pool.write { db in
      try db.execute(sql: "PRAGMA max_page_count = 1")
    }
    let refusal = Refusal(
      reason: .tooLarge, detail: "d", topic: "t", payload: Array(repeating: 1, count: 4096))
    for _ in 1...20 { try records.quarantine([refusal, refusal], at: time(1)) }
    #expect(try records.counters().quarantineDropped == 40)
    #expect(!records.reserveGivenUp)
  }

  @Test func `each kind's remedy names what is to be done`() {
    func remedy(_ kind: RecordsError.Kind) -> String {
      RecordsError(kind: kind, operation: "o", path: "p", code: 13, message: "m").remedy
    }
    #expect(remedy(.full).contains("make room on its disk"))
    #expect(remedy(.pageLimit).contains("page limit"))
    #expect(remedy(.pageLimit).contains("move the file away"))
    #expect(!remedy(.pageLimit).contains("make room"))
  }

  @Test func `the room of a real disk is told`() throws {
    let scratch = try Scratch()
    let free = try #require(DiskRoom(directory: scratch.directory).freeByteCount())
    #expect(free > 0)
    #expect(DiskRoom(directory: scratch.path("nowhere")).isFull == nil)
  }
}
