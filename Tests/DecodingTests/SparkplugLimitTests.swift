import PoolModel
import Testing

@testable import Decoding

@Suite struct `Sparkplug limits` {
  typealias Message = SparkplugMessage

  private static func metrics(_ count: Int) -> [[UInt8]] {
    (0..<count).map { Message.double("m\($0)", alias: UInt64($0), 1) }
  }

  @Test func `64 edge nodes have room under one gateway`() {
    var gateway = SparkplugGateway(
      (1...64).map { SampleGateway.value("m\($0)", "ph", unit: "pH") })
    for number in 1...64 {
      let birth = Message.birth(0, Message.double("m\(number)", 7.2))
      #expect(gateway.receives("NBIRTH", birth, from: "n\(number)").refusals == [])
    }
    let decoded = gateway.receives("NDATA", Message(0), from: "n65")
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_payload: topic: found another edge node, 'plant/n65', expected at most 64 under one "
        + "gateway")
    #expect(decoded.commands == [])
    #expect(gateway.receives("NDATA", Message(1), from: "n64").refusals == [])
  }

  @Test func `names that nobody knows lock nobody out, and make few requests`() {
    var gateway = SparkplugGateway()
    var requestCount = 0
    for number in 1...64 {
      requestCount += gateway.receives("NDATA", Message(0), from: "junk\(number)").commands.count
    }
    let birth = Message.birth(0, Message.double("Water/pH", 7.2))
    let decoded = gateway.receives("NBIRTH", birth)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225590000: ph=7.2"])
    for number in 65...300 {
      requestCount += gateway.receives("NDATA", Message(0), from: "junk\(number)").commands.count
    }
    #expect(gateway.dialect.memory.nodes.count == 64)
    #expect(requestCount == 64)
    // The one that is known was heard of longest ago, and is known still.
    let data = gateway.receives("NDATA", Message(1, Message.double("Water/pH", 7.3)))
    #expect(SampleGateway.lines(data) == ["0 @ 1767225590000: ph=7.3"])
    // A minute later the others are asked again.
    gateway.now = gateway.now + .seconds(60)
    #expect(gateway.receives("NDATA", Message(0), from: "junk301").commands.count == 1)
  }

  @Test func `256 devices have room under one gateway, over all its edge nodes`() {
    var gateway = SparkplugGateway()
    var sequence: UInt64 = 0
    for node in ["a", "b"] {
      sequence = 0
      _ = gateway.receives("NBIRTH", Message.birth(0), from: node)
      for number in 1...128 {
        sequence += 1
        #expect(
          gateway.receives("DBIRTH", Message(sequence), from: "\(node)/d\(number)").refusals == [])
      }
    }
    let beyond = gateway.receives("DBIRTH", Message(129), from: "b/d129")
    #expect(
      SamplePlan.refusal(beyond)
        == "bad_payload: topic: found another device, 'plant/b/d129', expected at most 256 under one "
        + "gateway")
    // The place of one that is gone, or its own.
    #expect(gateway.receives("DBIRTH", Message(130), from: "b/d1").refusals == [])
    _ = gateway.receives("DDEATH", Message(129), from: "a/d1")
    #expect(gateway.receives("DBIRTH", Message(131), from: "b/d129").refusals == [])
  }

  @Test func `4,096 metrics have room under one gateway, over all its births`() {
    var gateway = SparkplugGateway()
    var large = Message.birth(0)
    large.metrics += Self.metrics(4000)
    #expect(gateway.receives("NBIRTH", large).refusals == [])
    // Again: the earlier birth gives its place.
    #expect(gateway.receives("NBIRTH", large).refusals == [])
    var device = Message(1)
    device.metrics = Self.metrics(96)
    #expect(
      SamplePlan.refusal(gateway.receives("DBIRTH", device, from: "gateway/kids"))
        == "bad_payload: metrics: found 96 in the birth of device 'kids' of edge node "
        + "'plant/gateway', expected at most 4096 under one gateway, of which 95 are free")
    device.sequence = 2
    device.metrics = Self.metrics(95)
    #expect(gateway.receives("DBIRTH", device, from: "gateway/kids").refusals == [])
  }

  @Test func `a message of too many metrics is refused whole`() {
    var gateway = SparkplugGateway()
    var message = Message(1)
    message.metrics = Array(repeating: [], count: 16_385)
    #expect(
      SamplePlan.refusal(gateway.receives("NDATA", message))
        == "bad_payload: metrics: found 16385, expected at most 16384 in a message")
  }

  @Test func `a name of the map has one sender at a time`() {
    var gateway = SparkplugGateway()
    let metric = Message.double("Water/pH", 7)
    #expect(gateway.receives("NBIRTH", Message.birth(0, metric), from: "a").readings.count == 1)
    let rival =
      "bad_payload: metric 'Water/pH': found the name at a second sender, expected it from 'plant/a' "
      + "alone"
    var decoded = gateway.receives("NBIRTH", Message.birth(0, metric), from: "b")
    #expect(decoded.readings == [])
    #expect(SamplePlan.refusal(decoded) == rival)
    decoded = gateway.receives("NDATA", Message(1, metric), from: "b")
    #expect(decoded.readings == [])
    #expect(SamplePlan.refusal(decoded) == rival)
    decoded = gateway.receives("NBIRTH", Message.birth(2, metric), from: "b")
    #expect(SamplePlan.refusal(decoded) == rival)
    // Once the first is gone the second may.
    _ = gateway.receives("NDEATH", Message.death(session: 0), from: "a")
    decoded = gateway.receives("NBIRTH", Message.birth(3, metric), from: "b")
    #expect(SamplePlan.refusal(decoded) == "")
    #expect(decoded.readings.count == 1)
  }

  @Test func `the second sender of a name is asked for a rebirth once the first is gone`() {
    var gateway = SparkplugGateway()
    let metric = Message.double("Water/pH", 7)
    // A node that was given another name: its birth comes before the will of its old connection.
    _ = gateway.receives("NBIRTH", Message.birth(0, metric), from: "old")
    _ = gateway.receives("NBIRTH", Message.birth(0, metric), from: "new")
    #expect(gateway.receives("NDATA", Message(1, metric), from: "new").commands == [])
    _ = gateway.receives("NDEATH", Message.death(session: 0), from: "old")
    let decoded = gateway.receives("NDATA", Message(2, metric), from: "new")
    #expect(decoded.refusals.map(\.reason) == [.badPayload])
    #expect(decoded.commands.map(\.topic) == ["spBv1.0/plant/NCMD/new"])
    let birth = gateway.receives("NBIRTH", Message.birth(0, metric), from: "new")
    #expect(birth.readings.count == 1 && birth.refusals == [])
  }

  @Test func `broken payloads give readings or refusals, and never more than was sent`() {
    let fixtures = [
      ("NBIRTH", "gateway", SparkplugFixtures.nodeBirth),
      ("DBIRTH", "gateway/kids", SparkplugFixtures.deviceBirth),
      ("NDATA", "gateway", SparkplugFixtures.nodeData),
      ("DDATA", "gateway/kids", SparkplugFixtures.deviceData),
      ("NDEATH", "gateway", SparkplugFixtures.nodeDeath),
      ("NBIRTH", "gateway", SparkplugFixtures.types),
    ].map { ($0.0, $0.1, SparkplugFixtures.bytes($0.2)) }
    var gateway = SparkplugGateway()
    var random = SplitMix64(seed: 20_260_101)
    var unsound: [[UInt8]] = []
    var acceptedCount = 0
    var refusedCount = 0
    for round in 0..<20_000 {
      if round % 50 == 0 { gateway = SparkplugGateway() }
      let (type, place, whole) = random.element(fixtures)
      var bytes = whole
      for _ in 0..<random.below(4) {
        let index = random.below(bytes.count + 1)
        switch random.below(5) {
        case 0 where index < bytes.count: bytes[index] ^= 1 << UInt8(random.below(8))
        case 1 where index < bytes.count: bytes[index] = UInt8(random.below(256))
        case 2: bytes.removeSubrange(index..<min(bytes.count, index + 1 + random.below(4)))
        case 3: bytes.insert(UInt8(random.below(256)), at: index)
        default:
          let other = random.element(fixtures).2
          bytes.insert(contentsOf: other.prefix(random.below(other.count)), at: index)
        }
      }
      let decoded = gateway.receives(type, bytes, from: place)
      let isSound =
        decoded.refusals.allSatisfy { $0.detail.unicodeScalars.count <= 200 }
        && decoded.readings.allSatisfy { $0.values.allSatisfy { $0.value?.isFinite ?? true } }
        && decoded.readings.count <= bytes.count && decoded.commands.count <= 1
      if !isSound { unsound.append(bytes) }
      acceptedCount += decoded.readings.isEmpty ? 0 : 1
      refusedCount += decoded.refusals.isEmpty ? 0 : 1
    }
    #expect(unsound == [])
    // Both ways were taken often enough for the test to mean something.
    #expect(acceptedCount > 2000)
    #expect(refusedCount > 5000)
  }
}
