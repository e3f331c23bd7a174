import PoolModel

/// Between which values a sample of a series changes nothing, as its runs stand.
///
/// Mostly all of them are normal or active, and the next sample leaves them so: that is seen by two
/// comparisons here, without a look at rules, bounds and runs.
struct SteadyRoom: Hashable, Sendable {
  private var low = Double.infinity
  private var high = -Double.infinity
  /// The profile whose bounds it is made of; −1 for none.
  private var profile: Int32 = -1

  /// No room: every sample has to be looked at.
  init() {}

  /// All there is, while `profile` is in force.
  init(profile: Int?) {
    low = -.infinity
    high = .infinity
    self.profile = Self.number(of: profile)
  }

  /// Whether there is none.
  var isEmpty: Bool { low >= high }

  /// Whether `value` changes nothing while `profile` is in force.
  func contains(_ value: Double, profile: Int?) -> Bool {
    value > low && value < high && Self.number(of: profile) == self.profile
  }

  /// In half of the room: there are as many of these as series.
  private static func number(of profile: Int?) -> Int32 { Int32(truncatingIfNeeded: profile ?? -1) }

  /// Takes away what changes a run in `phase`; nil for a rule without a bound, for which every value is
  /// inside.
  ///
  /// The ends, inclusive or not, are looked at each time.
  mutating func narrow(to phase: LimitRun.Phase, of bound: DampedBound?) {
    switch (phase, bound?.side) {
    case (.pending, _), (.returning, _), (.active, nil): self = SteadyRoom()
    case (.normal, nil): break
    case (.normal, .low): low = max(low, bound?.bound.value ?? .infinity)
    case (.normal, .high): high = min(high, bound?.bound.value ?? -.infinity)
    case (.active, .low): high = min(high, bound?.returnsAt ?? -.infinity)
    case (.active, .high): low = max(low, bound?.returnsAt ?? .infinity)
    }
  }
}
