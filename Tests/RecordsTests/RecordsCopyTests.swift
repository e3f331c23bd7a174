import Foundation
import GRDB
import PoolModel
import Records
import Testing

@Suite struct `Copying Records` {
  @Test func `a copy is one file with everything in it, and opens as Records`() throws {
    let scratch = try Scratch()
    let copyScratch = try Scratch()
    let records = try scratch.open()
    try records.resetCursor(to: JournalPosition(byteOffset: 4711))
    try records.copy(to: copyScratch.path("records.sqlite"))
    // What is written afterwards is not in it.
    try records.resetCursor(to: JournalPosition(byteOffset: 4712))
    let names = try FileManager.default.contentsOfDirectory(atPath: copyScratch.directory)
    #expect(names == ["records.sqlite"])
    let copy = try copyScratch.open()
    #expect(try copy.load().cursor == JournalPosition(byteOffset: 4711))
  }

  @Test func `a place that cannot be written is an error that names Records`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    #expect(throws: RecordsError.self) { try records.copy(to: "/no/such/directory/x") }
  }
}
