import PoolModel
import Testing

@testable import Decoding

@Suite struct `Refusing a topic` {
  @Test(arguments: [
    (
      "pools/v1/310108/venue-01/main/telemetry",
      "wrong_district: topic: found district '310108', expected '310107'"
    ),
    (
      "pools/v1/310108/nowhere/status",
      "wrong_district: topic: found district '310108', expected '310107'"
    ),
    (
      "pools/v1/310107/venue-03/main/telemetry",
      "unknown_venue: topic: found venue 'venue-03', expected a venue of the plan"
    ),
    (
      "pools/v1/310107/venue-03/status",
      "unknown_venue: topic: found venue 'venue-03', expected a venue of the plan"
    ),
    (
      "pools/v1/310107/venue-02/children/telemetry",
      "unknown_pool: topic: found pool 'children', expected a pool of venue 'venue-02'"
    ),
    (
      "pools/v1/310107/venue-01/\u{202E}\u{7}\n/telemetry",
      "unknown_pool: topic: found pool '\\u{202e}\\u{7}\\u{a}', expected a pool of venue "
        + "'venue-01'"
    ),
    (
      "pools/v2/310107/venue-01/main/telemetry",
      "unknown_topic: topic: found 'pools/v2/310107/venue-01/main/telemetry', expected "
        + "pools/v1/DISTRICT/VENUE/POOL/telemetry or pools/v1/DISTRICT/VENUE/status"
    ),
    (
      "pools/v1/310107/venue-01//telemetry",
      "unknown_topic: topic: found 'pools/v1/310107/venue-01//telemetry', expected "
        + "pools/v1/DISTRICT/VENUE/POOL/telemetry or pools/v1/DISTRICT/VENUE/status"
    ),
    (
      "",
      "unknown_topic: topic: found '', expected "
        + "pools/v1/DISTRICT/VENUE/POOL/telemetry or pools/v1/DISTRICT/VENUE/status"
    ),
  ])
  func `a topic that leads nowhere is refused by name`(topic: String, refusal: String) {
    // A broken payload, because the topic is judged first.
    let decoded = SamplePlan.decode("{", topic: topic)
    #expect(SamplePlan.refusal(decoded) == refusal)
    #expect(decoded.refusals.first?.topic == topic)
    #expect(decoded.refusals.first?.payload == [0x7B])
  }

  @Test(arguments: [
    "pools/v1/310107/venue-01/telemetry", "pools/v1/310107/venue-01/main/status",
    "pools/v1/310107/venue-01/main/telemetry/", "/pools/v1/310107/venue-01/main/telemetry",
    "pools/v1/310107/venue-01/main/Telemetry", "Pools/v1/310107/venue-01/status",
  ])
  func `a topic of another shape is unknown`(topic: String) {
    #expect(TopicPattern(topic) == nil)
    #expect(SamplePlan.decode("{}", topic: topic).refusals.map(\.reason) == [.unknownTopic])
  }

  @Test func `a built topic is taken apart into what it was built from`() {
    let telemetry = TopicPattern(
      TopicPattern.telemetry(district: "310107", pool: PoolID(venue: "v", pool: "p")))
    #expect(telemetry?.district == "310107")
    #expect(telemetry?.venue == "v")
    #expect(telemetry?.pool == "p")
    let status = TopicPattern(TopicPattern.status(district: "310107", venue: "v"))
    #expect(status?.venue == "v")
    #expect(status != nil && status?.pool == nil)
  }

  @Test func `the subscription takes in what is misspelt`() {
    #expect(PayloadDecoder(plan: SamplePlan.plan).subscriptions == ["pools/v1/#"])
  }
}
