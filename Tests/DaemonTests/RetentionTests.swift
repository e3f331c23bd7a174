import Foundation
import TestInstallation
import TestSupport
import Testing

/// What the daemon says of a store that is too small.
@Suite(.serialized) struct `A store that will not hold what is required` {
  @Test func `is refused before any of it is made when the disk has no room for it`() async throws {
    // A hundred years of a row each second: some terabytes.
    let installation = try Installation(
      brokerPort: try FreePort.next(), overrides: ["store.bytes_per_row=256"], retentionDays: 36_500
    )
    let daemon = try installation.launch()
    #expect(try await daemon.wait() == .code(1))
    let said = try #require(daemon.errors.all.last)
    let state = installation.directory.path("state")
    let words = try #require(
      said.wholeMatch(
        of:
          /poolwatchd: the store of this plan takes (\d+) bytes and the disk of ([^ ]+) has (\d+): make room, or keep less .*/
      )
    ).output
    #expect(words.2 == state)
    let (needed, free) = (try #require(Int(words.1)), try #require(Int(words.3)))
    #expect(needed > free)
    #expect(try !FileManager.default.contentsOfDirectory(atPath: state).contains("store"))
  }

  @Test func `is a system alarm at the next start, and marked in the table`() async throws {
    // One byte a row is less than any codec needs for digits that nobody can foresee.
    let fixture = try await StoreFixture(overrides: ["store.bytes_per_row=1"])
    let alarms = try #require(try await fixture.installation.status()["system_alarms"] as? [String])
    #expect(alarms.isEmpty)
    let table = try await fixture.installation.ask("store", "info").output
    let raw = try #require(table.split(separator: "\n").first { $0.hasPrefix("raw ") })
    #expect(raw.contains("● "))
    try await fixture.installation.stop()
    try await fixture.installation.start()
    try await eventually("the alarm is raised") {
      let alarms = try await fixture.installation.status()["system_alarms"] as? [String]
      return alarms?.contains {
        $0.hasPrefix("the store will hold less than required of 1 pool, at worst 0 of 2 days ")
          && $0.contains("(\(StoreFixture.pool), tier raw)")
      } ?? false
    }
    #expect(
      fixture.installation.log.contains { $0.contains("the store will hold less than required") })
    try await fixture.stop()
  }
}
