import PoolModel
import Testing

@testable import Decoding

@Suite struct `Decoding a reading` {
  @Test func `the example of the dialect gives its reading`() {
    let decoded = SamplePlan.decode(
      """
      {"ts":1767225600000,"seq":17,"values":{"free_chlorine":0.52,"ph":7.31,"temperature":27.4},\
      "flags":{"ph":"calibration"}}
      """)
    #expect(
      decoded
        == DecodedDelivery(
          readings: [
            Reading(
              pool: PoolNumber(0), time: SamplePlan.now, sequence: 17,
              values: [
                ReportedValue(parameter: SamplePlan.chlorine, value: 0.52),
                ReportedValue(parameter: SamplePlan.pH, value: 7.31, marks: .calibration),
                ReportedValue(parameter: SamplePlan.temperature, value: 27.4),
              ])
          ], gateway: "venue-01"))
  }

  @Test func `keys come in any order, escaped or with spaces`() {
    let decoded = SamplePlan.decode(
      " { \"flags\" : { \"p\\u0068\" : \"f\\u0061ult\" } ,\r\n\t\"\\u0076alues\" : "
        + "{ \"\\u0070h\" : 7 } , \"\\u0074s\" : \"2026-01-01T08:00:00+08:00\" } ")
    #expect(
      decoded
        == DecodedDelivery(
          readings: [
            Reading(
              pool: PoolNumber(0), time: SamplePlan.now, sequence: nil,
              values: [ReportedValue(parameter: SamplePlan.pH, value: 7, marks: .fault)])
          ], gateway: "venue-01"))
  }

  @Test(arguments: [
    ("maintenance", GatewayMarks.maintenance), ("calibration", .calibration), ("fault", .fault),
    ("manual", .manual),
  ])
  func `each flag has its mark`(word: String, mark: GatewayMarks) {
    let decoded = SamplePlan.decode(
      "{\"ts\":1767225600000,\"values\":{\"ph\":7,\"orp\":null},\"flags\":{\"orp\":\"\(word)\"}}")
    #expect(decoded.readings.first?.values.map(\.marks) == [[], mark])
  }

  @Test func `null is a value that the gateway does not have`() {
    let decoded = SamplePlan.decode("{\"ts\":1767225600000,\"values\":{\"ph\":null}}")
    #expect(
      decoded.readings.first?.values == [ReportedValue(parameter: SamplePlan.pH, value: nil)])
    #expect(decoded.refusals.isEmpty)
  }

  @Test func `the pool follows from the topic`() {
    let payload = "{\"ts\":1767225600000,\"values\":{\"ph\":7}}"
    for (index, pool) in SamplePlan.plan.pools.enumerated() {
      let topic = TopicPattern.telemetry(district: "310107", pool: pool.id)
      #expect(SamplePlan.decode(payload, topic: topic).readings.first?.pool == PoolNumber(index))
    }
  }

  @Test func `unknown keys of the object are counted and passed over`() {
    let decoded = SamplePlan.decode(
      "{\"a\":[{\"b\":[]},{}],\"ts\":1767225600000,\"c\":{\"ts\":1,\"ts\":2},"
        + "\"values\":{\"ph\":7},\"\\n\":1e999}")
    #expect(decoded.ignoredKeyCount == 3)
    #expect(decoded.readings.count == 1)
    #expect(decoded.refusals.isEmpty)
  }

  @Test(arguments: [
    #""district":"310107","venue":"venue-01","pool":"main""#,
    #""venue":null,"pool":1,"district":{}"#,
  ])
  func `an origin that is the topic's, or no text, is passed over`(origin: String) {
    let decoded = SamplePlan.decode(#"{\#(origin),"ts":1767225600000,"values":{"ph":7}}"#)
    #expect(decoded.ignoredKeyCount == 3)
    #expect(decoded.readings.count == 1)
    #expect(decoded.refusals.isEmpty)
  }

  @Test func `a status that names another venue than its topic is refused`() {
    let decoded = SamplePlan.decode(
      #"{"online":true,"venue":"venue-02"}"#, topic: SamplePlan.statusTopic)
    #expect(decoded.status == nil)
    #expect(
      decoded.refusals.map(\.detail) == [
        "venue at byte 23: found 'venue-02', expected 'venue-01', as in the topic"
      ])
  }

  @Test(arguments: [
    ("1767225600000", 1_767_225_600_000), ("1.7672256e12", 1_767_225_600_000),
    ("1767225600000.0", 1_767_225_600_000), ("946684800000", 946_684_800_000),
    ("1767225900000", 1_767_225_900_000), ("\"2000-01-01T00:00:00Z\"", 946_684_800_000),
    ("\"2026-01-01T00:00:00.250Z\"", 1_767_225_600_250),
    ("\"2025-12-31T19:00:00-05:00\"", 1_767_225_600_000),
  ])
  func `a time is milliseconds or RFC 3339`(text: String, milliseconds: Int64) {
    let decoded = SamplePlan.decode("{\"ts\":\(text),\"values\":{\"ph\":7}}")
    #expect(decoded.readings.first?.time.milliseconds == milliseconds)
    #expect(decoded.refusals.isEmpty)
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("17", 17), ("17.0", 17), ("1e3", 1000),
    ("9999999999999999999", 9_999_999_999_999_999_999),
    ("18446744073709551615", UInt64.max),
  ])
  func `a sequence number is any whole number of 64 bits`(text: String, sequence: UInt64) {
    let decoded = SamplePlan.decode("{\"ts\":1767225600000,\"seq\":\(text),\"values\":{\"ph\":7}}")
    #expect(decoded.readings.first?.sequence == sequence)
  }
}

