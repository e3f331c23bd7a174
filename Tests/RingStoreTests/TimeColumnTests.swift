import PoolModel
import Testing

@testable import RingStore

@Suite struct TimeColumnTests {
  private static let origin: Int64 = 1_763_000_000_123

  private static func check(_ times: [Int64], _ effort: CodecEffort = .small) -> Int {
    let bytes = TimeColumn.encode(times, effort: effort)
    var decoded: [Int64] = []
    #expect(TimeColumn.decode(bytes, 0..<bytes.count, count: times.count, into: &decoded))
    #expect(decoded == times)
    return bytes.count
  }

  @Test(arguments: [CodecEffort.quick, .small])
  func `an exact period takes at most 32 bytes`(effort: CodecEffort) {
    for period in [1, 1000, 10_000, 60_000, 3_600_000, 86_400_000] as [Int64] {
      for count in [1, 2, 3, 10, 10_000] as [Int64] {
        let times = (0..<count).map { Self.origin + $0 * period }
        #expect(Self.check(times, effort) <= 32)
      }
    }
  }

  // A drift of 100 ppm is 1 ms every row; rounding to ms leaves an error of one of three values.
  @Test func `a period with a fraction takes at most two bits a row`() {
    for period in [10_000.37, 999.999, 10_001.0001] {
      let times = (0..<5000).map { Self.origin + Int64((Double($0) * period).rounded()) }
      #expect(Self.check(times) <= 32 + 2 * 5000 / 8)
    }
  }

  // 401 equally likely values are 8.65 bits.
  @Test(arguments: [0, 30]) func `jitter of 200 ms takes at most 8.9 bits a row`(gapPercent: Int) {
    var random = SplitMix64(seed: 11)
    var point = Self.origin
    let times = (0..<9000).map { row in
      point += gapPercent > 0 && row % 500 == 499 ? 250_000 : 10_000
      return point + Int64.random(in: -200...200, using: &random)
    }
    #expect(Double(Self.check(times)) <= 9000 * 8.9 / 8)
  }

  // A gap is a row number and a length.
  @Test func `a gap in an exact period takes at most five bytes`() {
    var point = Self.origin
    let times = (0..<5000).map { row in
      point += row % 100 == 99 ? 70_000 : 10_000
      return point
    }
    #expect(Self.check(times) <= 32 + 5 * 50)
  }

  @Test func `two clusters of other phases take a few bytes`() {
    let late = (0..<300).map { Self.origin - 7_003_217 + Int64($0) * 10_000 }
    let times = late + (0..<3000).map { Self.origin + Int64($0) * 10_000 }
    #expect(Self.check(times) <= 48)
  }

  @Test(arguments: [CodecEffort.quick, .small])
  func `times of no period come back`(effort: CodecEffort) {
    var random = SplitMix64(seed: 12)
    for values in ColumnCases.integers(&random) {
      _ = Self.check(values.count < 300 ? values : values.sorted(), effort)
    }
    for most in [1, 3, 1000, 20_000, 1 << 40] as [Int64] {
      var time = Self.origin
      let times = (0..<700).map { _ in
        time += Int64.random(in: 0...most, using: &random)
        return time
      }
      _ = Self.check(times, effort)
    }
  }

  @Test func `whatever the bytes are, decoding ends`() {
    var random = SplitMix64(seed: 13)
    var times: [Int64] = []
    for _ in 0..<5000 {
      let bytes = ColumnCases.bytes(upTo: 60, &random)
      let count = Int.random(in: 0...300, using: &random)
      if TimeColumn.decode(bytes, 0..<bytes.count, count: count, into: &times) {
        #expect(times.count == count)
      }
    }
  }
}
