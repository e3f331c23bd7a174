import PoolModel

extension AlarmEngine {
  /// Goes on with the alarm about `condition`, which is open since before the start.
  mutating func restore(
    _ condition: Condition, since eventTime: Timestamp, isHolding: Bool, severity: AlarmSeverity,
    now: Moment
  ) {
    switch condition {
    case .limit(let pool, let rule):
      guard isHolding else { return }
      let place = pool.index * book.rules.count + rule
      runs[place] = .active
      if severity == .critical, !criticalRuns.isEmpty { criticalRuns[place] = .active }
    case .silence(let pool):
      pools[pool.index].restored(silentSince: eventTime, isHolding: isHolding)
    case .missingParameter(let series):
      self.series[index(of: series)].restored(silentSince: eventTime, isHolding: isHolding)
    case .stuck(let series):
      if isHolding { restoreFailure(of: series) { $0.restoreStuck(since: eventTime) } }
    case .badShare(let series):
      if isHolding { restoreFailure(of: series) { $0.restoreBadShare() } }
    case .disagreement(let pool):
      if isHolding { disagreement?.restore(pool) }
    case .transmission(let pool):
      if isHolding { lowTransmission[pool] = eventTime }
    case .gatewayOffline, .clockOffset:
      if isHolding { restoreGateway(condition, now: now.monotonic) }
    case .trend(let series, let side):
      if isHolding { restoreTrend(of: series, to: side, severity: severity) }
    case .rate(let series, let side):
      if isHolding { restoreRate(of: series, to: side) }
    case .throttled(let venue):
      if isHolding { throttled.insert(venue) }
    case .brokerLink:
      if isHolding { link = BrokerLink(start: now, isAlarmActive: true) }
    }
  }
}
