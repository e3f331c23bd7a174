import Foundation
import PoolModel
import Querying
import Testing

@Suite struct `Rows on their way out and in` {
  static let zone = Zone(name: "Asia/Shanghai") ?? .utc
  /// 2026-01-21T08:00:00.250+08:00 by `date -d … +%s`.
  static let time = Timestamp(milliseconds: 1_768_953_600_250)
  static let pool = PoolID(venue: "venue-01", pool: "main")
  static let parameters = ["ph", "orp", "temperature"]

  static let row = TransferRow(
    pool: pool, time: time,
    values: [
      TransferValue(parameter: "ph", value: 7.31, flag: .good, marks: 0x18),
      TransferValue(parameter: "orp", value: nil, flag: .missing),
    ])

  // Written by hand after RFC 4180, RFC 8259 and InfluxDB's description of its line protocol.
  static let lines: [(TransferFormat, String)] = [
    (.csv, "2026-01-21T08:00:00.250+08:00,venue-01,main,7.31,good,manual+late,,missing,,,,\n"),
    (
      .ndjson,
      #"{"time":"2026-01-21T08:00:00.250+08:00","venue":"venue-01","pool":"main","#
        + #""values":{"ph":7.31,"orp":null},"flags":{"ph":"good","orp":"missing"},"#
        + #""marks":{"ph":"manual+late"}}"# + "\n"
    ),
    (
      .influx,
      #"pool,district=310107,venue=venue-01,pool=main ph=7.31,ph_flag="good","#
        + #"ph_marks="manual+late",orp_flag="missing" 1768953600250000000"# + "\n"
    ),
  ]

  private func writer(_ format: TransferFormat) -> TransferWriter {
    TransferWriter(
      format: format, parameters: Self.parameters, district: "310107", zone: Self.zone)
  }

