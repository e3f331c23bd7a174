import Foundation
import TestInstallation
import TestSupport
import Testing

/// `poolwatch store …` on a store that the daemon wrote.
@Suite(.serialized) struct `Pools that are renamed` {
  @Test func `a pool that is renamed in the plan keeps its history`() async throws {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let original = try await fixture.export()
    let directory = fixture.installation.directory
    let unknown = try await fixture.store("rename", StoreFixture.pool, "venue-0/lane")
    #expect(unknown.code == 65)
    #expect(unknown.errors.contains("the plan has no pool 'venue-0/lane'"))
    let plan = String(decoding: try directory.read("plan.yaml"), as: UTF8.self)
    // The first `pool-1` is that of venue-0.
    let range = try #require(plan.range(of: "id: pool-1\n"))
    try directory.write(
      plan.replacingCharacters(in: range, with: "id: lane\n"), to: "plan.yaml")
    let renamed = try await fixture.store("rename", StoreFixture.pool, "venue-0/lane")
    #expect(renamed.code == 0, "\(renamed.errors)")
    #expect(
      try await fixture.export()
        == original.replacing("venue-0,pool-1,", with: "venue-0,lane,"))
    #expect(try await fixture.store("rename", StoreFixture.pool, "venue-0/lane").code == 1)
  }

  @Test func `a pool renamed after the daemon ran with the new plan gets both histories together`()
    async throws
  {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let original = try await fixture.export()
    let directory = fixture.installation.directory
    let plan = String(decoding: try directory.read("plan.yaml"), as: UTF8.self)
    let range = try #require(plan.range(of: "id: pool-1\n"))
    try directory.write(
      plan.replacingCharacters(in: range, with: "id: lane\n"), to: "plan.yaml")
    // As the daemon would: the new name gets a ring, and a row of its own.
    let row = try directory.write(
      "time,venue,pool,ph,ph_flag,ph_marks\n2026-01-21T08:00:00.000+08:00,venue-0,lane,7.25,good,\n",
      to: "row.csv")
    #expect(try await fixture.store("import", "--format", "csv", row).code == 0)
    let refused = try await fixture.store("rename", StoreFixture.pool, "venue-0/lane")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("venue-0/lane has 1 rows of its own"))
    #expect(refused.errors.contains("--exchange"))
    // What has left the plan can be exported all the same.
    let left = try await fixture.store("export", "--format", "csv", "--pool", StoreFixture.pool)
    #expect(left.output == original, "\(left.errors)")
    let file = directory.path("new.csv")
    let saved = try await fixture.store(
      "export", "--format", "csv", "--pool", "venue-0/lane", "-o", file)
    #expect(saved.code == 0, "\(saved.errors)")
    let renamed = try await fixture.store(
      "rename", StoreFixture.pool, "venue-0/lane", "--exchange")
    #expect(renamed.code == 0, "\(renamed.errors)")
    #expect(
      try await fixture.export()
        == original.replacing("venue-0,pool-1,", with: "venue-0,lane,"))
    #expect(try await fixture.store("verify").code == 0)
    // Once more by mistake.
    let exchange = ["rename", StoreFixture.pool, "venue-0/lane", "--exchange"]
    let again = try await fixture.store(exchange)
    #expect(again.code == 1)
    #expect(again.errors.contains("were exchanged before"))
    #expect(again.errors.contains("'--force'"))
    #expect(
      try await fixture.export()
        == original.replacing("venue-0,pool-1,", with: "venue-0,lane,"))
    #expect(try await fixture.store(exchange + ["--force"]).code == 0)
    #expect(try await fixture.export().split(separator: "\n").count == 2)
    #expect(try await fixture.store(exchange).code == 0)
  }
}
