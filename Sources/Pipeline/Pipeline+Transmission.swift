import Alerting
import Coverage
public import PoolModel
import RingStore

extension Pipeline {
  /// Counts, after each full hour, how much of what was due came of the pools whose turn it is.
  ///
  /// Call it every second or so, between two batches. Costs nothing without the rule.
  public func noteTransmission(now: Moment) {
    guard var round = transmissionRound else { return }
    guard !isBehind, seat.alarms.isHeard(now: now) else { return }
    round.begin(atLatest: now.wall)
    guard let hour = round.hour, let turn = round.next(of: plan.pools.count) else {
      transmissionRound = round
      return
    }
    transmissionRound = round
    var shares: [(pool: PoolNumber, share: Double)] = []
    for place in turn {
      let pool = PoolNumber(place)
      // What cannot be read now stays as it was judged before.
      if let figures = try? transmission(of: pool, in: hour - round.window..<hour, now: now.wall),
        let share = figures.effectiveTransmissionRate
      {
        shares.append((pool, share))
      }
    }
    guard !shares.isEmpty else { return }
    seat.note(seat.alarms.noteTransmission(shares, at: hour, now: now))
  }

  /// What was due of the required parameters of `pool` in `period` and came, as coverage counts it; nothing
  /// is due in closures and where readings are lost by damage.
  ///
  /// Nothing at all where the pool was not expected yet in a part of the period.
  private func transmission(
    of pool: PoolNumber, in period: Range<Timestamp>, now: Timestamp
  ) throws(RingStoreError) -> CoverageFigures {
    var figures = CoverageFigures()
    let oldest = store.oldestTime(of: pool)
    guard
      seat.alarms.expectedSince(of: pool) <= period.lowerBound
        || oldest.map({ $0 <= period.lowerBound }) ?? false
    else { return figures }
    let losses = store.losses(of: pool, in: period)
    for due in Outages(seat.alarms.outages(of: pool)).dueTimes(in: period) {
      for part in Self.parts(of: due, without: losses) {
        figures = figures + (try self.figures(of: pool, in: part, losses: losses, now: now))
      }
    }
    return figures
  }

  private func figures(
    of pool: PoolNumber, in part: Range<Timestamp>, losses: [Range<Timestamp>], now: Timestamp
  ) throws(RingStoreError) -> CoverageFigures {
    var stretches: [CoverageStretch] = []
    try store.coverage(
      of: pool, parameters: plan.required, from: part.lowerBound, to: part.upperBound
    ) { stretches.append($1) }
    // How long was waited across a loss is not known: its ends count as readings.
    let isAfterLoss = losses.contains { $0.upperBound == part.lowerBound }
    let isBeforeLoss = losses.contains { $0.lowerBound == part.upperBound }
    var sum = CoverageFigures()
    for (parameter, stretch) in zip(plan.required, stretches) {
      let series = Series(pool: pool, parameter: parameter)
      let before = try store.lastReading(of: series, before: part.lowerBound)
      let next = try store.firstReading(of: series, notBefore: part.upperBound)
      var counter = CoverageCounter(
        period: part, interval: plan.interval, now: now,
        previousReading: isAfterLoss ? part.lowerBound : before.any,
        previousUsable: isAfterLoss ? part.lowerBound : before.usable)
      counter.add(stretch)
      sum =
        sum
        + counter.figures(
          nextReading: isBeforeLoss ? part.upperBound : next.any,
          nextUsable: isBeforeLoss ? part.upperBound : next.usable)
    }
    return sum
  }

  /// What is left of `period` without `losses`, which are ascending and apart.
  private static func parts(
    of period: Range<Timestamp>, without losses: [Range<Timestamp>]
  ) -> [Range<Timestamp>] {
    var parts: [Range<Timestamp>] = []
    var start = period.lowerBound
    for loss in losses where loss.overlaps(period) {
      if start < loss.lowerBound { parts.append(start..<loss.lowerBound) }
      start = max(start, loss.upperBound)
    }
    if start < period.upperBound { parts.append(start..<period.upperBound) }
    return parts
  }
}

/// Which hour's transmission is counted, and of whom next.
struct TransmissionRound: Sendable {
  /// How long a time counts.
  let window: Duration
  /// So long after an hour what was sent in it may take to come.
  private let grace: Duration
  /// Where the window ends whose figures are counted; nil before the first.
  private(set) var hour: Timestamp?
  private var place = 0

  /// A whole country's pools take a third of an hour.
  private static let turnSize = 32
  private static let hourSpan: Int64 = 3_600_000

  /// nil without the rule.
  init?(_ rules: AlarmRules, plan: Plan) {
    guard let rule = rules.monitoring.transmission else { return nil }
    window = rule.window
    grace = max(.seconds(600), plan.interval * 3)
  }

  /// Begins with the newest hour that is due at `now`, when it is a later one and the one before is done.
  mutating func begin(atLatest now: Timestamp) {
    let settled = (now - grace).milliseconds
    let due = Timestamp(milliseconds: settled - settled % Self.hourSpan)
    if let hour, place < .max || due <= hour { return }
    hour = due
    place = 0
  }

  /// The pools whose turn it is; nil when all of them had it.
  mutating func next(of count: Int) -> Range<Int>? {
    guard place < count else {
      place = .max
      return nil
    }
    let turn = place..<min(count, place + Self.turnSize)
    place = turn.upperBound
    return turn
  }
}
