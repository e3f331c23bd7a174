import PoolModel
import Testing

@testable import Decoding

@Suite struct `Decoding into memory that was used before` {
  /// Each leaves something else behind: readings, values, marks, refusals, a status, nothing.
  static let deliveries: [Delivery] = [
    telemetry(
      #"{"ts":1767225600000,"seq":17,"values":{"free_chlorine":0.52,"ph":7.31,"orp":null}}"#),
    telemetry(#"{"ts":1767225600000,"values":{"ph":7},"flags":{"ph":"fault"}}"#),
    telemetry(
      #"[{"ts":1767225590000,"values":{"ph":7.1,"orp":650}},{"ts":1767225600000,"values":{"orp":7}}]"#
    ),
    telemetry(
      #"[{"ts":7,"values":{"ph":7.1}},{"ts":1767225600000,"values":{"ph":7},"flags":{"ph":"manual"}}]"#
    ),
    telemetry(#"{"ts":1767225600000,"values":{"sugar":1},"firmware":"2","site":"2"}"#),
    telemetry(#"{"ts":1767225600000,"values":{"ph":7,"temperature":"warm"}}"#),
    telemetry(#"{"ts":1767225600000,"values":{"ph":7}"#),
    telemetry(#"{"ts":1767225600000,"venue":"venue-02","values":{"ph":7}}"#),
    Delivery(topic: SamplePlan.statusTopic, payload: Array(#"{"online":true}"#.utf8)),
    Delivery(topic: SamplePlan.statusTopic, payload: Array(#"{"online":1}"#.utf8)),
    Delivery(topic: "pools/v1/310107/venue-09/main/telemetry", payload: []),
    Delivery(topic: SamplePlan.topic, payload: Array(repeating: 0x20, count: 256 * 1024 + 1)),
  ]

  @Test func `gives what new memory gives, whatever three messages came before`() {
    var decoder = PayloadDecoder(plan: SamplePlan.plan)
    let expected = Self.deliveries.map { SamplePlan.decode($0, now: SamplePlan.now) }
    #expect(Set(expected).count == expected.count)
    for first in Self.deliveries {
      for second in Self.deliveries {
        var decoded = DecodedDelivery()
        decoder.decode(first, now: SamplePlan.now, into: &decoded)
        for (third, wanted) in zip(Self.deliveries, expected) {
          decoder.decode(second, now: SamplePlan.now, into: &decoded)
          decoder.decode(third, now: SamplePlan.now, into: &decoded)
          #expect(decoded == wanted)
        }
      }
    }
  }

  @Test func `leaves what was taken from it before`() {
    var decoder = PayloadDecoder(plan: SamplePlan.plan)
    var decoded = DecodedDelivery()
    decoder.decode(Self.deliveries[0], now: SamplePlan.now, into: &decoded)
    let taken = decoded.readings
    decoder.decode(Self.deliveries[1], now: SamplePlan.now, into: &decoded)
    #expect(taken == SamplePlan.decode(Self.deliveries[0], now: SamplePlan.now).readings)
  }

  private static func telemetry(_ payload: String) -> Delivery {
    Delivery(topic: SamplePlan.topic, payload: Array(payload.utf8))
  }
}
