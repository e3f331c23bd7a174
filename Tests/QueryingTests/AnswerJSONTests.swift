import Foundation
import PoolModel
import Querying
import Testing

@Suite struct `Answers as JSON` {
  private let plan = Plan.sample
  private let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
  private let time = Timestamp(milliseconds: 1_768_953_600_250)

  @Test func `an array has one object per line with the contract's keys in order`() {
    let seen = LatestRow(
      plan: plan, series: series, time: time,
      sample: Sample(parameter: ParameterNumber(0), value: 0.52, flag: .good),
      now: time + .milliseconds(12_500))
    let never = LatestRow(
      plan: plan, series: Series(pool: PoolNumber(0), parameter: ParameterNumber(1)), time: nil,
      sample: nil, now: time)
    #expect(
      AnswerJSON.array([seen, never]) == """
        [
        {"venue":"venue-01","pool":"main","parameter":"free_chlorine",\
        "time":"2026-01-21T08:00:00.250+08:00","value":0.52,"unit":"mg/L","flag":"good",\
        "age_seconds":12.5,"lost_time":null},
        {"venue":"venue-01","pool":"main","parameter":"ph","time":null,"value":null,"unit":"",\
        "flag":null,"age_seconds":null,"lost_time":null}
        ]

        """)
  }

  @Test func `an answer without rows is an empty array`() throws {
    let text = AnswerJSON.array([HistoryRow]())
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any]
    #expect(parsed?.isEmpty == true)
  }

  @Test func `a missing value is null, not a number`() {
    let sample = Sample(parameter: ParameterNumber(0), value: .nan, flag: .missing)
    let row = HistoryRow(plan: plan, series: series, time: time, sample: sample)
    #expect(
      AnswerJSON.object(row) == """
        {"venue":"venue-01","pool":"main","parameter":"free_chlorine",\
        "time":"2026-01-21T08:00:00.250+08:00","value":null,"unit":"mg/L","flag":"missing"}

        """)
  }

  @Test func `an alarm has every key, null where there is nothing`() {
    let occurrence = AlarmOccurrence(
      id: "0123456789abc", alarmClass: .system, state: .returnedUnacknowledged, rule: "broker_down",
      eventTime: time, detectedTime: time + .seconds(60), isAnnounced: true)
    #expect(
      AnswerJSON.object(AlarmRow(occurrence: occurrence, zone: plan.district.zone)) == """
        {"id":"0123456789abc","class":"system","state":"returned_unacknowledged",\
        "rule":"broker_down","profile":null,"clause":null,"venue":null,"pool":null,\
        "parameter":null,"value":null,"limit":null,"event_time":"2026-01-21T08:00:00.250+08:00",\
        "detected_time":"2026-01-21T08:01:00.250+08:00","acknowledged_by":null,"basis":null,\
        "severity":"warning","assigned_to":null,"hold":null,"shelved_until":null}

        """)
  }

  @Test func `coverage has the names asked for alone, and null rates for nothing of nothing`() {
    #expect(
      AnswerJSON.object(
        CoverageRow(venue: "venue-01", dueCount: 8, receivedCount: 6, validCount: 3)) == """
          {"venue":"venue-01","n_due":8,"n_received":6,"n_valid":3,"transmission_rate":0.75,\
          "validity_rate":0.5,"effective_transmission_rate":0.375,"n_lost":0}

          """)
    #expect(
      AnswerJSON.object(CoverageRow(dueCount: 0, receivedCount: 0, validCount: 0)) == """
        {"n_due":0,"n_received":0,"n_valid":0,"transmission_rate":null,"validity_rate":null,\
        "effective_transmission_rate":null,"n_lost":0}

        """)
  }

  @Test func `the status is one object, its reasons in the order of their names`() {
    #expect(
      AnswerJSON.object(StatusAnswer.sample) == """
        {"since":"2026-01-21T08:00:00.000+08:00","received":10,"stored":9,"duplicate":1,\
        "conflict":0,"late":2,"refused":4,"refused_by_reason":{"bad_json":3,"unknown_pool":1},\
        "broker_connected":true,"broker_backlog":61,"broker_queue_limit":1000000,\
        "broker_figures_refused":false,"judgement_lag_seconds":0.25,"commit_p50_ms":0.06,\
        "commit_p99_ms":null,"version":"1.2.3","store_used_bytes":5000000,\
        "store_capacity_bytes":64000000,"system_alarms":["the disk is full"]}

        """)
  }

  // RFC 8259 section 7 names what must be escaped; C1 controls and DEL are escaped for terminals.
  @Test func `text is escaped so that a strict parser gives it back`() throws {
    let text = "\u{0}\u{1}\n\r\t\"\\/\u{1F}\u{7F}\u{85}\u{9B}31m é 池 🏊 \u{2028}"
    let json = AnswerJSON.error(text)
    #expect(json.unicodeScalars.dropLast().allSatisfy { $0.properties.generalCategory != .control })
    let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
    #expect(parsed == ["error": text])
  }

  @Test(arguments: [
    0.1, 0.1 + 0.2, -0.0 as Double, .leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, 1e16, 1e-5,
    123_456_789.123, .pi,
  ])
  func `a number reads back as the same double`(number: Double) throws {
    let sample = Sample(parameter: ParameterNumber(0), value: number, flag: .good)
    let json = AnswerJSON.object(
      HistoryRow(plan: plan, series: series, time: time, sample: sample))
    let value = try #require(json.firstMatch(of: /"value":([^,]*),/)?.output.1)
    #expect(value.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?/) != nil)
    #expect(Double(value)?.bitPattern == number.bitPattern)
  }

  // David Gay's shortest digits, as also Python's repr prints them.
  @Test func `a number has no digit more than it needs`() {
    let sample = Sample(parameter: ParameterNumber(0), value: 0.1 + 0.2, flag: .good)
    let json = AnswerJSON.object(
      HistoryRow(plan: plan, series: series, time: time, sample: sample))
    #expect(json.contains(#""value":0.30000000000000004,"#))
  }

  @Test func `rows read back as they were, and encode with their nulls`() throws {
    let status = StatusAnswer.sample
    let json = AnswerJSON.object(status)
    #expect(try JSONDecoder().decode(StatusAnswer.self, from: Data(json.utf8)) == status)
    let encoded = try JSONEncoder().encode(status)
    let left = try JSONSerialization.jsonObject(with: encoded) as? NSDictionary
    let right = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
    #expect(left != nil)
    #expect(left == right)
  }

  @Test(arguments: 1...7)
  func `rows are read out of parts of any size`(partSize: Int) throws {
    let rows = (0..<3).map { index in
      CoverageRow(street: "长宁路\(index)", dueCount: index, receivedCount: 0, validCount: 0)
    }
    let bytes = Array(AnswerJSON.array(rows).utf8)
    var reader = RowReader<CoverageRow>()
    var read: [CoverageRow] = []
    for start in stride(from: 0, to: bytes.count, by: partSize) {
      read += try reader.rows(in: Array(bytes[start..<min(bytes.count, start + partSize)]))
    }
    #expect(read == rows)
  }

  @Test func `a line that is no row is an error`() {
    var reader = RowReader<CoverageRow>()
    #expect(throws: DecodingError.self) { try reader.rows(in: Array("[\n{\"n_due\":1}\n]\n".utf8)) }
  }
}
