import Foundation
import TestInstallation
import TestSupport
import Testing

/// A disk that gives back other bytes than it was given, under the daemon as it is delivered.
@Suite struct `A damaged page` {
  @Test func `costs its own pool's rows, is named, and all other pools are served`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let base = nowMilliseconds() - 60_000
    for pool in Installation.pools {
      try await Gateway(port: broker.port).publish(
        Gateway.payload(milliseconds: base, #""ph":7.2"#), for: pool)
    }
    try await eventually("all readings are stored") {
      try await installation.status()["stored"] as? Int == Installation.pools.count
    }
    // A clean stop writes every pool's page.
    #expect(try await installation.stop() == .code(0))
    let file = installation.directory.path("state/store/raw.pages")
    let offset = try Self.turnOverBits(inFirstPageOf: file)

    try await installation.start()
    var unharmed: [String] = []
    for pool in Installation.pools {
      let answer = try await installation.ask("history", pool, "--parameter", "ph", "-o", "json")
      #expect(answer.code == 0, "\(pool): \(answer.errors)")
      let values = try answer.rows().compactMap { $0["value"] as? Double }
      #expect(values == [7.2] || values == [], "\(pool): \(values)")
      if values == [7.2] { unharmed.append(pool) }
    }
    let harmed = Set(Installation.pools).subtracting(unharmed)
    #expect(harmed.count == 1)
    let opening = try #require(installation.log.first { $0.contains("store opened") })
    let pool = try #require(harmed.first)
    #expect(opening.contains("raw.pages") && opening.contains("\(offset)"), "\(opening)")
    #expect(opening.contains(pool), "\(opening)")
    let alarms = try #require(try await installation.status()["system_alarms"] as? [String])
    #expect(alarms.contains { $0.contains("in 1 place") }, "\(alarms)")

    // The pool goes on, over another restart too.
    try await Gateway(port: broker.port).publish(
      Gateway.payload(milliseconds: base + 1000, #""ph":7.3"#), for: pool)
    try await eventually("the reading is stored") {
      try await installation.status()["stored"] as? Int == 1
    }
    try await installation.kill()
    try await installation.start()
    let rows = try await installation.ask("history", pool, "--parameter", "ph", "-o", "json").rows()
    #expect(rows.compactMap { $0["value"] as? Double } == [7.3])
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `that nobody has asked about is found, and is an alarm`() async throws {
    let fixture = try await StoreFixture()
    let installation = fixture.installation
    #expect(try await installation.stop() == .code(0))
    let offset = try fixture.damageFirstPage()
    try await installation.start()
    let opening = try #require(installation.log.first { $0.contains("store opened") })
    #expect(!opening.contains("damaged"), "\(opening)")
    try await eventually("the damage is an alarm") {
      let alarms = try await installation.status()["system_alarms"] as? [String] ?? []
      return alarms.contains { $0.contains("raw.pages offset \(offset), \(StoreFixture.pool), ") }
    }
    try await fixture.stop()
  }

  @Test func `damage of the journal between batches is an alarm, and what follows it is there`()
    async throws
  {
    let fixture = try await StoreFixture()
    let installation = fixture.installation
    for number in StoreFixture.rowCount..<StoreFixture.rowCount + 2 {
      try await fixture.publish(from: number, count: 1)
      try await eventually("the row is stored") {
        try await installation.status()["stored"] as? Int == 3 * (number + 1)
      }
    }
    let before = try await Self.times(in: installation).times
    try await installation.kill()
    let offset = try fixture.damageLastBatchButOne()
    try await installation.start()
    let alarms = try #require(try await installation.status()["system_alarms"] as? [String])
    #expect(
      alarms.contains { $0.contains("the journal is damaged at offset \(offset): what was ") },
      "\(alarms)")
    let after = try await Self.times(in: installation)
    #expect(after.errors.contains("poolwatch: readings of \(StoreFixture.pool) from "))
    #expect(after.times == before.dropLast(2) + before.suffix(1))
    try await fixture.stop()
  }

  /// The times of all readings of temperature, and what was said besides.
  private static func times(
    in installation: Installation
  ) async throws -> (times: [String], errors: String) {
    let answer = try await installation.ask(
      "history", StoreFixture.pool, "--parameter", "temperature", "-o", "json")
    return (try answer.rows().compactMap { $0["time"] as? String }, answer.errors)
  }

  /// Turns eight bits of the body of the first page of `file` over, and gives back where the page is.
  private static func turnOverBits(inFirstPageOf file: String) throws -> Int {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    // Two blocks of header come before the pages, whose headers are 128 bytes long.
    let start = try #require(bytes.range(of: Data("PWPG".utf8), in: 8192..<bytes.count))
    bytes[start.lowerBound + 130] ^= 0xFF
    // In place, as a failing disk does it.
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
    try handle.write(contentsOf: bytes)
    try handle.close()
    return start.lowerBound
  }
}
