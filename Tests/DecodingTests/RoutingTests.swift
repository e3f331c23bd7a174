import PoolModel
import Testing

@testable import Decoding

/// Which dialect reads which topic, and within which limits.
@Suite struct Routing {
  private static func binding(
    _ id: String, _ filter: String, _ dialect: Dialect, name: String
  ) -> GatewayBinding {
    GatewayBinding(
      id: id, venue: "venue-01", filter: filter, dialect: dialect,
      values: [
        ValueBinding(
          name: name, pool: PoolNumber(0), parameter: SamplePlan.pH, conversion: UnitConversion.none
        )
      ])
  }

  private static let bindings = [
    binding("lab", "senml/venue-01", .senML, name: "urn:ph"),
    binding("plant", "hj212/+/venue-01", .hj212, name: "w01001"),
    binding("sta", "v1.1/#", .sensorThings, name: "17"),
    binding(
      "cloud", "cloud/venue-01", .mapped(.init(readings: nil, time: nil, timeFormat: .rfc3339)),
      name: "acid.ph"),
  ]

  private func decode(
    _ payload: String, on topic: String, limits: PayloadDecoder.Limits = .init()
  ) -> DecodedDelivery {
    var decoder = PayloadDecoder(
      plan: SamplePlan.plan, bindings: Self.bindings, limits: limits)
    return decoder.decode(
      Delivery(topic: topic, payload: Array(payload.utf8)), now: SamplePlan.now)
  }

  @Test func `every filter leads to its dialect, and everything else to the native one`() {
    let cases = [
      ("senml/venue-01", #"[{"n":"urn:ph","t":1767225600,"u":"pH","v":7.1}]"#, "lab"),
      (
        "v1.1/Datastreams(17)/Observations",
        #"{"result":7.1,"phenomenonTime":"2026-01-01T00:00:00Z"}"#, "sta"
      ),
      ("cloud/venue-01", #"{"acid":{"ph":7.1}}"#, "cloud"),
      (SamplePlan.topic, #"{"ts":1767225600000,"values":{"ph":7.1}}"#, "venue-01"),
    ]
    for (topic, payload, gateway) in cases {
      let decoded = decode(payload, on: topic)
      #expect(decoded.refusals.map(\.detail) == [], "\(topic)")
      #expect(decoded.gateway == gateway)
      #expect(
        decoded.readings.map(\.values) == [[ReportedValue(parameter: SamplePlan.pH, value: 7.1)]])
      #expect(decoded.readings.map(\.time) == [SamplePlan.now])
    }
    let frame = decode("no frame", on: "hj212/310107/venue-01")
    #expect(frame.gateway == "plant")
    #expect(frame.refusals.map(\.reason) == [.badFrame])
    #expect(decode("{}", on: "senml/venue-02").refusals.map(\.reason) == [.unknownTopic])
    #expect(decode("{}", on: "senml/venue-02").gateway == nil)
  }

  @Test func `births go on counting for a gateway that is declared as it was, and for no other`() {
    func edge(_ values: [ValueBinding]) -> PayloadDecoder {
      PayloadDecoder(
        plan: SamplePlan.plan,
        bindings: Self.bindings + [
          GatewayBinding(
            id: "edge", venue: "venue-01", filter: "spBv1.0/plant/#", dialect: .sparkplug,
            values: values)
        ])
    }
    func message(_ place: String, _ fixture: String) -> Delivery {
      Delivery(topic: "spBv1.0/plant/\(place)", payload: SparkplugFixtures.bytes(fixture))
    }
    var former = edge(SparkplugGateway.values)
    for birth in [
      message("NBIRTH/gateway", SparkplugFixtures.nodeBirth),
      message("DBIRTH/gateway/kids", SparkplugFixtures.deviceBirth),
    ] {
      #expect(SamplePlan.refusal(former.decode(birth, now: SamplePlan.now)) == "")
    }
    let data = message("NDATA/gateway", SparkplugFixtures.nodeData)
    for (values, isSame) in [
      (SparkplugGateway.values, true), (SparkplugGateway.values.dropLast(), false),
    ] {
      var decoder = edge(values)
      decoder.remember(former)
      let decoded = decoder.decode(data, now: SamplePlan.now)
      #expect(decoded.gateway == "edge")
      #expect(
        SampleGateway.lines(decoded)
          == (isSame ? ["0 @ 1767225591000: ph=7.2 free_chlorine=0.61"] : []))
      #expect(decoded.refusals.isEmpty == isSame)
    }
  }

  @Test func `it asks the broker for all of them`() {
    let decoder = PayloadDecoder(plan: SamplePlan.plan, bindings: Self.bindings)
    #expect(
      decoder.subscriptions == [
        "pools/v1/#", "senml/venue-01", "hj212/+/venue-01", "v1.1/#", "cloud/venue-01",
      ])
  }

  @Test func `limits hold for every dialect`() {
    let limits = PayloadDecoder.Limits(
      payloadByteCount: 100, arrayReadingCount: 2, topicByteCount: 64)
    let long = String(repeating: " ", count: 101)
    for topic in ["senml/venue-01", SamplePlan.topic, "cloud/venue-01"] {
      #expect(decode(long, on: topic, limits: limits).refusals.map(\.reason) == [.tooLarge])
    }
    let topic = "v1.1/" + String(repeating: "x", count: 60)
    #expect(decode("{}", on: topic, limits: limits).refusals.map(\.reason) == [.unknownTopic])
    func pack(_ count: Int) -> String {
      "["
        + (0..<count).map { #"{"n":"urn:ph","t":\#(1_767_225_600 - $0),"v":7}"# }
        .joined(separator: ",") + "]"
    }
    let wide = PayloadDecoder.Limits(arrayReadingCount: 2)
    #expect(decode(pack(2), on: "senml/venue-01", limits: wide).readings.count == 2)
    let refused = decode(pack(3), on: "senml/venue-01", limits: wide)
    #expect(refused.readings.isEmpty)
    #expect(
      refused.refusals.map(\.detail) == ["message: found 3 readings, expected at most 2"])
  }
}
