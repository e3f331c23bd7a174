import PoolModel

@testable import RingStore

func stored(
  _ column: UInt8, _ value: Double, flag: UInt8 = 1, marks: UInt8 = 0
) -> StoredValue {
  StoredValue(column: column, cell: Cell(bits: value.bitPattern, flag: flag, marks: marks))
}

func encoded(_ batch: RowBatch) -> [UInt8] {
  var bytes: [UInt8] = []
  batch.encodeCompact(into: &bytes)
  return bytes
}

/// A row of each of 1,000 pools with chlorine, pH and temperature: in any order within ±200 ms, or in the
/// order of the pools at one instant.
func typicalBatch(seed: UInt64, isInStep: Bool = false) -> RowBatch {
  var random = SplitMix64(seed: seed)
  /// About normal, of variance 1: the sum of twelve even ones less their mean.
  func noise() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
  }
  var batch = RowBatch()
  for pool in isInStep ? Array(0..<1_000) : (0..<1_000).shuffled(using: &random) {
    let wave = Double.random(in: -1...1, using: &random)
    let chlorine = 0.6 + 0.25 * wave + 0.015 * noise()
    let pH = 7.3 + 0.1 * wave + 0.012 * noise()
    let temperature = 27.5 + 0.6 * wave + 0.05 * noise()
    let delay = isInStep ? 0 : Int64.random(in: -200...200, using: &random)
    batch.append(ring: pool, time: 1_763_000_000_000 + delay)
    batch.append(stored(0, (chlorine * 100).rounded() / 100))
    batch.append(stored(3, (pH * 100).rounded() / 100))
    batch.append(stored(4, (temperature * 10).rounded() / 10))
  }
  return batch
}

/// Rows of every kind: steady, erratic, of many shapes, with values of all scales and of none.
func randomBatch(seed: UInt64, rowCount: Int = 200) -> RowBatch {
  var random = SplitMix64(seed: seed)
  func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
  func double() -> Double {
    let tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10][below(11)]
    switch below(8) {
    case 0: return Double(bitPattern: random.next())
    case 1: return oddDoubles[below(oddDoubles.count)]
    case 2: return Double(Int64(bitPattern: random.next()) >> Int64(below(64))) / tens
    default: return Double(below(3_000) - 1_000) / [1, 10, 100][below(3)]
    }
  }
  let shapeCount = [1, 3, 31, 32, 100][below(5)]
  let shapes = (0..<shapeCount).map { _ in
    (0..<[0, 1, 3, 3, 8, 64][below(6)]).map { index in
      let column = below(4) == 0 ? below(64) : index % 64
      let isUsual = below(3) > 0
      return stored(
        UInt8(column), 0, flag: isUsual ? 1 : UInt8(below(256)),
        marks: isUsual ? 0 : UInt8(below(256)))
    }
  }
  var batch = RowBatch()
  var ring = 0
  var time: Int64 = 1_763_000_000_000
  for _ in 0..<rowCount {
    switch below(6) {
    case 0: ring = below(1 << 31)
    case 1: ring = below(1_000)
    default: ring = (ring + 1) % (1 << 31)
    }
    switch below(8) {
    case 0: time = Int64(bitPattern: random.next())
    case 1: break
    default: time &+= Int64(below(20_000) - 10_000)
    }
    batch.append(ring: ring, time: time)
    for value in shapes[below(shapeCount)] {
      var value = value
      value.cell.bits = double().bitPattern
      batch.append(value)
    }
  }
  return batch
}

/// Doubles at the ends of what a scaled integer can be, and beyond.
let oddDoubles: [Double] = [
  0, -0.0, 1, -1, 0.1, -0.1, 0.5, 0.1 + 0.2, 1 / 3, 7.3, 7.300_000_190_734_863, 1e-9, -1e-9, 5e-10,
  1e-10, 0.123_456_789, 123_456.123_456_789, 1e15, 1e16, 1e22, 1e23, -1e300, .infinity, -.infinity,
  .nan,
  -.nan, .signalingNaN, Double(bitPattern: 0x7FF8_0000_0000_0001), Double(bitPattern: .max),
  .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
  .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .pi,
  0x1p51, 0x1p51 - 1, -0x1p51, -0x1p51 - 1, 0x1p52, 0x1p52 - 0.5, 0x1p53, 0x1p53 + 2, 0x1p63,
  -0x1p63,
  0x1p64, 0x1p51 / 1e9, -0x1p51 / 1e9, 225_179_981.368_524_7, 2_251_799.813_685_247_7, 0x1.8p52,
  -0x1.8p52, 1.5, 2.5, 0.15, 0.25, 99_999.999_999_999,
]
