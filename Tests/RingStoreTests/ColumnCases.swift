import PoolModel

/// Columns that codecs get wrong, and random ones; the seed decides.
enum ColumnCases {
  /// Integers of every shape.
  static func integers(_ random: inout SplitMix64) -> [[Int64]] {
    let extremes: [Int64] = [.min, .max, 0, -1, 1, .max - 1, .min + 1]
    var cases: [[Int64]] = [
      [], [0], [.min], [.max], [.min, .max], [.max, .min], extremes,
      extremes.flatMap { [$0, $0, 0] }, Array(repeating: 7, count: 1000),
      (0..<1000).map { 1_763_000_000_000 + $0 * 60_000 },
      (0..<1000).map { Int64.max - $0 * $0 * 1000 },
      (0..<500).map { $0 % 2 == 0 ? .min : .max },
      Array(repeating: 5, count: 999) + [.min],
    ]
    for count in [2, 3, 8, 47, 49, 64, 65, 257, 1023, 1500] {
      for width in [1, 2, 3, 5, 8, 13, 31, 47, 56, 57, 58, 63, 64] {
        let mask = UInt64.max >> UInt64(64 - width)
        cases.append((0..<count).map { _ in Int64(bitPattern: random.next() & mask) })
      }
      for noise in [1, 3, 10, 100, 100_000] as [Int64] {
        cases.append(wave(count, noise: noise, &random))
      }
    }
    return cases
  }

  /// A slow wave with noise, now and then an outlier.
  static func wave(_ count: Int, noise: Int64, _ random: inout SplitMix64) -> [Int64] {
    var level: Int64 = 7300
    return (0..<count).map { _ in
      level += Int64.random(in: -1...1, using: &random)
      let sum = (0..<4).reduce(Int64(0)) { sum, _ in
        sum + Int64.random(in: -noise...noise, using: &random)
      }
      return UInt8.random(in: 0...255, using: &random) == 0
        ? Int64(bitPattern: random.next()) : level + sum / 2
    }
  }

  /// Random bytes, many of them small, so that counts and modes are often possible ones.
  static func bytes(upTo limit: Int, _ random: inout SplitMix64) -> [UInt8] {
    let count = Int.random(in: 0...limit, using: &random)
    let mask = UInt8(truncatingIfNeeded: UInt64.max >> UInt64.random(in: 56...63, using: &random))
    return (0..<count).map { index in
      let byte = UInt8(truncatingIfNeeded: random.next())
      return index < 6 ? byte & mask : byte
    }
  }
}
