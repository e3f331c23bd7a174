import PoolModel
import Testing

@testable import Decoding

@Suite struct `Refusing SenML` {
  private static func decode(_ payload: String) -> DecodedDelivery {
    SampleGateway.decode(payload, by: SampleGateway.senML)
  }

  /// Each with `{"n":"t","v":27}` after it, which stays.
  static let recordRefusals: [(String, String)] = [
    (
      #"{"n":"cl","v":0.5}"#,
      "bad_unit: [0].u: found no unit, expected one of g/L, g/m³, kg/m³, mg/L, µg/L"
    ),
    (
      #"{"n":"ph","u":"mV","v":7}"#, "bad_unit: [0].u: found the unit 'mV', expected one of pH"
    ),
    (#"{"n":"t","u":7,"v":7}"#, "bad_payload: [0].u: found a number, expected a string"),
    (#"{"n":"t","v":"27"}"#, "bad_payload: [0].v: found a string, expected a number"),
    (#"{"n":"t","v":null}"#, "bad_payload: [0].v: found null, expected a number"),
    (#"{"n":"t","v":true}"#, "bad_payload: [0].v: found a boolean, expected a number"),
    (
      #"{"n":"t","v":1e999}"#,
      "non_finite: [0].v: found a number beyond the range of a double, expected a number"
    ),
    (
      #"{"n":"orp","u":"V","v":1e308}"#,
      "non_finite: [0].v: found 1e+308, too large in the parameter's unit, expected a number "
        + "within ±1.8e308"
    ),
    (
      #"{"n":"t","vs":"27"}"#,
      "bad_payload: [0].vs: found a string value of 't', expected a number in v"
    ),
    (
      #"{"n":"t","vb":true}"#,
      "bad_payload: [0].vb: found a boolean value of 't', expected a number in v"
    ),
    (
      #"{"n":"t","s":5}"#, "bad_payload: [0].s: found only a sum of 't', expected a number in v"
    ),
    (
      #"{"n":"t","v":1,"vs":"a"}"#,
      "bad_payload: [0]: found v and vs, expected exactly one of v, vs, vb, vd, or s"
    ),
    (
      #"{"n":"x","vb":true,"vd":"","s":1}"#,
      "bad_payload: [0]: found vb and vd, expected exactly one of v, vs, vb, vd, or s"
    ),
    (
      #"{"n":"t"}"#, "bad_payload: [0]: found no value, expected exactly one of v, vs, vb, vd, or s"
    ),
    (#"{"n":7,"v":1}"#, "bad_payload: [0].n: found a number, expected a string"),
    (
      #"{"v":1}"#,
      "bad_payload: [0].n: found no name, expected a letter or digit, then letters, digits and "
        + "- : . / _ in bn and n together"
    ),
    (
      #"{"n":"pool temp","v":1}"#,
      "bad_payload: [0].n: found 'pool temp', expected a letter or digit, then letters, digits "
        + "and - : . / _ in bn and n together"
    ),
    (
      #"{"n":"_t","v":1}"#,
      "bad_payload: [0].n: found '_t', expected a letter or digit, then letters, digits and "
        + "- : . / _ in bn and n together"
    ),
    (
      #"{"n":"池","v":1}"#,
      "bad_payload: [0].n: found '池', expected a letter or digit, then letters, digits and "
        + "- : . / _ in bn and n together"
    ),
    (
      #"{"n":"chlorine","v":1}"#,
      "unknown_name: [0].n: found 'chlorine', expected a name in the map of gateway 'plant'"
    ),
    (
      #"{"n":"t","v":1,"t":"0"}"#,
      "bad_payload: [0].t: found a string, expected a number of seconds"
    ),
  ]

  @Test(arguments: recordRefusals)
  func `a mistake in a record refuses that record alone`(_ row: (String, String)) {
    let decoded = Self.decode("[\(row.0),{\"n\":\"t\",\"v\":27}]")
    #expect(SamplePlan.refusal(decoded) == row.1)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: temperature=27.0"])
  }

  /// Each with `{"n":"t","v":27}` before it, which goes.
  static let packRefusals: [(String, String)] = [
    ("7", "bad_payload: [1]: found a number, expected an object"),
    (#"{"bn":7}"#, "bad_payload: [1].bn: found a number, expected a string"),
    (#"{"bu":null}"#, "bad_payload: [1].bu: found null, expected a string"),
    (#"{"bt":"0"}"#, "bad_payload: [1].bt: found a string, expected a number"),
    (
      #"{"bv":1e999}"#,
      "non_finite: [1].bv: found a number beyond the range of a double, expected a number"
    ),
    (#"{"bs":{}}"#, "bad_payload: [1].bs: found an object, expected a number"),
    (
      #"{"n":"t","v":1,"z_":1,"a_":2}"#,
      "bad_payload: [1]: found the unknown label 'a_', expected no label ending in '_' but what "
        + "RFC 8428 defines"
    ),
    (
      #"{"bver":11,"n":"t","v":1}"#,
      "bad_payload: [1].bver: found 11.0, expected a whole number up to 10, the version of RFC 8428"
    ),
    (
      #"{"bver":5,"n":"t","v":1}"#,
      "bad_payload: [1].bver: found 5.0, expected 10.0, the version of the records before it"
    ),
    (
      #"{"n":"t","n":"t","v":1}"#,
      "bad_payload: message at byte 27: found the key 'n' again, expected each key once"
    ),
  ]

  @Test(arguments: packRefusals)
  func `a mistake that the records after it would inherit refuses the pack`(
    _ row: (String, String)
  ) {
    let decoded = Self.decode("[{\"n\":\"t\",\"v\":27},\(row.0)]")
    #expect(SamplePlan.refusal(decoded) == row.1)
    #expect(decoded.readings.isEmpty && decoded.ignoredKeyCount == 0)
  }

  @Test(arguments: [
    ("[]", "bad_payload: message: found an empty array, expected at least one record"),
    (
      #"{"n":"t","v":1}"#, "bad_payload: message: found an object, expected an array of records"
    ),
    (
      #"[{"bver":10.5,"n":"t","v":1}]"#,
      "bad_payload: [0].bver: found 10.5, expected a whole number up to 10, the version of RFC 8428"
    ),
    (
      #"[{"bver":0,"n":"t","v":1}]"#,
      "bad_payload: [0].bver: found 0.0, expected a whole number up to 10, the version of RFC 8428"
    ),
    ("[{}", "bad_json: message at byte 3: found the end, expected ',' or ']'"),
  ])
  func `a message that is no pack is refused whole`(_ row: (String, String)) {
    #expect(SamplePlan.refusal(Self.decode(row.0)) == row.1)
  }

  @Test func `unknown labels are passed over and counted`() {
    let decoded = Self.decode(
      #"[{"n":"t","v":27,"x":1,"_y":{"a":[1]}},{"bver":10,"n":"ph","u":"pH","v":7,"ct":"60"}]"#)
    #expect(decoded.ignoredKeyCount == 3 && decoded.refusals.isEmpty)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: temperature=27.0 ph=7.0"])
  }

  @Test func `another value for the same instant is refused and the same value passed over`() {
    let decoded = Self.decode(
      #"[{"n":"t","v":27},{"n":"t","v":27},{"n":"t","t":0.0001,"v":28}]"#)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: temperature=27.0"])
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_payload: [2].v: found 28.0 for 2026-01-01T00:00:00.000+00:00, expected one value of "
        + "an instant, which is 27.0 already")
  }
}
