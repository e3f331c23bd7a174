import PoolModel
import Testing

@testable import Decoding

@Suite struct `Sparkplug messages` {
  typealias Fixtures = SparkplugFixtures
  typealias Message = SparkplugMessage
  static let sent = Timestamp(milliseconds: Int64(Message.sent))

  @Test func `births, data, nulls and historical values of another encoder are read`() {
    var gateway = SparkplugGateway()
    var decoded = gateway.receives("NBIRTH", fixture: Fixtures.nodeBirth)
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1767225589000: ph=7.1 free_chlorine=0.52", "0 @ 1767225588000: temperature=-5.0",
      ])
    // bdSeq, Node Control/Rebirth, Firmware.
    #expect(decoded.ignoredKeyCount == 3)
    #expect(decoded.status == GatewayStatus(venue: "venue-01", isOnline: true, time: Self.sent))
    #expect(decoded.commands == [])

    decoded = gateway.receives("DBIRTH", fixture: Fixtures.deviceBirth, from: "gateway/kids")
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(SampleGateway.lines(decoded) == ["1 @ 1767225590000: ph=7.25 flow=120.0"])
    #expect(decoded.status?.isOnline == true)

    decoded = gateway.receives("NDATA", fixture: Fixtures.nodeData)
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225591000: ph=7.2 free_chlorine=0.61"])
    #expect(decoded.ignoredKeyCount == 1)
    #expect(decoded.status == nil)

    decoded = gateway.receives("DDATA", fixture: Fixtures.deviceData, from: "gateway/kids")
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(
      SampleGateway.lines(decoded) == [
        "1 @ 1767225590000: ph=-", "1 @ 1767221990000: flow=118.0",
      ])
    #expect(decoded.readings.allSatisfy { $0.sequence == nil })
    // The fixture's flow is marked `is_historical`, its pH is not.
    #expect(decoded.readings.map(\.isHistorical) == [false, true])

    decoded = gateway.receives("DDEATH", fixture: Fixtures.deviceDeath, from: "gateway/kids")
    #expect(decoded == DecodedDelivery())
  }

  @Test func `a gateway that sorts its births into folders is known by its aliases`() {
    var gateway = SparkplugGateway()
    let birth = gateway.receives("DBIRTH", fixture: Fixtures.folderBirth, from: "gateway/kids")
    #expect(SampleGateway.lines(birth) == ["1 @ 1767225590000: ph=7.31"])
    // The edge node's own birth was missed.
    #expect(birth.commands.count == 1)
    let decoded = gateway.receives("DDATA", fixture: Fixtures.folderData, from: "gateway/kids")
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(SampleGateway.lines(decoded) == ["1 @ 1767225591000: ph=7.32"])
    // The same library without aliases.
    let plain = gateway.receives(
      "DDATA", Message(9, Message.double("ph", 7.33)), from: "gateway/kids")
    #expect(SamplePlan.refusal(plain) == "")
    #expect(SampleGateway.lines(plain) == ["1 @ 1767225590000: ph=7.33"])
  }

  @Test func `what a gateway sorts into a folder is meant by its name without the folder, too`() {
    let values = [
      SampleGateway.value("kids/ph", "ph", unit: "pH", pool: SampleGateway.kids),
      SampleGateway.value("kids/temp", "temperature", unit: "Cel", pool: SampleGateway.kids),
    ]
    var gateway = SparkplugGateway(values)
    let birth = gateway.receives("DBIRTH", fixture: Fixtures.folderBirth, from: "gateway/kids")
    #expect(SampleGateway.lines(birth) == ["1 @ 1767225590000: ph=7.31 temperature=27.4"])
    let plain = gateway.receives(
      "DDATA", Message(9, Message.double("ph", 7.33)), from: "gateway/kids")
    #expect(SampleGateway.lines(plain) == ["1 @ 1767225590000: ph=7.33"])
    // Where there is a metric of that name, it is meant.
    let both = gateway.receives(
      "DBIRTH", Message(10, Message.double("DATA/ph", 7.1), Message.double("ph", 7.2)),
      from: "gateway/kids")
    #expect(SamplePlan.refusal(both) == "")
    #expect(SampleGateway.lines(both) == ["1 @ 1767225590000: ph=7.2"])
  }

  @Test func `a request for a rebirth has the bytes that another encoder gives it`() {
    var gateway = SparkplugGateway()
    let decoded = gateway.receives("NDATA", fixture: Fixtures.nodeData)
    #expect(
      decoded.commands == [
        OutgoingMessage(
          topic: "spBv1.0/plant/NCMD/gateway", payload: Fixtures.bytes(Fixtures.rebirth),
          qualityOfService: 0, isRetained: false)
      ])
    #expect(
      SamplePlan.refusal(decoded)
        == "unknown_name: message: found data of edge node 'plant/gateway', expected its birth "
        + "before them")
  }

  @Test func `the death of this session ends it, that of another is ignored`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", fixture: Fixtures.nodeBirth)
    #expect(gateway.receives("NDEATH", fixture: Fixtures.oldNodeDeath) == DecodedDelivery())
    #expect(gateway.receives("NDATA", Message(1)).refusals == [])

    let death = gateway.receives("NDEATH", fixture: Fixtures.nodeDeath)
    // This encoder's death has no time of its own.
    #expect(death == DecodedDelivery(status: GatewayStatus(venue: "venue-01", isOnline: false)))
    #expect(gateway.receives("NDATA", Message(2)).refusals.map(\.reason) == [.unknownName])
  }

  @Test func `a death is believed where no birth was seen`() {
    var gateway = SparkplugGateway()
    #expect(
      gateway.receives("NDEATH", fixture: Fixtures.nodeDeath).status
        == GatewayStatus(venue: "venue-01", isOnline: false))
  }

  @Test func `a node's birth forgets its devices, a device's death that device alone`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0))
    for (index, device) in ["kids", "other"].enumerated() {
      _ = gateway.receives(
        "DBIRTH", Message(UInt64(index) + 1, Message.double("pH", 7)), from: "gateway/\(device)")
    }
    _ = gateway.receives("DDEATH", Message(3), from: "gateway/other")
    let data = Message(4, Message.double("pH", 7.5))
    #expect(gateway.receives("DDATA", data, from: "gateway/kids").readings.count == 1)
    #expect(
      gateway.receives("DDATA", Message(5, Message.double("pH", 7)), from: "gateway/other").refusals
        .map(\.detail) == [
          "message: found data of device 'other' of edge node 'plant/gateway', expected its birth "
            + "before them"
        ])
    _ = gateway.receives("NBIRTH", Message.birth(6, session: 1))
    let after = gateway.receives(
      "DDATA", Message(7, Message.double("pH", 7.5)), from: "gateway/kids")
    #expect(after.refusals.map(\.reason) == [.unknownName])
    #expect(after.readings == [])
  }

  @Test func `every step of seq misses the messages between`() {
    var wrong: [[Int]] = []
    for earlier in 0..<256 {
      for later in 0..<256 {
        var node = SparkplugNode()
        node.began(birthDeathSequence: 0, sequence: UInt8(earlier), time: 1)
        // By counting on from the earlier one.
        var missing = 0
        while (earlier + 1 + missing) % 256 != later { missing += 1 }
        if node.counted(UInt8(later), time: 2) != missing { wrong.append([earlier, later]) }
      }
    }
    #expect(wrong == [])
  }

  @Test(arguments: [(0, 1, 0), (255, 0, 0), (0, 2, 1), (254, 0, 1), (7, 6, 254), (200, 100, 155)])
  func `a gap in seq is told and asks for a rebirth`(_ earlier: Int, _ later: Int, _ missing: Int) {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(UInt64(earlier)))
    let decoded = gateway.receives("NDATA", Message(UInt64(later)))
    #expect(decoded.missingMessageCount == missing)
    #expect(decoded.commands.count == (missing == 0 ? 0 : 1))
  }

  @Test func `seq runs over an edge node and its devices, each edge node by itself`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(255))
    _ = gateway.receives("NBIRTH", Message.birth(7), from: "second")
    #expect(gateway.receives("DBIRTH", Message(0), from: "gateway/kids").missingMessageCount == 0)
    #expect(gateway.receives("NDATA", Message(8), from: "second").missingMessageCount == 0)
    #expect(gateway.receives("NDATA", Message(1)).missingMessageCount == 0)
    #expect(gateway.receives("DDATA", Message(4), from: "gateway/kids").missingMessageCount == 2)
    #expect(gateway.receives("NDATA", Message(9), from: "second").missingMessageCount == 0)
    // The last message again.
    #expect(gateway.receives("NDATA", Message(9), from: "second").missingMessageCount == 0)
  }

  @Test func `an edge node is asked for a rebirth once in 60 seconds`() {
    var gateway = SparkplugGateway()
    let start = gateway.now
    func asks(_ seconds: Int, _ node: String) -> Int {
      gateway.now = start + .seconds(seconds)
      return gateway.receives("NDATA", Message(0), from: node).commands.count
    }
    #expect([0, 1, 59, 60, 61, 119, 120].map { asks($0, "gateway") } == [1, 0, 0, 1, 0, 0, 1])
    #expect(asks(121, "second") == 1)
    // A clock that was set back by a day.
    #expect([-86_400, -86_399, -86_340].map { asks($0, "gateway") } == [1, 0, 1])
  }

  @Test func `a rebirth is asked for until it comes, with what is not the reason for it, too`() {
    var gateway = SparkplugGateway()
    let start = gateway.now
    func asks(_ seconds: Int, _ type: String, _ message: Message) -> Int {
      gateway.now = start + .seconds(seconds)
      return gateway.receives(type, message).commands.count
    }
    #expect(asks(0, "NDATA", Message(0)) == 1)
    #expect(asks(1, "NBIRTH", Message.birth(0)) == 0)
    // A gap within the minute, and none after it.
    #expect(asks(2, "NDATA", Message(5)) == 0)
    #expect(asks(59, "NDATA", Message(6)) == 0)
    #expect(asks(60, "NDATA", Message(7)) == 1)
    // The request may be lost, and so may the birth.
    #expect(asks(119, "NDATA", Message(8)) == 0)
    #expect(asks(120, "NDATA", Message(9)) == 1)
    #expect(asks(121, "NBIRTH", Message.birth(0, session: 1)) == 0)
    #expect(asks(181, "NDATA", Message(1)) == 0)
    // Of the dead nothing is asked.
    #expect(asks(182, "NDATA", Message(3)) == 1)
    #expect(asks(243, "NDEATH", Message.death(session: 1)) == 0)
  }

  @Test func `a snapshot put back forgets what came after it`() {
    var gateway = SparkplugGateway()
    _ = gateway.receives("NBIRTH", Message.birth(0))
    let snapshot = gateway
    let first = gateway.receives("NDATA", Message(1))
    gateway = snapshot
    #expect(gateway.receives("NDATA", Message(1)) == first)
  }
}

@Suite struct `A Sparkplug host's state` {
  @Test func `a host tells its presence as the specification writes it`() throws {
    let host = try #require(SparkplugHost(name: "poolwatch"))
    let time = Timestamp(milliseconds: 1_767_225_600_000)
    func state(_ text: String) -> OutgoingMessage {
      OutgoingMessage(
        topic: "spBv1.0/STATE/poolwatch", payload: Array(text.utf8), qualityOfService: 1,
        isRetained: true)
    }
    #expect(
      host.online(connectedAt: time) == state("{\"online\":true,\"timestamp\":1767225600000}"))
    #expect(
      host.will(connectingAt: time) == state("{\"online\":false,\"timestamp\":1767225600000}"))
    #expect(host.offline(at: time) == host.will(connectingAt: time))
  }

  @Test(arguments: ["", "a/b", "a+", "#", "a\0b"])
  func `a name that is no level of a topic is no host's`(_ name: String) {
    #expect(SparkplugHost(name: name) == nil)
  }
}
