public import PoolModel

extension AlarmEngine {
  /// Says what time alone brings about: silence, a broker link down for long, the telling of alarms
  /// found while catching up, and the end of shelving.
  ///
  /// Call it at least every few seconds, and as often as you like: the sources are looked at when the first
  /// of them can have become silent.
  ///
  /// While stored rows wait to be judged nobody is called silent: what a source sent may be among
  /// them. After a pause of judgement each source has its full time again, and so it has after a closure.
  ///
  /// - Parameters:
  ///   - now: the time.
  ///   - isCaughtUp: whether every stored row is judged.
  /// - Returns: the steps that follow, in order; usually none.
  public mutating func tick(now: Moment, isCaughtUp: Bool = true) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    noteProgress(isCaughtUp: isCaughtUp, at: now.monotonic)
    forgetClosures(now: now)
    if !occurrences.holds.isEmpty { transitions += occurrences.endShelving(now: now) }
    if link.waited(until: now.monotonic, patience: rules.brokerDown) {
      let occurrence = AlarmOccurrence(
        .system, rule: RuleName.brokerLink, pool: nil, parameter: nil,
        eventTime: link.since.wall, now: now)
      transitions.append(occurrences.raise(occurrence, of: .brokerLink, now: now))
    }
    if link.isUp, isCaughtUp, now.monotonic >= nextWatch {
      // A source that is silent, or is heard of again meanwhile, has its full time from then on.
      nextWatch = now.monotonic + rules.silence
      for pool in plan.pools.indices {
        watch(PoolNumber(pool), now: now, into: &transitions)
      }
    }
    if !occurrences.isNobodyWaiting {
      for (pool, since) in occurrences.waitingPools
      where CatchUp.isOver(
        at: now.monotonic,
        // While rows wait to be judged more are to come.
        lastHeard: isCaughtUp ? max(pools[pool.index].lastHeard, caughtUpSince) : now.monotonic,
        waitingSince: since, patience: rules.silence)
      {
        transitions += occurrences.announce(pool: pool, now: now)
      }
    }
    return transitions
  }

  /// Notes that the link to the broker came or went.
  ///
  /// While it is down no source is called silent; when it comes, each has its full time again.
  ///
  /// - Parameters:
  ///   - isUp: whether readings can come; saying what is known already changes nothing.
  ///   - now: when it happened.
  /// - Returns: the end of the link's own alarm, if that was active.
  public mutating func brokerLinkChanged(isUp: Bool, now: Moment) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    if !isUp {
      link.wentDown(at: now)
    } else if link.cameUp(at: now) {
      end(.brokerLink, at: now.wall, into: &transitions)
    }
    return transitions
  }

  /// Any judged row that was neither replayed nor historical, also a late one or one without a value, is
  /// a sign of life of its pool.
  mutating func heard(
    _ number: PoolNumber, at time: Timestamp, now: Moment, into transitions: inout [AlarmTransition]
  ) {
    let pool = number.index
    let hasReturned = pools[pool].heard(at: now.monotonic)
    pools[pool].read(at: time)
    if hasReturned {
      pools[pool].returned(wall: now.wall)
      // Its parameters may come in several messages: none is absent before its full time.
      for parameter in plan.required {
        series[index(of: Series(pool: number, parameter: parameter))]
          .excused(at: now.monotonic)
      }
      end(.silence(pool: number), at: time, into: &transitions)
    }
    changes.note(pool: pool)
    newestJudged = newestJudged.map { max($0, time) } ?? time
  }

  /// Judgement is behind for moments all the time; only a longer pause counts as one.
  private static let shortestPause: Duration = .seconds(1)

  private mutating func noteProgress(isCaughtUp: Bool, at now: Duration) {
    guard isCaughtUp else {
      behindSince = behindSince ?? now
      return
    }
    if let since = behindSince, now - since > Self.shortestPause { caughtUpSince = now }
    behindSince = nil
  }

  private mutating func watch(
    _ pool: PoolNumber, now: Moment, into transitions: inout [AlarmTransition]
  ) {
    if !closures.isEmpty, excuseClosed(pool, now: now) { return }
    let judgedSince = max(link.since.monotonic, caughtUpSince)
    guard
      let deadline = pools[pool.index].deadline(
        judgedSince: judgedSince, patience: rules.silence)
    else { return }
    guard now.monotonic < deadline else {
      if gateways.isOffline(pool) {
        // Its gateway's alarm tells of that; what is pending is raised all the same.
        raisePending(pool: pool, rules: book.rules.indices, now: now, into: &transitions)
        return
      }
      let onset = pools[pool.index].fellSilent(wall: now.wall)
      let occurrence = AlarmOccurrence(
        .monitoring, rule: RuleName.silence, pool: plan[pool].id, parameter: nil,
        eventTime: onset.time, distinction: onset.distinction, now: now)
      transitions.append(occurrences.raise(occurrence, of: .silence(pool: pool), now: now))
      raisePending(pool: pool, rules: book.rules.indices, now: now, into: &transitions)
      return
    }
    nextWatch = min(nextWatch, deadline)
    // A parameter is absent only while its pool reports: when the gateway as a whole stops, the
    // parameter that came first in its last message is not to be called missing before the pool
    // is called silent. Half of the silence leaves room for a few lost messages.
    guard now.monotonic - pools[pool.index].lastHeard <= halfSilence else {
      // With the pool's next row its parameters count again, at once.
      nextWatch = now.monotonic
      return
    }
    for parameter in plan.required {
      watch(
        Series(pool: pool, parameter: parameter), judgedSince: judgedSince, now: now,
        into: &transitions)
    }
  }

  private mutating func watch(
    _ series: Series, judgedSince: Duration, now: Moment,
    into transitions: inout [AlarmTransition]
  ) {
    let place = index(of: series)
    guard
      let deadline = self.series[place].deadline(
        judgedSince: judgedSince, patience: rules.silence)
    else { return }
    guard now.monotonic >= deadline else {
      nextWatch = min(nextWatch, deadline)
      return
    }
    let onset = self.series[place].fellSilent(wall: now.wall)
    let occurrence = AlarmOccurrence(
      .monitoring, rule: RuleName.missingParameter, pool: plan[series.pool].id,
      parameter: plan[series.parameter].name, eventTime: onset.time,
      distinction: onset.distinction, now: now)
    transitions.append(occurrences.raise(occurrence, of: .missingParameter(series), now: now))
    raisePending(
      pool: series.pool, rules: book.rules(of: series.parameter), now: now, into: &transitions)
    guard let slot = book.slot(of: series.parameter) else { return }
    for derived in book.derived where derived.slots.contains(slot) {
      raisePending(pool: series.pool, rules: derived.rules, now: now, into: &transitions)
    }
  }
}

/// The names of the rules that are not about limits.
enum RuleName {
  static let silence = "silence"
  static let missingParameter = "missing_parameter"
  static let stuck = "stuck"
  static let badShare = "bad_share"
  static let disagreement = "orp_disagreement"
  static let transmission = "transmission_below"
  static let gatewayOffline = "gateway_offline"
  static let clockOffset = "clock_offset"
  static let brokerLink = "broker_link"
  static let throttled = "throttled"
  static let circulation = "circulation"

  /// Such as `free_chlorine_trend_low`.
  static func trend(of parameter: String, to side: Bound.Side) -> String {
    "\(parameter)_trend_\(side)"
  }

  /// Such as `free_chlorine_rate_falling`, which is to the low side.
  static func rate(of parameter: String, to side: Bound.Side) -> String {
    "\(parameter)_rate_\(side == .high ? "rising" : "falling")"
  }
}
