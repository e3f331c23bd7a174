public import PoolModel

extension SplitMix64 {
  /// A stream of its own for each `label` of one `seed`, such as a pool's name.
  ///
  /// The label's bytes are mixed in by FNV-1a, so that adding a pool to a plan leaves the numbers of
  /// every other pool as they were.
  public init(seed: UInt64, label: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in label.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    var mixer = SplitMix64(seed: seed)
    self.init(seed: mixer.next() ^ hash)
  }

  /// A number in 0 ..< 1, one of 2⁵³ that are equally likely.
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in `range`, evenly spread.
  public mutating func number(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + unit() * (range.upperBound - range.lowerBound)
  }

  /// A number around 0 with standard deviation 1, never beyond ±6.
  ///
  /// The sum of twelve evenly spread numbers less 6 (Irwin–Hall): close to normal, and, having no
  /// logarithm in it, the same to the last bit under every C library.
  public mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }
}
