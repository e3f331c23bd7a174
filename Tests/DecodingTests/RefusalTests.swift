import PoolModel
import Testing

@testable import Decoding

@Suite struct `Refusing a payload` {
  /// A message of one reading with `values` as given.
  private static func reading(_ values: String, _ more: String = "") -> String {
    "{\"ts\":1767225600000,\"values\":\(values)\(more)}"
  }

  static let table: [(String, String)] = [
    // Not JSON.
    ("", "bad_json: message at byte 0: found the end, expected a value"),
    ("{\"ts\" 1}", "bad_json: message at byte 6: found '1', expected ':'"),
    ("{\"ts\":1,}", "bad_json: message at byte 8: found '}', expected a key in double quotes"),
    ("[{}", "bad_json: message at byte 3: found the end, expected ',' or ']'"),
    (
      reading("{\"ph\":7.3}", "") + "x", "bad_json: message at byte 40: found 'x', expected the end"
    ),
    (
      reading("{\"ph\":07}"),
      "bad_json: message at byte 36: found '7', expected no digit after a leading zero"
    ),
    (reading("{\"ph\":NaN}"), "bad_json: message at byte 35: found 'NaN', expected a value"),
    (
      reading("{\"ph\":\"7}"),
      "bad_json: message at byte 39: found the end, expected a character or '\"'"
    ),
    // A mistake of the dialect before one of syntax: it is not JSON all the same.
    (
      "{\"ts\":true,",
      "bad_json: message at byte 11: found the end, expected a key in double quotes"
    ),
    ("\u{FEFF}{}", "bad_json: message at byte 0: found byte 0xef, expected a value"),
    // Of another gateway than the topic's, which is venue-01/main of 310107.
    (
      "{\"venue\":\"venue-02\",\"ts\":1767225600000,\"values\":{\"ph\":7}}",
      "wrong_gateway: venue at byte 9: found 'venue-02', expected 'venue-01', as in the topic"
    ),
    (
      "[{\"ts\":1767225600000,\"values\":{\"ph\":7}},{\"po\\u006fl\":\"children\"}]",
      "wrong_gateway: [1].pool at byte 53: found 'children', expected 'main', as in the topic"
    ),
    (
      reading("{\"ph\":7}", ",\"district\":\"\""),
      "wrong_gateway: district at byte 49: found '', expected '310107', as in the topic"
    ),
    // JSON, but not the dialect.
    (
      "7",
      "bad_payload: message at byte 0: found a number, expected an object or an array of objects"
    ),
    ("[]", "bad_payload: message at byte 0: found an empty array, expected at least one reading"),
    ("[7]", "bad_payload: [0] at byte 1: found a number, expected an object"),
    (
      "{\"values\":{\"ph\":7}}",
      "bad_payload: message at byte 0: found no 'ts', expected milliseconds since 1970 or an RFC "
        + "3339 time with an offset (Z or +08:00)"
    ),
    (
      "[{\"ts\":1767225600000}]",
      "bad_payload: [0] at byte 1: found no 'values', expected an object of numbers by parameter"
    ),
    (
      "{\"ts\":null,\"values\":{\"ph\":7}}",
      "bad_payload: ts at byte 6: found null, expected milliseconds since 1970 or an RFC 3339 "
        + "time with an offset (Z or +08:00)"
    ),
    (
      "{\"ts\":1767225600000.5,\"values\":{\"ph\":7}}",
      "bad_payload: ts at byte 6: found 1767225600000.5, expected whole milliseconds"
    ),
    (
      reading("[7]"),
      "bad_payload: values at byte 29: found an array, expected an object of numbers by parameter"
    ),
    (
      reading("{}"),
      "bad_payload: values at byte 29: found an empty object, expected at least one value"
    ),
    (
      reading("{\"ph\":\"7.3\"}"),
      "bad_payload: values.ph at byte 35: found a string, expected a number in pH"
    ),
    (
      reading("{\"free_chlorine\":true}"),
      "bad_payload: values.free_chlorine at byte 46: found a boolean, expected a number in mg/L"
    ),
    (
      reading("{\"ph\":7,\"\\u0070h\":7}"),
      "bad_payload: values.ph at byte 37: found the key again, expected each key once"
    ),
    (
      reading("{\"a\":7,\"\\u0061\":7}"),
      "bad_payload: values.a at byte 36: found the key again, expected each key once"
    ),
    (
      reading("{\"ph\":7}", ",\"ts\":1"),
      "bad_payload: ts at byte 38: found the key again, expected each key once"
    ),
    (
      reading("{\"ph\":7}", ",\"x\":1,\"x\":1"),
      "bad_payload: x at byte 44: found the key again, expected each key once"
    ),
    (
      reading("{\"ph\":7}", ",\"seq\":-1"),
      "bad_payload: seq at byte 44: found -1, expected a whole number from 0 to "
        + "18446744073709551615"
    ),
    (
      reading("{\"ph\":7}", ",\"seq\":1.5"),
      "bad_payload: seq at byte 44: found 1.5, expected a whole number from 0 to "
        + "18446744073709551615"
    ),
    (
      reading("{\"ph\":7}", ",\"seq\":18446744073709551616"),
      "bad_payload: seq at byte 44: found 18446744073709551616, expected a whole number from 0 "
        + "to 18446744073709551615"
    ),
    (
      reading("{\"ph\":7}", ",\"seq\":\"1\""),
      "bad_payload: seq at byte 44: found a string, expected a whole number from 0 to "
        + "18446744073709551615"
    ),
    (
      reading("{\"ph\":7}", ",\"flags\":[]"),
      "bad_payload: flags at byte 46: found an array, expected an object of flags by parameter"
    ),
    (
      reading("{\"ph\":7}", ",\"flags\":{\"ph\":\"broken\\u0007\"}"),
      "bad_payload: flags.ph at byte 52: found 'broken\\u{7}', expected one of maintenance, "
        + "calibration, fault, manual"
    ),
    (
      reading("{\"ph\":7}", ",\"flags\":{\"ph\":1}"),
      "bad_payload: flags.ph at byte 52: found a number, expected one of maintenance, "
        + "calibration, fault, manual"
    ),
    (
      reading("{\"ph\":7}", ",\"flags\":{\"orp\":\"fault\"}"),
      "bad_payload: flags.orp at byte 47: found a flag without a value, expected a parameter of "
        + "'values'"
    ),
    (
      reading("{\"ph\":7}", ",\"flags\":{\"zz\":\"fault\"}"),
      "bad_payload: flags.zz at byte 47: found a flag without a value, expected a parameter of "
        + "'values'"
    ),
    (
      reading("{\"ph\":7}", ",\"flags\":{\"ph\":\"fault\",\"ph\":\"fault\"}"),
      "bad_payload: flags.ph at byte 60: found the key again, expected each key once"
    ),
    // Numbers beyond a double.
    (
      reading("{\"ph\":-1e309}"),
      "non_finite: values.ph at byte 35: found -1e309, expected a number in pH within ±1.8e308"
    ),
    (
      reading("{\"orp\":\(String(repeating: "9", count: 400))}"),
      "non_finite: values.orp at byte 36: found \(String(repeating: "9", count: 40))…, expected "
        + "a number in mV within ±1.8e308"
    ),
    // Numbers that are not zero, and whose double is: IEEE 754 has none below 4.94e-324, and half of it goes to zero.
    (
      reading("{\"ph\":1e-400}"),
      "non_finite: values.ph at byte 35: found 1e-400, expected a number in pH, 0 or beyond "
        + "±4.9e-324"
    ),
    (
      reading("{\"orp\":-2.4703282292062327e-324}"),
      "non_finite: values.orp at byte 36: found -2.4703282292062327e-324, expected a number in mV, "
        + "0 or beyond ±4.9e-324"
    ),
    // 2^64 × 10^-400: its digits come to zero where they wrap.
    (
      reading("{\"orp\":18446744073709551616e-400}"),
      "non_finite: values.orp at byte 36: found 18446744073709551616e-400, expected a number in mV, "
        + "0 or beyond ±4.9e-324"
    ),
    // Times.
    (
      "{\"ts\":946684799999,\"values\":{\"ph\":7}}",
      "absurd_time: ts at byte 6: found 1999-12-31T23:59:59.999+00:00, expected milliseconds "
        + "since 1970 or an RFC 3339 time with an offset (Z or +08:00) from 2000 on"
    ),
    (
      "{\"ts\":1767225600,\"values\":{\"ph\":7}}",
      "absurd_time: ts at byte 6: found 1970-01-21T10:53:45.600+00:00, expected milliseconds "
        + "since 1970 or an RFC 3339 time with an offset (Z or +08:00) from 2000 on"
    ),
    (
      "{\"ts\":1767225600000000,\"values\":{\"ph\":7}}",
      "absurd_time: ts at byte 6: found 1767225600000000, expected milliseconds since 1970 or an "
        + "RFC 3339 time with an offset (Z or +08:00) from 2000 on"
    ),
    (
      "{\"ts\":-1e300,\"values\":{\"ph\":7}}",
      "absurd_time: ts at byte 6: found -1e300, expected milliseconds since 1970 or an RFC 3339 "
        + "time with an offset (Z or +08:00) from 2000 on"
    ),
    (
      "{\"ts\":1e999,\"values\":{\"ph\":7}}",
      "absurd_time: ts at byte 6: found 1e999, expected milliseconds since 1970 or an RFC 3339 "
        + "time with an offset (Z or +08:00) from 2000 on"
    ),
    (
      "{\"ts\":\"2026-01-01 00:00:00\",\"values\":{\"ph\":7}}",
      "absurd_time: ts at byte 6: found '2026-01-01 00:00:00', expected milliseconds since 1970 "
        + "or an RFC 3339 time with an offset (Z or +08:00) from 2000 on"
    ),
    (
      "{\"ts\":\"2026-01-01T00:05:00.001Z\",\"values\":{\"ph\":7}}",
      "future_time: ts at byte 6: found 2026-01-01T00:05:00.001+00:00, expected at most 5 "
        + "minutes from now, 2026-01-01T00:05:00.000+00:00"
    ),
  ]

