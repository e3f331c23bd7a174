import Foundation
import TestInstallation
import TestSupport
import Testing

/// Files of the data directory that are gone, cut or overwritten.
@Suite(.serialized) struct `Files that are lost` {
  @Test func `Records that are gone are a system alarm until the next start`() async throws {
    let fixture = try await StoreFixture()
    let installation = fixture.installation
    try await installation.stop()
    for name in ["records.sqlite", "records.sqlite-wal", "records.sqlite-shm"] {
      // The last two are there only where SQLite left them.
      try? FileManager.default.removeItem(atPath: "\(fixture.state)/\(name)")
    }
    try await installation.start()
    let alarms = try #require(try await installation.status()["system_alarms"] as? [String])
    #expect(alarms.count == 1)
    #expect(
      alarms.first?.hasPrefix("\(fixture.state)/records.sqlite was not there at the start: ")
        ?? false)
    #expect(installation.log.contains { $0.contains("Records were not there and begin anew") })
    try await installation.stop()
    try await installation.start()
    #expect(try await installation.status()["system_alarms"] as? [String] == [])
    try await fixture.stop()
  }

  @Test func `a store that is gone beside its Records is a system alarm until the next start`()
    async throws
  {
    let fixture = try await StoreFixture()
    let installation = fixture.installation
    try await installation.stop()
    try FileManager.default.removeItem(atPath: "\(fixture.state)/store")
    try await installation.start()
    let alarms = try #require(try await installation.status()["system_alarms"] as? [String])
    #expect(alarms.count == 1)
    #expect(
      alarms.first?.hasPrefix("there was no store in \(fixture.state)/store at the start: ")
        ?? false)
    try await installation.stop()
    try await installation.start()
    #expect(try await installation.status()["system_alarms"] as? [String] == [])
    try await fixture.stop()
  }

  @Test(arguments: [
    ("minute.pages", 12_288, "minute.pages has 12288 bytes instead of "),
    ("hour.pages", nil, "hour.pages is not there although other files of the store are: "),
    ("journal", 0, "journal does not begin like a file of Poolwatch: it was overwritten, or "),
  ])
  func `a store that cannot be opened is told with its file and the way out`(
    name: String, byteCount: Int?, words: String
  ) async throws {
    let installation = try Installation(brokerPort: try FreePort.next())
    try await installation.start()
    try await installation.stop()
    let path = installation.directory.path("state/store/\(name)")
    if let byteCount, byteCount > 0 {
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.truncate(atOffset: UInt64(byteCount))
      try handle.close()
    } else if byteCount == 0 {
      let count = try Data(contentsOf: URL(fileURLWithPath: path)).count
      try Data(count: count).write(to: URL(fileURLWithPath: path))
    } else {
      try FileManager.default.removeItem(atPath: path)
    }
    let daemon = try installation.launch()
    #expect(try await daemon.wait() == .code(1))
    let said = try #require(daemon.errors.all.last)
    let expected = "\(installation.directory.path("state/store"))/\(words)"
    #expect(said.hasPrefix("poolwatchd: \(expected)"), "\(said)")
    #expect(said.contains("'poolwatch store restore SNAPSHOT'"))
    #expect(!daemon.errors.all.contains { $0.contains("NSCocoaErrorDomain") })
    for command in [["verify"], ["repair"], ["export", "--format", "csv"]] {
      let process = try ManagedProcess(
        Programs.path("poolwatch"),
        arguments: ["store"] + command + [
          "--config", installation.directory.path("poolwatch.yaml"),
        ])
      #expect(try await process.wait() == .code(1), "\(command)")
      #expect(process.errors.all.last?.hasPrefix("poolwatch: \(expected)") ?? false)
    }
  }

  @Test func `a damaged page of rollups is no loss of readings`() async throws {
    let fixture = try await StoreFixture()
    try await fixture.installation.stop()
    let url = URL(fileURLWithPath: "\(fixture.state)/store/minute.pages")
    var bytes = try Data(contentsOf: url)
    // Two blocks of header come before the pages.
    let page = try #require(bytes.range(of: Data("PWPG".utf8), in: 8192..<bytes.count))
    bytes[page.lowerBound + 20] ^= 0xFF
    let handle = try FileHandle(forUpdating: url)
    try handle.write(contentsOf: bytes)
    try handle.close()
    try await fixture.installation.start()
    let alarms = try #require(
      try await fixture.installation.status()["system_alarms"] as? [String])
    #expect(
      alarms.contains {
        $0.hasPrefix("rollups per minute are lost in 1 place, the first: minute.pages ")
      },
      "\(alarms)")
    #expect(!alarms.contains { $0.contains("readings are lost") })
    try await fixture.stop()
  }

  @Test func `a snapshot whose store has other bytes is brought back when that is asked for`()
    async throws
  {
    let fixture = try await StoreFixture()
    let directory = fixture.installation.directory
    let snapshot = directory.path("one")
    // A clean stop brings everything into pages.
    try await fixture.installation.stop()
    try await fixture.installation.start()
    #expect(try await fixture.installation.ask("store", "snapshot", snapshot).code == 0)
    try await fixture.stop()
    let url = URL(fileURLWithPath: "\(snapshot)/store/minute.pages")
    var bytes = try Data(contentsOf: url)
    let page = try #require(bytes.range(of: Data("PWPG".utf8), in: 8192..<bytes.count))
    bytes[page.lowerBound + 130] ^= 1
    try bytes.write(to: url)
    let other = "store.directory=\(directory.path("other"))"
    let refused = try await fixture.store("restore", snapshot, overrides: [other])
    #expect(refused.code == 65)
    #expect(
      refused.errors
        == "poolwatch: \(snapshot) is damaged, nothing is restored: store/minute.pages has other bytes "
        + "than when the snapshot was made; --damaged takes it as it is")
    let taken = try await fixture.store("restore", snapshot, "--damaged", overrides: [other])
    #expect(taken.code == 0, "\(taken.errors)")
    #expect(taken.errors.contains("store/minute.pages has other bytes than when the snapshot was"))
    #expect(taken.errors.contains("is damaged in 1 place: run 'poolwatch store repair'"))
    #expect(try await fixture.store("repair", overrides: [other]).code == 0)
    #expect(try await fixture.store("verify", overrides: [other]).code == 0)

    // What of Records can be read nobody can tell.
    let records = URL(fileURLWithPath: "\(snapshot)/records.sqlite")
    var database = try Data(contentsOf: records)
    database[database.count - 1] ^= 1
    try database.write(to: records)
    try FileManager.default.removeItem(atPath: directory.path("other"))
    let never = try await fixture.store("restore", snapshot, "--damaged", overrides: [other])
    #expect(never.code == 65)
    #expect(!FileManager.default.fileExists(atPath: directory.path("other/store")))
  }
}
