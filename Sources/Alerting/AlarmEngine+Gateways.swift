public import PoolModel

// Alarms about gateways: what is known of them is not in the rows, and comes from who counts their messages.

extension AlarmEngine {
  /// Judges gateways by what is known of them now.
  ///
  /// While the link to the broker is down, and where all pools of a gateway are out of use, it is not judged,
  /// and has its full time again after.
  ///
  /// - Parameters:
  ///   - reports: what is known; of each gateway now and then, ten seconds apart or sooner.
  ///   - now: the time.
  /// - Returns: the steps that follow, in the order of the reports; none where no rule is about gateways.
  public mutating func noteGateways(_ reports: [GatewayReport], now: Moment) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    guard link.isUp, rules.monitoring.isAboutGateways else { return transitions }
    for report in reports {
      guard let watch = gateways.byID[report.gateway] else { continue }
      if !watch.isExpected { gateways.change(report.gateway) { $0.isExpected = true } }
      let expectedSince = expectedSince(watch.pools, now: now)
      if let rule = rules.monitoring.gatewayOffline {
        judgePresence(report, watch, by: rule, since: expectedSince, now: now, into: &transitions)
      }
      if let offset = report.clockOffset, let bound = rules.monitoring.clockOffset {
        judgeClock(
          report.gateway, offset, bound: bound, watch, isExpected: expectedSince != nil, now: now,
          into: &transitions)
      }
    }
    return transitions
  }

  /// An alarm about the gateway `id` is active since before the start.
  mutating func restoreGateway(_ condition: Condition, now: Duration) {
    switch condition {
    case .gatewayOffline(let id):
      gateways.change(id) {
        $0.offlineSince = now
        // It has been heard of, or there would be no alarm.
        $0.isExpected = true
      }
    case .clockOffset(let id): gateways.change(id) { $0.isClockOff = true }
    default: break
    }
  }

  /// Since when something can be expected of who sends readings of `pools`, on the monotonic clock; nil when
  /// all of them are out of use.
  private func expectedSince(_ pools: [PoolNumber], now: Moment) -> Duration? {
    let linkedSince = link.since.monotonic
    guard !closures.isEmpty else { return linkedSince }
    var earliest: Duration?
    for pool in pools {
      guard let last = gates.lastOutOfUse(pool, at: now.wall) else { return linkedSince }
      if last.isNow { continue }
      let end = now.monotonic - (now.wall - last.end)
      earliest = min(earliest ?? end, end)
    }
    return earliest.map { max($0, linkedSince) }
  }

  private mutating func judgePresence(
    _ report: GatewayReport, _ watch: GatewayWatches.Watch,
    by rule: MonitoringRules.GatewayOffline, since expectedSince: Duration?, now: Moment,
    into transitions: inout [AlarmTransition]
  ) {
    let condition = Condition.gatewayOffline(report.gateway)
    if let since = watch.offlineSince {
      guard report.goneSince == nil, let seen = report.lastSeen, seen > since else { return }
      gateways.change(report.gateway) { $0.offlineSince = nil }
      // What it has to say of its pools may take as long as ever.
      for pool in watch.pools {
        pools[pool.index].excused(at: now.monotonic)
        for parameter in plan.required {
          series[index(of: Series(pool: pool, parameter: parameter))].excused(at: now.monotonic)
        }
      }
      nextWatch = min(nextWatch, now.monotonic)
      end(condition, at: now.wall - (now.monotonic - seen), into: &transitions)
      return
    }
    guard let expectedSince else { return }
    let silentSince = max(report.lastSeen ?? expectedSince, expectedSince)
    let isGone = report.goneSince.map { now.monotonic - max($0, silentSince) >= rule.afterWord }
    guard isGone ?? false || now.monotonic - silentSince >= rule.silence else { return }
    // Of pools that are silent already people know.
    guard watch.pools.contains(where: { !pools[$0.index].isSilent }) else { return }
    gateways.change(report.gateway) { $0.offlineSince = now.monotonic }
    let newest = watch.pools.compactMap { pools[$0.index].newestReading }.max()
    let oldest = watch.pools.map { pools[$0.index].expectedSince }.min()
    raise(
      condition, RuleName.gatewayOffline, of: report.gateway, watch,
      since: report.newestReading ?? newest ?? oldest ?? now.wall,
      basis: report.goneSince == nil ? "nothing came of it" : "it was said to be gone", now: now,
      into: &transitions)
  }

  private mutating func judgeClock(
    _ gateway: String, _ offset: Duration, bound: Duration, _ watch: GatewayWatches.Watch,
    isExpected: Bool, now: Moment, into transitions: inout [AlarmTransition]
  ) {
    let condition = Condition.clockOffset(gateway)
    let isOff = offset > bound || offset < .zero - bound
    if !watch.isClockOff, isOff, isExpected {
      gateways.change(gateway) { $0.isClockOff = true }
      let seconds = abs(offset.inSeconds).readable
      raise(
        condition, RuleName.clockOffset, of: gateway, watch, since: now.wall,
        basis: "its clock is \(seconds) s \(offset > .zero ? "behind" : "ahead of") ours", now: now,
        into: &transitions)
    } else if watch.isClockOff, offset <= bound / 2, offset >= .zero - bound / 2 {
      gateways.change(gateway) { $0.isClockOff = false }
      end(condition, at: now.wall, into: &transitions)
    }
  }

  private mutating func raise(
    _ condition: Condition, _ rule: String, of gateway: String, _ watch: GatewayWatches.Watch,
    since: Timestamp, basis: String, now: Moment, into transitions: inout [AlarmTransition]
  ) {
    // It may come and go without a reading in between: then our clock keeps the two apart.
    var occurrence = AlarmOccurrence(
      .monitoring, rule: rule, pool: watch.pools.first.map { plan[$0].id }, parameter: gateway,
      eventTime: since, distinction: String(now.wall.milliseconds), now: now)
    occurrence.basis = basis
    transitions.append(occurrences.raise(occurrence, of: condition, now: now))
  }
}
