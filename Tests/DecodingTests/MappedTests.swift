import PoolModel
import Testing

@testable import Decoding

@Suite struct `Mapped JSON` {
  private static let values = [
    SampleGateway.value("water.ph", "ph", unit: "pH"),
    SampleGateway.value("water.cl.0", "free_chlorine", unit: "mg/L"),
    SampleGateway.value("water.cl.1", "free_chlorine", unit: "µg/L", pool: SampleGateway.kids),
    SampleGateway.value("orp_v", "orp", unit: "V"),
  ]

  private static func dialect(
    readings: String? = nil, time: String? = "ts",
    _ format: MappedLayout.TimeFormat = .epochMilliseconds, values: [ValueBinding] = values
  ) -> MappedDialect {
    let layout = MappedLayout(readings: readings, time: time, timeFormat: format)
    return MappedDialect(SampleGateway.names(.mapped(layout), values), layout: layout)
  }

  private static func decode(
    _ payload: String, by dialect: MappedDialect = dialect()
  ) -> DecodedDelivery {
    SampleGateway.decode(payload, by: dialect)
  }

  // MARK: Shapes

  @Test(arguments: [
    (nil, #"{"ts":1767225600000,"water":{"ph":7.31,"cl":[0.52,380]},"orp_v":0.75}"#),
    (nil, #"[{"ts":1767225600000,"water":{"ph":7.31,"cl":[0.52,380]},"orp_v":0.75}]"#),
    ("data", #"{"data":[{"ts":1767225600000,"water":{"ph":7.31,"cl":[0.52,380]},"orp_v":0.75}]}"#),
    (
      "a.1.b",
      #"{"a":[0,{"b":[{"orp_v":0.75,"ts":1767225600000,"water":{"cl":[0.52,380,9],"ph":7.31}}]}]}"#
    ),
    ("0", #"[[{"ts":1767225600000,"water":{"ph":7.31,"cl":[0.52,380]},"orp_v":0.75}],1]"#),
  ])
  func `readings are found in a message, an array and below a path`(
    _ row: (readings: String?, payload: String)
  ) {
    let decoded = Self.decode(row.payload, by: Self.dialect(readings: row.readings))
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1767225600000: ph=7.31 free_chlorine=0.52 orp=750.0",
        "1 @ 1767225600000: free_chlorine=0.38",
      ])
    #expect(decoded.refusals.isEmpty && decoded.ignoredKeyCount == 0)
  }

  // MARK: Identity

  private static func bound(to device: String, at path: String) -> MappedDialect {
    let layout = MappedLayout(
      readings: nil, time: "ts", timeFormat: .epochMilliseconds, device: path)
    let binding = GatewayBinding(
      id: "plant", venue: "venue-01", filter: "x/#", dialect: .mapped(layout), values: values,
      device: device)
    return MappedDialect(GatewayNames(binding), layout: layout)
  }

  @Test(arguments: [
    ("42", "id", #"{"id":42,"ts":1767225600000,"orp_v":0.75}"#),
    ("42", "id", #"{"id":"42","ts":1767225600000,"orp_v":0.75}"#),
    ("A-7", "meta.sn", #"{"meta":{"sn":"A-7"},"ts":1767225600000,"orp_v":0.75}"#),
    ("A-7", "sn", #"[{"sn":"A-7","ts":1767225600000,"orp_v":0.75}]"#),
  ])
  func `the declared device is taken`(device: String, path: String, payload: String) {
    let decoded = Self.decode(payload, by: Self.bound(to: device, at: path))
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: orp=750.0"])
    #expect(decoded.refusals.isEmpty)
  }

  @Test(arguments: [
    (#"{"id":"B","ts":1767225600000,"orp_v":0.75}"#, "id: found 'B'"),
    (#"{"id":7,"ts":1767225600000,"orp_v":0.75}"#, "id: found '7'"),
    (#"{"id":7.5,"ts":1767225600000,"orp_v":0.75}"#, "id: found a number"),
    (#"{"id":null,"ts":1767225600000,"orp_v":0.75}"#, "id: found null"),
    (#"{"ts":1767225600000,"orp_v":0.75}"#, "id: found nothing"),
    (#"[{"id":"B","ts":1767225600000,"orp_v":0.75}]"#, "[0].id: found 'B'"),
  ])
  func `another device, and none, is refused as another gateway`(payload: String, found: String) {
    let decoded = Self.decode(payload, by: Self.bound(to: "A", at: "id"))
    #expect(decoded.readings.isEmpty)
    #expect(
      SamplePlan.refusal(decoded)
        == "wrong_gateway: \(found), expected 'A', the device of gateway plant")
  }

  @Test func `a reading of another device among others is refused alone`() {
    let decoded = Self.decode(
      #"[{"id":"A","ts":1767225600000,"orp_v":0.75},{"id":"B","ts":1767225599000,"orp_v":0.7}]"#,
      by: Self.bound(to: "A", at: "id"))
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: orp=750.0"])
    #expect(decoded.refusals.map(\.reason) == [.wrongGateway])
  }

  @Test func `rows of an array are read by index`() {
    let dialect = Self.dialect(
      readings: "rows", time: "0", .epochSeconds,
      values: [
        SampleGateway.value("1", "ph", unit: "pH"), SampleGateway.value("2.0", "orp", unit: "mV"),
      ])
    let decoded = Self.decode(
      #"{"rows":[[1767225540,7.2,[700]],[1767225600.25,7.3],{"0":1767225600,"1":7.4}]}"#,
      by: dialect)
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1767225540000: ph=7.2 orp=700.0", "0 @ 1767225600250: ph=7.3",
        "0 @ 1767225600000: ph=7.4",
      ])
  }

  @Test func `what is not there is absent and null is missing`() {
    let decoded = Self.decode(
      #"[{"ts":1767225600000,"water":{"ph":null}},{"ts":1767225599000,"orp_v":1,"water":7}]"#)
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1767225600000: ph=-", "0 @ 1767225599000: orp=1000.0",
      ])
    #expect(decoded.refusals.isEmpty)
  }

  @Test(arguments: [
    ("00", nil), ("+0", nil), ("0", 7.0), ("1", 8), ("2", nil), ("-1", nil), ("", nil), (" 0", nil),
    ("99999999999999999999", nil), ("a", nil),
  ])
  func `an index is digits without a leading zero`(_ row: (String, Double?)) {
    let path = JSONPath(row.0)
    #expect(
      path.value(in: .array([.number(7), .number(8)])) == row.1.map(GeneralJSON.number))
    #expect(path.value(in: .object([row.0: .null])) == .null)
  }

  // MARK: Times

  private static let local = MappedLayout.TimeFormat.local(secondsFromUTC: 28_800)

  static let times: [(MappedLayout.TimeFormat, String, Int64)] = [
    (.epochMilliseconds, "1767225600000", 1_767_225_600_000),
    (.epochMilliseconds, "1.7672256e12", 1_767_225_600_000),
    (.epochSeconds, "1767225600", 1_767_225_600_000),
    (.epochSeconds, "1767225600.001", 1_767_225_600_001),
    (.rfc3339, #""2026-01-01T08:00:00+08:00""#, 1_767_225_600_000),
    (.rfc3339, #""2026-01-01T00:00:00.123Z""#, 1_767_225_600_123),
    (local, #""2026-01-01 08:00:00""#, 1_767_225_600_000),
    (local, #""20260101080000""#, 1_767_225_600_000),
    (local, #""20000101080000""#, 946_684_800_000),
    (.local(secondsFromUTC: -18_000), #""2025-12-31 19:00:00""#, 1_767_225_600_000),
    (.local(secondsFromUTC: 0), #""20240229235959""#, 1_709_251_199_000),
  ]

  @Test(arguments: times)
  func `times are read in the format of the layout`(
    _ row: (MappedLayout.TimeFormat, String, Int64)
  ) {
    let decoded = Self.decode(
      "{\"ts\":\(row.1),\"orp_v\":1}", by: Self.dialect(row.0))
    #expect(decoded.readings.map(\.time.milliseconds) == [row.2])
  }

  static let badTimes: [(MappedLayout.TimeFormat, String, RefusalReason)] = [
    (.epochMilliseconds, #""1767225600000""#, .badPayload),
    (.epochMilliseconds, "null", .badPayload),
    (.epochMilliseconds, "1e999", .nonFinite), (.epochMilliseconds, "1e300", .absurdTime),
    (.epochMilliseconds, "1767225600", .absurdTime), (.epochMilliseconds, "-1e17", .absurdTime),
    (.epochMilliseconds, "1767225900001", .futureTime),
    (.epochSeconds, "1767225600000", .absurdTime),
    (.epochSeconds, "true", .badPayload), (.rfc3339, "1767225600000", .badPayload),
    (.rfc3339, #""2026-01-01T00:00:00""#, .absurdTime), (.rfc3339, #""""#, .absurdTime),
    (local, #""2026-01-01T08:00:00""#, .absurdTime),
    (local, #""2026-01-01 08:00:00Z""#, .absurdTime),
    (local, #""2026-02-30 08:00:00""#, .absurdTime), (local, #""20260101240000""#, .absurdTime),
    (local, #""2026010108000""#, .absurdTime), (local, #""202601010800000""#, .absurdTime),
    (local, #""2026-01-01 08:00""#, .absurdTime), (local, "20260101080000", .badPayload),
    (local, #""２０２６0101080000""#, .absurdTime), (local, #""20260101080501""#, .futureTime),
    (.local(secondsFromUTC: .max), #""20260101080000""#, .absurdTime),
  ]

  @Test(arguments: badTimes)
  func `another time refuses its reading alone`(
    _ row: (MappedLayout.TimeFormat, String, RefusalReason)
  ) {
    let good = Self.times.first { $0.0 == row.0 }.map { $0.1 } ?? row.1
    let decoded = Self.decode(
      "[{\"ts\":\(row.1),\"orp_v\":1},{\"ts\":\(good),\"orp_v\":2}]", by: Self.dialect(row.0))
    #expect(decoded.refusals.first?.reason == row.2)
    #expect(decoded.refusals.first?.detail.hasPrefix("[0].ts: found ") == true)
    if good != row.1 {
      #expect(decoded.refusals.count == 1 && decoded.readings.count == 1)
    }
  }

  @Test func `without a path for the time it is the time of arrival`() {
    let dialect = Self.dialect(time: nil)
    #expect(
      SampleGateway.lines(Self.decode(#"{"ts":1,"orp_v":0.5}"#, by: dialect))
        == ["0 @ 1767225600000: orp=500.0"])
    let decoded = Self.decode(#"[{"orp_v":0.5},{"orp_v":0.75}]"#, by: dialect)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: orp=500.0"])
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_payload: [1].orp_v: found 750.0 for 2026-01-01T00:00:00.000+00:00, expected one "
        + "value of an instant, which is 500.0 already")
  }

  // MARK: Refusals

  private static let noneFound =
    "found none of the mapped values, expected at least one of water.ph, water.cl.0, water.cl.1, "
    + "orp_v"

  static let refusals: [(String, String)] = [
    // Values: the other of the reading stays.
    (
      #"{"ts":1767225600000,"orp_v":1,"water":{"ph":"7.31"}}"#,
      "bad_payload: [0].water.ph: found a string, expected a number or null"
    ),
    (
      #"{"ts":1767225600000,"orp_v":1,"water":{"ph":{}}}"#,
      "bad_payload: [0].water.ph: found an object, expected a number or null"
    ),
    (
      #"{"ts":1767225600000,"orp_v":1,"water":{"cl":[1e999]}}"#,
      "non_finite: [0].water.cl.0: found a number beyond the range of a double, expected a number "
        + "or null"
    ),
    // Readings: the other of the message stays.
    (#"{"ts":1767225600000,"water":{"pH":7}}"#, "bad_payload: [0]: \(noneFound)"),
    ("7", "bad_payload: [0]: \(noneFound)"), ("{}", "bad_payload: [0]: \(noneFound)"),
    (
      #"{"orp_v":1}"#,
      "bad_payload: [0].ts: found nothing, expected a number of milliseconds since 1970"
    ),
  ]

  @Test(arguments: refusals)
  func `a mistake refuses the value or the reading that it is in`(_ row: (String, String)) {
    let decoded = Self.decode("[\(row.0),{\"ts\":1767225540000,\"orp_v\":1}]")
    #expect(SamplePlan.refusal(decoded) == row.1)
    let readings = SampleGateway.lines(decoded)
    #expect(readings.last == "0 @ 1767225540000: orp=1000.0")
    #expect(readings.count == (row.1.contains("[0].water") ? 2 : 1))
  }

  @Test(arguments: [
    (nil, "7", "bad_payload: message: found a number, expected an object or an array of readings"),
    (nil, "[]", "bad_payload: message: found an empty array, expected at least one reading"),
    ("data", "{}", "bad_payload: data: found nothing, expected an array of readings"),
    ("data", "[]", "bad_payload: data: found nothing, expected an array of readings"),
    (
      "data", #"{"data":{"ts":1}}"#,
      "bad_payload: data: found an object, expected an array of readings"
    ),
    (
      "data", #"{"data":[]}"#,
      "bad_payload: data: found an empty array, expected at least one reading"
    ),
    ("data", #"{"data":[}"#, "bad_json: message at byte 9: found '}', expected a value"),
  ])
  func `a message without readings is refused whole`(
    _ row: (readings: String?, payload: String, expected: String)
  ) {
    let decoded = Self.decode(row.payload, by: Self.dialect(readings: row.readings))
    #expect(SamplePlan.refusal(decoded) == row.expected)
    #expect(decoded.readings.isEmpty)
  }

  @Test func `beyond 16 of a kind refusals are told in one`() {
    let readings = Array(repeating: #"{"orp_v":1}"#, count: 100).joined(separator: ",")
    let decoded = Self.decode("[\(readings)]")
    #expect(decoded.refusals.count == 17)
    #expect(decoded.refusals.last?.detail == "message: found 84 more, expected none of this kind")
  }

  @Test func `two paths to one parameter of a pool may not contradict each other`() {
    let dialect = Self.dialect(
      values: [
        SampleGateway.value("a", "ph", unit: "pH"), SampleGateway.value("b", "ph", unit: "pH"),
      ])
    #expect(
      SamplePlan.refusal(Self.decode(#"{"ts":1767225600000,"a":7.1,"b":7.2}"#, by: dialect))
        == "bad_payload: b: found 7.2 for 2026-01-01T00:00:00.000+00:00, expected one value of an "
        + "instant, which is 7.1 already")
    #expect(Self.decode(#"{"ts":1767225600000,"a":7.1,"b":7.1}"#, by: dialect).refusals.isEmpty)
  }
}
