import PoolModel
import Testing

@testable import Decoding

@Suite struct `Refusing Sparkplug messages` {
  typealias Message = SparkplugMessage

  /// The refusals of a birth by an edge node.
  private func birth(_ metrics: [UInt8]...) -> String {
    var gateway = SparkplugGateway()
    var message = Message.birth(0)
    message.metrics += metrics
    return SamplePlan.refusal(gateway.receives("NBIRTH", message))
  }

  /// The refusals of data by an edge node that has Water/pH under alias 1 and Water/Cl without.
  private func data(_ metrics: [UInt8]...) -> DecodedDelivery {
    var gateway = SparkplugGateway()
    _ = gateway.receives(
      "NBIRTH",
      Message.birth(0, Message.double("Water/pH", alias: 1, 7), Message.double("Water/Cl", 0.5)))
    var message = Message(1)
    message.metrics = metrics
    return gateway.receives("NDATA", message)
  }

  @Test func `a birth with a mistake in its declarations is refused whole`() {
    #expect(
      birth(Message.double(nil, alias: 1, 7))
        == "bad_payload: metrics[1].name: found none, expected a name in a birth")
    #expect(
      birth(Message.double("a", alias: 1, 7), Message.double("b", alias: 1, 7))
        == "bad_payload: metrics[2].alias: found 1 for 'b', which is 'a', expected an alias of its "
        + "own")
    #expect(
      birth(Message.double("Water/pH", alias: 1, 7), Message.double("Water/pH", alias: 2, 7))
        == "bad_payload: metrics[2]: found 'Water/pH' again with another alias or datatype, "
        + "expected each metric declared once")
    #expect(
      birth(Message.double(String(repeating: "n", count: 1025), 7))
        == "bad_payload: metrics[1].name: found 1025 bytes, expected at most 1024")
    #expect(
      birth(Message.double("Water/pH", time: Message.sent, 7), Message.double("Water/pH", 7))
        == "")
  }

  @Test func `a refused birth leaves nothing of the one before it`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0, Message.double("Water/pH", alias: 1, 7)))
    #expect(gateway.receives("NBIRTH", [0xFF]).refusals.map(\.reason) == [.badPayload])
    let decoded = gateway.receives("NDATA", Message(1, Message.double(nil, alias: 1, 7)))
    #expect(decoded.readings == [])
    #expect(decoded.commands.count == 1)
  }

  @Test func `a metric that was never born is refused alone and asks for a rebirth`() {
    let decoded = data(
      Message.double(nil, alias: 1, 7.3), Message.double(nil, alias: 9, 1),
      Message.double("Water/T", 20))
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225590000: ph=7.3"])
    #expect(
      SamplePlan.refusal(decoded) == """
        unknown_name: metrics[1]: found alias 9, expected a metric of the last birth
        unknown_name: metrics[2]: found 'Water/T', expected a metric of the last birth
        """)
    #expect(decoded.commands.count == 1)
  }

  @Test func `name and alias have to tell one metric`() {
    #expect(data(Message.double("pH", alias: 1, 7.3)).readings.count == 1)
    #expect(data(Message.double("Water/pH", alias: 1, 7.3)).readings.count == 1)
    #expect(data(Message.double("Water/Cl", alias: 0, 0.5)).readings.count == 1)
    #expect(
      SamplePlan.refusal(data(Message.double("Water/Cl", alias: 1, 7.3)))
        == "bad_payload: metrics[0]: found 'Water/Cl' with alias 1, which is 'Water/pH', expected "
        + "the name and alias of one metric")
    #expect(
      SamplePlan.refusal(data(Message.double("Water/pH", alias: 2, 7.3)))
        == "unknown_name: metrics[0]: found alias 2, expected a metric of the last birth")
    #expect(
      SamplePlan.refusal(data(Message.double(nil, 7.3)))
        == "bad_payload: metrics[0]: found no name and no alias, expected one of them")
  }

  @Test func `a name that was born itself is no other's last part`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives(
      "NBIRTH",
      Message.birth(0, Message.double("Water/pH", alias: 1, 7), Message.double("pH", alias: 2, 7)))
    let decoded = gateway.receives("NDATA", Message(1, Message.double("pH", alias: 1, 7.3)))
    #expect(decoded.readings == [])
    #expect(decoded.refusals.map(\.reason) == [.badPayload])
  }

  @Test func `values of one instant have to agree`() {
    let decoded = data(
      Message.double(nil, alias: 1, 7.3), Message.double(nil, alias: 1, 7.3),
      Message.double(nil, alias: 1, 7.4))
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225590000: ph=7.3"])
    #expect(decoded.refusals.map(\.reason) == [.badPayload])
    #expect(
      decoded.refusals[0].detail.hasPrefix("metric 'Water/pH': found 7.4 for 2025-12-31T23:59:50"))
  }

  @Test func `a time that cannot be refuses its reading once`() {
    let decoded = data(
      Message.double(nil, alias: 1, time: 1000, 7), Message.double("Water/Cl", time: 1000, 0.5),
      Message.double(nil, alias: 1, time: 1_767_225_900_001, 7),
      Message.double(nil, alias: 1, time: 1_767_225_900_000, 7),
      Message.double(nil, alias: 1, time: .max, 7))
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225900000: ph=7.0"])
    #expect(decoded.refusals.map(\.reason) == [.absurdTime, .futureTime, .absurdTime])
    #expect(
      decoded.refusals[0].detail.hasPrefix(
        "metric 'Water/pH': found 1970-01-01T00:00:01"))
    var untimed = Message.birth(0, Message.double("Water/pH", 7))
    untimed.time = nil
    var gateway = SparkplugGateway()
    #expect(
      SamplePlan.refusal(gateway.receives("NBIRTH", untimed))
        == "bad_payload: metric 'Water/pH': found no timestamp, expected one in the metric or in the "
        + "payload")
  }

  @Test func `a birth with a wrong clock says that the gateway is online`() {
    var message = Message.birth(0)
    message.time = 5
    var gateway = SparkplugGateway()
    let decoded = gateway.receives("NBIRTH", message)
    #expect(decoded.status == GatewayStatus(venue: "venue-01", isOnline: true))
    #expect(decoded.refusals.map(\.reason) == [.absurdTime])
  }

  static let wholes: [(type: String, message: Message, detail: String)] = [
    ("NDATA", Message(nil), "seq: found none, expected a number from 0 to 255"),
    ("NDATA", Message(256), "seq: found 256, expected a number from 0 to 255"),
    (
      "NBIRTH", Message(0), "metrics: found none called 'bdSeq', expected the number of the session"
    ),
    (
      "NDEATH", Message(0), "metrics: found none called 'bdSeq', expected the number of the session"
    ),
    ("NDEATH", compressed, "uuid: found a compressed payload, expected a plain one"),
    (
      "NBIRTH", Message(0, Message.metric("bdSeq", type: 10, value: Message.float(1))),
      "metric 'bdSeq': found no whole number, expected one of type Int64"
    ),
  ]

  private static var compressed: Message {
    var message = Message(0)
    message.uuid = "SPBV1.0_COMPRESSED"
    return message
  }

  @Test func `a message that is not of the dialect is refused whole`() {
    for (type, message, detail) in Self.wholes {
      var gateway = SparkplugGateway()
      #expect(SamplePlan.refusal(gateway.receives(type, message)) == "bad_payload: " + detail)
    }
    var gateway = SparkplugGateway()
    #expect(
      SamplePlan.refusal(gateway.receives("NDATA", Array("{}".utf8)))
        == "bad_payload: message: found 2 bytes that are no protocol buffer of that shape, expected "
        + "a Sparkplug B payload")
    let retained = Delivery(
      topic: "spBv1.0/plant/NBIRTH/gateway", payload: Message.birth(0).bytes, isRetained: true)
    #expect(
      SamplePlan.refusal(gateway.dialect.decode(retained, now: gateway.now))
        == "bad_payload: message: found a retained message, expected one published without retain")
  }

  @Test(arguments: [
    "spBv1.0/plant/NDATA/gateway/kids", "spBv1.0/plant/DDATA/gateway", "spBv1.0/plant/NFOO/gateway",
    "spBv1.0/plant/NDATA/", "spBv1.0//NDATA/gateway", "spBv1.0/plant/NDATA/a+", "spAv1.0/p/NDATA/g",
    "spBv1.0/plant/gateway", "spBv1.0", "", "spBv1.0/p/DDATA/g/d/e",
  ])
  func `a topic of another shape is refused`(_ topic: String) {
    var gateway = SparkplugGateway()
    let decoded = gateway.dialect.decode(
      Delivery(topic: topic, payload: Message(0).bytes), now: gateway.now)
    #expect(decoded.refusals.map(\.reason) == [.unknownTopic])
    #expect(decoded.commands == [])
  }

  @Test(arguments: [
    "spBv1.0/plant/NCMD/gateway", "spBv1.0/plant/DCMD/gateway/kids", "spBv1.0/STATE/poolwatch",
    "spBv1.0/plant/STATE/scada",
  ])
  func `what a host says is passed over`(_ topic: String) {
    var gateway = SparkplugGateway()
    #expect(
      gateway.dialect.decode(Delivery(topic: topic, payload: [0xFF]), now: gateway.now)
        == DecodedDelivery())
  }
}
