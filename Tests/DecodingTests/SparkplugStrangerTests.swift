import PoolModel
import Testing

@testable import Decoding

/// Edge nodes and devices of which the map has nothing, beside those of which it has something.
@Suite struct `Sparkplug strangers` {
  typealias Message = SparkplugMessage

  /// Many metrics that nobody has mapped.
  private static func message(_ sequence: UInt64, metricCount: Int) -> Message {
    var message = Message.birth(sequence)
    message.metrics += (1..<metricCount).map { Message.double("m\($0)", alias: UInt64($0), 1) }
    return message
  }

  @Test func `a device of the map has room where 256 unknown ones have used it up`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0), from: "other")
    for number in 1...256 {
      let birth = Message(UInt64(number % 256))
      #expect(gateway.receives("DBIRTH", birth, from: "other/d\(number)").refusals == [])
    }
    _ = gateway.receives("NBIRTH", Message.birth(0))
    let birth = Message(1, Message.double("pH", 7.2))
    let decoded = gateway.receives("DBIRTH", birth, from: "gateway/kids")
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(SampleGateway.lines(decoded) == ["1 @ 1767225590000: ph=7.2"])
    // The one heard of longest ago is forgotten, and no other.
    let forgotten = gateway.receives("DDATA", Message(1), from: "other/d1")
    #expect(forgotten.refusals.map(\.reason) == [.unknownName])
    #expect(gateway.receives("DDATA", Message(2), from: "other/d2").refusals == [])
    // No unknown one takes that place again.
    let beyond = gateway.receives("DBIRTH", Message(3), from: "other/d1")
    #expect(beyond.refusals.map(\.reason) == [.badPayload])
    let data = gateway.receives(
      "DDATA", Message(2, Message.double("pH", 7.3)), from: "gateway/kids")
    #expect(SampleGateway.lines(data) == ["1 @ 1767225590000: ph=7.3"])
  }

  @Test func `a birth of the map has room where unknown metrics have used it up`() {
    var gateway = SparkplugGateway()
    for name in ["a", "b", "c", "d"] {
      let birth = Self.message(0, metricCount: 1024)
      #expect(gateway.receives("NBIRTH", birth, from: name).refusals == [])
    }
    // Heard of: then b is the one heard of longest ago.
    #expect(gateway.receives("NDATA", Message(1), from: "a").refusals == [])
    var birth = Self.message(0, metricCount: 1000)
    birth.metrics.append(Message.double("Water/pH", 7.2))
    let decoded = gateway.receives("NBIRTH", birth)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225590000: ph=7.2"])
    #expect(gateway.receives("NDATA", Message(2), from: "a").refusals == [])
    #expect(gateway.receives("NDATA", Message(1), from: "c").refusals == [])
    #expect(gateway.receives("NDATA", Message(1), from: "d").refusals == [])
    let forgotten = gateway.receives("NDATA", Message(1), from: "b")
    #expect(forgotten.refusals.map(\.reason) == [.unknownName])
  }

  @Test func `an unknown device of its own edge node gives way too`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0, Message.double("Water/pH", 7.2)))
    let large = Self.message(1, metricCount: 4090)
    #expect(gateway.receives("DBIRTH", large, from: "gateway/other").refusals == [])
    var birth = Self.message(2, metricCount: 10)
    birth.metrics.append(Message.double("pH", 7.3))
    let decoded = gateway.receives("DBIRTH", birth, from: "gateway/kids")
    #expect(SampleGateway.lines(decoded) == ["1 @ 1767225590000: ph=7.3"])
    let data = gateway.receives("NDATA", Message(3, Message.double("Water/pH", 7.4)))
    #expect(SampleGateway.lines(data) == ["0 @ 1767225590000: ph=7.4"])
  }

  @Test func `strangers do not put off the request to a node of the map`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0, Message.double("Water/pH", 7.2)))
    var requestCount = 0
    for number in 1...200 {
      requestCount += gateway.receives("NDATA", Message(0), from: "junk\(number)").commands.count
    }
    #expect(requestCount == 64)
    // Messages 1 to 4 are missing.
    let decoded = gateway.receives("NDATA", Message(5, Message.double("Water/pH", 7.3)))
    #expect(decoded.missingMessageCount == 4)
    #expect(decoded.commands.map(\.topic) == ["spBv1.0/plant/NCMD/gateway"])
    // Once a minute, as before.
    #expect(gateway.receives("NDATA", Message(7)).commands == [])
  }

  @Test(arguments: [
    ("NDATA", "gateway", Message(0, Message.double("Water/pH", 7.2))),
    ("DDATA", "gateway/kids", Message(0, Message.double(nil, alias: 1, 7.2))),
  ])
  func `what was never born but is of the map is asked beside strangers`(
    type: String, place: String, message: SparkplugMessage
  ) {
    var gateway = SparkplugGateway()
    for number in 1...100 {
      _ = gateway.receives("NDATA", Message(0), from: "junk\(number)")
    }
    let decoded = gateway.receives(type, message, from: place)
    #expect(decoded.refusals.map(\.reason) == [.unknownName])
    #expect(decoded.commands.map(\.topic) == ["spBv1.0/plant/NCMD/gateway"])
  }

  @Test func `a node of the map that has died is remembered longer than strangers`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0, session: 4, Message.double("Water/pH", 7.2)))
    _ = gateway.receives("NDEATH", Message.death(session: 4))
    for number in 1...200 {
      _ = gateway.receives("NDATA", Message(0), from: "junk\(number)")
    }
    // Its birth was missed, and its data tell by an alias alone what they are.
    let decoded = gateway.receives("NDATA", Message(1, Message.double(nil, alias: 1, 7.3)))
    #expect(decoded.commands.map(\.topic) == ["spBv1.0/plant/NCMD/gateway"])
  }

  @Test(arguments: [
    ("spBv1.0/plant/+/gateway/#", true), ("spBv1.0/plant/+/gateway", true),
    ("spBv1.0/plant/NDATA/gateway", true), ("spBv1.0/plant/+/+/#", false),
    ("spBv1.0/plant/#", false), ("spBv1.0/+/+/gateway/#", false), ("spBv1.0/plant/+/#", false),
  ])
  func `a filter names its edge node or leaves it open`(filter: String, isOfOneNode: Bool) {
    #expect(SparkplugTopic.isOfOneNode(filter) == isOfOneNode)
  }
}
