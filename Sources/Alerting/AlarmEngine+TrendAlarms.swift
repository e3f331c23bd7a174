import PoolModel

/// A drift to one side that has become more or less certain.
struct TrendChange {
  let trend: RuleBook.Trend
  let side: Bound.Side
  let old: TrendLevel
  let new: TrendLevel
  let finding: TrendWatch.Finding
  /// Of its series among the trends.
  let place: Int
}

extension AlarmEngine {
  mutating func note(
    _ change: TrendChange, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    let condition = Condition.trend(
      Series(pool: verdict.pool, parameter: change.trend.parameter), change.side)
    let count = change.new > change.old ? SteadyState.onCount : SteadyState.offCount
    // The first of the buckets that it took to be certain.
    let since = change.finding.time - .milliseconds((count - 1) * trendWidth)
    if change.new == .none { return end(condition, at: since, into: &transitions) }
    let severity = change.new == .warning ? AlarmSeverity.warning : .advisory
    if change.old != .none {
      let telling = (isAtOnce: verdict.isAnnounced, now: verdict.now.monotonic)
      let words = description(of: change, pool: verdict.pool)
      let transition = occurrences.change(
        severity, of: condition, at: since, telling: telling, words.put)
      if let transition { transitions.append(transition) }
      return
    }
    let parameter = plan[change.trend.parameter].name
    var occurrence = AlarmOccurrence(
      .trend, rule: RuleName.trend(of: parameter, to: change.side), pool: plan[verdict.pool].id,
      parameter: parameter, eventTime: since, now: verdict.now)
    occurrence.severity = severity
    occurrence.isAnnounced = verdict.isAnnounced && severity != .advisory
    description(of: change, pool: verdict.pool).put(into: &occurrence)
    transitions.append(occurrences.raise(occurrence, of: condition, now: verdict.now))
  }

  /// What is known of a drift now: the line's level, the limit, and how they come together.
  private func description(of change: TrendChange, pool: PoolNumber) -> TrendDescription {
    let trend = change.trend
    let isLow = change.side == .low
    let choice = trends[change.place].choice
    let entry =
      isLow
      ? bound(trend.low, of: pool, choice, \.low) : bound(trend.high, of: pool, choice, \.high)
    let words = TrendWords(
      finding: change.finding, resolution: resolution(of: trend, in: pool),
      unit: plan[trend.parameter].unit, limit: entry?.bound.bound.value)
    var description = TrendDescription(words)
    guard let entry, let choice else { return description }
    let limit = book.limit(of: entry)
    description.profile = book.profileID(of: entry)
    description.clause = limit.clause
    let other = Basis(
      plan: plan, limit: limit, side: change.side, choice: isLow ? choice.low : choice.high,
      reading: nil)
    if let text = other.text { description.basis += "; \(text)" }
    return description
  }
}

/// What an occurrence says of a drift.
private struct TrendDescription {
  let value: Double?
  let limit: Double?
  var profile: String?
  var clause: String?
  var basis: String

  init(_ words: TrendWords) {
    (value, limit, basis) = (words.level, words.limit, words.text)
  }

  func put(into occurrence: inout AlarmOccurrence) {
    occurrence.value = value
    occurrence.limit = limit
    occurrence.profile = profile
    occurrence.clause = clause
    occurrence.basis = basis
  }
}

/// A drift in words for people.
struct TrendWords {
  let finding: TrendWatch.Finding
  /// The smallest step that the sensor shows.
  let resolution: Double
  let unit: String
  /// The limit that it is about; nil when there is none.
  let limit: Double?

  /// The line's level, as the sensor would show it; nil without a line.
  var level: Double? { finding.level.map { Self.rounded($0, to: resolution) } }

  /// `falling 0.12 mg/L an hour, at 0.3 mg/L in 34 min`; the limit only where the line meets it soon.
  var text: String {
    let slope = (finding.statistics?.slope ?? 0) * 3600
    // A tenth of a step: the line is made of many values.
    let speed = Self.rounded(abs(slope), to: resolution / 10).readable
    var text = "\(slope < 0 ? "falling" : "rising") \(with(speed)) an hour"
    if let limit, let time = finding.timeToLimit {
      text += ", at \(with(limit.readable)) in \(Int(time.inSeconds / 60)) min"
    }
    return text
  }

  private func with(_ number: String) -> String { unit.isEmpty ? number : "\(number) \(unit)" }

  /// The multiple of `step` nearest to `number`, as a decimal is read.
  private static func rounded(_ number: Double, to step: Double) -> Double {
    ((number / step).rounded() * step * 1e9).rounded() / 1e9
  }
}
