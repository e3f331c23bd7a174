import PoolModel
import Testing

@testable import Decoding

@Suite struct `SensorThings` {
  private static let dialect = SensorThingsDialect(
    SampleGateway.names(
      .sensorThings,
      [
        SampleGateway.value("42", "ph", unit: "pH"),
        SampleGateway.value("cl-1", "free_chlorine", unit: "kg/m3", pool: SampleGateway.kids),
        SampleGateway.value("it's", "temperature", unit: "°F"),
        SampleGateway.value("a/b)", "temperature", unit: "°C"),
        SampleGateway.value("bare", "orp"),
      ]))

  private static func decode(_ payload: String, _ datastream: String = "42") -> DecodedDelivery {
    SampleGateway.decode(
      payload, by: dialect, topic: "v1.1/Datastreams(\(datastream))/Observations")
  }

  @Test func `an observation is a reading of its datastream`() {
    let decoded = Self.decode(
      """
      {"result":7.31,"phenomenonTime":"2025-12-31T23:59:00.250Z","resultTime":null,
       "resultQuality":{"code":"good"},"parameters":{"operator":"a"},"@iot.id":7}
      """)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225540250: ph=7.31"])
    #expect(decoded.refusals.isEmpty && decoded.ignoredKeyCount == 3)
  }

