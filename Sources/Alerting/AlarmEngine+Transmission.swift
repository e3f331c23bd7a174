public import PoolModel

// Effective transmission: what came of what was due, as coverage counts it. Whoever can ask the store counts.

extension AlarmEngine {
  /// Whether everything that was sent before `now` had its chance to come and was judged.
  public func isHeard(now: Moment) -> Bool {
    link.isUp
      && now.monotonic - max(link.since.monotonic, caughtUpSince) >= rules.silence
  }

  /// Since when readings of `pool` are expected, by our clock.
  public func expectedSince(of pool: PoolNumber) -> Timestamp { pools[pool.index].expectedSince }

  /// When no reading of `pool` is due, as far as that is known: closures that ended weeks ago may be missing.
  public func outages(of pool: PoolNumber) -> [Range<Timestamp>] { gates.outages(of: pool) }

  /// Judges how much of what was due came of pools within the window that ends at `hour`.
  ///
  /// A pool that is out of use now is left out, and so is an hour not after that of the pool's alarm: it was judged before.
  ///
  /// - Parameters:
  ///   - shares: by pool, valid readings of those due, 0…1.
  ///   - hour: where the window ends.
  ///   - now: the time.
  /// - Returns: the steps that follow, in the order of the shares; none without the rule.
  public mutating func noteTransmission(
    _ shares: [(pool: PoolNumber, share: Double)], at hour: Timestamp, now: Moment
  ) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    guard let rule = rules.monitoring.transmission else { return transitions }
    for (pool, share) in shares {
      if gates.lastOutOfUse(pool, at: now.wall)?.isNow ?? false { continue }
      let percent = share * 100
      if let since = lowTransmission[pool] {
        guard hour > since, percent >= rule.endPercent else { continue }
        lowTransmission[pool] = nil
        end(.transmission(pool), at: hour, into: &transitions)
      } else if percent < rule.percent {
        lowTransmission[pool] = hour
        var occurrence = AlarmOccurrence(
          .monitoring, rule: RuleName.transmission, pool: plan[pool].id, parameter: nil,
          eventTime: hour, now: now)
        let shown = ((percent * 10).rounded(.down) / 10).readable
        occurrence.basis = "\(shown) % of what was due came and was usable"
        transitions.append(occurrences.raise(occurrence, of: .transmission(pool), now: now))
      }
    }
    return transitions
  }
}
