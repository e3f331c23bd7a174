import PoolModel
import Testing

@testable import Decoding

/// Parts that come more than once, as with QoS 1 any may.
@Suite struct `Parts of HJ 212 messages again` {
  typealias Sample = HJ212Sample

  @Test func `a part that comes again after its message was whole is not the sign of a loss`() {
    let parts = [
      Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1"),
      Sample.part(2, of: 2, "w01010-Rtd=27"),
    ]
    let heartbeat = Sample.delivery(Sample.frame(Sample.data("", command: 9015)))
    let late = Sample.now + .seconds(601)
    var dialect = Sample.dialect()
    for part in parts { _ = dialect.decode(Sample.delivery(part), now: Sample.now) }
    for part in parts {
      var repeated = dialect
      #expect(repeated.decode(Sample.delivery(part), now: Sample.now) == DecodedDelivery())
      #expect(repeated.unfinished == [])
      var stopped = repeated
      #expect(stopped.giveUp("now") == [])
      #expect(repeated.decode(heartbeat, now: late).refusals == [])
      #expect(repeated.parts == HJ212Parts())
    }
    // All of it again is read again: the store knows what it has.
    var whole = dialect
    let readings = parts.flatMap {
      whole.decode(Sample.delivery($0), now: Sample.now).readings
    }
    #expect(readings.map { $0.values.map(\.value) } == [[7.1, 27]])
    // With another part in it, it is another message.
    let other = Sample.part(2, of: 2, "w01010-Rtd=28")
    var another = dialect
    #expect(another.decode(Sample.delivery(other), now: Sample.now) == DecodedDelivery())
    #expect(another.unfinished.map(\.missingNumbers) == [[1]])
    #expect(another.decode(heartbeat, now: late).refusals.map(\.reason) == [.lostParts])
  }
}
