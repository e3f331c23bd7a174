import Glibc
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

  /// What to send where.
  struct Message: Sendable, CustomTestStringConvertible {
    let topic: String
    let payload: [UInt8]
    let testDescription: String

    init(_ what: String, _ topic: String, _ payload: [UInt8]) {
      testDescription = what
      self.topic = topic
      self.payload = payload
    }

    init(_ what: String, _ topic: String, _ payload: String) {
      self.init(what, topic, Array(payload.utf8))
    }
  }

  /// As large as messages may be; the topics are longer than any of MQTT, so that a comparison shows.
  private static let hostile: [Message] = {
    let long = marks(byteCount: 260_000)
    let metric = SparkplugMessage.double(marks(byteCount: 120_000), 7.1)
    var message = SparkplugMessage(1, metric)
    message.uuid = marks(byteCount: 120_000)
    let bytes = message.bytes
    let records = (0..<3000).map { _ in "{\"v\":1}" }.joined(separator: ",")
    return [
      Message("a mapped key", "any", "{\"\(long)\":1}"),
      Message("an observation's key", "things/Datastreams(42)/Observations", "{\"\(long)\":1}"),
      Message("a SenML label", "senml", "[{\"\(long)\":1}]"),
      Message("a SenML unit", "senml", "[{\"n\":\"ph\",\"u\":\"\(long)\",\"v\":1}]"),
      Message("a SenML name", "senml", "[{\"n\":\"\(long)\",\"v\":1}]"),
      Message(
        "a SenML base name before many records", "senml",
        "[{\"bn\":\"\(String(repeating: "a", count: 200_000))\"},\(records)]"),
      Message(
        "a parameter", SamplePlan.topic, "{\"ts\":1767225600000,\"values\":{\"\(long)\":1}}"),
      Message("a time", SamplePlan.topic, "{\"ts\":\"\(long)\",\"values\":{\"ph\":1}}"),
      Message(
        "another venue", SamplePlan.topic,
        "{\"ts\":1767225600000,\"venue\":\"\(long)\",\"values\":{\"ph\":1}}"),
      Message(
        "a status of another venue", "pools/v1/310107/venue-01/status",
        "{\"online\":true,\"venue\":\"\(long)\"}"),
      Message("a topic", "pools/v1/\(long)", "{}"),
      Message("a venue", "pools/v1/310107/\(long)/status", "{}"),
      Message(
        "a code", "hj212", HJ212Sample.realTime("\(marks(byteCount: 900))-Rtd=1")),
      Message("a Sparkplug birth", "spBv1.0/plant/NBIRTH/n", bytes),
      Message("Sparkplug data", "spBv1.0/plant/NDATA/n", bytes),
      Message("a Sparkplug death", "spBv1.0/plant/NDEATH/n", bytes),
    ]
  }()

  /// What this thread has had of the processor: other programs do not count.
  private static var processorTime: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private static func binding(
    _ filter: String, _ dialect: Dialect, _ name: String
  ) -> GatewayBinding {
    GatewayBinding(
      id: filter, venue: "venue-01", filter: filter, dialect: dialect,
      values: [SampleGateway.value(name, "ph", unit: "pH")])
  }

  /// Five seconds of the processor are twenty times and more what each takes, and a part of what a
  /// comparison would take.
  @Test(arguments: hostile)
  func `it is refused at once`(_ message: Message) {
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
    let delivery = Delivery(topic: message.topic, payload: message.payload)
    let before = Self.processorTime
    let decoded = decoder.decode(delivery, now: SamplePlan.now)
    #expect(Self.processorTime - before < .seconds(5))
    #expect(!decoded.refusals.isEmpty && decoded.readings.isEmpty)
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
