import PoolModel
import Testing

@testable import Decoding

/// Text with many combining characters out of their order: Unicode has them sorted before two texts are
/// compared or hashed (UAX #15), which takes Swift a time that grows with the square of their number.
@Suite struct `Hostile text` {
  /// Two bytes each, of the classes 232 and 230.
  private static func marks(byteCount: Int) -> String {
    String(repeating: "\u{315}\u{300}", count: byteCount / 4)
  }

  private static func json(_ name: String, _ payload: String) -> (String, String, [UInt8]) {
    ("\(name) \(payload.prefix(12))", name, Array(payload.utf8))
  }

  /// What each is, its topic and its payload, as large as both may be.
  private static let hostile: [(String, String, [UInt8])] = {
    let (long, topic) = (marks(byteCount: 260_000), marks(byteCount: 65_000))
    let metric = SparkplugMessage.double(marks(byteCount: 120_000), 7.1)
    var message = SparkplugMessage(1, metric)
    message.uuid = marks(byteCount: 120_000)
    let records = (0..<15_000).map { _ in "{\"v\":1}" }.joined(separator: ",")
    return [
      json("any", "{\"\(long)\":1}"),
      json("things/Datastreams(42)/Observations", "{\"\(long)\":1}"),
      json("senml", "[{\"\(long)\":1}]"),
      json("senml", "[{\"n\":\"ph\",\"u\":\"\(long)\",\"v\":1}]"),
      json("senml", "[{\"n\":\"\(long)\",\"v\":1}]"),
      json("senml", "[{\"bn\":\"\(String(repeating: "a", count: 100_000))\"},\(records)]"),
      json(SamplePlan.topic, "{\"ts\":1767225600000,\"values\":{\"\(long)\":1}}"),
      json(SamplePlan.topic, "{\"ts\":\"\(long)\",\"values\":{\"ph\":1}}"),
      json("pools/v1/\(topic)", "{}"), json("pools/v1/310107/\(topic)/status", "{}"),
      json("hj212", HJ212Sample.realTime("\(marks(byteCount: 900))-Rtd=1")),
    ] + ["NBIRTH", "NDATA", "NDEATH"].map { ($0, "spBv1.0/plant/\($0)/n", message.bytes) }
  }()

  private static func binding(
    _ filter: String, _ dialect: Dialect, _ name: String
  ) -> GatewayBinding {
    GatewayBinding(
      id: filter, venue: "venue-01", filter: filter, dialect: dialect,
      values: [SampleGateway.value(name, "ph", unit: "pH")])
  }

  /// Five seconds are a hundred times what each takes, and a small part of what it took when the text was
  /// compared.
  @Test(arguments: hostile)
  func `it is refused at once`(_ row: (what: String, topic: String, payload: [UInt8])) {
    let layout = MappedLayout(readings: nil, time: nil, timeFormat: .rfc3339)
    var decoder = PayloadDecoder(
      plan: SamplePlan.plan,
      bindings: [
        Self.binding("any", .mapped(layout), "ph"), Self.binding("senml", .senML, "ph"),
        Self.binding("things/#", .sensorThings, "42"), Self.binding("hj212", .hj212, "w01001"),
        Self.binding("spBv1.0/plant/#", .sparkplug, "ph"),
      ])
    let birth = Delivery(
      topic: "spBv1.0/plant/NBIRTH/n", payload: SparkplugMessage.birth(0).bytes)
    #expect(decoder.decode(birth, now: SamplePlan.now).refusals == [])
    let delivery = Delivery(topic: row.topic, payload: row.payload)
    var decoded = DecodedDelivery()
    let took = ContinuousClock().measure { decoded = decoder.decode(delivery, now: SamplePlan.now) }
    #expect(took < .seconds(5), "\(row.what)")
    #expect(!decoded.refusals.isEmpty && decoded.readings.isEmpty, "\(row.what)")
  }

  @Test func `a key of 1,024 bytes is read and a longer one refused`() {
    func object(_ byteCount: Int) -> [UInt8] {
      Array("{\"\(String(repeating: "k", count: byteCount))\":1}".utf8)
    }
    #expect(throws: Never.self) { try GeneralJSON(object(1024)) }
    let expected = Mistake.syntax(at: 1, expected: "a key of at most 1024 bytes")
    #expect(throws: expected) { try GeneralJSON(object(1025)) }
  }

  @Test func `a SenML name of 1,024 bytes is looked up and a longer one is none`() {
    func refusal(_ baseByteCount: Int) -> String {
      let base = String(repeating: "b", count: baseByteCount)
      return SamplePlan.refusal(
        SampleGateway.decode(
          "[{\"bn\":\"\(base)\",\"n\":\"ph\",\"v\":7}]", by: SampleGateway.senML))
    }
    #expect(refusal(1022).hasPrefix("unknown_name: [0].n: found 'bbb"))
    #expect(
      refusal(1023)
        == "bad_payload: [0].n: found 1025 bytes, expected at most 1024 in bn and n together")
  }
}