  /// Ids as OData writes them: numbers bare, strings in quotes with a quote in them doubled.
  @Test(arguments: [
    ("v1.1/Datastreams(42)/Observations", "0 @ 1767225600000: ph=68.0"),
    ("v1.0/Datastreams('42')/Observations", "0 @ 1767225600000: ph=68.0"),
    ("Datastreams(42)/Observations", "0 @ 1767225600000: ph=68.0"),
    ("city/frost/v1.1/Things(3)/Datastreams(42)/Observations", "0 @ 1767225600000: ph=68.0"),
    ("v1.1/Datastreams('cl-1')/Observations", "1 @ 1767225600000: free_chlorine=68000.0"),
    ("v1.1/Datastreams(cl-1)/Observations", "1 @ 1767225600000: free_chlorine=68000.0"),
    ("v1.1/Datastreams('it''s')/Observations", "0 @ 1767225600000: temperature=20.0"),
    ("v1.1/Datastreams('a/b)')/Observations", "0 @ 1767225600000: temperature=68.0"),
  ])
  func `the datastream is the id in the topic`(_ row: (topic: String, expected: String)) throws {
    let decoded = SampleGateway.decode(#"{"result":68}"#, by: Self.dialect, topic: row.topic)
    let reading = try #require(decoded.readings.first)
    guard row.expected.hasSuffix("temperature=20.0") else {
      #expect(SampleGateway.lines(decoded) == [row.expected])
      return
    }
    // 68 °F is 20 °C exactly; a factor of 5/9 is none of the doubles.
    let value = try #require(reading.values.first?.value)
    #expect(abs(value - 20) < 1e-12)
  }

  @Test(arguments: [
    ("42", "42"), (#""42""#, "42"), ("42", "'42'"), (#""cl-1""#, "'cl-1'"), (#""it's""#, "'it''s'"),
  ])
  func `an observation may name its datastream`(id: String, topic: String) {
    let decoded = Self.decode(#"{"result":7,"Datastream":{"@iot.id":\#(id)}}"#, topic)
    #expect(decoded.readings.count == 1)
    #expect(decoded.refusals.isEmpty && decoded.ignoredKeyCount == 0)
  }

  @Test(arguments: [
    ("43", "42", "found 43, expected '42', as in the topic"),
    (#""43""#, "'42'", "found '43', expected '42', as in the topic"),
    ("42.5", "42", "found 42.5, expected '42', as in the topic"),
    ("7", "'cl-1'", "found 7, expected 'cl-1', as in the topic"),
  ])
  func `an observation of another datastream than the topic's is refused`(
    id: String, topic: String, words: String
  ) {
    let decoded = Self.decode(#"{"result":7,"Datastream":{"@iot.id":\#(id),"name":"x"}}"#, topic)
    #expect(decoded.readings.isEmpty)
    #expect(SamplePlan.refusal(decoded) == "wrong_gateway: Datastream.@iot.id: \(words)")
  }

  @Test(arguments: [
    "v1.1/Observations", "v1.1/Datastreams()/Observations", "v1.1/Datastreams('')/Observations",
    "v1.1/Datastreams(42)", "v1.1/Datastreams(42)/Observations/1",
    "v1.1/Datastreams(42/Observations",
    "v1.1/MultiDatastreams(42)/Observations", "v1.1/Datastreams('4'2')/Observations",
    "v1.1/Datastreams('42)/Observations", "v1.1/Datastreams(4(2)/Observations",
    "v1.1/Datastreams(')/Observations", "Datastreams(", ")/Observations", "",
  ])
  func `another topic is refused before the payload is read`(_ topic: String) {
    let decoded = SampleGateway.decode("{", by: Self.dialect, topic: topic)
    #expect(
      SamplePlan.refusal(decoded)
        == "unknown_topic: topic: found '\(topic)', expected …/Datastreams(ID)/Observations")
  }

  /// Milliseconds that GNU date gives for the same texts.
  @Test(arguments: [
    (#""phenomenonTime":"2026-01-01T08:00:00+08:00""#, 1_767_225_600_000),
    (#""phenomenonTime":"2025-12-31T19:00:00.5-05:00""#, 1_767_225_600_500),
    (#""resultTime":"2025-12-31T12:00:00Z""#, 1_767_182_400_000),
    (#""phenomenonTime":null,"resultTime":"2025-12-31T12:00:00Z""#, 1_767_182_400_000),
    (
      #""phenomenonTime":"2025-12-31T11:59:00Z","resultTime":"2025-12-31T12:00:00Z""#,
      1_767_182_340_000
    ),
    // A period counts as of its end.
    (#""phenomenonTime":"2025-12-31T11:59:00Z/2025-12-31T12:00:00Z""#, 1_767_182_400_000),
    (#""phenomenonTime":"2025-12-31T20:00:00+08:00/2025-12-31T12:00:00Z""#, 1_767_182_400_000),
    // No clock at the gateway: ours.
    (#""resultTime":null"#, 1_767_225_600_000), (#""validTime":null"#, 1_767_225_600_000),
  ])
  func `the time is the phenomenon's, else the result's, else ours`(_ row: (String, Int64)) {
    let decoded = Self.decode("{\"result\":7,\(row.0)}")
    #expect(decoded.readings.map(\.time.milliseconds) == [row.1])
    #expect(decoded.refusals.isEmpty)
  }

  private static let written =
    "an RFC 3339 time with an offset (Z or +08:00), or two of them with '/' between"

  static let refusals: [(String, String)] = [
    ("[]", "bad_payload: message: found an array, expected an object"),
    ("{}", "bad_payload: message: found no 'result', expected a number or null"),
    (#"{"Result":7}"#, "bad_payload: message: found no 'result', expected a number or null"),
    (#"{"result":"7.31"}"#, "bad_payload: result: found a string, expected a number or null"),
    (#"{"result":[7]}"#, "bad_payload: result: found an array, expected a number or null"),
    (#"{"result":true}"#, "bad_payload: result: found a boolean, expected a number or null"),
    (
      #"{"result":-1e999}"#,
      "non_finite: result: found a number beyond the range of a double, expected a number or null"
    ),
    (
      #"{"result":NaN}"#,
      "non_finite: message at byte 10: found NaN, expected a finite number or null"
    ),
    (
      #"{"result":7,"result":7}"#,
      "bad_payload: message at byte 12: found the key 'result' again, expected each key once"
    ),
    (#"{"result":7} "# + "{", "bad_json: message at byte 13: found '{', expected the end"),
    (
      #"{"result":7,"phenomenonTime":1767225600}"#,
      "bad_payload: phenomenonTime: found a number, expected \(written)"
    ),
    (
      #"{"result":7,"phenomenonTime":"2026-01-01"}"#,
      "absurd_time: phenomenonTime: found '2026-01-01', expected \(written), from 2000 on"
    ),
    (
      #"{"result":7,"phenomenonTime":"2025-12-31T12:00:00Z/PT1M"}"#,
      "absurd_time: phenomenonTime: found '2025-12-31T12:00:00Z/PT1M', expected \(written), from "
        + "2000 on"
    ),
    (
      #"{"result":7,"phenomenonTime":"2025-12-31T12:00:00Z/2025-12-31T11:59:59Z"}"#,
      "absurd_time: phenomenonTime: found '2025-12-31T12:00:00Z/2025-12-31T11:59:59Z', expected a "
        + "period that ends after it begins"
    ),
    (
      #"{"result":7,"resultTime":"1970-01-01T00:00:00Z"}"#,
      "absurd_time: resultTime: found '1970-01-01T00:00:00Z', expected \(written), from 2000 "
        + "on"
    ),
    (
      #"{"result":7,"phenomenonTime":"2025-12-31T12:00:00Z/2026-01-01T00:05:00.001Z"}"#,
      "future_time: phenomenonTime: found 2026-01-01T00:05:00.001+00:00, expected at most 5 "
        + "minutes from now, 2026-01-01T00:05:00.000+00:00"
    ),
  ]

  @Test(arguments: refusals)
  func `a message that is no observation is refused`(_ row: (String, String)) {
    let decoded = Self.decode(row.0)
    #expect(SamplePlan.refusal(decoded) == row.1)
    #expect(decoded.readings.isEmpty)
  }

  @Test func `a datastream that the map does not have is refused by name`() {
    #expect(
      SamplePlan.refusal(Self.decode(#"{"result":7}"#, "43"))
        == "unknown_name: topic: found '43', expected a name in the map of gateway 'plant'")
  }

  @Test func `null is a value that the sensor does not have`() {
    #expect(
      SampleGateway.lines(Self.decode(#"{"result":null}"#)) == ["0 @ 1767225600000: ph=-"])
  }

  @Test func `a map without a unit refuses the value`() {
    #expect(
      SamplePlan.refusal(Self.decode(#"{"result":700}"#, "bare"))
        == "bad_unit: result: found no unit, expected a unit for 'bare' in the gateway's "
        + "configuration")
  }
}
