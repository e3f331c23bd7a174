import PoolModel

/// How far chlorine and ORP of each pool have contradicted each other.
struct DisagreementWatch: Sendable {
  let rule: DisagreementRule
  /// Where they are among the parts.
  let slots: (chlorine: Int, orp: Int)
  /// The same as bits.
  let mask: UInt64
  /// By pool.
  private(set) var runs: [LimitRun]
  /// The same before the newest instant that each has looked at.
  private var earlierRuns: [LimitRun]
  /// By pool, the newest instant that was looked at, in milliseconds.
  private var newest: [Int64]
  private let onDelay: Int64
  private let offDelay: Int64

  /// nil where there is no rule.
  init?(_ rule: DisagreementRule?, book: RuleBook, poolCount: Int) {
    guard let rule, let chlorine = book.slot(of: rule.chlorine), let orp = book.slot(of: rule.orp)
    else { return nil }
    self.rule = rule
    slots = (chlorine, orp)
    mask = 1 << UInt64(chlorine) | 1 << UInt64(orp)
    runs = Array(repeating: LimitRun(), count: poolCount)
    earlierRuns = runs
    newest = Array(repeating: .min, count: poolCount)
    onDelay = rule.delay.wholeMilliseconds
    offDelay = Self.offDelay(of: rule)
  }

  static func offDelay(of rule: DisagreementRule) -> Int64 { rule.delay.wholeMilliseconds / 2 }

  /// Whether the row that `parts` are of is news of a pool, which it is once an instant.
  func isNews(_ parts: RowParts, of pool: PoolNumber, at time: Int64) -> Bool {
    parts.news & mask != 0 && time > newest[pool.index]
  }

  /// Whether a pool's run is where it would be had the row at `time`, a part of which joins what was looked at, been
  /// looked at with all of its parts.
  func isSettled(by parts: RowParts, of pool: PoolNumber, at time: Int64) -> Bool {
    let run = runs[pool.index]
    guard time == newest[pool.index] else { return false }
    guard let values = values(in: parts) else {
      return !run.isUndecided && run.phase == earlierRuns[pool.index].phase
    }
    let isMet = rule.isMet(chlorine: values.chlorine, orp: values.orp)
    return run.isSettled(at: isMet ? .outside : .inside)
  }

  /// The two values of the row, or known beside it; nil when one says nothing of the water.
  func values(in parts: RowParts) -> (chlorine: Double, orp: Double)? {
    guard case .known(let chlorine) = parts.row[slots.chlorine],
      case .known(let orp) = parts.row[slots.orp]
    else { return nil }
    return (chlorine, orp)
  }

  /// An alarm is active since before the start.
  mutating func restore(_ pool: PoolNumber) { runs[pool.index] = .active }

  /// They were not judged, by design, or for longer than `patience` not known.
  mutating func suppress(_ pool: PoolNumber) { runs[pool.index].suppressed() }

  /// Forgets what came of `pool`, but whether its alarm is active.
  mutating func forget(_ pool: PoolNumber) {
    runs[pool.index].suppressed()
    earlierRuns[pool.index] = runs[pool.index]
    newest[pool.index] = .min
  }

  /// Two values of one instant came; `isReadBack` when they were judged before: then nothing follows.
  mutating func take(
    chlorine: Double, orp: Double, of pool: PoolNumber, at time: Int64, patience: Int64,
    isReadBack: Bool
  ) -> LimitAction {
    let place = pool.index
    newest[place] = time
    if time - runs[place].last > patience { runs[place].suppressed() }
    earlierRuns[place] = runs[place]
    let standing: Standing = rule.isMet(chlorine: chlorine, orp: orp) ? .outside : .inside
    if isReadBack {
      runs[place].readBack(standing, value: orp, at: time)
      return .nothing
    }
    return runs[place].sampled(
      standing, value: orp, at: time, onDelay: onDelay, offDelay: offDelay)
  }

  /// One of the values at `time` failed after all: it is to be as if it had failed at once.
  mutating func takeBack(_ pool: PoolNumber, at time: Int64) {
    let place = pool.index
    guard newest[place] == time else { return }
    // The time between its neighbours is no longer than patience, or the run was stopped before.
    _ = runs[place].takeBack(earlierRuns[place], at: time, patience: .max)
  }
}
