/// The Mann–Kendall score of values that come and go in the order of their times, kept from one to the next.
struct RunningScore: Sendable {
  /// Pairs that rise less pairs that fall.
  private var score: Int32 = 0
  /// What each group of equal values takes from the variance, eighteenfold.
  private var tied: Int32 = 0

  /// Of no value.
  init() {}

  /// Of `values`, oldest first.
  init(_ values: Span<Double>) {
    for index in values.indices {
      come(values[index], after: values.extracting(0..<index))
    }
  }

  /// A value comes after all others, `earlier`.
  mutating func come(_ value: Double, after earlier: Span<Double>) {
    let (less, equal, greater) = Self.counts(of: earlier, about: value)
    score += less - greater
    tied += Self.part(equal + 1) - Self.part(equal)
  }

  /// The oldest goes, from before all others, `later`.
  mutating func leave(_ value: Double, before later: Span<Double>) {
    let (less, equal, greater) = Self.counts(of: later, about: value)
    score -= greater - less
    tied -= Self.part(equal + 1) - Self.part(equal)
  }

  /// The score of the `count` values that have come and not gone.
  func of(_ count: Int) -> TrendScore {
    TrendScore(score: Int(score), variance: Double(Self.part(Int32(count)) - tied) / 18)
  }

  /// How many values are less than, equal to and greater than `value`.
  private static func counts(
    of others: Span<Double>, about value: Double
  ) -> (less: Int32, equal: Int32, greater: Int32) {
    var (less, greater): (Int32, Int32) = (0, 0)
    for index in others.indices {
      less &+= others[index] < value ? 1 : 0
      greater &+= others[index] > value ? 1 : 0
    }
    return (less, Int32(others.count) - less - greater, greater)
  }

  /// The variance of `count` values without ties, eighteenfold.
  private static func part(_ count: Int32) -> Int32 { count * (count - 1) * (2 * count + 5) }
}
