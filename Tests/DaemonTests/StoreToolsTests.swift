import Foundation
import TestInstallation
import TestSupport
import Testing

/// `poolwatch store …` on a store that the daemon wrote.
@Suite(.serialized) struct `Tools around the store` {
  @Test func `the running daemon says how full its store is, and keeps others off it`()
    async throws
  {
    let fixture = try await StoreFixture()
    let rows = try await fixture.installation.ask("store", "info", "-o", "json").rows()
    #expect(rows.count == 40)
    let raw = try #require(
      rows.first { $0["pool"] as? String == "pool-1" && $0["tier"] as? String == "raw" })
    #expect(raw["venue"] as? String == "venue-0")
    #expect(raw["rows"] as? Int == StoreFixture.rowCount)
    #expect(raw["values"] as? Int == 3 * StoreFixture.rowCount)
    #expect(raw["days_required"] as? Double == 2)
    let tiers = try await fixture.installation.ask("store", "info").output
    #expect(tiers.split(separator: "\n").count == 5)

    let daemon = try #require(
      try String(contentsOfFile: "\(fixture.state)/lock", encoding: .utf8).split(separator: "\n")
        .first)
    for words in [["verify"], ["repair"], ["resize"], ["export", "--format", "csv"]] {
      let process = try ManagedProcess(
        Programs.path("poolwatch"), arguments: ["store"] + words + ["--config", fixture.config])
      #expect(try await process.wait() == .code(69), "\(words)")
      #expect(
        process.errors.all == [
          "poolwatch: poolwatchd (process \(daemon)) has the store in \(fixture.state): stop it "
            + "first, with 'systemctl stop poolwatchd'"
        ])
    }
    try await fixture.stop()
    // The file's own figures, column by column: those that the daemon gave.
    let offline = try await fixture.store("info", "-o", "csv").output.split(
      whereSeparator: \.isNewline)
    #expect(offline.count == 41)
    let line = try #require(offline.first { $0.hasPrefix("venue-0,pool-1,raw,") })
    #expect(line.contains(",\(StoreFixture.rowCount),\(3 * StoreFixture.rowCount),"))
  }

  @Test(arguments: ["csv", "ndjson", "influx"])
  func `what was exported comes back the same in an empty store`(format: String) async throws {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let file = fixture.installation.directory.path("rows")
    let before = try fixture.storeBytes()
    let exported = try await fixture.store("export", "--format", format, "-o", file)
    #expect(exported.code == 0)
    #expect(exported.output == "")
    #expect(try fixture.storeBytes() == before)

    let other = "store.directory=\(fixture.installation.directory.path("other"))"
    let missing = try await fixture.store("import", "--format", format, file, overrides: [other])
    #expect(missing.code == 65)
    #expect(missing.errors.contains("is no directory"))
    try FileManager.default.createDirectory(
      atPath: fixture.installation.directory.path("other"), withIntermediateDirectories: false)
    let imported = try await fixture.store("import", "--format", format, file, overrides: [other])
    #expect(imported.code == 0)
    #expect(imported.output.contains("stored     \(3 * StoreFixture.rowCount) values"))
    // A daemon that starts on it misses no Records.
    #expect(
      FileManager.default.fileExists(
        atPath: fixture.installation.directory.path("other/records.sqlite")))
    // Through the other forms too: CSV of both is the same text.
    let original = try await fixture.export()
    #expect(original.split(separator: "\n").count == StoreFixture.rowCount + 1)
    #expect(original.contains(",missing,"))
    #expect(try await fixture.export(overrides: [other]) == original)
    let again = try await fixture.store("import", "--format", format, file, overrides: [other])
    #expect(again.output.contains("duplicate  \(3 * StoreFixture.rowCount) values"))
  }

  @Test func `an import names what it cannot read, and takes the rest`() async throws {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let time = "2026-01-21T08:00:00.000+08:00"
    let file = try fixture.installation.directory.write(
      """
      time,venue,pool,ph,ph_flag,ph_marks
      \(time),venue-1,pool-0,7.25,good,
      \(time),venue-1,pool-0,7.5,good,
      \(time),venue-1,pool-9,7.25,good,
      \(time),venue-1,pool-0,7.25,,
      2199-01-01T00:00:00Z,venue-1,pool-0,7.25,good,
      1999-12-31T23:59:59Z,venue-1,pool-0,7.25,good,
      \(time),venue-1,pool-0,7.25,good,

      """, to: "rows.csv")
    let answer = try await fixture.store("import", "--format", "csv", file)
    #expect(answer.code == 65)
    #expect(
      answer.errors == """
        poolwatch: \(file):4: the plan has no pool 'venue-1/pool-9'
        poolwatch: \(file):5: ph has no flag
        poolwatch: \(file):6: the time is more than 5 minutes ahead
        poolwatch: \(file):7: the time is before 2000
        """)
    #expect(
      answer.output == """
        rows       3
        stored     1 values
        duplicate  1 values
        conflict   1 values, the first on line 3
        too old    0 values
        unreadable 4 lines, the first on line 4

        """)
    let exported = try await fixture.store(
      "export", "--format", "csv", "--pool", "venue-1/pool-0", "--parameter", "ph")
    #expect(
      exported.output == "time,venue,pool,ph,ph_flag,ph_marks\n\(time),venue-1,pool-0,7.25,good,\n")
    let reversed = try await fixture.store(
      "export", "--format", "csv", "--from", "2026-01-22", "--to", "2026-01-21")
    #expect(reversed.code == 64)
    #expect(
      reversed.errors == "poolwatch: --from 2026-01-22T00:00:00.000+08:00 is after --to "
        + "2026-01-21T00:00:00.000+08:00, expected before")
    let nowhere = try await fixture.store(
      "export", "--format", "csv", "-o", "/no/such/dir/rows.csv")
    #expect(nowhere.code == 1)
    #expect(
      nowhere.errors
        == "poolwatch: /no/such/dir/rows.csv cannot be written: there is no directory /no/such/dir")
    let noSnapshot = try await fixture.store("restore", "/no/such/dir")
    #expect(noSnapshot.code == 65)
    #expect(noSnapshot.errors == "poolwatch: there is no directory /no/such/dir")
    let wrong = try fixture.installation.directory.write(
      "time,venue,pool,salt,salt_flag,salt_marks\n\(time),venue-1,pool-0,1,good,\n", to: "w.csv")
    let refused = try await fixture.store("import", "--format", "csv", wrong)
    #expect(refused.code == 65)
    #expect(refused.errors == "poolwatch: line 1: the plan has no parameter 'salt'")
  }

  @Test func `a store in new sizes has the same rows, and the old one goes only when told`()
    async throws
  {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let original = try await fixture.export()
    let same = try await fixture.store("resize")
    #expect(same.code == 0)
    #expect(same.output == "✓ nothing to change: the store has these sizes\n")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: fixture.state)
        .allSatisfy { !$0.hasPrefix("store.") })
    let size = try fixture.storeBytes()["raw.pages"]?.count ?? 0
    let kept = try await fixture.store("resize", overrides: ["store.retention_days=5"])
    #expect(kept.code == 0, "\(kept.errors)")
    #expect(kept.output.contains("✓ resized; the old store lies in \(fixture.state)/store.old-"))
    #expect(try fixture.storeBytes()["raw.pages"]?.count ?? 0 > 2 * size)
    #expect(try await fixture.export(overrides: ["store.retention_days=5"]) == original)
    let removed = try await fixture.store("resize", "--delete-old")
    #expect(removed.code == 0, "\(removed.errors)")
    #expect(removed.output.hasSuffix("✓ resized; the old store is removed\n"))
    #expect(try await fixture.export() == original)
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture.state)
    #expect(names.filter { $0.hasPrefix("store.old-") }.count == 1)
    #expect(!names.contains("store.new"))
  }

  @Test func `whatever a crash left of a replacement, the next run ends with one whole store`()
    async throws
  {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let original = try await fixture.export()
    let files = FileManager.default
    let (store, new) = ("\(fixture.state)/store", "\(fixture.state)/store.new")
    let old = "\(fixture.state)/store.old-20260121-080000"
    func mark(_ directory: String) throws {
      try Data("\(old)\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/replaces"))
    }
    // While the new one was being written.
    try files.createDirectory(atPath: new, withIntermediateDirectories: false)
    try mark(new)
    try Data([1]).write(to: URL(fileURLWithPath: "\(new)/raw.pages"))
    let first = try await fixture.store("repair")
    #expect(first.output.hasPrefix("an earlier run did not come to its end"))
    #expect(!files.fileExists(atPath: new))
    // After the exchange of names: the new one is in force, the old one is still called new.
    try files.copyItem(atPath: store, toPath: new)
    try mark(store)
    let second = try await fixture.store("repair")
    #expect(
      second.output.hasPrefix("an earlier run is finished: the old store is kept in \(old)\n"))
    #expect(!files.fileExists(atPath: new))
    #expect(files.fileExists(atPath: "\(old)/catalog"))
    // Before the mark was taken away.
    try mark(store)
    #expect(try await fixture.store("repair").code == 0)
    #expect(!files.fileExists(atPath: "\(store)/replaces"))
    #expect(try await fixture.export() == original)
    // What somebody else put there is left alone.
    try files.createDirectory(atPath: new, withIntermediateDirectories: false)
    try Data([1]).write(to: URL(fileURLWithPath: "\(new)/mine"))
    let foreign = try await fixture.store("repair")
    #expect(foreign.code == 1)
    #expect(foreign.errors.contains("was not made by poolwatch"))
    #expect(files.fileExists(atPath: "\(new)/mine"))
  }

  @Test func `a size is predicted before anything is allocated, and is the size that is made`()
    async throws
  {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let plan = fixture.installation.directory.path("plan.yaml")
    let answer = try await fixture.store("size", "--plan", plan)
    #expect(answer.code == 0)
    let total = answer.output.split(separator: "\n").first { $0.hasPrefix("in all") }?
      .split(separator: " ").last.flatMap { Int($0) }
    #expect(total == (try fixture.storeBytes().values.reduce(0) { $0 + $1.count }))
    #expect(answer.output.contains("it fits"))
    let huge = try await fixture.store(
      "size", "--plan", plan, overrides: ["store.retention_days=36500", "store.bytes_per_row=256"])
    #expect(huge.code == 1)
    #expect(huge.errors.contains("too few"))
    let json = try await fixture.store("size", "--plan", plan, "-o", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: any Sendable])
    #expect(object["bytes"] as? Int == total)
    #expect(object["pools"] as? Int == 10)
    let parts = ["raw", "minute", "hour", "day", "journal", "catalog"]
    #expect(parts.compactMap { object["\($0)_bytes"] as? Int }.reduce(0, +) == total)
    #expect(object["disk"] as? String == fixture.state)
    #expect(object["free_bytes"] as? Int ?? 0 > total ?? 0)
    // Before its directory is there: the disk it will be on.
    let place = fixture.installation.directory.path
    let early = try await fixture.store(
      "size", "--plan", plan, overrides: ["store.directory=\(place)/not/yet"])
    #expect(early.code == 0)
    #expect(
      early.output.contains(
        ") are free on the disk of \(place), where \(place)/not/yet will be: it fits"),
      "\(early.output)")
  }
}
