import Foundation
import Querying
import Testing

/// Tables of long names and large numbers on a terminal of 80 columns.
@Suite struct `Tables on a narrow terminal` {
  private let surface = TextSurface.test(lineWidth: 80)

  private func expectFit(_ text: String) {
    for line in text.split(separator: "\n") {
      #expect(surface.width(of: String(line)) <= 80, "\(line)")
    }
  }

  private func rows<Row: AnswerRow>(_ json: String, as type: Row.Type) throws -> [Row] {
    try JSONDecoder().decode([Row].self, from: Data(json.utf8))
  }

  private func coverage(pool: String?, parameter: String?) -> CoverageRow {
    CoverageRow(
      street: "长风新村街道", venue: "riverside-aquatic-centre", pool: pool, parameter: parameter,
      dueCount: 864_000, receivedCount: 863_999, validCount: 863_998)
  }

  @Test func `coverage by pool has short headings, whole ids and all figures`() {
    let text = CoverageRow.printed([coverage(pool: "children", parameter: nil)], on: surface)
    expectFit(text)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }
    #expect(
      lines.first == ["VENUE", "POOL", "DUE", "RECVD", "VALID", "TRANSM", "VALID%", "EFFECT"])
    #expect(
      lines.last == [
        "riverside-aquatic-centre", "children", "864000", "863999", "863998", "99.9", "%", "99.9",
        "%", "99.9", "%",
      ])
  }

  @Test func `where there is room the street stands beside it`() {
    let row = CoverageRow(
      street: "长寿路街道", venue: "venue-01", pool: "main", parameter: nil, dueCount: 1440,
      receivedCount: 1440, validCount: 1440)
    let text = CoverageRow.printed([row], on: surface)
    expectFit(text)
    #expect(text.hasPrefix("STREET"))
    // In a pipe everything is whole.
    let piped = CoverageRow.printed([row], on: .test(lineWidth: nil))
    #expect(piped.contains("TRANSMITTED"))
  }

  @Test func `coverage by venue and by parameter fits`() {
    expectFit(CoverageRow.printed([coverage(pool: nil, parameter: nil)], on: surface))
    let row = CoverageRow(
      street: "长风新村街道", venue: "venue-01", pool: "children",
      parameter: "combined_chlorine", dueCount: 86_400, receivedCount: 86_399, validCount: 86_398)
    expectFit(CoverageRow.printed([row], on: surface))
  }

  @Test func `alarms and refusals fit`() throws {
    let alarms = try rows(
      #"""
      [{"id":"0123456789abc","class":"monitoring","state":"returned_unacknowledged",
      "rule":"rising_combined_chlorine","profile":"cn-gb37488-2019","clause":null,
      "venue":"riverside-aquatic-centre","pool":"children","parameter":"combined_chlorine",
      "value":-1234.567,"limit":-1500.25,"event_time":"2026-01-21T08:00:00.000+08:00",
      "detected_time":"2026-01-21T08:00:00.000+08:00","acknowledged_by":null}]
      """#, as: AlarmRow.self)
    expectFit(AlarmRow.printed(alarms, on: surface))
    let refusals = try rows(
      #"""
      [{"time":"2026-01-21T08:00:00.000+08:00","reason":"unknown_parameter",
      "detail":"values.combined_chlorine at byte 1234567: found 'x', expected a number in mg/L",
      "topic":"pools/v1/310107/riverside-aquatic-centre/children/telemetry","payload":"{}",
      "payload_bytes":1048576}]
      """#, as: QuarantineRow.self)
    expectFit(QuarantineRow.printed(refusals, on: surface))
  }

  // Names that differ at their ends alone, of 64 characters at most as in the plan.
  @Test func `figures about alarms fit, and tell every two pools apart`() throws {
    let venue = String(String(repeating: "riverside-aquatic-", count: 4).prefix(63))
    let names = [("a", "children"), ("b", "children"), ("a", "childrens-a"), ("a", "childrens-b")]
      .map { (venue: venue + $0.0, pool: $0.1) }
    let alarms = names.map {
      #"{"figure":"top_alarm","rule":"free_chlorine_trend_low","venue":"\#($0.venue)","pool":"\#($0.pool)","parameter":"free_chlorine","n":123456,"share_percent":12.5}"#
    }
    let outside = names.map {
      #"{"figure":"series_out_of_limits","venue":"\#($0.venue)","pool":"\#($0.pool)","parameter":"ph","seconds":8130}"#
    }
    let rows = try rows("[\((alarms + outside).joined(separator: ","))]", as: AlarmFigureRow.self)
    let text = AlarmFigureRow.printed(rows, on: surface)
    expectFit(text)
    // With the figures of a row behind its first line, and its name read on: every name is whole.
    let words = text.split(separator: "\n").map { line in
      line.split(separator: " ").prefix { !["123456", "135.5"].contains($0) }.joined()
    }.joined()
    for name in names {
      #expect(words.contains("free_chlorine_trend_low\(name.venue)/\(name.pool)"))
      #expect(words.contains("\(name.venue)/\(name.pool)ph"))
    }
    let piped = AlarmFigureRow.printed(rows, on: .test(lineWidth: nil))
    #expect(piped.split(separator: "\n").count == 1 + rows.count)
  }

  @Test func `a topic of thousands of characters makes no table wider than its columns`() throws {
    for letter in ["x", "水", "\u{301}", "\u{202E}", "x/"] {
      let topic = String(repeating: letter, count: 3000)
      let row = QuarantineRow(
        time: "2026-01-21T08:00:00.000+08:00", reason: "unknown_parameter", detail: "y",
        topic: topic, payload: "", payloadBytes: 1)
      expectFit(QuarantineRow.printed([row], on: surface))
      let piped = TextSurface.test(lineWidth: nil)
      for line in QuarantineRow.printed([row], on: piped).split(separator: "\n") {
        // Time, reason, 80 of the topic that may be two columns wide, bytes, detail, and the gaps.
        #expect(piped.width(of: String(line)) <= 19 + 17 + 160 + 5 + 6 + 8)
      }
    }
  }
}
