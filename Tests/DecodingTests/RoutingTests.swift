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

  private static func decoder(_ binding: GatewayBinding) -> PayloadDecoder {
    PayloadDecoder(plan: SamplePlan.plan, bindings: [binding])
  }

  private static func named(
    _ binding: GatewayBinding, _ values: [ValueBinding], filter: String? = nil
  ) -> GatewayBinding {
    GatewayBinding(
      id: binding.id, venue: binding.venue, filter: filter ?? binding.filter,
      dialect: binding.dialect, values: values, device: binding.device)
  }

  @Test func `births hold in a plan that numbers pools otherwise`() {
    let edge = GatewayBinding(
      id: "edge", venue: "venue-01", filter: "spBv1.0/plant/#", dialect: .sparkplug,
      values: SparkplugGateway.values)
    // As where a venue was put before all others.
    let moved = edge.values.map {
      ValueBinding(
        name: $0.name, pool: PoolNumber($0.pool.index + 1), parameter: $0.parameter,
        conversion: $0.conversion)
    }
    func message(_ place: String, _ fixture: String) -> Delivery {
      Delivery(topic: "spBv1.0/plant/\(place)", payload: SparkplugFixtures.bytes(fixture))
    }
    var former = Self.decoder(edge)
    for birth in [
      message("NBIRTH/gateway", SparkplugFixtures.nodeBirth),
      message("DBIRTH/gateway/kids", SparkplugFixtures.deviceBirth),
    ] {
      #expect(former.decode(birth, now: SamplePlan.now).refusals.isEmpty)
    }
    var decoder = Self.decoder(Self.named(edge, moved))
    #expect(decoder.remember(former).isEmpty)
    let node = decoder.decode(
      message("NDATA/gateway", SparkplugFixtures.nodeData), now: SamplePlan.now)
    #expect(SampleGateway.lines(node) == ["1 @ 1767225591000: ph=7.2 free_chlorine=0.61"])
    let device = decoder.decode(
      message("DDATA/gateway/kids", SparkplugFixtures.deviceData), now: SamplePlan.now)
    #expect(
      SampleGateway.lines(device) == ["2 @ 1767225590000: ph=-", "2 @ 1767221990000: flow=118.0"])
    #expect(node.refusals + device.refusals == [])
    #expect(node.commands + device.commands == [])
  }

  @Test func `parts of a frame wait for the rest, whatever their codes stand for meanwhile`() {
    typealias Sample = HJ212Sample
    let parts = [
      Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1"),
      Sample.part(2, of: 2, "w01010-Rtd=27"),
    ]
    var former = Self.decoder(Sample.binding)
    #expect(
      former.decode(Sample.delivery(parts[0]), now: Sample.now).refusals.isEmpty)
    var same = Self.decoder(Self.named(Sample.binding, Array(Sample.binding.values.prefix(2))))
    #expect(same.remember(former).isEmpty)
    let decoded = same.decode(Sample.delivery(parts[1]), now: Sample.now)
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[7.1, 27]])
    // Where nobody waits for the rest any more, they are refused by name.
    for binding in [
      Self.named(Sample.binding, Sample.binding.values, filter: "hj212/elsewhere"),
      GatewayBinding(
        id: Sample.binding.id, venue: "venue-02", filter: Sample.topic, dialect: .senML,
        values: Sample.binding.values), Self.bindings[0],
    ] {
      var other = Self.decoder(binding)
      let lost = other.remember(former)
      #expect(
        lost.map(\.detail) == [
          "parts of QN 20260101080000000 MN 'POOL0000000000000000PT02' CN 2011: found 1 of 2 when "
            + "its gateway was declared otherwise, expected all before"
        ])
      #expect(lost.map(\.reason) == [.lostParts])
      #expect(lost.map(\.payload) == [Array(parts[0].utf8)])
    }
  }

  @Test func `what arrives goes on after what arrived before`() {
    let lab = GatewayBinding(
      id: "lab", venue: "venue-01", filter: "lab", dialect: .senML,
      values: [SampleGateway.value("ph", "ph", unit: "pH")])
    let delivery = Delivery(topic: "lab", payload: Array(#"[{"n":"ph","v":7}]"#.utf8))
    var former = Self.decoder(lab)
    for _ in 0..<3 { _ = former.decode(delivery, now: SamplePlan.now) }
    var decoder = Self.decoder(lab)
    decoder.remember(former)
    #expect(
      decoder.decode(delivery, now: SamplePlan.now).readings.map(\.time) == [
        SamplePlan.now + .milliseconds(3)
      ])
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
