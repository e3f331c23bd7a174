import Foundation
import TestInstallation
import TestSupport
import Testing

/// Copies of a running daemon's data.
@Suite(.serialized) struct `Snapshots` {
  @Test func `a snapshot of the running daemon is restored, and judgement goes on where it was`()
    async throws
  {
    let fixture = try await StoreFixture()
    let directory = fixture.installation.directory
    let target = directory.path("copies")
    try FileManager.default.createDirectory(
      atPath: target, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    let made = try await fixture.installation.ask("store", "snapshot", "\(target)/one")
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.output.hasPrefix("✓ "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: target) == ["one"])
    // What comes later is not in it, and intake goes on.
    try await fixture.publish(from: StoreFixture.rowCount, count: 10)
    try await eventually("more is stored") {
      try await fixture.installation.status()["stored"] as? Int == 3 * StoreFixture.rowCount + 30
    }
    for (path, code, words) in [
      ("\(target)/one", 1, "is not empty"), ("\(target)/no/such", 65, "is no directory"),
      (directory.path("plan.yaml"), 1, "is no directory"),
      ("\(fixture.state)/copy", 65, "lies in the data directory"),
      ("\(fixture.state)/store/copy", 65, "lies in the data directory"),
    ] as [(String, Int32, String)] {
      let refused = try await fixture.installation.ask("store", "snapshot", path)
      #expect(refused.code == code)
      #expect(refused.errors.contains(words))
    }
    try await fixture.stop()
    let full = try await fixture.store("restore", "\(target)/one")
    #expect(full.code == 1)
    #expect(full.errors.contains("is not empty"))

    let other = "store.directory=\(directory.path("other"))"
    let restored = try await fixture.store("restore", "\(target)/one", overrides: [other])
    #expect(restored.code == 0, "\(restored.errors)")
    #expect(restored.output.contains("2000 rows with 6000 values"))
    let copy = try await fixture.export(overrides: [other])
    #expect(copy.split(separator: "\n").count == StoreFixture.rowCount + 1)
    let all = try await fixture.export()
    #expect(Set(copy.split(separator: "\n")).isSubset(of: Set(all.split(separator: "\n"))))
    #expect(try await fixture.store("verify", overrides: [other]).code == 0)

    // A daemon on it starts as after a crash, and knows which store its Records belong to.
    let daemon = try ManagedProcess(
      Programs.path("poolwatchd"),
      arguments: [
        "--config", fixture.config, "--set", other, "--set",
        "api.socket=\(directory.path("other.sock"))",
      ] + StoreFixture.overrides.flatMap { ["--set", $0] })
    try await eventually("it answers") {
      FileManager.default.fileExists(atPath: directory.path("other.sock"))
        && daemon.errors.all.contains { $0.contains("store opened") }
    }
    #expect(try await daemon.terminate() == .code(0))
    #expect(!daemon.errors.all.contains { $0.contains("another store") })
  }

  @Test func `a snapshot that was changed is not restored`() async throws {
    let fixture = try await StoreFixture()
    let directory = fixture.installation.directory
    // A clean stop brings everything into pages.
    try await fixture.installation.stop()
    try await fixture.installation.start()
    let asked = try await fixture.installation.ask("store", "snapshot", directory.path("one"))
    #expect(asked.code == 0, "\(asked.errors)")
    try await fixture.stop()
    let other = "store.directory=\(directory.path("other"))"
    let nothing = try await fixture.store("restore", directory.path("no"), overrides: [other])
    #expect(nothing.code == 65)
    #expect(nothing.errors.contains("there is no directory"))
    // A bit of a page: the file is named, and the target is not touched.
    let pages = directory.path("one/store/raw.pages")
    let whole = try Data(contentsOf: URL(fileURLWithPath: pages))
    let page = try #require(whole.firstRange(of: Data("PWPG".utf8))).lowerBound
    var changed = whole
    changed[page + 300] ^= 4
    try changed.write(to: URL(fileURLWithPath: pages))
    let refused = try await fixture.store("restore", directory.path("one"), overrides: [other])
    #expect(refused.code == 65)
    #expect(
      refused.errors
        == "poolwatch: \(directory.path("one")) is damaged, nothing is restored: store/raw.pages has "
        + "other bytes than when the snapshot was made; --damaged takes it as it is")
    // A snapshot without checksums, as older versions made them, and one of a damaged store: the
    // store's own checksums are looked at.
    let description = URL(fileURLWithPath: directory.path("one/snapshot.json"))
    let made = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: description)) as? [String: Any])
    #expect(
      (made["checksums"] as? [String: Int])?.count == (made["files"] as? [String: Int])?.count)
    try JSONSerialization.data(withJSONObject: made.filter { $0.key != "checksums" })
      .write(to: description)
    let damaged = try await fixture.store("restore", directory.path("one"), overrides: [other])
    #expect(damaged.code == 65)
    #expect(damaged.output.hasPrefix("raw.pages offset \(page) \(StoreFixture.pool): "))
    #expect(damaged.errors.contains("is damaged in"))
    #expect(damaged.errors.contains("with --damaged"))
    #expect(!FileManager.default.fileExists(atPath: directory.path("other")))
    let kept = try await fixture.store(
      "restore", directory.path("one"), "--damaged", overrides: [other])
    #expect(kept.code == 0, "\(kept.errors)")
    #expect(try await fixture.store("repair", overrides: [other]).code == 0)
    try FileManager.default.removeItem(atPath: directory.path("other"))
    try whole.write(to: URL(fileURLWithPath: pages))

    let journal = directory.path("one/store/journal")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: journal))
    try handle.truncate(atOffset: 4096)
    try handle.close()
    let cut = try await fixture.store("restore", directory.path("one"), overrides: [other])
    #expect(cut.code == 65)
    #expect(cut.errors.contains("the snapshot is damaged"))
    #expect(!FileManager.default.fileExists(atPath: directory.path("other/store")))
  }

  @Test func `a restore that was interrupted is begun anew`() async throws {
    let fixture = try await StoreFixture()
    let directory = fixture.installation.directory
    #expect(
      try await fixture.installation.ask("store", "snapshot", directory.path("one")).code == 0)
    try await fixture.stop()
    let files = FileManager.default
    try files.createDirectory(
      atPath: directory.path("other/store.partial"), withIntermediateDirectories: true)
    try Data([1]).write(to: URL(fileURLWithPath: directory.path("other/store.partial/raw.pages")))
    try Data([1]).write(to: URL(fileURLWithPath: directory.path("other/records.sqlite")))
    let other = "store.directory=\(directory.path("other"))"
    let restored = try await fixture.store("restore", directory.path("one"), overrides: [other])
    #expect(restored.code == 0, "\(restored.errors)")
    let names = try files.contentsOfDirectory(atPath: directory.path("other")).sorted()
    #expect(names == ["lock", "records.sqlite", "store"])
  }
}
