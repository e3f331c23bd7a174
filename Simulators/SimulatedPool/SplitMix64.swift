/// A generator of random numbers that gives the same numbers for the same seed on every machine.
///
/// SplitMix64 by Sebastiano Vigna (public domain). Not for secrets.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers that follow from `seed`.
  public init(seed: UInt64) {
    state = seed
  }

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

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.finalized(state)
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

  /// The generator's output function: spreads every bit of `value` over all others.
  static func finalized(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
