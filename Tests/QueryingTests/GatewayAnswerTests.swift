import Foundation
import PoolModel
import Querying
import Testing

@Suite struct `What is known of gateways` {
  static func row(
    gateway: String = "venue-01", venue: String? = "venue-01", dialect: String? = "native",
    state: String = "online", age: Double? = 4.25, offset: Int? = 230, messages: Int = 1234,
    refused: [String: Int] = [:], gaps: Int = 0, missing: Int = 0, lost: Int = 0
  ) -> GatewayRow {
    let time = "2026-01-21T08:00:00.250+08:00"
    return GatewayRow(
      gateway: gateway, venue: venue, dialect: dialect, state: state,
      statusTime: state == "unknown" ? nil : time, firmware: state == "unknown" ? nil : "2.1",
      lastSeen: age.map { _ in time }, ageSeconds: age, newestTime: age.map { _ in time },
      clockOffsetMilliseconds: offset, messages: messages, stored: 1200, duplicate: 30,
      conflict: 1, late: 20, refused: refused.values.reduce(0, +), refusedByReason: refused,
      gaps: gaps, missingMessages: missing, lostSessions: lost,
      lostSessionTime: lost == 0 ? nil : time)
  }

  static let rows = [
    row(),
    row(
      gateway: "jinyang-plant", venue: "venue-02", dialect: "hj212", state: "offline",
      age: 7300, offset: -28_800_000, refused: ["bad_frame": 2, "unknown_name": 17], gaps: 3,
      missing: 41),
    row(
      gateway: "venue-03", venue: "venue-03", state: "unknown", age: nil, offset: nil,
      messages: 0),
    row(
      gateway: "venue-04", venue: "venue-04", age: 61, offset: -90_000, messages: 8, lost: 2),
    row(
      gateway: "unknown", venue: nil, dialect: nil, state: "unknown", age: nil, offset: nil,
      messages: 5, refused: ["unknown_topic": 5]),
  ]

