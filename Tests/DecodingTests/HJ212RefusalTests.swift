import PoolModel
import Testing

@testable import Decoding

@Suite struct `Refusing HJ 212` {
  typealias Sample = HJ212Sample

  private static let standard =
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    + "CP=&&RtdInterval=30&&"

  @Test(arguments: [
    ("POOL0000000000000000PT03", "found 'POOL0000000000000000PT03'"), ("", "found none"),
  ])
  func `a frame of another device is refused where the gateway names its own`(
    device: String, found: String
  ) {
    let known = Sample.binding
    let binding = GatewayBinding(
      id: known.id, venue: known.venue, filter: known.filter, dialect: known.dialect,
      values: known.values, device: "POOL0000000000000000PT02")
    var dialect = HJ212Dialect(GatewayNames(binding))
    let content = "DataTime=20260101080000;w01001-Rtd=7.31"
    // Also a part, and a heartbeat, which would be a sign of life.
    for frame in [
      Sample.frame(Sample.data(content, device: device)),
      Sample.frame(Sample.data("", command: 9015, device: device)),
      Sample.part(1, of: 2, content, device: device),
    ] {
      let decoded = dialect.decode(Sample.delivery(frame), now: Sample.now)
      #expect(decoded.readings.isEmpty && decoded.status == nil)
      let words = SamplePlan.refusal(decoded)
      #expect(words.hasPrefix("wrong_gateway: MN at byte "), "\(words)")
      #expect(
        words.hasSuffix(
          "\(found), expected 'POOL0000000000000000PT02', the device of gateway jinyang-plant"),
        "\(words)")
    }
    #expect(dialect.parts.unfinished.isEmpty)
    let own = dialect.decode(Sample.delivery(Sample.frame(Sample.data(content))), now: Sample.now)
    #expect(own.refusals.isEmpty && own.readings.count == 1)
  }

  static let frames: [(String, String)] = [
    ("", "bad_frame: frame at byte 0: found nothing, expected '##'"),
    ("#", "bad_frame: frame at byte 0: found '#', expected '##'"),
    ("{\"ts\":1}", "bad_frame: frame at byte 0: found '{\"ts\":1}', expected '##'"),
    ("##", "bad_frame: length at byte 2: found the end, expected four decimal digits"),
    ("##101Q", "bad_frame: length at byte 2: found '101Q', expected four decimal digits"),
    ("##+101", "bad_frame: length at byte 2: found '+101', expected four decimal digits"),
    ("##1025", "bad_frame: length at byte 2: found 1025, expected at most 1024"),
    // The checksum that Modbus would give.
    (
      "##0101\(standard)0759\r\n",
      "bad_frame: CRC at byte 107: found '0759', expected '1C80'"
    ),
    ("##0101\(standard)+C80\r\n", "bad_frame: CRC at byte 107: found '+C80', expected '1C80'"),
    (
      "##0101\(standard)1C80\n\r",
      "bad_frame: frame at byte 0: found no CR LF, expected it at byte 111 by the length '0101'"
    ),
    (
      "##0101\(standard)1C80\r",
      "bad_frame: frame at byte 0: found no CR LF, expected it at byte 111 by the length '0101'"
    ),
    (
      "##0101\(standard)1C80",
      "bad_frame: frame at byte 0: found no CR LF, expected it at byte 111 by the length '0101'"
    ),
    (
      "##0100\(standard)1C80\r\n",
      "bad_frame: frame at byte 0: found CR LF at byte 111, expected it at byte 110 by the length "
        + "'0100'"
    ),
    (
      "##0102\(standard)1C80\r\n",
      "bad_frame: frame at byte 0: found CR LF at byte 111, expected it at byte 112 by the length "
        + "'0102'"
    ),
    (
      "##0101\(standard)1C80\r\n\r\n",
      "bad_frame: frame at byte 113: found '\\u{d}\\u{a}', expected '##'"
    ),
  ]

  @Test(arguments: frames)
  func `a broken frame says where and what`(payload: String, refusal: String) {
    let decoded = Sample.decode(payload)
    #expect(SamplePlan.refusal(decoded) == refusal)
    #expect(decoded.refusals.first?.payload == Array(payload.utf8))
    #expect(decoded.refusals.first?.topic == Sample.topic)
    #expect(decoded.readings.isEmpty)
  }

  @Test func `a checksum may be written in small letters`() {
    let decoded = Sample.decode("##0101\(Self.standard)1c80\r\n")
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.status?.isOnline == true)
  }

  static let fields: [(String, String)] = [
    ("", "CP at byte 6: found none, expected &&…&& at the end of the data"),
    ("CN=2011", "CP at byte 13: found none, expected &&…&& at the end of the data"),
    ("CN=2011;CP=&&", "CP at byte 17: found '&&', expected &&…&& at the end of the data"),
    ("CN=2011;CP=&&x&", "CP at byte 17: found '&&x&', expected &&…&& at the end of the data"),
    ("CN=2011;CP=&&&&;", "CP at byte 17: found '&&&&;', expected &&…&& at the end of the data"),
    ("CN=2011;CP=&&a&&b&&", "CP at byte 20: found '&&' within, expected it at both ends alone"),
    ("ST=21;CP=&&&&", "CN at byte 6: found none, expected four digits"),
    ("CN=201;CP=&&&&", "CN at byte 9: found '201', expected four digits"),
    ("CN=2O11;CP=&&&&", "CN at byte 9: found '2O11', expected four digits"),
    ("CN=2011;CN=2011;CP=&&&&", "CN at byte 14: found the field again, expected each field once"),
    ("CN;CP=&&&&", "field at byte 6: found 'CN', expected NAME=VALUE"),
    ("=2011;CP=&&&&", "field at byte 6: found '=2011', expected NAME=VALUE"),
    ("CN=2011;Flag=x;CP=&&&&", "Flag at byte 19: found 'x', expected 0 … 255"),
    (
      "CN=2011;Flag=6;PNUM=2;CP=&&&&",
      "PNUM and PNO at byte 19: found PNUM, expected both, by bit 1 of Flag"
    ),
    (
      "CN=2011;Flag=4;PNUM=2;PNO=1;CP=&&&&",
      "PNUM and PNO at byte 19: found PNUM and PNO, expected neither, by bit 1 of Flag"
    ),
    (
      "CN=2011;PNO=1;CP=&&&&",
      "PNUM and PNO at byte 18: found PNO, expected neither, by bit 1 of Flag"
    ),
    ("CN=2011;Flag=2;PNUM=0;PNO=1;CP=&&&&", "PNUM at byte 26: found '0', expected 1 … 9999"),
    (
      "CN=2011;Flag=2;PNUM=2;PNO=3;CP=&&&&",
      "PNO at byte 32: found 3, expected 1 … 2, which is PNUM"
    ),
    (
      "CN=2011;Flag=2;PNUM=2;PNO=1;CP=&&&&",
      "QN at byte 41: found none, expected 17 digits, which tell whose part it is"
    ),
    (
      "QN=7;CN=2011;Flag=2;PNUM=2;PNO=1;CP=&&&&",
      "QN at byte 9: found '7', expected 17 digits, which tell whose part it is"
    ),
    (
      "CN=2061;CP=&&DataTime=20260101070000;w01001-Avg=7.1&&",
      "CN at byte 9: found 2061, data of an hour, expected 2011 or 2051: an aggregate is not a "
        + "reading"
    ),
    (
      "CN=2031;CP=&&DataTime=20260101000000;w01001-Avg=7.1&&",
      "CN at byte 9: found 2031, data of a day, expected 2011 or 2051: an aggregate is not a "
        + "reading"
    ),
    (
      "CN=2011;CP=&&&&",
      "CP at byte 19: found nothing in it, expected DataTime=YYYYMMDDhhmmss and at least one "
        + "CODE-Rtd"
    ),
    (
      "CN=2011;CP=&&w01001-Rtd=7.1&&",
      "DataTime at byte 19: found none, expected YYYYMMDDhhmmss in UTC+8"
    ),
    (
      "CN=2011;CP=&&DataTime=20260101080000&&",
      "CP at byte 28: found no value, expected at least one CODE-Rtd"
    ),
    (
      "CN=2051;CP=&&DataTime=20260101080000;w01001-Rtd=7.1&&",
      "CP at byte 28: found no value, expected at least one CODE-Avg"
    ),
    (
      "CN=2011;CP=&&DataTime=20260101080000;w01001&&",
      "CP at byte 43: found 'w01001', expected NAME=VALUE"
    ),
    (
      "CN=2011;CP=&&DataTime=20260101080000;DataTime=20260101080000&&",
      "DataTime at byte 43: found it again, expected each item once"
    ),
    (
      "CN=2011;CP=&&DataTime=20260101080000;w01001-Rtd=7,w01001-Rtd=7&&",
      "w01001-Rtd at byte 56: found it again, expected each item once"
    ),
    (
      "CN=2011;CP=&&DataTime=20260101080000;w01001-Flag=N;w01001-Flag=N&&",
      "w01001-Flag at byte 57: found it again, expected each item once"
    ),
  ]

  @Test(arguments: fields)
  func `data that are not the standard's refuse their frame`(data: String, refusal: String) {
    let good = Sample.realTime("w01010-Rtd=27")
    let decoded = Sample.decode(Sample.frame(data) + good)
    #expect(SamplePlan.refusal(decoded) == "bad_payload: \(refusal)")
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[27]])
    #expect(decoded.status == nil)
    #expect(decoded.ignoredKeyCount == 0)
  }

  /// Items beside a good one, which begin at byte 115, and the refusal.
  static let values: [(String, String)] = [
    (
      "w21022-Rtd=1.1,w21022-Flag=N",
      "unknown_name: w21022 at byte 115: found an unmapped code, expected a code of the gateway's "
        + "map"
    ),
    (
      "w01001-Rtd=7,w01001-Flag=X",
      "bad_payload: w01001-Flag at byte 115: found 'X', expected one of N, F, M, S, D, C, T, B"
    ),
    (
      "w01001-Rtd=7,w01001-Flag=NN",
      "bad_payload: w01001-Flag at byte 115: found 'NN', expected one of N, F, M, S, D, C, T, B"
    ),
    (
      "w01001-Rtd=7,w01001-Flag=",
      "bad_payload: w01001-Flag at byte 115: found '', expected one of N, F, M, S, D, C, T, B"
    ),
    (
      "w01001-Rtd=1e1",
      "bad_payload: w01001-Rtd at byte 115: found '1e1', expected a decimal number"
    ),
    ("w01001-Rtd=", "bad_payload: w01001-Rtd at byte 115: found '', expected a decimal number"),
    (
      "n1-Rtd=1",
      "bad_unit: n1-Rtd at byte 115: found a number without a unit, expected the gateway's unit in "
        + "its configuration"
    ),
    (
      "w01001-Rtd=\(String(repeating: "9", count: 400))",
      "non_finite: w01001-Rtd at byte 115: found '\(String(repeating: "9", count: 39))…', expected "
        + "a number within ±1.8e308"
    ),
    (
      "w01001-Rtd=0.\(String(repeating: "0", count: 330))7",
      "non_finite: w01001-Rtd at byte 115: found '0.\(String(repeating: "0", count: 37))…', expected "
        + "0 or a number beyond ±4.9e-324"
    ),
    (
      "k1-Rtd=\(String(repeating: "9", count: 307))",
      "non_finite: k1-Rtd at byte 115: found '\(String(repeating: "9", count: 39))…', expected a "
        + "number within ±1.8e308"
    ),
  ]

  @Test(arguments: values)
  func `a value that cannot be used is refused alone`(items: String, refusal: String) {
    let decoded = Sample.decode(Sample.realTime("\(items);w01010-Rtd=27"))
    #expect(SamplePlan.refusal(decoded) == refusal)
    #expect(
      decoded.readings.map(\.values) == [
        [ReportedValue(parameter: SamplePlan.temperature, value: 27)]
      ])
  }

  @Test func `two codes of one parameter do not make two values of it`() {
    let decoded = Sample.decode(Sample.realTime("w01001-Rtd=7.1;b1-Rtd=7.2"))
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[7.1]])
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_payload: b1 at byte 130: found a second value of its parameter, expected one of "
        + "each pool")
  }

  static let times: [(String, String?)] = [
    ("20000101080000", nil),
    (
      "20000101075959",
      "absurd_time: DataTime at byte 100: found '20000101075959', expected YYYYMMDDhhmmss in UTC+8 "
        + "from 2000 on"
    ),
    ("20260101080500", nil),
    (
      "20260101080501",
      "future_time: DataTime at byte 100: found '20260101080501', expected at most 5 minutes from "
        + "now, 2026-01-01T08:05:00.000+08:00"
    ),
    ("20240229235959", nil),
    (
      "20250229000000",
      "absurd_time: DataTime at byte 100: found '20250229000000', expected YYYYMMDDhhmmss in UTC+8 "
        + "from 2000 on"
    ),
  ]

  @Test(arguments: times)
  func `a time that cannot be refuses its readings alone`(time: String, refusal: String?) {
    let decoded = Sample.decode(
      Sample.frame(Sample.data("DataTime=\(time);w01001-Rtd=7.1")))
    #expect(SamplePlan.refusal(decoded) == refusal ?? "")
    #expect(decoded.readings.count == (refusal == nil ? 1 : 0))
  }

  @Test(arguments: [
    "", "2026", "20251301000000", "20250001000000", "20250100000000", "20250101240000",
    "20250101006000", "20250101000060", "20250101000000000", "2025010100000x", "+2025010100000",
    "2025-01-01 00:00:00",
  ])
  func `what is no time is absurd`(time: String) {
    let decoded = Sample.decode(Sample.frame(Sample.data("DataTime=\(time);w01001-Rtd=7.1")))
    #expect(decoded.refusals.map(\.reason) == [.absurdTime])
    #expect(decoded.readings.isEmpty)
  }

  @Test func `the refusals of one delivery are bounded however many frames it has`() {
    let frames = (0..<400).map { number in
      Sample.realTime("x\(number)-Rtd=1")
        + Sample.realTime("w01001-Rtd=7.1").replacing("7.1", with: "7.2")
        + Sample.part(
          1, of: 2, "DataTime=20260101080000", request: "\(20_260_101_080_000_000 + number)")
    }
    let decoded = Sample.decode(frames.joined())
    for reason in RefusalReason.allCases {
      #expect(decoded.refusals.count { $0.reason == reason } <= 17)
    }
    // 400 unknown names, 400 wrong checksums, and 392 messages given up of 400, as 8 may wait; 16 of
    // each are told one by one.
    #expect(decoded.refusals.count == 51)
    #expect(
      decoded.refusals.map(\.detail).suffix(3) == [
        "message: found 384 more, expected none of this kind",
        "message: found 384 more, expected none of this kind",
        "message: found 376 more, expected none of this kind",
      ])
  }
}
