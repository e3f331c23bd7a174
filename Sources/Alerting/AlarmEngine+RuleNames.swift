public import PoolModel

extension AlarmEngine {
  /// The rules that a reading of `series` is judged by at `time`.
  ///
  /// Limits, and their critical levels apart, where the profile in force has a bound for such pools; drifts,
  /// missing parameters and the flags of values, where these are watched; those of its pool that look at the
  /// series beside others. Not among them are the alarms of gateways, of venues and of the link.
  ///
  /// - Parameters:
  ///   - series: one of the plan.
  ///   - time: the reading's.
  /// - Returns: their names without repetition; a critical level is the rule's name with ` critical`.
  public func ruleNames(of series: Series, at time: Timestamp) -> [String] {
    let profile = book.profile(at: time)
    func hasBound(_ rule: Int) -> Bool {
      book.entry(profile: profile, pool: series.pool, rule: rule) != nil
    }
    var names: [String] = []
    for rule in book.rules(of: series.parameter) where hasBound(rule) {
      names.append(book.rules[rule].name)
      if book.rules[rule].critical != nil { names.append("\(book.rules[rule].name) critical") }
    }
    if let trend = book.trends[series.parameter.index] {
      for (side, rule) in [(Bound.Side.low, trend.low), (.high, trend.high)] {
        guard let rule, hasBound(rule) else { continue }
        names.append(RuleName.trend(of: plan[series.parameter].name, to: side))
      }
    }
    if rules.monitoring.stuck?.settings(of: series)?.flatLine != nil {
      names.append(RuleName.stuck)
    }
    if rules.monitoring.badShare != nil { names.append(RuleName.badShare) }
    if plan.required.contains(series.parameter) { names.append(RuleName.missingParameter) }
    names.append(RuleName.silence)
    guard let slot = book.slot(of: series.parameter) else { return names }
    if let watch = disagreement, slot == watch.slots.chlorine || slot == watch.slots.orp {
      names.append(RuleName.disagreement)
    }
    for derived in book.derived where derived.slots.contains(slot) {
      names += derived.rules.filter(hasBound).map { book.rules[$0].name }
    }
    return names
  }
}
