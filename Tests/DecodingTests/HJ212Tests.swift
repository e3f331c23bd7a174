import PoolModel
import Testing

@testable import Decoding

@Suite struct `HJ 212` {
  typealias Sample = HJ212Sample

  /// The first row is the standard's own example (HJ 212-2017).
  ///
  /// The others were computed bit by bit with a Python program.
  static let vectors: [(data: String, length: String, checksum: String)] = [
    (
      "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
        + "CP=&&RtdInterval=30&&", "0101", "1C80"
    ),
    ("", "0000", "FFFF"),
    ("Q", "0001", "BC81"),
    ("ST=32", "0005", "60C0"),
    ("&&&&", "0004", "6600"),
    ("123456789", "0009", "2F80"),
    (
      "QN=20260101080000000;ST=91;CN=9015;PW=123456;MN=POOL0000000000000000PT02;Flag=4;CP=&&&&",
      "0087", "EE01"
    ),
    (
      "QN=20260101080000000;ST=21;CN=2011;PW=123456;MN=POOL0000000000000000PT02;Flag=4;"
        + "CP=&&DataTime=20260101080000;w01001-Rtd=7.31,w01001-Flag=N;w01010-Rtd=27.4,"
        + "w01010-Flag=C&&", "0170", "DEC1"
    ),
    (String(repeating: "x", count: 1024), "1024", "FF01"),
  ]

  @Test(arguments: vectors)
  func `length and checksum are the standard's`(data: String, length: String, checksum: String) {
    #expect(HJ212Frame.text(checksum: HJ212Frame.checksum(Array(data.utf8)[...])) == checksum)
    #expect(Sample.frame(data) == "##\(length)\(data)\(checksum)\r\n")
  }

