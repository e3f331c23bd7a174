public import PoolModel

extension AlarmEngine {
  /// Notes which venues send more than they may, so that some of their readings are refused.
  ///
  /// Costs nothing while there are none and were none.
  ///
  /// - Parameters:
  ///   - spells: a pool of each such venue, whichever, and since when readings are refused, by our clock.
  ///   - mayEnd: whether one that is not among them is over; false for as long after a restart as
  ///     nobody can tell.
  ///   - now: the time.
  /// - Returns: the beginnings in the order of the pools, then the ends in the order of the venues' ids.
  public mutating func noteThrottled(
    _ spells: [PoolNumber: Timestamp], mayEnd: Bool, now: Moment
  ) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    for (pool, since) in spells.sorted(by: { $0.key.index < $1.key.index })
    where throttled.insert(plan[pool].id.venue).inserted {
      let occurrence = AlarmOccurrence(
        .monitoring, rule: RuleName.throttled, pool: plan[pool].id, parameter: nil,
        eventTime: since, now: now)
      transitions.append(
        occurrences.raise(occurrence, of: .throttled(venue: plan[pool].id.venue), now: now))
    }
    guard mayEnd else { return transitions }
    let going = Set(spells.keys.map { plan[$0].id.venue })
    for venue in throttled.subtracting(going).sorted() {
      throttled.remove(venue)
      end(.throttled(venue: venue), at: now.wall, into: &transitions)
    }
    return transitions
  }
}
