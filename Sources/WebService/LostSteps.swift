import PoolModel
import Querying
import RingStore

/// What is said of steps where readings are lost or were given up, and nothing tells whether they came: what was due then is told apart, and what is missing beside it is counted as for coverage.
struct LostSteps: Sendable {
  private let known: KnownParts
  /// The times between the readings around what is not known: there steps count as missing what is not.
  private let hidden: [Range<Timestamp>]
  private let due: DueTimes
  private let count: PartCount
  private let countsHead: Bool

  /// The readings around a stretch of time: the newest before it, and the oldest after it.
  fileprivate struct Neighbors: Sendable {
    var before: (any: Timestamp?, usable: Timestamp?)
    var after: (any: Timestamp?, usable: Timestamp?)

    /// From the earlier one before it to the later one after it.
    var range: Range<Timestamp> {
      let start = min(before.any ?? .distantPast, before.usable ?? .distantPast)
      return start..<max(start, max(after.any ?? .distantFuture, after.usable ?? .distantFuture))
    }
  }

  /// The figures of steps without what is lost of them; it is told apart.
  func taken(from figures: [StepFigures]) async throws -> [StepFigures] {
    if hidden.isEmpty { return figures }
    var steps: [StepFigures] = []
    for figures in figures { steps.append(try await taken(from: figures)) }
    return steps
  }

  private func taken(from figures: StepFigures) async throws -> StepFigures {
    var step = figures
    let range = step.start..<step.end
    for times in known.unknown where times.overlaps(range) {
      step.lostCount += due.count(in: times.clamped(to: max(step.start, due.begin)..<step.end))
    }
    guard hidden.contains(where: { $0.overlaps(range) }) else { return step }
    let missing = try await count.missing(in: known.parts(in: range), countsHead: countsHead)
    step.missingCount = missing.reduce(0) { $0 + $1.all }
    step.missingValidCount = missing.reduce(0) { $0 + $1.valid }
    return step
  }
}

extension LostSteps {
  /// What is lost of `series` in `period`, for its steps of a length of `step`.
  ///
  /// - Parameters:
  ///   - series: whose steps.
  ///   - period: the instants asked about.
  ///   - step: the length of a step.
  ///   - now: what is due later than this less one interval does not count yet.
  ///   - countsHead: whether what is missing before the first reading counts.
  ///   - gate: the way to the store.
  /// - Throws: what the gate throws.
  init(
    of series: Series, in period: Range<Timestamp>, step: Duration, now: Timestamp,
    countsHead: Bool,
    gate: any StoreGate
  ) async throws {
    known = try await gate.knownParts(of: [series], in: period, coarsest: .dividing(step))
    var times = known.unknown
    if let before = known.parts.first?.lossBefore, before <= period.lowerBound {
      times.append(before..<before)
    }
    if let after = known.parts.last?.lossAfter, after >= period.upperBound {
      times.append(after..<after)
    }
    var hidden: [Range<Timestamp>] = []
    for start in stride(from: 0, to: times.count, by: 8) {
      let slice = times[start..<min(times.count, start + 8)]
      hidden += try await gate.withStore { store, _ in
        try slice.map { range in
          Neighbors(
            before: try store.lastReading(of: series, before: range.lowerBound),
            after: try store.firstReading(of: series, notBefore: range.upperBound)
          ).range
        }
      }
    }
    self.hidden = hidden
    let interval = gate.plan.interval
    due = DueTimes(begin: period.lowerBound, settled: now - interval, interval: interval)
    count = PartCount(gate: gate, series: [series], now: now)
    self.countsHead = countsHead
  }
}

extension Tier {
  /// The coarsest tier whose buckets steps of a length of `step` are made of.
  fileprivate static func dividing(_ step: Duration) -> Tier {
    let seconds: [(Tier, Int64)] = [(.day, 86_400), (.hour, 3600), (.minute, 60)]
    return seconds.first { step.wholeMilliseconds % ($0.1 * 1000) == 0 }?.0 ?? .raw
  }
}
