public import PoolModel

extension AlarmEngine {
  /// Notes which venues send more than they may, so that some of their readings are refused.
  ///
  /// Costs nothing while there are none and were none.
  ///
  /// - Parameters:
  ///   - spells: the pool that stands for each such venue, and since when readings are refused, by our
  ///     clock.
  ///   - mayEnd: whether one that is not among them is over; false for as long after a restart as
  ///     nobody can tell.
  ///   - now: the time.
  /// - Returns: the beginnings and ends, in the order of the pools.
  public mutating func noteThrottled(
    _ spells: [PoolNumber: Timestamp], mayEnd: Bool, now: Moment
  ) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    for (pool, since) in spells.sorted(by: { $0.key.index < $1.key.index })
    where throttled.insert(pool).inserted {
      let occurrence = AlarmOccurrence(
        .monitoring, rule: RuleName.throttled, pool: plan[pool].id, parameter: nil,
        eventTime: since, now: now)
      transitions.append(occurrences.raise(occurrence, of: .throttled(pool: pool), now: now))
    }
    guard mayEnd else { return transitions }
    for pool in throttled.sorted(by: { $0.index < $1.index }) where spells[pool] == nil {
      throttled.remove(pool)
      end(.throttled(pool: pool), at: now.wall, into: &transitions)
    }
    return transitions
  }
}
