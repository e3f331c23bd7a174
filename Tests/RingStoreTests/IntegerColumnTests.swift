import PoolModel
import Testing

@testable import RingStore

@Suite struct IntegerColumnTests {
  @Test(arguments: [CodecEffort.quick, .small])
  func `every column of integers comes back`(effort: CodecEffort) {
    var random = SplitMix64(seed: 1)
    for values in ColumnCases.integers(&random) {
      let bytes = IntegerColumn.encode(values, effort: effort)
      // Bytes around the column belong to others.
      let whole = [1, 2, 3] + bytes
      var decoded: [Int64] = [9]
      #expect(
        IntegerColumn.decode(whole, 3..<whole.count, count: values.count, into: &decoded))
      #expect(decoded == values)
      #expect(
        !IntegerColumn.decode(whole + [0], 3..<whole.count + 1, count: values.count, into: &decoded)
      )
    }
  }

  // One number and the mode.
  @Test func `a constant column takes at most 11 bytes`() {
    for value in [0, 1, -1, Int64.min, .max] {
      let values = [Int64](repeating: value, count: 5000)
      #expect(IntegerColumn.encode(values, effort: .quick).count <= 11)
      #expect(IntegerColumn.encode(values, effort: .small).count <= 11)
    }
  }

  @Test func `an arithmetic progression takes at most 16 bytes`() {
    let values = (0..<5000).map { 1_763_000_000_000 + Int64($0) * 3_600_000 }
    #expect(IntegerColumn.encode(values, effort: .quick).count <= 16)
    #expect(IntegerColumn.encode(values, effort: .small).count <= 16)
  }

  // 1,000 integers of 10 bits are 1,250 bytes.
  @Test func `integers of ten random bits take ten bits each`() {
    var random = SplitMix64(seed: 2)
    let values = (0..<1000).map { _ in Int64(random.next() & 1023) }
    #expect(IntegerColumn.encode(values, effort: .quick).count <= 1250 + 8)
    #expect(IntegerColumn.encode(values, effort: .small).count <= 1250 + 8)
  }

  // Eight coins: the entropy is the sum of -p log2 p over p = 1, 8, 28, 56, 70, 56, 28, 8, 1 of 256,
  // 2.5442 bits.
  @Test func `noise takes hardly more than its entropy`() {
    var random = SplitMix64(seed: 5)
    let values = (0..<10_000).map { _ in 700 + Int64((random.next() & 0xFF).nonzeroBitCount) }
    let size = IntegerColumn.encode(values, effort: .small).count
    #expect(Double(size) <= 10_000 * 2.5442 / 8 * 1.01 + 64)
  }

  // A slope of 1000 with one coin of noise: two bits a row with the bookkeeping of four lanes.
  @Test func `a counter takes what its steps take`() {
    var random = SplitMix64(seed: 6)
    var count: Int64 = 0
    let values = (0..<8000).map { _ in
      count += 1000 + Int64(random.next() & 1)
      return count
    }
    #expect(IntegerColumn.encode(values, effort: .small).count <= 8000 / 8 * 11 / 10 + 64)
  }

  @Test func `whatever the bytes are, decoding ends`() {
    var random = SplitMix64(seed: 3)
    var values: [Int64] = []
    for _ in 0..<5000 {
      let bytes = ColumnCases.bytes(upTo: 80, &random)
      let count = Int.random(in: 0...300, using: &random)
      if IntegerColumn.decode(bytes, 0..<bytes.count, count: count, into: &values) {
        #expect(values.count == count)
      }
    }
  }

  @Test func `whatever is changed in a column, decoding ends`() {
    var random = SplitMix64(seed: 4)
    var decoded: [Int64] = []
    for noise in [1, 5, 300] as [Int64] {
      let values = ColumnCases.wave(2000, noise: noise, &random)
      let bytes = IntegerColumn.encode(values, effort: .small)
      for _ in 0..<300 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let at = Int.random(
            in: 0..<(Bool.random(using: &random) ? 40 : bytes.count), using: &random)
          changed[at] = UInt8(truncatingIfNeeded: random.next())
        }
        let end =
          Bool.random(using: &random)
          ? changed.count : Int.random(in: 0..<changed.count, using: &random)
        if IntegerColumn.decode(changed, 0..<end, count: values.count, into: &decoded) {
          #expect(decoded.count == values.count)
        }
      }
    }
  }
}