  @Test func `the JSON's keys are the contract`() {
    #expect(
      AnswerJSON.array([Self.rows[1]]) == """
        [
        {"gateway":"jinyang-plant","venue":"venue-02","dialect":"hj212","state":"offline",\
        "status_time":"2026-01-21T08:00:00.250+08:00","firmware":"2.1",\
        "last_seen":"2026-01-21T08:00:00.250+08:00","age_seconds":7300.0,\
        "newest_time":"2026-01-21T08:00:00.250+08:00","clock_offset_ms":-28800000,\
        "messages":1234,"stored":1200,"duplicate":30,"conflict":1,"late":20,"refused":19,\
        "refused_by_reason":{"bad_frame":2,"unknown_name":17},"gaps":3,"missing_messages":41,\
        "lost_sessions":0,"lost_session_time":null}
        ]

        """)
  }

  @Test func `rows come back out of the JSON as they were`() throws {
    var reader = RowReader<GatewayRow>()
    #expect(try reader.rows(in: Array(AnswerJSON.array(Self.rows).utf8)) == Self.rows)
  }

  @Test func `CSV has the keys of JSON as its heading`() {
    var stream = AnswerCSV.Stream<GatewayRow>(for: .script)
    var text = ""
    stream.append(Self.rows[4], to: &text)
    #expect(
      text == """
        gateway,venue,dialect,state,status_time,firmware,last_seen,age_seconds,newest_time,\
        clock_offset_ms,messages,stored,duplicate,conflict,late,refused,refused_by_reason,gaps,\
        missing_messages,lost_sessions,lost_session_time\r
        unknown,,,unknown,,,,,,,5,1200,30,1,20,5,unknown_topic=5,0,0,0,\r

        """)
    #expect(text.hasPrefix(GatewayRow.keys.joined(separator: ",") + "\r\n"))
  }

  @Test func `the table fits 80 columns`() {
    let text = GatewayRow.printed(Self.rows, on: .test(lineWidth: 80))
    #expect(
      text == """
        GATEWAY        VENUE     STATE       SEEN  OFFSET  MESSAGES  REFUSED  MISSING
        venue-01       venue-01  ✓ online     4 s  +0.2 s      1234        0        0
        jinyang-plant  venue-02  ● offline    2 h    −8 h      1234       19       41
        venue-03       venue-03  · unknown  never       —         0        0        0
        venue-04       venue-04  ✓ online    61 s   −90 s         8        0       0?
        unknown        —         · unknown  never       —         5        5        0

        """)
    let long = Self.rows.map { _ in
      Self.row(
        gateway: "a-gateway-of-a-very-long-name", venue: "游泳馆-of-a-long-name",
        messages: 1_234_567_890, refused: ["throttled": 1_234_567], missing: 1_234_567, lost: 1)
    }
    let surface = TextSurface.test(lineWidth: 80)
    for line in GatewayRow.printed(long, on: surface).split(separator: "\n") {
      #expect(surface.width(of: String(line)) <= 80)
    }
    #expect(GatewayRow.printed([], on: surface) == "no gateways are planned\n")
  }

  @Test func `lines that are added have the time instead of the age`() {
    let table = GatewayRow.lineTable
    #expect(
      table.rendered(Self.rows.prefix(3).map(\.lineCells), on: .test(lineWidth: nil)) == """
        LAST SEEN            GATEWAY        VENUE     STATE      OFFSET  MESSAGES  REFUSED  MISSING
        2026-01-21 08:00:00  venue-01       venue-01  ✓ online   +0.2 s      1234        0        0
        2026-01-21 08:00:00  jinyang-plant  venue-02  ● offline    −8 h      1234       19       41
        never                venue-03       venue-03  · unknown       —         0        0        0

        """)
  }

  @Test func `details say all of it`() {
    let text = GatewayRow.details(
      [
        Self.row(
          state: "offline", age: 7300, offset: -28_800_000,
          refused: ["bad_json": 2, "future_time": 17, "absurd_time": 2], gaps: 3, missing: 41,
          lost: 2),
        Self.rows[2],
      ], on: .test(lineWidth: nil))
    #expect(
      text == """
        gateway    venue-01
        venue      venue-01
        dialect    native
        state      ● offline, said at 2026-01-21 08:00:00.250 +08:00
        firmware   2.1
        last seen  2026-01-21 08:00:00.250 +08:00, 2 h ago
        newest     2026-01-21 08:00:00.250 +08:00
        clock      −8 h, ahead of ours
        messages   1234
        readings   1200 stored (20 late), 30 duplicate, 1 conflicting
        refused    21: future_time 17, absurd_time 2, bad_json 2
        gaps       3, 41 messages missing
        sessions   2 lost, messages may be missing from before 2026-01-21 08:00:00.250 +08:00

        gateway    venue-03
        venue      venue-03
        dialect    native
        state      · unknown
        firmware   —
        last seen  never
        newest     —
        clock      —
        messages   0
        readings   1200 stored (20 late), 30 duplicate, 1 conflicting
        refused    0
        gaps       none
        sessions   none lost

        """)
  }

  @Test func `details are cut where the screen has to hold them`() {
    let surface = TextSurface.test(lineWidth: 40)
    let rows = [Self.row(state: "offline", lost: 1)]
    for line in GatewayRow.details(rows, on: surface, isCut: true).split(separator: "\n") {
      #expect(surface.width(of: String(line)) <= 40)
    }
    #expect(GatewayRow.details(rows, on: surface).contains("from before 2026-01-21 08:00:00.250"))
  }

  @Test(arguments: [
    (0, "0.0 s"), (49, "0.0 s"), (-49, "0.0 s"), (50, "+0.1 s"), (-50, "−0.1 s"),
    (9949, "+9.9 s"), (9950, "+10 s"), (-10_000, "−10 s"), (119_949, "+119 s"), (119_999, "+2 min"),
    (120_000, "+2 min"), (-7_200_000, "−2 h"), (2_147_483_647, "+24 d"),
  ])
  func `offsets are told in the unit that matters`(milliseconds: Int, words: String) {
    let text = GatewayRow.printed(
      [Self.row(offset: milliseconds)], on: .test(lineWidth: nil))
    #expect(text.contains(" \(words) "))
  }

  @Test func `what a gateway says is shown, not obeyed`() {
    let row = GatewayRow(
      gateway: "g", venue: nil, dialect: nil, state: "online", statusTime: nil,
      firmware: "\u{1B}[2J", lastSeen: nil, ageSeconds: nil, newestTime: nil,
      clockOffsetMilliseconds: nil, messages: 0, stored: 0, duplicate: 0, conflict: 0, late: 0,
      refused: 0, refusedByReason: [:], gaps: 0, missingMessages: 0, lostSessions: 0,
      lostSessionTime: nil)
    #expect(row.details(on: .test(lineWidth: nil)).contains("firmware   \\u{1b}[2J\n"))
  }

  @Test func `news is anything but the age`() {
    let row = Self.row()
    #expect(!Self.row(age: 6).hasNews(since: row))
    #expect(Self.row(messages: 1235).hasNews(since: row))
    #expect(Self.row(state: "offline").hasNews(since: row))
    #expect(Self.row(refused: ["throttled": 1]).hasNews(since: row))
    #expect(Self.row(lost: 1).hasNews(since: row))
  }

  @Test func `the question is asked at its path`() {
    #expect(Question.gateways(venue: nil).target == "/v1/gateways")
    #expect(Question.gateways(venue: "a b+").target == "/v1/gateways?venue=a%20b%2B")
  }
}
