import PoolModel
import Testing

@testable import RingStore

@Suite struct ValueColumnTests {
  private static let oddities: [UInt64] = [
    (-0.0).bitPattern, Double.infinity.bitPattern, (-Double.infinity).bitPattern,
    0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0001, 0xFFF8_0000_DEAD_BEEF, 1,
    0x000F_FFFF_FFFF_FFFF, 0x8000_0000_0000_0001, Double(1e300).bitPattern, (0.1 + 0.2).bitPattern,
    Double.greatestFiniteMagnitude.bitPattern, Double.leastNormalMagnitude.bitPattern,
    Double.pi.bitPattern, Double(0x1p53).bitPattern, Double(-0x1p63).bitPattern,
    (0x1p51 - 0.5 as Double).bitPattern,
  ]

  private static func check(_ bits: [UInt64], _ effort: CodecEffort = .small) -> Int {
    let bytes = ValueColumn.encode(bits, effort: effort)
    var decoded: [UInt64] = []
    var doubles: [Double] = []
    #expect(ValueColumn.decode(bytes, 0..<bytes.count, count: bits.count, into: &decoded))
    #expect(decoded == bits)
    #expect(ValueColumn.decodeDoubles(bytes, 0..<bytes.count, count: bits.count, into: &doubles))
    #expect(doubles.map(\.bitPattern) == bits)
    return bytes.count
  }

  @Test(arguments: [CodecEffort.quick, .small])
  func `doubles that are no decimals come back bit for bit`(effort: CodecEffort) {
    var random = SplitMix64(seed: 21)
    for bits in Self.oddities {
      _ = Self.check([bits], effort)
      _ = Self.check([bits, bits, bits], effort)
      _ = Self.check([Double(7.25).bitPattern, bits, Double(7.26).bitPattern], effort)
      _ = Self.check([bits, Double(7.25).bitPattern, Double(7.26).bitPattern, bits], effort)
    }
    _ = Self.check(Self.oddities, effort)
    for share in [2, 5, 30, 300] {
      let bits = (0..<2000).map { _ in
        Int.random(in: 0..<share, using: &random) == 0
          ? Self.oddities[Int.random(in: 0..<Self.oddities.count, using: &random)]
          : (Double(Int.random(in: 0...1500, using: &random)) / 100).bitPattern
      }
      _ = Self.check(bits, effort)
    }
    for count in [1, 2, 10, 1000] {
      _ = Self.check((0..<count).map { _ in random.next() }, effort)
    }
  }

  // The decimals come from the language's own reader of numbers, not from a division.
  @Test func `decimals of every scale take no more than their digits`() throws {
    var random = SplitMix64(seed: 22)
    for scale in 0...9 {
      let bits = try (0..<1000).map { _ in
        let digits = String(Int.random(in: 0...999, using: &random))
        return try #require(Double("\(digits)e-\(scale)")).bitPattern
      }
      // Integers of 10 bits.
      #expect(Self.check(bits, .quick) <= 1250 + 16)
      #expect(Self.check(bits, .small) <= 1250 + 16)
    }
  }

  @Test func `a constant column takes at most 16 bytes`() {
    for value in [0, 7.25, -0.0, .pi, .nan, 1e300] {
      #expect(Self.check([UInt64](repeating: value.bitPattern, count: 4000)) <= 16)
    }
  }

  // Position, length and 8 bytes for the first of a run.
  @Test func `an exception takes at most 12 bytes`() {
    var random = SplitMix64(seed: 23)
    var bits = (0..<1024).map { _ in
      (Double(Int.random(in: 700...763, using: &random)) / 100).bitPattern
    }
    let size = Self.check(bits, .quick)
    for row in [0, 100, 500, 1023] { bits[row] = Double.pi.bitPattern + UInt64(row) }
    #expect(Self.check(bits, .quick) <= size + 4 * 12 + 1)
    for row in 200..<300 { bits[row] = Double.nan.bitPattern }
    #expect(Self.check(bits, .quick) <= size + 5 * 12 + 1)
  }

  @Test func `whatever the bytes are, decoding ends`() {
    var random = SplitMix64(seed: 24)
    var values: [Double] = []
    for _ in 0..<5000 {
      let bytes = ColumnCases.bytes(upTo: 80, &random)
      let count = Int.random(in: 0...200, using: &random)
      if ValueColumn.decodeDoubles(bytes, 0..<bytes.count, count: count, into: &values) {
        #expect(values.count == count)
      }
    }
  }
}
