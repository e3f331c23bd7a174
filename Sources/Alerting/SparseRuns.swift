/// What runs were before their newest samples, of those few of which that matters.
///
/// The flag of a sample may become another one, and then its run is to be as if the sample had said nothing
/// (`LimitRun.takeBack`). That changes a run only where a delay was or is running; all others are as they
/// were, and nothing is kept of them.
struct EarlierRuns: Sendable {
  private var kept: [Int: LimitRun] = [:]

  /// Whether nothing is kept.
  var isEmpty: Bool { kept.isEmpty }

  /// What the run at `place` was; nil where it does not matter.
  subscript(place: Int) -> LimitRun? { kept.isEmpty ? nil : kept[place] }

  /// The run at `place` took a sample, or read one back.
  mutating func note(_ before: LimitRun, then after: LimitRun, at place: Int) {
    if before.isHolding == after.isHolding, before.isUndecided || after.isUndecided {
      kept[place] = before
    } else if !kept.isEmpty {
      kept[place] = nil
    }
  }

  /// Nothing is known of samples of the run at `place`.
  mutating func forget(at place: Int) {
    if !kept.isEmpty { kept[place] = nil }
  }
}

/// The runs of critical bounds, of which nearly all are normal: only the others take memory.
struct CriticalRuns: Sendable {
  /// Whether no rule has a critical bound.
  let isEmpty: Bool
  private var kept: [Int: LimitRun] = [:]
  private var earlier = EarlierRuns()

  /// All are normal.
  init(isEmpty: Bool) {
    self.isEmpty = isEmpty
  }

  /// The run at `place`.
  subscript(place: Int) -> LimitRun {
    get { kept.isEmpty ? LimitRun() : kept[place] ?? LimitRun() }
    set {
      // Of a normal run only when it became so matters, and that only while it may be taken back.
      let isNothing = newValue.phase == .normal && earlier[place] == nil
      if !isNothing || !kept.isEmpty { kept[place] = isNothing ? nil : newValue }
    }
  }

  /// Lets the run at `place` take a sample, or read one back.
  mutating func take(at place: Int, _ body: (inout LimitRun) -> LimitAction) -> LimitAction {
    let before = self[place]
    var run = before
    let action = body(&run)
    earlier.note(before, then: run, at: place)
    self[place] = run
    return action
  }

  /// The newest sample of the run at `place` is as if it had said nothing.
  mutating func takeBack(at place: Int, time: Int64, patience: Int64) -> LimitAction {
    guard let before = earlier[place] else { return .nothing }
    return self[place].takeBack(before, at: time, patience: patience)
  }

  /// Nothing is known of what the run at `place` was before.
  mutating func forgetEarlier(at place: Int) { earlier.forget(at: place) }

  /// Whether the newest sample of the run at `place` may be taken back.
  func isReversible(at place: Int) -> Bool { earlier[place] != nil }
}
