import Foundation
import TestInstallation
import TestSupport
import Testing

/// What the commands say of times whose readings the store has lost.
@Suite(.serialized) struct `Lost readings` {
  /// What was asked of one series from `from` to `to`.
  private struct Picture {
    var coverage: [String: Int] = [:]
    var gaps: [(kind: String, missing: Int)] = []
    var steps: [[String: Double]] = []
    var errors: [String] = []
  }

  private func picture(
    of installation: Installation, parameter: String, from: String, to: String
  ) async throws -> Picture {
    var picture = Picture()
    let time = ["--from", from, "--to", to, "-o", "json"]
    let series = [StoreFixture.pool, "--parameter", parameter]
    let coverage = try await installation.ask(["coverage", "--by", "parameter"] + time)
    let row = try #require(
      coverage.rows().first {
        $0["venue"] as? String == "venue-0" && $0["pool"] as? String == "pool-1"
          && $0["parameter"] as? String == parameter
      })
    for key in ["n_due", "n_received", "n_valid", "n_lost"] {
      picture.coverage[key] = row[key] as? Int
    }
    let gaps = try await installation.ask(["gaps"] + series + time)
    picture.gaps = try gaps.rows().map {
      ($0["kind"] as? String ?? "", $0["n_missing"] as? Int ?? -1)
    }
    let steps = try await installation.ask(["history"] + series + time + ["--step", "1m"])
    picture.steps = try steps.rows().map { row in
      ["min", "mean", "max", "n_readings", "n_missing", "n_lost"].reduce(into: [:]) {
        $0[$1] = row[$1] as? Double ?? (row[$1] as? Int).map(Double.init)
      }
    }
    picture.errors = [coverage.errors, gaps.errors, steps.errors]
    return picture
  }

  /// The time of a line of history, in milliseconds.
  private func milliseconds(_ row: [String: any Sendable]?) throws -> Int64 {
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    let date = format.date(from: try #require(row?["time"] as? String))
    return Int64((try #require(date).timeIntervalSince1970 * 1000).rounded())
  }

  private func rfc3339(_ milliseconds: Int64) -> String {
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    return format.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
  }

  @Test func `are told of, count as they were rolled, and not against the venue`() async throws {
    let fixture = try await StoreFixture()
    let installation = fixture.installation
    let rows = try await installation.ask(
      "history", StoreFixture.pool, "--parameter", "free_chlorine", "-o", "json"
    ).rows()
    #expect(rows.count == StoreFixture.rowCount)
    let from = try milliseconds(rows.first) / 60_000 * 60_000
    let last = try milliseconds(rows.last)
    let (begin, minute) = (rfc3339(from), rfc3339(last / 60_000 * 60_000))
    // Through the last reading that was lost: what follows it is no loss.
    let end = rfc3339(last + 1)
    var before: [String: Picture] = [:]
    for parameter in ["free_chlorine", "ph"] {
      before[parameter] = try await picture(
        of: installation, parameter: parameter, from: begin, to: minute)
      #expect(before[parameter]?.errors == ["", "", ""])
    }
    #expect(before["ph"]?.gaps.count ?? 0 > 200)
    #expect(try await installation.stop() == .code(0))
    // Every raw page there is, the open one too: no reading is left.
    try fixture.damageAllPages()
    try await installation.start()
    for (parameter, before) in before {
      let after = try await picture(
        of: installation, parameter: parameter, from: begin, to: minute)
      #expect(after.coverage == before.coverage, "\(parameter)")
      #expect(after.steps == before.steps, "\(parameter)")
      let missing = before.gaps.reduce(0) { $0 + $1.missing }
      #expect(after.gaps.reduce(0) { $0 + $1.missing } == missing, "\(parameter)")
      #expect(after.gaps.contains { $0.kind == "lost" && $0.missing == 0 })
      for errors in after.errors {
        #expect(errors.contains("poolwatch: readings of \(StoreFixture.pool) from "), "\(errors)")
        #expect(errors.contains(" are lost: the store was damaged"), "\(errors)")
      }
      // Of the minute that had not been rolled nothing is known: nothing was due.
      let whole = try await picture(of: installation, parameter: parameter, from: begin, to: end)
      let lostSeconds = Int(last % 60_000 / 1000 + 1)
      #expect(try abs(#require(whole.coverage["n_lost"]) - lostSeconds) <= 1)
      #expect(whole.coverage["n_due"] == before.coverage["n_due"])
      #expect(whole.coverage["n_received"] == before.coverage["n_received"])
    }
    let raw = try await installation.ask("history", StoreFixture.pool, "--parameter", "ph")
    #expect(raw.output == "no samples are stored")
    #expect(raw.errors.contains(" are lost: the store was damaged"))
    let other = try await installation.ask("history", "venue-1/pool-0", "--parameter", "ph")
    #expect(other.errors == "")
    // A copy has the damage, too, and says so.
    let path = installation.directory.path("copy")
    let copied = try await installation.ask("store", "snapshot", path)
    #expect(copied.code == 2, "\(copied.errors)")
    #expect(copied.output.hasPrefix("✓ "))
    #expect(copied.errors.contains("the store is damaged in "))
    let description = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: "\(path)/snapshot.json")))
    let places = (description as? [String: Any])?["damaged_places"] as? Int
    #expect(try #require(places) >= 1)
    try await fixture.stop()
    let elsewhere = "store.directory=\(installation.directory.path("other"))"
    let refused = try await fixture.store("restore", path, overrides: [elsewhere])
    #expect(refused.code == 65)
    #expect(refused.errors.contains("as it was when the snapshot was made"))
    let kept = try await fixture.store("restore", path, "--damaged", overrides: [elsewhere])
    #expect(kept.code == 0)
    #expect(kept.errors.contains("run 'poolwatch store repair' before the daemon"))
  }
}