  /// Reads the whole of `text`.
  private func rows(_ text: String, _ format: TransferFormat) throws -> [TransferRow] {
    var reader = TransferReader(format: format, district: "310107")
    // By bytes: a carriage return and a line feed are one Character.
    return try Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false)
      .compactMap { try reader.row(on: Array($0)) }
  }

  @Test(arguments: lines)
  func `a row is the line that the format prescribes`(format: TransferFormat, line: String) throws {
    #expect(try writer(format).line(Self.row) == line)
    #expect(try rows(writer(format).head + line, format) == [Self.row])
    #expect(
      try rows((writer(format).head + line).replacing("\n", with: "\r\n"), format) == [Self.row])
  }

  @Test func `CSV's heading names three columns for each parameter`() {
    #expect(
      writer(.csv).head
        == "time,venue,pool,ph,ph_flag,ph_marks,orp,orp_flag,orp_marks,"
        + "temperature,temperature_flag,temperature_marks\n")
  }

  @Test(arguments: TransferFormat.allCases)
  func `every double, flag and mark comes back bit for bit`(format: TransferFormat) throws {
    var random = SplitMix64(seed: 11)
    let special = [
      0.0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1e16, 1e-5, -7,
      0.30000000000000004,
    ]
    for round in 0..<2000 {
      let number =
        round < special.count
        ? special[round] : Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
      guard number.isFinite else { continue }
      let flags = QualityFlag.allCases.filter { $0 != .missing }
      let row = TransferRow(
        pool: Self.pool,
        time: Timestamp(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random)),
        values: [
          TransferValue(
            parameter: "ph", value: number, flag: flags[round % flags.count],
            marks: UInt8(truncatingIfNeeded: round)),
          TransferValue(
            parameter: "temperature", value: nil, flag: .missing,
            marks: UInt8(truncatingIfNeeded: round &* 7)),
        ])
      let writer = writer(format)
      let back = try rows(writer.head + writer.line(row), format)
      #expect(back == [row])
      #expect(back.first?.values.first?.value?.bitPattern == number.bitPattern)
    }
  }

  @Test func `names with commas, quotes and spaces are escaped`() throws {
    let row = TransferRow(
      pool: PoolID(venue: "长宁, \"A\"", pool: "a=b c"), time: Self.time,
      values: [TransferValue(parameter: "ph", value: 7, flag: .good)])
    #expect(
      try writer(.influx).line(row)
        == #"pool,district=310107,venue=长宁\,\ "A",pool=a\=b\ c ph=7.0,ph_flag="good" 1768953600250000000"#
        + "\n")
    for format in TransferFormat.allCases {
      #expect(try rows(writer(format).head + writer(format).line(row), format) == [row])
    }
  }

  @Test func `a byte order mark before the heading is passed over`() throws {
    var reader = TransferReader(format: .csv, district: "310107")
    #expect(
      try reader.row(
        on: TransferReader.byteOrderMark + Array("time,venue,pool,ph,ph_flag,ph_marks".utf8)) == nil
    )
    #expect(reader.heading == ["ph"])
  }

  @Test func `a number that is not finite is refused, not written`() {
    let row = TransferRow(
      pool: Self.pool, time: Self.time,
      values: [TransferValue(parameter: "ph", value: .infinity, flag: .fail)])
    for format in TransferFormat.allCases {
      #expect(throws: TransferMistake.self) { _ = try writer(format).line(row) }
    }
  }

  static let start = "2026-01-21T08:00:00.250+08:00,venue-01,main,"
  static let json = #"{"time":"2026-01-21T08:00:00Z","venue":"v","pool":"p","#
  static let bad: [(TransferFormat, String)] = [
    (.csv, "2026-01-21,venue-01,main,7.31,good,"),
    (.csv, "2026-01-21T08:00:00,venue-01,main,7.31,good,"),
    (.csv, "2026-01-21T08:00:00.0001Z,venue-01,main,7.31,good,"),
    (.csv, start + "7.31,,"), (.csv, start + "7.31,fine,"), (.csv, start + ",good,"),
    (.csv, start + "7.31,missing,"), (.csv, start + "7.31,good,old"), (.csv, start + ",,late"),
    (.csv, start + "\"7.31,good,"), (.csv, start + "7.31,good"), (.csv, start + "7.31,good,,"),
    (.csv, start + ",,"), (.csv, start + "07.31,good,"), (.csv, start + "nan,good,"),
    (.csv, start + "0x10,good,"), (.csv, start + "1e999,good,"), (.csv, start + " 7,good,"),
    (.csv, start + "7.,good,"), (.csv, start + ".7,good,"), (.csv, start + "\"7\"8,good,"),
    (.csv, "2026-01-21T08:00:00Z,,main,7.31,good,"), (.csv, "\u{FFFD}"),
    (.ndjson, "7"), (.ndjson, json + #""values":{}}"#), (.ndjson, json + #""values":{"ph":7}}"#),
    (.ndjson, json + #""values":{"ph":"7"},"flags":{"ph":"good"}}"#),
    (.ndjson, json + #""values":{"ph":7,"ph":7},"flags":{"ph":"good"}}"#),
    (.ndjson, json + #""values":{"ph":7},"flags":{"ph":"good","orp":"good"}}"#),
    (.ndjson, json + #""values":{"ph":7},"flags":{"ph":"good"},"more":1}"#),
    (.ndjson, json + #""values":{"ph":7},"flags":{"ph":"good"}} x"#),
    (.ndjson, json + #""values":{"ph":7},"flags":{"ph":"good"}"#),
    (.ndjson, json + #""values":{"ph":+7},"flags":{"ph":"good"}}"#),
    (.ndjson, json + #""values":{"ph":true},"flags":{"ph":"good"}}"#),
    (.ndjson, #"{"venue":"v","pool":"p","values":{"ph":7},"flags":{"ph":"good"}}"#),
    (.influx, #"water,venue=v,pool=p ph=7,ph_flag="good" 1000000"#),
    (.influx, #"pool,venue=v ph=7,ph_flag="good" 1000000"#),
    (.influx, #"pool,venue=v,pool=p,x=y ph=7,ph_flag="good" 1000000"#),
    (.influx, #"pool,district=1,venue=v,pool=p ph=7,ph_flag="good" 1000000"#),
    (.influx, #"pool,venue=v,pool=p ph=7 1000000"#),
    (.influx, #"pool,venue=v,pool=p ph=7i,ph_flag="good" 1000000"#),
    (.influx, #"pool,venue=v,pool=p ph=7,ph_flag="good" 1000001"#),
    (.influx, #"pool,venue=v,pool=p ph=7,ph_flag="good""#),
    (.influx, #"pool,venue=v,pool=p ph=7,ph_flag="good"#),
    (.influx, #"pool,venue=v,pool=p ph=7,ph=7,ph_flag="good" 1000000"#),
    (.influx, #"pool,venue=v,pool=p ph=7,ph_flag="good",orp_marks="late" 1000000"#),
  ]

  @Test(arguments: bad)
  func `a line that is no row is a mistake, and nothing of it is guessed`(
    format: TransferFormat, line: String
  ) throws {
    var reader = TransferReader(format: format, district: "310107")
    if format == .csv {
      #expect(try reader.row(on: Array("time,venue,pool,ph,ph_flag,ph_marks".utf8)) == nil)
    }
    let mistake = #expect(throws: TransferMistake.self) {
      _ = try reader.row(on: Array(line.utf8))
    }
    #expect(mistake?.description.isEmpty == false)
    // What follows is read all the same.
    let good = Self.lines.first { $0.0 == .influx }
    if format == .influx, let good {
      #expect(try reader.row(on: Array(good.1.dropLast().utf8)) != nil)
    }
  }

  @Test(arguments: [
    "time,venue,pool", "time;venue;pool;ph", "venue,time,pool,ph,ph_flag,ph_marks",
    "time,venue,pool,ph,ph_marks,ph_flag", "time,venue,pool,ph,ph_flag",
    "time,venue,pool,ph,ph_flag,ph_marks,ph,ph_flag,ph_marks",
  ])
  func `a heading that is none lets nothing be read`(heading: String) {
    var reader = TransferReader(format: .csv, district: "310107")
    #expect(throws: TransferMistake.self) { _ = try reader.row(on: Array(heading.utf8)) }
    #expect(throws: TransferMistake.self) {
      _ = try reader.row(on: Array((Self.start + "7.31,good,").utf8))
    }
  }

  @Test func `bytes that are not UTF-8 are a mistake`() {
    for format in TransferFormat.allCases {
      var reader = TransferReader(format: format, district: "310107")
      #expect(throws: TransferMistake("it is not UTF-8")) { _ = try reader.row(on: [0x7B, 0xFF]) }
    }
  }

  // Foundation reads any escape that RFC 8259 has: the oracle for texts.
  @Test(arguments: [#"a\"b\\c\/d"#, #"\u957f\u5b81"#, #"\ud83d\ude00"#, #"\b\f\n\r\t"#])
  func `escapes of JSON are read as Foundation reads them`(text: String) throws {
    let line =
      #"{"time":"2026-01-21T08:00:00Z","venue":"\#(text)","pool":"p","#
      + #""values":{"ph":7},"flags":{"ph":"good"}}"#
    let oracle = try JSONDecoder().decode([String].self, from: Data("[\"\(text)\"]".utf8))
    #expect(try rows(line, .ndjson).first?.pool.venue == oracle.first)
  }
}
