/// Foretells each integer as the exponentially weighted moving mean of those before it.
///
/// In units of 2^-16: the fraction says to which side the next integer will rather err, so that tokens
/// are coded in contexts by it.
struct MovingMean {
  static let fractionBits: Int64 = 16
  /// Integers are below 2^46, so that a mean never overflows.
  static let widthLimit = 46
  /// With this shift the mean stays where it starts.
  static let fixedShift = 62

  /// The mean.
  private(set) var mean: Int64
  /// An error moves the mean by 2^-shift of it; with 0 the mean is the last integer.
  let shift: Int64

  /// Starts at `mean`, in units of 2^-16.
  init(_ mean: Int64, shift: Int) {
    self.mean = mean
    self.shift = Int64(shift)
  }

  /// Which of the 2^(contextBits + 1) parts of 1 the fraction is in.
  @inline(__always)
  func part(_ contextBits: Int) -> Int {
    Int(truncatingIfNeeded: mean >> (Self.fractionBits - 1 - Int64(contextBits)))
      & ((2 << contextBits) - 1)
  }

  /// Takes the next integer and gives back its error, folded: 0 is the nearest integer to a mean in
  /// the middle of the part, 1 the next nearest and so on.
  @inline(__always)
  mutating func fold(_ value: Int64) -> UInt64 {
    let error = value &- mean >> Self.fractionBits
    // A fraction of one half or more is the mirror image of one below.
    let isUpper = mean & (1 << (Self.fractionBits - 1)) != 0
    mean &+= ((value << Self.fractionBits) &- mean) >> shift
    return (isUpper ? error &- 1 : 0 &- error).folded
  }

  /// Takes the next integer's folded error and gives back the integer.
  @inline(__always)
  mutating func unfold(_ folded: UInt64) -> Int64 {
    let isUpper = mean & (1 << (Self.fractionBits - 1)) != 0
    let side = Int64(folded: folded)
    let value = mean >> Self.fractionBits &+ (isUpper ? side &+ 1 : 0 &- side)
    mean &+= ((value << Self.fractionBits) &- mean) >> shift
    return value
  }
}

/// Folded errors as tokens: the small ones by themselves, larger ones by half octaves, with the rest
/// in plain bits behind the token.
enum ErrorToken {
  /// Tokens below it are the error itself, without its low bits.
  static let directCount = 32
  private static let directWidth = 5
  /// Errors of integers below 2^46 have no more plain bits; with those of the longest code they fit
  /// into eight bytes read from any bit.
  static let plainLimit = 46

  /// The least error of a token, and how many plain bits are added.
  struct Origin {
    var error: UInt64
    var plainCount: UInt64
  }

  /// The token of `error` whose `low` lowest bits are plain.
  @inline(__always)
  static func token(_ error: UInt64, low: Int) -> (token: Int, plainCount: Int) {
    let high = error >> UInt64(low)
    if high < directCount { return (Int(high), low) }
    let octave = 63 - high.leadingZeroBitCount
    let half = Int(high >> UInt64(octave - 1)) & 1
    return (directCount + 2 * (octave - directWidth) + half, octave - 1 + low)
  }

  /// What `token` stands for; nil when it has too many plain bits.
  static func origin(_ token: Int, low: Int) -> Origin? {
    var error = UInt64(token)
    var plainCount = low
    if token >= directCount {
      plainCount += (token - directCount) / 2 + directWidth - 1
      error = UInt64(2 + (token - directCount) % 2)
    }
    guard plainCount <= plainLimit else { return nil }
    return Origin(error: error << UInt64(plainCount), plainCount: UInt64(plainCount))
  }
}
