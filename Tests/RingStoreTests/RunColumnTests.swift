import PoolModel
import Testing

@testable import RingStore

@Suite struct RunColumnTests {
  private static func check(_ values: [UInt8]) -> Int {
    let bytes = RunColumn.encode(values)
    var decoded: [UInt8] = []
    #expect(RunColumn.decode(bytes, 0..<bytes.count, count: values.count, into: &decoded))
    #expect(decoded == values)
    return bytes.count
  }

  @Test func `every column of bytes comes back`() {
    var random = SplitMix64(seed: 31)
    _ = Self.check([])
    for count in [1, 2, 3, 100, 5000] {
      for rarity in [1, 2, 10, 1000] {
        _ = Self.check(
          (0..<count).map { _ in
            Int.random(in: 0..<rarity, using: &random) == 0
              ? UInt8(truncatingIfNeeded: random.next()) : 1
          })
      }
    }
  }

  @Test func `a constant column takes two bytes`() {
    #expect(Self.check([UInt8](repeating: 9, count: 10_000)) == 2)
  }

  // A bit for each run's value, one for each length at most.
  @Test func `a value in every other row takes at most a quarter of a byte a row`() {
    #expect(Self.check((0..<4000).map { UInt8($0 % 2) }) <= 1000)
  }

  @Test func `whatever the bytes are, decoding ends`() {
    var random = SplitMix64(seed: 32)
    var values: [UInt8] = []
    for _ in 0..<5000 {
      let bytes = ColumnCases.bytes(upTo: 40, &random)
      let count = Int.random(in: 0...300, using: &random)
      if RunColumn.decode(bytes, 0..<bytes.count, count: count, into: &values) {
        #expect(values.count == count)
      }
    }
  }
}