  @Test func `a real-time frame makes a reading with its marks`() {
    let frame =
      "##0170QN=20260101080000000;ST=21;CN=2011;PW=123456;MN=POOL0000000000000000PT02;Flag=4;"
      + "CP=&&DataTime=20260101080000;w01001-Rtd=7.31,w01001-Flag=N;w01010-Rtd=27.4,"
      + "w01010-Flag=C&&DEC1\r\n"
    let decoded = Sample.decode(frame)
    #expect(
      decoded
        == DecodedDelivery(readings: [
          Reading(
            pool: Sample.pool, time: Timestamp(milliseconds: 1_767_225_600_000), sequence: nil,
            values: [
              ReportedValue(parameter: SamplePlan.pH, value: 7.31),
              ReportedValue(
                parameter: SamplePlan.temperature, value: 27.4, marks: .calibration),
            ])
        ]))
  }

  @Test func `a minute frame gives its average, and counts what it passes over`() {
    let frame =
      "##0170QN=20260101080000000;ST=21;CN=2051;PW=123456;MN=POOL0000000000000000PT02;Flag=4;"
      + "CP=&&DataTime=20260101075900;w01001-Min=7.2,w01001-Avg=7.31,w01001-Max=7.4,"
      + "w01001-Flag=N&&EF41\r\n"
    let decoded = Sample.decode(frame)
    #expect(decoded.readings.map(\.time.milliseconds) == [1_767_225_540_000])
    #expect(
      decoded.readings.map(\.values) == [[ReportedValue(parameter: SamplePlan.pH, value: 7.31)]])
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.ignoredKeyCount == 2)
  }

  /// The letters of HJ 212-2017.
  @Test(arguments: [
    ("N", GatewayMarks()), ("F", .fault), ("M", .maintenance), ("S", .manual), ("D", .fault),
    ("C", .calibration), ("T", .fault), ("B", .fault),
  ])
  func `each flag has its mark, with and without a value`(letter: String, marks: GatewayMarks) {
    let decoded = Sample.decode(
      Sample.realTime("w01001-Flag=\(letter);w01010-Rtd=20,w01010-Flag=\(letter)")
        + Sample.realTime("w01001-Rtd=,w01001-Flag=\(letter)"))
    #expect(decoded.refusals.isEmpty)
    #expect(
      decoded.readings.map(\.values) == [
        [
          ReportedValue(parameter: SamplePlan.pH, value: nil, marks: marks),
          ReportedValue(parameter: SamplePlan.temperature, value: 20, marks: marks),
        ], [ReportedValue(parameter: SamplePlan.pH, value: nil, marks: marks)],
      ])
  }

  @Test func `values go to the pools of the map, in the parameters' units`() {
    let decoded = Sample.decode(
      Sample.realTime("a2-Rtd=0.7;a1-Rtd=520,a1-Flag=N;w01001-Rtd=7;k1-Rtd=0.05;"))
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.readings.map(\.pool) == [Sample.childrensPool, Sample.pool])
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[0.7], [0.52, 7, 500]])
  }

  @Test func `several frames in a payload stand each for itself`() {
    let good = Sample.realTime("w01001-Rtd=7.1")
    let other = Sample.frame(
      Sample.data("DataTime=20260101075900;w01001-Rtd=7.2", request: "20260101075900000"))
    let broken = good.replacing("Rtd=7.1", with: "Rtd=7.3")
    let short = good.replacing("##01", with: "##00")
    for damage in ["", broken, short, "noise", "##", "##99", "##0005\r\n", "\r\n"] {
      let decoded = Sample.decode(good + damage + (damage.hasSuffix("\r\n") ? "" : "\r\n") + other)
      #expect(decoded.readings.map(\.values.first?.value) == [7.1, 7.2], "\(damage)")
      #expect(decoded.refusals.map(\.reason) == [.badFrame], "\(damage)")
    }
    #expect(Sample.decode(good + other).refusals.isEmpty)
  }

  @Test(arguments: [9015, 9014, 1062, 2021, 3020])
  func `any other command is a sign of life and no more`(command: Int) {
    var decoded = Sample.decode(Sample.frame(Sample.data("", command: command)))
    #expect(
      decoded
        == DecodedDelivery(
          status: GatewayStatus(venue: "venue-02", isOnline: true, time: Sample.now)))
    for request in ["19991231235959999", "20260101080500001", "20260101240000000", "2026", ""] {
      decoded = Sample.decode(
        Sample.frame(Sample.data("X=1", command: command, request: request)))
      #expect(decoded.status == GatewayStatus(venue: "venue-02", isOnline: true), "\(request)")
      #expect(decoded.refusals.isEmpty)
    }
  }

  @Test func `of several signs of life the latest counts`() {
    let frames = ["20260101075900000", "20260101075959250", "bad", "20260101070000000"]
      .map { Sample.frame(Sample.data("", command: 9015, request: $0)) }
    let decoded = Sample.decode(frames.joined() + Sample.realTime("w01001-Rtd=7.1"))
    #expect(decoded.status?.time == Timestamp(milliseconds: 1_767_225_599_250))
    #expect(decoded.readings.count == 1)
  }

  @Test(arguments: [
    ("7.31", 7.31), ("-0.5", -0.5), ("0", 0), ("-0", -0.0), ("007.10", 7.1),
    ("0.1000000000000000055511151231257827", 0.1), ("12345678901234567890", 12345678901234567890.0),
    ("4.9406564584124654e-324", nil), ("1e3", nil), ("+1", nil), (".5", nil), ("5.", nil),
    ("0x10", nil), ("inf", nil), ("-inf", nil), ("nan", nil), ("NaN", nil), (" 7", nil),
    ("7 ", nil), ("--7", nil), ("-", nil), ("7.1.2", nil), ("7,1", nil), ("１", nil), ("", nil),
  ])
  func `a number is a plain decimal`(text: String, number: Double?) {
    let found = HJ212Number.decimal(Array(text.utf8)[...])
    #expect(found?.bitPattern == number?.bitPattern)
  }

  @Test func `the same state gives the same, so that a batch can be taken back`() {
    let parts = [
      Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1"),
      Sample.part(2, of: 2, "w01010-Rtd=27"),
    ]
    var dialect = Sample.dialect()
    _ = dialect.decode(Sample.delivery(parts[0]), now: Sample.now)
    let saved = dialect
    let first = dialect.decode(Sample.delivery(parts[1]), now: Sample.now)
    dialect = saved
    #expect(dialect.decode(Sample.delivery(parts[1]), now: Sample.now) == first)
    #expect(first.readings.first?.values.map(\.value) == [7.1, 27])
  }
}
