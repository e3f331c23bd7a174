/// What a row's sum is expected to be, from the rows before it.
struct SumMean {
  /// In 256ths of a unit.
  private var mean: Int64
  private let weight: Int64

  init(base: Int64, weight: Int) {
    mean = base << 8
    self.weight = Int64(weight)
  }

  func expectedSum(_ count: Int64) -> Int64 { (count &* mean &+ 128) >> 8 }

  /// Takes note of a row.
  ///
  /// - Returns: the row's own mean, rounded down.
  @discardableResult
  mutating func add(_ sum: Int64, _ count: Int64) -> Int64 {
    let own = Self.mean(sum, count)
    mean &+= (own &- mean) >> weight
    return own >> 8
  }

  /// The mean of a row, in 256ths, rounded down.
  static func mean(_ sum: Int64, _ count: Int64) -> Int64 {
    let scaled = sum << 8
    if count == 1 { return scaled }
    let quotient = scaled / count
    return quotient &* count > scaled ? quotient &- 1 : quotient
  }
}
