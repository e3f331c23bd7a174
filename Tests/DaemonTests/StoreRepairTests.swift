import Foundation
import TestInstallation
import TestSupport
import Testing

/// What verify and repair make of a damaged page, on a stopped daemon's files.
@Suite(.serialized) struct `Repair of a store` {
  @Test func `a flipped bit is found, named by file, offset and pool, and repaired around`()
    async throws
  {
    let fixture = try await StoreFixture()
    try await fixture.stop()
    let whole = try await fixture.store("verify")
    #expect(whole.code == 0, "\(whole.output)\(whole.errors)")
    #expect(whole.output.hasPrefix("✓ the store is in order: 2000 rows with 6000 values"))
    #expect(
      try await fixture.store("repair").output == "✓ the store is in order: nothing to repair\n")
    let original = try await fixture.export()
    let offset = try fixture.damageFirstPage()
    let before = try fixture.storeBytes()
    let damaged = try await fixture.store("verify")
    #expect(damaged.code == 2)
    let finding = try #require(damaged.output.split(separator: "\n").first)
    #expect(finding.hasPrefix("raw.pages offset "))
    #expect(finding.contains(" \(StoreFixture.pool): "))
    let named = try #require(finding.split(separator: " ").dropFirst(2).first.flatMap { Int($0) })
    // At the page, or at the place in it.
    #expect((offset...offset + 300).contains(named))
    #expect(try await fixture.store("resize").code == 2)
    #expect(try fixture.storeBytes() == before)

    let repaired = try await fixture.store("repair")
    #expect(repaired.code == 0, "\(repaired.errors)")
    #expect(repaired.output.hasPrefix("dropped: raw.pages offset \(named) \(StoreFixture.pool): "))
    // The times that are said to be lost are those of the rows that lack something now.
    let after = try await fixture.export().split(separator: "\n")
    let lacking = Set(original.split(separator: "\n")).subtracting(after)
    let times = lacking.map { $0.prefix { $0 != "," } }
    let (first, last) = (try #require(times.min()), try #require(times.max()))
    #expect(
      repaired.output.contains(
        "\nlost: readings of \(StoreFixture.pool) from \(first) to \(last)\n"),
      "\(repaired.output)")
    let mended = try await fixture.store("verify")
    #expect(mended.code == 0, "\(mended.output)\(mended.errors)")
    // The same lines.
    func losses(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.hasPrefix("lost: ") }
    }
    #expect(losses(mended.output) == losses(repaired.output))
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture.state)
    let kept = try #require(names.first { $0.hasPrefix("store.damaged-") })
    #expect(kept.wholeMatch(of: /store\.damaged-\d{8}-\d{6}/) != nil)
    #expect(!names.contains("store.new"))
    for (name, bytes) in before {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(fixture.state)/\(kept)/\(name)")) == bytes)
    }
    // Nothing invented: one column of the page is gone, everything else is as it was.
    let rows = original.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let left = after.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(left.count == rows.count && left.first == rows.first)
    var columns: Set<Int> = []
    for (row, left) in zip(rows, left) {
      for column in row.indices where left[column] != row[column] {
        #expect(left[column].isEmpty)
        columns.insert(column)
      }
    }
    // A value, its flag and its marks.
    #expect(columns.count <= 3 && columns.max() == columns.min().map { $0 + columns.count - 1 })
    // The daemon goes on with it.
    try await fixture.broker.start()
    try await fixture.installation.start()
    try await fixture.publish(from: StoreFixture.rowCount, count: 10)
    try await eventually("it stores again") {
      try await fixture.installation.status()["stored"] as? Int == 30
    }
    try await fixture.stop()
  }
}