@Suite struct `Decoding an unknown parameter` {
  @Test func `its value is refused by name and its neighbours are kept`() {
    let decoded = SamplePlan.decode(
      "{\"ts\":1767225600000,\"values\":{\"ph\":7.3,\"chlor\\u0069ne\":\"0.5\",\"orp\":700},"
        + "\"flags\":{\"chlorine\":\"manual\"}}")
    #expect(decoded.readings.first?.values.map(\.value) == [7.3, 700])
    #expect(
      SamplePlan.refusal(decoded)
        == "unknown_parameter: values.chlorine at byte 39: found an unknown parameter, expected "
        + "a parameter of the plan")
  }

  @Test func `a reading of unknown parameters alone is no reading`() {
    let decoded = SamplePlan.decode("{\"ts\":1767225600000,\"values\":{\"a\":1,\"b\":[1]}}")
    #expect(decoded.readings.isEmpty)
    #expect(decoded.refusals.map(\.reason) == [.unknownParameter, .unknownParameter])
  }
}

@Suite struct `Decoding a status` {
  @Test func `the example of the dialect gives its status`() {
    let decoded = SamplePlan.decode(
      "{\"online\":true,\"ts\":1767225600000,\"firmware\":\"池 1.2\\n\"}",
      topic: SamplePlan.statusTopic)
    #expect(
      decoded
        == DecodedDelivery(
          status: GatewayStatus(
            venue: "venue-01", isOnline: true, time: SamplePlan.now, firmware: "池 1.2\n"),
          gateway: "venue-01"))
  }

  @Test func `only online is required and unknown keys are counted`() {
    let decoded = SamplePlan.decode(
      "{\"x\":{},\"online\":false}", topic: SamplePlan.statusTopic)
    #expect(
      decoded
        == DecodedDelivery(
          ignoredKeyCount: 1, status: GatewayStatus(venue: "venue-01", isOnline: false),
          gateway: "venue-01"))
  }

  @Test func `a time that cannot be is refused and the rest is kept`() {
    let decoded = SamplePlan.decode(
      "{\"online\":true,\"ts\":5}", topic: SamplePlan.statusTopic)
    #expect(decoded.status == GatewayStatus(venue: "venue-01", isOnline: true))
    #expect(decoded.refusals.map(\.reason) == [.absurdTime])
  }

  @Test(arguments: [
    ("", "bad_json: message at byte 0: found the end, expected a value"),
    ("{}", "bad_payload: message at byte 0: found no 'online', expected true or false"),
    (
      "{\"online\":\"yes\"}",
      "bad_payload: online at byte 10: found a string, expected true or false"
    ),
    (
      "{\"online\":true,\"online\":true}",
      "bad_payload: online at byte 15: found the key again, expected each key once"
    ),
    (
      "{\"online\":true,\"a\":1,\"a\":1}",
      "bad_payload: a at byte 21: found the key again, expected each key once"
    ),
    (
      "{\"online\":true,\"firmware\":1}",
      "bad_payload: firmware at byte 26: found a number, expected a string of at most 200 bytes"
    ),
    (
      "{\"online\":true,\"firmware\":\"\(String(repeating: "1", count: 201))\"}",
      "bad_payload: firmware at byte 26: found 201 bytes, expected a string of at most 200 bytes"
    ),
    ("true", "bad_payload: message at byte 0: found a boolean, expected an object"),
    ("{\"online\":true} x", "bad_json: message at byte 16: found 'x', expected the end"),
    (
      "{\"online\":tru}",
      "bad_json: message at byte 10: found 'tru', expected true; "
        + "JSON's words are true, false and null, texts stand in quotes"
    ),
  ])
  func `a status that is not the dialect is refused`(payload: String, refusal: String) {
    let decoded = SamplePlan.decode(payload, topic: SamplePlan.statusTopic)
    #expect(SamplePlan.refusal(decoded) == refusal)
    #expect(decoded.status == nil)
  }
}
