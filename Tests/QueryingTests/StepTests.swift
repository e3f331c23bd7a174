import PoolModel
import Querying
import Testing

@Suite struct `Steps of a history` {
  @Test(arguments: [
    ("1s", 1), ("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800), ("1w", 604_800),
    ("036h", 129_600), ("36600d", 3_162_240_000),
  ])
  func `are digits and a unit`(text: String, seconds: Int) throws {
    #expect(try TimeExpression.step(text) == .seconds(seconds))
  }

  @Test(arguments: [
    "", "0s", "0d", "-1h", "+1h", "h", "15", "1.5h", "1 h", "500ms", "1y", "१h", "36601d",
    "99999999999999999999s", "2026-01-21",
  ])
  func `that are none are told with what was expected`(text: String) {
    #expect(throws: QueryError.badStep(text)) { try TimeExpression.step(text) }
    #expect(QueryError.badStep(text).description.contains("at least 1 s"))
  }

  /// All boundaries from `from` to `to`, run by run.
  private func boundaries(
    _ grid: StepGrid, from: Timestamp, to: Timestamp, limit: Int
  ) -> [Timestamp] {
    var boundaries = [from]
    var start = from
    while start < to {
      let run = grid.run(from: start, to: to, limit: limit)
      #expect(run.start == start && run.end > start && run.end <= to)
      #expect(run.stepCount >= 1 && run.stepCount <= limit)
      for index in 1..<max(1, run.stepCount) { boundaries.append(run.start + run.step * index) }
      boundaries.append(run.end)
      start = run.end
    }
    return boundaries
  }

  @Test(arguments: [1, 2, 7, 1000])
  func `of an hour begin at full hours, the first and the last are cut`(limit: Int) throws {
    let zone = try #require(Zone(name: "Asia/Kolkata"))
    let from = try #require(Timestamp(rfc3339: "2026-01-20T22:40:00.250+05:30"))
    let to = try #require(Timestamp(rfc3339: "2026-01-21T02:10:00+05:30"))
    let grid = StepGrid(from: from, step: .seconds(3600), zone: zone)
    #expect(zone.rfc3339(grid.start(ofStepAt: from)) == "2026-01-20T22:00:00.000+05:30")
    #expect(zone.rfc3339(grid.end(ofStepAt: from)) == "2026-01-20T23:00:00.000+05:30")
    #expect(
      boundaries(grid, from: from, to: to, limit: limit).map(zone.rfc3339) == [
        "2026-01-20T22:40:00.250+05:30", "2026-01-20T23:00:00.000+05:30",
        "2026-01-21T00:00:00.000+05:30", "2026-01-21T01:00:00.000+05:30",
        "2026-01-21T02:00:00.000+05:30", "2026-01-21T02:10:00.000+05:30",
      ])
  }

