import Foundation
import PoolModel
import Querying
import Records
import Testing

@testable import WebService

/// A made-up history and its figures, counted by `Fixtures/make_alarm_statistics.py`.
private struct History: Decodable {
  let now: Int64
  let occurrences: [Occurrence]
  let transitions: [Transition]
  let questions: [Question]

  struct Occurrence: Decodable {
    let id: String
    let `class`: String
    let rule: String
    let pool: String?
    let parameter: String?
    let event: Int64
    let state: String
    let severity: String
    let announced: Bool
    let returned: Int64?

    func occurrence() throws -> AlarmOccurrence {
      AlarmOccurrence(
        id: id, alarmClass: try #require(AlarmClass(rawValue: `class`)),
        state: try #require(AlarmState(rawValue: state)), rule: rule,
        pool: pool.map { PoolID(venue: "jade", pool: $0) }, parameter: parameter,
        eventTime: Timestamp(milliseconds: event), detectedTime: Timestamp(milliseconds: event),
        returnedTime: returned.map(Timestamp.init(milliseconds:)), isAnnounced: announced,
        severity: try #require(AlarmSeverity(rawValue: severity)))
    }
  }

  struct Transition: Decodable {
    let occurrence: Int
    let kind: String
    let time: Int64
    let recordedTime: Int64
    let isTold: Bool

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      occurrence = try list.decode(Int.self)
      kind = try list.decode(String.self)
      time = try list.decode(Int64.self)
      recordedTime = try list.decode(Int64.self)
      isTold = try list.decode(Bool.self)
    }
  }

  struct Question: Decodable {
    let from: Int64
    let to: Int64
    let operators: Int
    let rows: [AlarmFigureRow]
  }

  static func read() throws -> History {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/alarm_statistics.json")
    return try JSONDecoder().decode(History.self, from: try Data(contentsOf: url))
  }
}

@Suite struct `Figures about alarms` {
  private func utc(_ milliseconds: Int64) -> String {
    Zone.utc.rfc3339(Timestamp(milliseconds: milliseconds)).replacing("+00:00", with: "Z")
  }

  /// `row` with its fractions rounded to nine digits: a sum depends on its order beyond.
  private func rounded(_ row: AlarmFigureRow) -> AlarmFigureRow {
    func nine(_ value: Double?) -> Double? {
      value.flatMap { Double(String(format: "%.9g", $0)) }
    }
    var row = row
    row.perHour = nine(row.perHour)
    row.seconds = nine(row.seconds)
    row.share = nine(row.share)
    row.medianSeconds = nine(row.medianSeconds)
    row.p90Seconds = nine(row.p90Seconds)
    return row
  }

