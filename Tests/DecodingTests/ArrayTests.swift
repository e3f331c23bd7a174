import PoolModel
import Testing

@testable import Decoding

@Suite struct `Decoding an array of readings` {
  @Test func `each element is a reading, in their order`() {
    let decoded = SamplePlan.decode(
      "[{\"ts\":1767225599000,\"values\":{\"ph\":7.1}},{\"values\":{\"ph\":7.2},\"ts\":1767225600000,"
        + "\"x\":1}]")
    #expect(decoded.readings.map(\.time.milliseconds) == [1_767_225_599_000, 1_767_225_600_000])
    #expect(decoded.readings.map(\.values.first?.value) == [7.1, 7.2])
    #expect(decoded.ignoredKeyCount == 1)
    #expect(decoded.refusals.isEmpty)
  }

  @Test func `a time that cannot be refuses its element alone`() {
    let decoded = SamplePlan.decode(
      "[{\"ts\":1767225599000,\"values\":{\"ph\":7.1}},{\"ts\":1,\"values\":{\"ph\":7.2}},"
        + "{\"ts\":1767225900001,\"values\":{\"ph\":7.3}},{\"ts\":\"now\",\"values\":{\"ph\":7}},"
        + "{\"ts\":1767225600000,\"values\":{\"ph\":7.4}}]")
    #expect(decoded.readings.map(\.values.first?.value) == [7.1, 7.4])
    #expect(
      SamplePlan.refusal(decoded) == """
        absurd_time: [1].ts at byte 48: found 1970-01-01T00:00:00.001+00:00, expected \
        milliseconds since 1970 or an RFC 3339 time with an offset (Z or +08:00) from 2000 on
        future_time: [2].ts at byte 77: found 2026-01-01T00:05:00.001+00:00, expected at most \
        5 minutes from now, 2026-01-01T00:05:00.000+00:00
        absurd_time: [3].ts at byte 118: found 'now', expected \
        milliseconds since 1970 or an RFC 3339 time with an offset (Z or +08:00) from 2000 on
        """)
  }

  @Test func `of two numbers of one instant the later one is refused, alone`() {
    let decoded = SamplePlan.decode(
      """
      [{"ts":1767225590000,"values":{"ph":7.1,"orp":700}},{"ts":1767225595000,"values":{"ph":7.0}},\
      {"ts":"2026-01-01T07:59:50+08:00","values":{"temperature":27,"p\\u0068":7.3},"flags":{"ph":"fault"}},\
      {"ts":1767225590000,"values":{"ph":null}},{"ts":1767225600000,"values":{"ph":7.2}}]
      """)
    #expect(
      decoded.readings.map { $0.values.map(\.value) } == [[7.1, 700], [7.0], [27], [7.2]])
    #expect(
      decoded.readings.map(\.time.milliseconds) == [
        1_767_225_590_000, 1_767_225_595_000, 1_767_225_590_000, 1_767_225_600_000,
      ])
    #expect(
      SamplePlan.refusal(decoded) == """
        bad_payload: [2].values.ph at byte 154: found 7.3 for 2025-12-31T23:59:50.000+00:00, \
        expected one value of an instant, which is 7.1 already
        bad_payload: [3].values.ph at byte 223: found null for 2025-12-31T23:59:50.000+00:00, \
        expected one value of an instant, which is 7.1 already
        """)
  }

  @Test func `the same value of an instant again is handed on, with the flag that it brings`() {
    let decoded = SamplePlan.decode(
      """
      [{"ts":1767225600000,"seq":1,"values":{"ph":7.1}},{"ts":1767225600000,"seq":2,\
      "values":{"ph":7.1},"flags":{"ph":"manual"}},{"ts":1767225600000,"values":{"orp":700}}]
      """)
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.readings.map(\.sequence) == [1, 2, nil])
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[7.1], [7.1], [700]])
    #expect(decoded.readings[1].values.map(\.marks) == [.manual])
  }

  @Test func `contradictions in any order are found, and told as often as any refusal`() {
    // Each instant twice, the second time with another number.
    let times = Array(0..<40) + Array((0..<40).reversed())
    let readings = times.enumerated().map {
      #"{"ts":\#(1_767_225_500_000 + $1),"values":{"ph":\#($0 < 40 ? 7 : 8),"orp":700}}"#
    }
    let decoded = SamplePlan.decode("[\(readings.joined(separator: ","))]")
    #expect(decoded.readings.count == 80)
    #expect(decoded.readings.flatMap(\.values).count == 120)
    #expect(decoded.readings.flatMap(\.values).allSatisfy { $0.value != 8 })
    #expect(decoded.refusals.count == 17)
    #expect(
      decoded.refusals.last?.detail == "message: found 24 more, expected none of this kind")
  }

  @Test func `a wrong type refuses all elements`() {
    let decoded = SamplePlan.decode(
      "[{\"ts\":1767225599000,\"values\":{\"ph\":7.1}},{\"ts\":1767225600000,\"values\":{\"ph\":\"7\"}}]"
    )
    #expect(decoded.readings.isEmpty)
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_payload: [1].values.ph at byte 77: found a string, expected a number in pH")
  }

  @Test func `beyond sixteen refusals of one reason the rest is one summary`() {
    for count in [16, 17, 1000] {
      let elements = (0..<count).map { "{\"ts\":1,\"values\":{\"x\($0)\":1,\"ph\":1}}" }
      let decoded = SamplePlan.decode("[\(elements.joined(separator: ","))]")
      let byReason = Dictionary(grouping: decoded.refusals, by: \.reason)
      for reason in [RefusalReason.absurdTime, .unknownParameter] {
        let refusals = byReason[reason, default: []]
        #expect(refusals.count == min(count, 17))
        if count > 16 {
          #expect(
            refusals.last?.detail
              == "message: found \(count - 16) more, expected none of this kind")
        }
      }
    }
  }
}
