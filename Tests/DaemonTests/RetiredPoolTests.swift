import Foundation
import TestInstallation
import TestSupport
import Testing

/// A pool with a history that the plan does not name any more.
@Suite(.serialized) struct `Pools that left the plan` {
  private static let pool = StoreFixture.pool

  /// Takes the pool out of the plan's file.
  private func retire(in directory: TemporaryDirectory) throws {
    let plan = String(decoding: try directory.read("plan.yaml"), as: UTF8.self)
    // The first `pool-1` is that of venue-0, and its entry ends where the next one begins.
    let start = try #require(plan.range(of: "      - id: pool-1\n"))
    let end = try #require(
      plan.range(of: "      - id: pool-2\n", range: start.upperBound..<plan.endIndex))
    try directory.write(
      String(plan[..<start.lowerBound] + plan[end.lowerBound...]), to: "plan.yaml")
  }

  @Test func `their history is told by the daemon, which says that they are retired`() async throws
  {
    let fixture = try await StoreFixture()
    let installation = fixture.installation
    let asked = ["history", Self.pool, "--parameter", "temperature", "-o", "json"]
    let before = try await installation.ask(asked)
    #expect(before.errors == "")
    try retire(in: installation.directory)
    try installation.reload()
    let note = "poolwatch: \(Self.pool) is retired: the plan does not name it any more"
    try await eventually("the plan is in force") {
      try await installation.ask(asked).errors == note
    }
    let after = try await installation.ask(asked)
    #expect(after.output == before.output)
    let steps = try await installation.ask(
      "history", Self.pool, "--parameter", "temperature", "--step", "1d", "-o", "json")
    #expect(steps.errors == note)
    // Nothing is due of it since its newest reading, and nothing was missing before.
    #expect(
      try steps.rows().compactMap { $0["n_readings"] as? Int }.reduce(0, +) == StoreFixture.rowCount
    )
    #expect(try steps.rows().allSatisfy { $0["n_missing"] as? Int == 0 })
    let gaps = try await installation.ask("gaps", Self.pool, "--parameter", "temperature")
    #expect(gaps.code == 0)
    #expect(gaps.errors == note)
    #expect(gaps.output == "no readings are missing")
    let latest = try await installation.ask("latest", "--venue", "venue-0", "-o", "json")
    #expect(latest.errors == note)
    let values = try latest.rows().filter { $0["pool"] as? String == "pool-1" }
    #expect(values.compactMap { $0["value"] as? Double }.count == 3)
    #expect(
      try await installation.ask("latest", "-o", "json").rows()
        .allSatisfy { $0["pool"] as? String != "pool-1" || $0["venue"] as? String != "venue-0" })
    let unknown = try await installation.ask("history", "venue-0/never", "--parameter", "ph")
    #expect(unknown.code == 65)
    #expect(unknown.errors == "poolwatch: the venue 'venue-0' has no pool 'never'")
    let held = try await installation.ask("store", "info", "--pools", "-o", "json").rows()
    #expect(held.count == 40)
    let retired = held.filter { $0["retired"] as? Bool == true }
    #expect(retired.compactMap { $0["tier"] as? String } == ["raw", "minute", "hour", "day"])
    #expect(retired.first?["rows"] as? Int == StoreFixture.rowCount)
    #expect(retired.first?["pool"] as? String == "pool-1")
    try await fixture.stop()
  }

  @Test func `they are exported when asked for, and imported where their rings stand`() async throws
  {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let directory = fixture.installation.directory
    let original = try await fixture.export()
    try retire(in: directory)
    let without = try await fixture.store("export", "--format", "csv")
    #expect(without.output.split(separator: "\n").count == 1)
    #expect(
      without.errors
        == "poolwatch: 1 pool that has left the plan is not in it: --retired brings it, "
        + "--pool NAME one")
    let with = try await fixture.store("export", "--format", "csv", "--retired")
    #expect(with.output == original)
    #expect(with.errors == "")
    let both = try await fixture.store(
      "export", "--format", "csv", "--retired", "--pool", Self.pool)
    #expect(both.code == 64)
    let table = try await fixture.store("info", "--pools")
    #expect(
      table.output.split(separator: "\n").count { $0.contains("retired") } == 4, "\(table.output)")

    let known = try directory.write(original, to: "all.csv")
    let again = try await fixture.store("import", "--format", "csv", known)
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.output.contains("duplicate  \(3 * StoreFixture.rowCount) values"))
    let time = "2026-01-21T08:00:00.000+08:00"
    let heading = "time,venue,pool,ph,ph_flag,ph_marks\n"
    let new = try directory.write(
      "\(heading)\(time),venue-0,pool-1,7.25,good,\n", to: "new.csv")
    let taken = try await fixture.store("import", "--format", "csv", new)
    #expect(taken.code == 0, "\(taken.errors)")
    #expect(taken.output.contains("stored     1 values"))
    let rows = try await fixture.store("export", "--format", "csv", "--pool", Self.pool)
    #expect(rows.output.contains("\(time),venue-0,pool-1,,,,7.25,good,late"))
    let verified = try await fixture.store("verify")
    #expect(verified.code == 0)
    // The other 2,000 rows, with three values each, and the new one.
    #expect(verified.output.contains(" 2001 rows with 6001 values"), "\(verified.output)")
    // Back in the plan it has all of it.
    try fixture.installation.writePlan()
    #expect(try await fixture.export() == rows.output)
    #expect(try await fixture.store("verify").code == 0)
  }
}
