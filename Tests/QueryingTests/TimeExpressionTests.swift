import PoolModel
import Querying
import Testing

@Suite struct `Times as people write them` {
  private let now = Timestamp(milliseconds: 1_768_953_600_250)
  private let shanghai: Zone
  private let saoPaulo: Zone

  init() throws {
    shanghai = try #require(Zone(name: "Asia/Shanghai"))
    saoPaulo = try #require(Zone(name: "America/Sao_Paulo"))
  }

  @Test(arguments: [
    ("-0s", 0), ("-1s", 1), ("-90m", 5400), ("-24h", 86_400), ("-1d", 86_400), ("-2w", 1_209_600),
    ("-007d", 604_800), ("-876000h", 3_153_600_000),
  ])
  func `a span counts back from now`(text: String, seconds: Int64) throws {
    let instant = try TimeExpression.parse(text, now: now, zone: shanghai)
    #expect(instant.milliseconds == now.milliseconds - seconds * 1000)
  }

  @Test func `a date is its first instant in the zone`() throws {
    // 2026-01-21T00:00+08:00 is 2026-01-20T16:00Z; `date -u -d 2026-01-20T16:00 +%s`.
    let day = try TimeExpression.parse("2026-01-21", now: now, zone: shanghai)
    #expect(day.milliseconds == 1_768_924_800_000)
    // Brazil skipped midnight of 2018-11-04: the day began at 01:00-02:00.
    let skipped = try TimeExpression.parse("2018-11-04", now: now, zone: saoPaulo)
    #expect(skipped == Timestamp(rfc3339: "2018-11-04T03:00:00Z"))
  }

  @Test func `RFC 3339 is itself in any zone`() throws {
    for zone in [shanghai, saoPaulo] {
      let instant = try TimeExpression.parse(
        "2026-01-21T08:00:00.250+08:00", now: Timestamp(milliseconds: 0), zone: zone)
      #expect(instant == now)
    }
  }

  @Test(arguments: [
    "", "-", "-h", "24h", "+24h", "-24", "-24x", "--24h", "-2.5h", "-24 h", "- 24h", "-२४h",
    "yesterday", "2026-02-30", "2026-1-1", "2026-01-21T08:00:00", "2026-01-21 08:00", "now",
  ])
  func `anything else is no time, and says what is`(text: String) {
    #expect(throws: QueryError.badTime(text)) {
      try TimeExpression.parse(text, now: now, zone: shanghai)
    }
    #expect(QueryError.badTime(text).description.contains("'\(text)'"))
    #expect(QueryError.badTime(text).description.contains("-24h; units s m h d w"))
  }

  @Test(arguments: ["-999w99w", "-5300w", "-99999999999999999999s", "-9223372036854775807w"])
  func `a span that reaches too far is told`(text: String) {
    #expect(throws: QueryError.self) {
      try TimeExpression.parse(text, now: now, zone: shanghai)
    }
  }
}

@Suite struct `Questions as request targets` {
  @Test func `times travel as they were typed, with every reserved byte encoded`() {
    let question = Question.history(
      PoolID(venue: "venue-01", pool: "main"), parameter: "free_chlorine",
      from: "2026-01-21T08:00:00+08:00", to: "-24h")
    #expect(
      question.target
        == "/v1/history/venue-01/main?parameter=free_chlorine"
        + "&from=2026-01-21T08%3A00%3A00%2B08%3A00&to=-24h")
  }

  // RFC 3986 section 2.1: UTF-8 bytes as %XX.
  @Test func `a name cannot leave its place in the path or the query`() {
    #expect(Question.latest(venue: "池&x=/?").target == "/v1/latest?venue=%E6%B1%A0%26x%3D%2F%3F")
    #expect(Question.act(.acknowledge, id: "../x").target == "/v1/alarms/..%2Fx/ack")
  }

  @Test func `what was not asked is absent`() {
    #expect(Question.latest(venue: nil).target == "/v1/latest")
    #expect(Question.alarms(.active, alarmClass: nil).target == "/v1/alarms?state=active")
    #expect(
      Question.alarms(.all, alarmClass: .water).target == "/v1/alarms?state=all&class=water")
    #expect(Question.coverage(from: nil, to: nil, by: .venue).target == "/v1/coverage?by=venue")
    #expect(Question.quarantine.target == "/v1/quarantine")
    #expect(Question.notices.target == "/v1/notices")
    #expect(Question.status.target == "/v1/status")
  }

  @Test(arguments: AlarmState.allCases)
  func `active alarms are those that somebody has to look at`(state: AlarmState) {
    let isOpen = [.active, .acknowledged, .returnedUnacknowledged].contains(state)
    #expect(AlarmSelection.active.includes(state) == isOpen)
    #expect(AlarmSelection.all.includes(state))
  }
}