  @Test func `of a made-up history are those that an independent script counts`() async throws {
    let history = try History.read()
    #expect(history.transitions.count >= 2000)
    let bench = try StatisticsBench()
    let occurrences = try history.occurrences.map { try $0.occurrence() }
    for (number, step) in history.transitions.enumerated() {
      let transition = AlarmTransition(
        kind: try #require(AlarmTransition.Kind(rawValue: step.kind)),
        occurrence: occurrences[step.occurrence], time: Timestamp(milliseconds: step.time),
        isAnnouncement: step.isTold)
      try bench.records.apply(
        Decision(
          cursor: JournalPosition(byteOffset: UInt64(number + 1)), transitions: [transition]),
        at: Timestamp(milliseconds: step.recordedTime))
    }
    #expect(history.questions.count > 10)
    for question in history.questions {
      let query =
        "from=\(utc(question.from))&to=\(utc(question.to))&operators=\(question.operators)"
      let rows = try await bench.ask(query, now: history.now).map(rounded)
      let expected = question.rows.map(rounded)
      #expect(rows.map(\.figure) == expected.map(\.figure), "\(query)")
      for (row, expected) in zip(rows, expected) { #expect(row == expected, "\(query)") }
    }
  }

  @Test func `of a time that makes no sense are refused`() async throws {
    let bench = try StatisticsBench()
    let now: Int64 = 1_767_571_200_000
    for query in [
      "from=2026-01-02&to=2026-01-01", "from=2026-01-06", "from=soon", "operators=0",
      "operators=10001", "operators=two",
    ] {
      await #expect(throws: (any Error).self, "\(query)") { try await bench.ask(query, now: now) }
    }
  }

  @Test func `are of the newest 30 days unless asked otherwise, and not of what is to come`()
    async throws
  {
    let bench = try StatisticsBench()
    let now: Int64 = 1_767_571_200_000
    let rows = try await bench.ask("", now: now)
    #expect(rows.first?.fromTime == "2025-12-06T00:00:00.000+00:00")
    #expect(rows.first?.toTime == "2026-01-05T00:00:00.000+00:00")
    #expect(rows[1].count == 1)
    let ahead = try await bench.ask("from=2026-01-01&to=2026-02-01&operators=4", now: now)
    #expect(ahead.first?.toTime == "2026-01-05T00:00:00.000+00:00")
    #expect(ahead[1].count == 4)
  }

  // Shanghai has UTC+8 and no summer time: 06:00 there is 22:00 UTC of the day before. Each value stands
  // for a minute.
  @Test(arguments: [
    // pH 8 from 05:30 to 07:10 of the 6th; open from 06:00.
    ("2026-01-05", "2026-01-08", [], 70.0),
    // Closed from 06:20 to 06:40, for maintenance from 06:35 to 06:50.
    ("2026-01-05", "2026-01-08", [(380, 400), (395, 410)], 40.0),
    // The time asked for ends at 06:30, begins at 07:00:30, is a day in limits, has nothing.
    ("2026-01-05", "2026-01-06T06:30:00%2B08:00", [], 30.0),
    ("2026-01-06T07:00:30%2B08:00", "2026-01-08", [], 9.5),
    ("2026-01-07", "2026-01-08", [], 0.0), ("2026-01-01", "2026-01-02", [], 0.0),
    // Closed all day.
    ("2026-01-05", "2026-01-08", [(0, 1440)], 0.0),
  ])
  func `count minutes out of limits while the pool was open and in use`(
    from: String, to: String, closed: [(Int, Int)], minutes: Double
  ) async throws {
    let zone = try #require(Zone(name: "Asia/Shanghai"))
    let bench = try StatisticsBench(
      zone: zone, hours: [OpeningHours(days: Set(1...7), opensMinute: 360, closesMinute: 1320)])
    let day = 1_767_628_800_000 as Int64  // 2026-01-06T00:00+08:00
    for minute in -1440..<2880 as Range<Int64> {
      bench.add((330..<430).contains(minute) ? 8 : 7.4, at: day + minute * 60_000)
    }
    try bench.commit()
    let closures = closed.map { from, to in
      Closure(
        kind: .closure, venue: "jade", pool: nil,
        from: Timestamp(milliseconds: day + Int64(from) * 60_000),
        to: Timestamp(milliseconds: day + Int64(to) * 60_000),
        registration: AlarmTransition.Actor(name: "li", comment: "sand"),
        registeredTime: Timestamp(milliseconds: day), judgedFrom: Timestamp(milliseconds: day))
    }
    try bench.records.apply(
      Decision(cursor: .start, closures: closures), at: Timestamp(milliseconds: day))
    let rows = try await bench.ask("from=\(from)&to=\(to)", now: day + 7 * 86_400_000)
    let all = try #require(rows.first { $0.figure == "out_of_limits" })
    #expect(all.seconds == minutes * 60)
    let series = rows.filter { $0.figure == "series_out_of_limits" }
    #expect(series.map(\.seconds) == (minutes > 0 ? [minutes * 60] : []))
    #expect(series.allSatisfy { $0.venue == "jade" && $0.pool == "main" && $0.parameter == "ph" })
    #expect(all.count == series.count)
  }
}