  // Germany's clocks changed on 2026-03-29 and 2026-10-25 (Directive 2000/84/EC).
  @Test(arguments: [1, 3, 1000])
  func `of a day are local days where clocks change`(limit: Int) throws {
    let zone = try #require(Zone(name: "Europe/Berlin"))
    for (first, expectedHours) in [
      ("2026-03-27", [24, 24, 23, 24]), ("2026-10-24", [24, 25, 24]),
    ] {
      let from = zone.start(of: try #require(CivilDate(first)))
      let day = try #require(CivilDate(first)).daysSinceEpoch + expectedHours.count
      let to = zone.start(of: CivilDate(daysSinceEpoch: day))
      let grid = StepGrid(from: from, step: .seconds(86_400), zone: zone)
      let boundaries = boundaries(grid, from: from, to: to, limit: limit)
      let hours = zip(boundaries, boundaries.dropFirst()).map { ($1 - $0) / .seconds(3600) }
      #expect(hours == expectedHours.map(Double.init))
    }
  }

  // 25 hours from midnight to midnight are twelve steps of two hours and one of one hour.
  @Test(arguments: [1, 5, 1000])
  func `that divide a day begin anew at midnight`(limit: Int) throws {
    let zone = try #require(Zone(name: "Europe/Berlin"))
    let from = zone.start(of: try #require(CivilDate("2026-10-25")))
    let to = zone.start(of: try #require(CivilDate("2026-10-26"))) + .seconds(5 * 3600)
    let grid = StepGrid(from: from, step: .seconds(7200), zone: zone)
    let boundaries = boundaries(grid, from: from, to: to, limit: limit)
    let hours = zip(boundaries, boundaries.dropFirst()).map { ($1 - $0) / .seconds(3600) }
    #expect(hours == [Double](repeating: 2, count: 12) + [1, 2, 2, 1])
  }

  @Test func `of several days are counted from the first one`() throws {
    let zone = try #require(Zone(name: "Asia/Shanghai"))
    let from = try #require(Timestamp(rfc3339: "2026-01-20T08:00:00+08:00"))
    let to = try #require(Timestamp(rfc3339: "2026-02-05T00:00:00+08:00"))
    let grid = StepGrid(from: from, step: .seconds(7 * 86_400), zone: zone)
    #expect(
      boundaries(grid, from: from, to: to, limit: 1000).map { zone.date(at: $0).description } == [
        "2026-01-20", "2026-01-27", "2026-02-03", "2026-02-05",
      ])
  }

  @Test(arguments: 1...200)
  func `leave nothing out and share nothing`(seed: UInt64) throws {
    var numbers = SplitMix64(seed: seed)
    let names = ["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo"]
    let zone = try #require(names.randomElement(using: &numbers).flatMap { Zone(name: $0) })
    let seconds = [1, 7, 60, 900, 3600, 25_200, 86_400, 172_800, 604_800]
      .randomElement(using: &numbers)
    let step = Duration.seconds(seconds ?? 1)
    let from = Timestamp(
      milliseconds: Int64.random(in: 1_400_000_000_000...1_800_000_000_000, using: &numbers))
    let to = from + step * Int.random(in: 0...40, using: &numbers) + .milliseconds(1)
    let grid = StepGrid(from: from, step: step, zone: zone)
    let limit = Int.random(in: 1...20, using: &numbers)
    let parts = boundaries(grid, from: from, to: to, limit: limit)
    #expect(parts == boundaries(grid, from: from, to: to, limit: 1), "seed \(seed)")
    #expect(parts.first == from && parts.last == to)
    for (left, right) in zip(parts, parts.dropFirst()) {
      #expect(left < right && right - left <= step + .seconds(2 * 3600))
      #expect(grid.end(ofStepAt: left) >= right && grid.start(ofStepAt: left) <= left)
    }
  }

  @Test(arguments: 1...200)
  func `that are to fit a plot fit, and are not much longer than they need be`(
    seed: UInt64
  ) throws {
    var numbers = SplitMix64(seed: seed)
    let zone = try #require(Zone(name: "Asia/Shanghai"))
    let columnCount = Int.random(in: 2...400, using: &numbers)
    let exponent = Double.random(in: 0...25, using: &numbers)
    var span = Duration.milliseconds(1)
    for _ in 0..<Int(exponent) { span = span * 2 + .milliseconds(Int(exponent)) }
    let from = Timestamp(
      milliseconds: Int64.random(in: 1_400_000_000_000...1_800_000_000_000, using: &numbers))
    let step = StepGrid.step(dividing: span, columnCount: columnCount)
    let grid = StepGrid(from: from, step: step, zone: zone)
    let parts = boundaries(grid, from: from, to: from + span, limit: 1000)
    #expect(parts.count - 1 <= columnCount, "seed \(seed)")
    // Of the numbers that divide a day the next one; a half longer is the most, from 8 to 12 hours.
    let least = max(1, span / .seconds(1) / Double(columnCount - 1))
    #expect(step / .seconds(1) <= (least + 1) * 2, "seed \(seed)")
  }
}