  @Test(arguments: table)
  func `each rule has its reason and its words`(payload: String, refusal: String) {
    let decoded = SamplePlan.decode(payload)
    #expect(SamplePlan.refusal(decoded) == refusal)
    #expect(decoded.refusals.first?.payload == Array(payload.utf8))
    #expect(decoded.readings.isEmpty)
    #expect(decoded.ignoredKeyCount == 0)
  }

  @Test func `a payload of 256 KiB is read and one byte more is too large`() {
    let message = "{\"ts\":1767225600000,\"values\":{\"ph\":7}}"
    let blanks = String(repeating: " ", count: 262_144 - message.utf8.count)
    #expect(SamplePlan.decode(message + blanks).readings.count == 1)
    let decoded = SamplePlan.decode(message + blanks + " ")
    #expect(
      SamplePlan.refusal(decoded)
        == "too_large: message: found 262145 bytes, expected at most 262144")
    #expect(decoded.readings.isEmpty)
  }

  @Test func `a hostile name cannot make a long or a second line`() {
    let name = String(repeating: "\\u0000\\n\\u202e", count: 1000)
    let decoded = SamplePlan.decode("{\"ts\":1767225600000,\"values\":{\"\(name)\":7}}")
    #expect(
      SamplePlan.refusal(decoded)
        == "unknown_parameter: values.\\u{0}\\u{a}\\u{202e}\\u{0}\\u{a}\\u{202e}… at byte 30: "
        + "found an unknown parameter, expected a parameter of the plan"
    )
    let topic = "pools/v1/310107/\(String(repeating: "\u{301}", count: 100))/status"
    let refusal = SamplePlan.decode("", topic: topic).refusals.first
    #expect(refusal?.reason == .unknownVenue)
    #expect((refusal?.detail.unicodeScalars.count ?? 1000) <= 200)
  }

  @Test func `a key without a letter is no name, wherever it stands`() {
    let last = Parameter.standard.last?.name ?? ""
    let orders = ["\"\":1,\"\(last)\":2", "\"\(last)\":2,\"\":1"]
    for values in orders {
      for message in [
        "{\"\":1,\"ts\":1767225600000,\"values\":{\(values)},\"flags\":{}}",
        "{\"ts\":1767225600000,\"values\":{\(values)},\"flags\":{},\"\":1}",
      ] {
        let decoded = SamplePlan.decode(message)
        #expect(decoded.refusals.map(\.reason) == [.unknownParameter], "\(message)")
        #expect(decoded.readings.map { $0.values.map(\.value) } == [[2]], "\(message)")
        #expect(decoded.ignoredKeyCount == 1, "\(message)")
      }
    }
  }

  @Test func `an unknown key is found again however many there are`() {
    for count in [3, 4, 5, 40] {
      let keys = (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
      let fine = "{\"ts\":1767225600000,\"values\":{\"ph\":7},\(keys)}"
      #expect(SamplePlan.decode(fine).ignoredKeyCount == count)
      for again in ["k0", "k\(count - 1)", "\\u006b\(count - 1)"] {
        let broken = "{\"ts\":1767225600000,\"values\":{\"ph\":7},\(keys),\"\(again)\":0}"
        #expect(SamplePlan.decode(broken).refusals.map(\.reason) == [.badPayload], "\(again)")
      }
    }
  }
}
