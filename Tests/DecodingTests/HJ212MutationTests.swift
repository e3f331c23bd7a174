import PoolModel
import Testing

@testable import Decoding

@Suite struct `Mutated HJ 212` {
  typealias Sample = HJ212Sample

  private static let originals: [String] = [
    Sample.realTime("w01001-Rtd=7.31,w01001-Flag=N;w01010-Rtd=27.4,w01010-Flag=C"),
    Sample.realTime("w01001-Rtd=7.1;zz-Rtd=1") + Sample.realTime("a1-Rtd=500,a2-Rtd=0.7,a2-Flag=S"),
    Sample.frame(Sample.data("DataTime=20260101075900;w01001-Min=7,w01001-Avg=7.2", command: 2051)),
    Sample.part(1, of: 2, "DataTime=20260101080000;w01001-Rtd=7.1")
      + Sample.part(2, of: 2, "w01010-Rtd=27"),
    Sample.part(2, of: 3, "w01010-Rtd=27"),
    Sample.frame(Sample.data("", command: 9015)),
    Sample.frame(Sample.data("DataTime=20260101070000;w01001-Avg=7", command: 2061)),
  ]

  private static let tokens = [
    "##", "##0000FFFF\r\n", "##0101", "##1024", "##9999", "\r\n", "\r", "\n", "&&", "CP=&&", ";",
    ",", "=", "-", "-Rtd=", "-Flag=", "-Flag=T", "DataTime=", "CN=2011;", "Flag=6;",
    "PNUM=2;PNO=1;", "PNO=9999;", "QN=20260101080000000;", "nan", "inf", "0x1p3", "1e400", "-0",
    "20260229000000", "99999999999999999999", "\u{0}", "é", "池",
  ]

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let place = random.below(bytes.count + 1)
    switch random.below(7) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(4)))
    case 3: bytes.removeSubrange(place...)
    case 4:
      let other = Array(random.element(originals).utf8)
      let start = random.below(other.count)
      bytes.insert(
        contentsOf: other[start..<start + random.below(other.count - start) + 1], at: place)
    case 5: bytes.insert(UInt8(random.below(256)), at: place)
    default: bytes.insert(contentsOf: random.element(tokens).utf8, at: place)
    }
  }

  /// One to three changes to a payload; half of them within the data, whose frame is made new.
  private static func payload(_ random: inout SplitMix64) -> [UInt8] {
    var bytes = Array(random.element(originals).utf8)
    let isRight = random.below(2) == 0
    if isRight, let frame = Sample.validFrames(bytes).first {
      var data = Array(frame[6..<(frame.count - 6)])
      for _ in 0...random.below(3) { mutate(&data, &random) }
      return data.count <= 1024 ? Sample.frame(data) + bytes[frame.count...] : data
    }
    for _ in 0...random.below(3) { mutate(&bytes, &random) }
    return bytes
  }

  @Test func `no mutation traps or gives a reading whose checksum is wrong`() {
    var random = SplitMix64(seed: 212_2017)
    var lasting = Sample.dialect()
    var (withReadings, refused) = (0, 0)
    for number in 0..<20_000 {
      let payload = Self.payload(&random)
      let delivery = Delivery(topic: Sample.topic, payload: payload)
      var dialect = Sample.dialect()
      let decoded = dialect.decode(delivery, now: Sample.now)
      // A gateway's memory over many messages, every fifth of them.
      if number % 5 == 0 { _ = lasting.decode(delivery, now: Sample.now + .seconds(number)) }
      let isBounded = lasting.parts.unfinished.count <= 8 && lasting.parts.byteCount <= 65_536
      // What the frames that are right give by themselves.
      var judge = Sample.dialect()
      let right = Delivery(
        topic: Sample.topic, payload: Array(Sample.validFrames(payload).joined()))
      let allowed = judge.decode(right, now: Sample.now).readings
      let isRight = decoded.readings.allSatisfy(allowed.contains)
      let isFinite = decoded.readings.allSatisfy { reading in
        reading.values.allSatisfy { $0.value?.isFinite ?? true }
      }
      let isOneLine = decoded.refusals.allSatisfy {
        $0.detail.unicodeScalars.count <= 200 && !$0.detail.utf8.contains(10)
      }
      let isSilent = decoded.readings.isEmpty && decoded.refusals.isEmpty && decoded.status == nil
      let isAnswered = !isSilent || !dialect.parts.unfinished.isEmpty
      // One expectation for all of them: twenty thousand of each take longer than the decoding.
      if !(isBounded && isRight && isFinite && isOneLine && isAnswered) {
        Issue.record(
          "bounded \(isBounded), right \(isRight), finite \(isFinite), one line \(isOneLine), answered \(isAnswered): \(payload)"
        )
      }
      withReadings += decoded.readings.isEmpty ? 0 : 1
      refused += decoded.refusals.isEmpty ? 0 : 1
    }
    #expect(withReadings > 3000)
    #expect(refused > 10_000)
  }

  @Test func `any single flipped bit of a frame is found`() {
    let frame = Array(Sample.realTime("w01001-Rtd=7.31,w01001-Flag=N").utf8)
    for bit in 0..<frame.count * 8 {
      var broken = frame
      broken[bit / 8] ^= 1 << UInt8(bit % 8)
      // A digit of the checksum may turn into its small letter, which means the same.
      let isSame =
        String(decoding: broken, as: UTF8.self).lowercased()
        == String(decoding: frame, as: UTF8.self).lowercased()
      if isSame, bit / 8 >= frame.count - 6 { continue }
      var dialect = Sample.dialect()
      let decoded = dialect.decode(
        Delivery(topic: Sample.topic, payload: broken), now: Sample.now)
      #expect(decoded.readings.isEmpty, "bit \(bit)")
      #expect(decoded.refusals.map(\.reason) == [.badFrame], "bit \(bit)")
    }
  }
}
