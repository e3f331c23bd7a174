import PoolModel
import Testing

@testable import Decoding

@Suite struct `Parts of HJ 212 messages` {
  typealias Sample = HJ212Sample

  private static let contents = [
    "DataTime=20260101080000;w01001-Rtd=7.1,w01001-Flag=N", "w01010-Rtd=27.4",
    "DataTime=20260101080000;a1-Rtd=520,a1-Flag=S", "a2-Rtd=0.7,zz-Rtd=1",
  ]

  private static func permutations<Element>(_ array: [Element]) -> [[Element]] {
    guard array.count > 1 else { return [array] }
    return array.indices.flatMap { index in
      var rest = array
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
  }

  @Test func `parts make the whole in any order, one by one and in one payload`() {
    let whole = Sample.decode(
      Sample.frame(
        Sample.data("\(Self.contents[0]);\(Self.contents[1]);a1-Rtd=520,a1-Flag=S;a2-Rtd=0.7")))
    #expect(whole.readings.count == 2)
    let parts = Self.contents.enumerated().map { Sample.part($0 + 1, of: 4, $1) }
    for order in Self.permutations([0, 1, 2, 3]) {
      var dialect = Sample.dialect()
      for index in order.dropLast() {
        let decoded = dialect.decode(Sample.delivery(parts[index]), now: Sample.now)
        #expect(decoded == DecodedDelivery())
      }
      let last = order.last.map { parts[$0] } ?? ""
      let decoded = dialect.decode(Sample.delivery(last), now: Sample.now)
      #expect(decoded.readings == whole.readings, "\(order)")
      #expect(decoded.refusals.map(\.reason) == [.unknownName])
      #expect(decoded.refusals.first?.payload == Array(parts.joined().utf8))
      #expect(dialect.parts == HJ212Parts())
      #expect(Sample.decode(order.map { parts[$0] }.joined()) == decoded)
    }
  }

  @Test func `parts of different times make a reading each`() {
    let parts = ["0", "1", "2"].enumerated().map {
      Sample.part($0 + 1, of: 3, "DataTime=2026010107000\($1);w01001-Rtd=7.\($1)")
    }
    let decoded = Sample.decode(parts.joined())
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.readings.map { $0.time.milliseconds % 10_000 } == [0, 1000, 2000])
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[7.0], [7.1], [7.2]])
  }

  @Test func `another device, request or command does not mix with a message that is not whole`() {
    let first = Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1")
    let strangers = [
      Sample.part(2, of: 2, "w01010-Rtd=1", device: "POOL0000000000000000PT03"),
      Sample.part(2, of: 2, "w01010-Rtd=2", request: "20260101080000001"),
      Sample.part(2, of: 2, "w01010-Avg=3", command: 2051),
    ]
    var dialect = Sample.dialect()
    for payload in [first] + strangers {
      #expect(dialect.decode(Sample.delivery(payload), now: Sample.now) == DecodedDelivery())
    }
    #expect(dialect.parts.unfinished.count == 4)
    let second = Sample.part(2, of: 2, "w01010-Rtd=27")
    let decoded = dialect.decode(Sample.delivery(second), now: Sample.now)
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[7.1, 27]])
    #expect(dialect.parts.unfinished.count == 3)
  }

  @Test func `one part of one is whole, and a part again changes nothing`() {
    let content = "DataTime=20260101080000;w01001-Rtd=7.1"
    #expect(Sample.decode(Sample.part(1, of: 1, content)).readings.count == 1)
    let first = Sample.part(1, of: 2, content)
    let decoded = Sample.decode(first + first + Sample.part(2, of: 2, "w01010-Rtd=27"))
    #expect(decoded.readings.map { $0.values.count } == [2])
    #expect(decoded.refusals.isEmpty)
  }

  @Test func `a part in the place of another is refused alone, and the first stays`() {
    let first = Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1")
    let again = Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.2")
    let second = Sample.part(2, of: 2, "w01010-Rtd=27")
    let decoded = Sample.decode(first + again + second)
    // The PNO of a frame stands at its byte 97.
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_payload: PNO at byte \(first.utf8.count + 97): found 1 of QN 20260101080000000 MN "
        + "'POOL0000000000000000PT02' CN 2011 again with other data, expected each part once, of which "
        + "the first stays")
    #expect(Array((first + again).utf8)[first.utf8.count + 97] == UInt8(ascii: "1"))
    #expect(decoded.refusals.first?.payload == Array((first + again + second).utf8))
    #expect(decoded.readings.map { $0.values.map(\.value) } == [[7.1, 27]])
  }

  @Test(arguments: [0, 1, 2])
  func `a part with another PNUM harms no other, and is refused when it has waited`(place: Int) {
    var payloads = [
      Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1"),
      Sample.part(2, of: 2, "w01010-Rtd=27"),
    ]
    let recounted = Sample.part(2, of: 3, "w01010-Rtd=28")
    payloads.insert(recounted, at: place)
    var dialect = Sample.dialect()
    var readings: [Reading] = []
    for payload in payloads {
      let decoded = dialect.decode(Sample.delivery(payload), now: Sample.now)
      #expect(decoded.refusals.isEmpty)
      readings += decoded.readings
    }
    #expect(readings.map { $0.values.map(\.value) } == [[7.1, 27]])
    let lost = dialect.decode(
      Sample.delivery(Sample.frame(Sample.data("", command: 9015))),
      now: Sample.now + .milliseconds(600_001))
    #expect(
      SamplePlan.refusal(lost)
        == "lost_parts: parts of QN 20260101080000000 MN 'POOL0000000000000000PT02' CN 2011: found "
        + "1 of 3 after 10 minutes, expected all within 10 minutes")
    #expect(lost.refusals.first?.payload == Array(recounted.utf8))
  }

  @Test func `a mistake in a joined message is placed in its part`() {
    let parts = [
      Sample.part(1, of: 3, "DataTime=20260101080000;w01001-Rtd=7.1"),
      Sample.part(2, of: 3, "w01010-Rtd=1e1"), Sample.part(3, of: 3, "a1-Rtd=520,zz-Rtd=1"),
    ]
    let decoded = Sample.decode(parts.joined())
    // What the items of the second and third part begin with, in their own frames.
    #expect(Array(parts[1].utf8)[104...].starts(with: "w01010-Rtd".utf8))
    #expect(Array(parts[2].utf8)[115...].starts(with: "zz-Rtd".utf8))
    #expect(
      SamplePlan.refusal(decoded) == """
        bad_payload: w01010-Rtd in part 2 of 3 at byte 104: found '1e1', expected a decimal number
        unknown_name: zz in part 3 of 3 at byte 115: found an unmapped code, expected a code of the \
        gateway's map
        """)
    let broken = [parts[0], Sample.part(2, of: 3, "w01010-Rtd"), parts[2]]
    #expect(
      SamplePlan.refusal(Sample.decode(broken.joined()))
        == "bad_payload: CP in part 2 of 3 at byte 104: found 'w01010-Rtd', expected NAME=VALUE")
  }

  @Test func `a whole whose parts do not fit is refused whole`() {
    let first = Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1")
    let same = Sample.part(2, of: 2, "w01001-Rtd=7.2;w01010-Rtd=27")
    var decoded = Sample.decode(first + same)
    #expect(decoded.refusals.map(\.reason) == [.badPayload])
    #expect(decoded.readings.isEmpty)
    decoded = Sample.decode(
      Sample.part(1, of: 2, "w01001-Rtd=7.2")
        + Sample.part(2, of: 2, "DataTime=20260101080000;w01010-Rtd=27"))
    #expect(decoded.refusals.map(\.reason) == [.badPayload])
    #expect(decoded.readings.isEmpty)
  }

  @Test func `what does not become whole in ten minutes is refused by name`() {
    let first = Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1")
    let second = Sample.part(2, of: 2, "w01010-Rtd=27")
    var dialect = Sample.dialect()
    _ = dialect.decode(Sample.delivery(first), now: Sample.now)
    var onTime = dialect
    let limit = Sample.now + .seconds(600)
    #expect(onTime.decode(Sample.delivery(second), now: limit).readings.count == 1)
    let late = Sample.now + .milliseconds(600_001)
    let heartbeat = Sample.frame(Sample.data("", command: 9015))
    let decoded = dialect.decode(Sample.delivery(heartbeat), now: late)
    #expect(
      SamplePlan.refusal(decoded)
        == "lost_parts: parts of QN 20260101080000000 MN 'POOL0000000000000000PT02' CN 2011: found "
        + "1 of 2 after 10 minutes, expected all within 10 minutes")
    #expect(decoded.refusals.first?.payload == Array(first.utf8))
    #expect(decoded.status != nil)
    #expect(dialect.parts == HJ212Parts())
  }

  @Test func `a stop gives up by name what was acknowledged and is not whole`() {
    let binding = Sample.binding
    var decoder = PayloadDecoder(plan: SamplePlan.plan, bindings: [binding])
    let first = Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1")
    #expect(decoder.decode(Sample.delivery(first), now: Sample.now).refusals.isEmpty)
    let lost = decoder.giveUp()
    #expect(lost.map(\.reason) == [.lostParts])
    #expect(
      lost.first?.detail == "parts of QN 20260101080000000 MN 'POOL0000000000000000PT02' CN 2011: "
        + "found 1 of 2 when Poolwatch stopped, expected all before")
    #expect(lost.first?.payload == Array(first.utf8))
    #expect(decoder.giveUp().isEmpty)
  }

  @Test func `a clock that was set back does not keep parts for ever`() {
    let first = Sample.part(1, of: 2, "DataTime=20251231080000;w01001-Rtd=7.1")
    var dialect = Sample.dialect()
    _ = dialect.decode(Sample.delivery(first), now: Sample.now)
    let earlier = Sample.now - .seconds(86_400)
    let heartbeat = Sample.delivery(Sample.frame(Sample.data("", command: 9015)))
    #expect(dialect.decode(heartbeat, now: earlier).refusals.isEmpty)
    let refused = dialect.decode(heartbeat, now: earlier + .seconds(601)).refusals
    #expect(refused.map(\.reason) == [.lostParts])
    #expect(dialect.parts == HJ212Parts())
  }

  @Test func `a ninth unfinished message gives up the oldest`() {
    var dialect = Sample.dialect()
    for number in 1...8 {
      let payload = Sample.part(1, of: 3, "DataTime=20260101080000", device: "M\(number)")
      #expect(dialect.decode(Sample.delivery(payload), now: Sample.now) == DecodedDelivery())
    }
    let decoded = dialect.decode(
      Sample.delivery(Sample.part(2, of: 3, "x-Rtd=1", device: "M9")), now: Sample.now)
    #expect(
      SamplePlan.refusal(decoded)
        == "lost_parts: parts of QN 20260101080000000 MN 'M1' CN 2011: found 1 of 3 when a 9th "
        + "message began, expected at most 8")
    #expect(
      dialect.parts.unfinished.map { String(decoding: $0.key.device, as: UTF8.self) }
        == (2...9).map { "M\($0)" })
  }

  @Test func `a message of more than 64 KiB is given up`() {
    var dialect = Sample.dialect()
    let filling = String(repeating: "1", count: 880)
    var refusals: [Refusal] = []
    for number in 1...70 {
      let payload = Sample.part(number, of: 99, "c\(number)-Rtd=\(filling)")
      refusals += dialect.decode(Sample.delivery(payload), now: Sample.now).refusals
      #expect(dialect.parts.byteCount <= 65_536)
    }
    #expect(refusals.count == 1)
    #expect(refusals.first?.detail.hasSuffix("expected at most 65536 bytes") == true)
    #expect(refusals.first?.payload.count == Refusal.keptByteCount)
  }

  @Test func `memory is bounded, and what no longer waits was whole or is refused by name`() {
    var random = SplitMix64(seed: 20_260_101)
    var dialect = Sample.dialect()
    var now = Sample.now
    var (wholeCount, refusedCount, greatestByteCount) = (0, 0, 0)
    var waiting: Set<String> = []
    var sentCounts = Array(repeating: 0, count: 8)
    for _ in 0..<4000 {
      now = now + .seconds(random.below(3))
      let filling = String(repeating: "0", count: random.below(850))
      // Five messages of 200 parts, sent in their order, and three small ones in none.
      let message = random.below(8)
      let count = message < 5 ? 200 : 2
      sentCounts[message] += 1
      let request = "\(20_260_101_080_000_000 + message)"
      let part = Sample.part(
        1 + (count == 200 ? sentCounts[message] % 200 : random.below(2)), of: count,
        "DataTime=20260101080000" + (count == 200 ? ";w01001-Rtd=7.1,x-Y=\(filling)" : ""),
        request: request)
      let decoded = dialect.decode(Sample.delivery(part), now: now)
      let parts = dialect.parts
      #expect(parts.unfinished.count <= HJ212Parts.setLimit && parts.byteCount <= 65_536)
      let byteCount = parts.unfinished.reduce(0) { $0 + $1.framesInOrder.joined().count }
      #expect(parts.byteCount == byteCount)
      #expect(parts.unfinished.allSatisfy { now - $0.began <= .seconds(600) })
      // The whole of the small messages has no value and is refused for that.
      let isWhole = decoded.refusals.contains { $0.reason == .badPayload }
      // What was whole before is no loss.
      let still = Set(
        parts.unfinished.filter { !$0.isRepetition }.map {
          String(decoding: $0.key.request, as: UTF8.self)
        })
      for gone in waiting.subtracting(still) where !(isWhole && gone == request) {
        let isNamed = decoded.refusals.contains {
          $0.reason == .lostParts && $0.detail.contains("QN \(gone) ")
        }
        #expect(isNamed, "\(gone)")
      }
      waiting = still
      wholeCount += isWhole ? 1 : 0
      refusedCount += decoded.refusals.count { $0.reason == .lostParts }
      greatestByteCount = max(greatestByteCount, byteCount)
    }
    // All three ends were reached.
    #expect(wholeCount > 100)
    #expect(refusedCount > 50)
    #expect(greatestByteCount > 64_000)
  }
}
