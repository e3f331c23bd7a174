import PoolModel
import Testing

@testable import Decoding

/// Readings without a time of their own, which are of the time when they arrive.
@Suite struct ArrivalTests {
  private static let bindings = [
    GatewayBinding(
      id: "senml", venue: "venue-01", filter: "senml", dialect: .senML,
      values: [SampleGateway.value("ph", "ph", unit: "pH")]),
    GatewayBinding(
      id: "things", venue: "venue-01", filter: "things/#", dialect: .sensorThings,
      values: [SampleGateway.value("42", "ph", unit: "pH")]),
    GatewayBinding(
      id: "cloud", venue: "venue-01", filter: "cloud",
      dialect: .mapped(MappedLayout(readings: nil, time: nil, timeFormat: .rfc3339)),
      values: [SampleGateway.value("ph", "ph", unit: "pH")]),
  ]
  private static let messages = [
    (topic: "senml", payload: #"[{"n":"ph","u":"pH","v":7}]"#, place: "[0].t"),
    (topic: "senml", payload: #"[{"n":"ph","u":"pH","v":7,"t":-2}]"#, place: "[0].t"),
    (
      topic: "things/Datastreams(42)/Observations", payload: #"{"result":7}"#,
      place: "phenomenonTime"
    ),
    (topic: "cloud", payload: #"{"ph":7}"#, place: "message"),
  ]
  private static let decoder = PayloadDecoder(plan: SamplePlan.plan, bindings: bindings)

  @Test(arguments: messages)
  func `messages that arrive together are readings of instants of their own`(
    _ message: (topic: String, payload: String, place: String)
  ) throws {
    var decoder = Self.decoder
    let delivery = Delivery(topic: message.topic, payload: Array(message.payload.utf8))
    var times: [Int64] = []
    for _ in 0..<80 {
      let decoded = decoder.decode(delivery, now: SampleGateway.now)
      #expect(decoded.refusals.isEmpty)
      times += decoded.readings.map(\.time.milliseconds)
    }
    let first = try #require(times.first)
    #expect(times == (0..<80).map { first + $0 })
    // One that comes later is of its time, and so is one after the clock was set back.
    for now in [SampleGateway.now + .seconds(1), SampleGateway.now - .seconds(3600)] {
      let later = decoder.decode(delivery, now: now).readings.map(\.time)
      #expect(later == [now + (Timestamp(milliseconds: first) - SampleGateway.now)])
    }
  }

  @Test(arguments: messages)
  func `a retained one is refused: nobody knows when it was measured`(
    _ message: (topic: String, payload: String, place: String)
  ) {
    var decoder = Self.decoder
    let decoded = decoder.decode(
      Delivery(topic: message.topic, payload: Array(message.payload.utf8), isRetained: true),
      now: SampleGateway.now)
    #expect(decoded.readings.isEmpty)
    #expect(decoded.refusals.map(\.reason) == [.badPayload])
    #expect(
      decoded.refusals.map(\.detail) == [
        "\(message.place): found no time of its own in a retained message, expected the time of the "
          + "measurement, or a message that is not retained"
      ])
  }

  @Test func `a retained message with a time of its own is read`() {
    var decoder = Self.decoder
    let payload = #"{"result":7,"phenomenonTime":"2025-12-31T23:59:00Z"}"#
    let decoded = decoder.decode(
      Delivery(
        topic: "things/Datastreams(42)/Observations", payload: Array(payload.utf8),
        isRetained: true), now: SampleGateway.now)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225540000: ph=7.0"])
  }
}
