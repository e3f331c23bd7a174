import PoolModel

extension RuleTestCase {
  /// Compares the steps that were expected with those that came, so that as many as possible have each other.
  ///
  /// An expected step that says little may fit several that came, and must not take away the only one that
  /// another fits: pairs are made anew where that makes one more (Kuhn's augmenting paths). What says more has
  /// its pair first, so that of two that cannot both have one it is the vaguer that is missing.
  ///
  /// Takes the square of the number of steps at one time.
  ///
  /// - Parameters:
  ///   - expected: what was expected, in any order.
  ///   - came: the steps that alarms took.
  /// - Returns: what was expected and did not come, and what came and was not expected; both in their order.
  public static func differences(
    expected: [Step], came: [Step]
  ) -> (missing: [Step], unexpected: [Step]) {
    var pairs = Pairs(expected: expected, came: came)
    // The index keeps the order of those that say as much.
    let order = expected.indices.sorted {
      (-expected[$0].detailCount, $0) < (-expected[$1].detailCount, $1)
    }
    for place in order {
      var tried: Set<Int> = []
      _ = pairs.pair(place, tried: &tried)
    }
    let paired = Set(pairs.expectedOfCame.values)
    return (
      expected.indices.filter { !paired.contains($0) }.map { expected[$0] },
      came.indices.filter { pairs.expectedOfCame[$0] == nil }.map { came[$0] }
    )
  }

  /// Which expected step has which that came.
  private struct Pairs {
    let expected: [Step]
    let came: [Step]
    private let cameByTime: [Timestamp: [Int]]
    /// By the place of what came, that of what was expected.
    var expectedOfCame: [Int: Int] = [:]

    init(expected: [Step], came: [Step]) {
      self.expected = expected
      self.came = came
      cameByTime = Dictionary(grouping: came.indices) { came[$0].time }
    }

    /// Gives what is expected at `place` a step, and others another one where it takes theirs.
    ///
    /// `tried` are those that cannot be had. Returns false, without a change, where there is none.
    mutating func pair(_ place: Int, tried: inout Set<Int>) -> Bool {
      for index in cameByTime[expected[place].time] ?? []
      where expected[place].fits(came[index]) && tried.insert(index).inserted {
        if let other = expectedOfCame[index], !pair(other, tried: &tried) { continue }
        expectedOfCame[index] = place
        return true
      }
      return false
    }
  }
}

extension RuleTestCase.Step {
  /// How much it says that not every step has to.
  fileprivate var detailCount: Int {
    [parameter != nil, since != nil, until != nil, severity != nil, value != nil].count { $0 }
  }
}
