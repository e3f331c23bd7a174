import PoolModel

// Alarms about sensors that follow from the flags of their values: stuck, and too many failed ones. A series
// whose values are good and of which nothing is remembered never comes here.

extension AlarmEngine {
  /// Judges a sample by the rules about failed values, where there is anything to judge.
  @inline(__always)
  mutating func watchFailures(
    _ sample: Sample, at place: Int, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    series[place].hasFailedNewest = sample.flag == .fail
    if sample.flag == .fail || series[place].isFailing, !rules.monitoring.isEmpty,
      !gates.isClosed(verdict.pool, at: verdict.time)
    {
      judgeFailures(sample, at: place, verdict: verdict, into: &transitions)
    }
  }

  /// A value in order came, of the series at `place`, that failed or of which something is remembered.
  ///
  /// - Parameters:
  ///   - sample: with a value.
  ///   - place: its series' place.
  ///   - verdict: what its row has in common.
  ///   - transitions: what follows from it.
  mutating func judgeFailures(
    _ sample: Sample, at place: Int, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    let series = Series(pool: verdict.pool, parameter: sample.parameter)
    // No copy of what is remembered: writing to it would copy its parts.
    let before = (
      stuckSince: failures[place]?.stuckSince, hasBadShare: failures[place]?.hasBadShare ?? false
    )
    let watch = noteFailure(sample, of: series, at: verdict.time, isReadBack: false)
    if before.stuckSince != nil, watch.stuckSince == nil {
      end(.stuck(series), at: verdict.time, into: &transitions)
    } else if before.stuckSince == nil, let since = watch.stuckSince {
      raise(.stuck(series), RuleName.stuck, of: series, since, verdict, into: &transitions)
    }
    if before.hasBadShare, !watch.hasBadShare {
      end(.badShare(series), at: verdict.time, into: &transitions)
    } else if !before.hasBadShare, watch.hasBadShare {
      raise(
        .badShare(series), RuleName.badShare, of: series, verdict.time, verdict,
        into: &transitions)
    }
  }

  /// Notes a value in what is remembered of its series.
  @discardableResult
  mutating func noteFailure(
    _ sample: Sample, of series: Series, at time: Timestamp, isReadBack: Bool
  ) -> FailureWatch {
    let place = index(of: series)
    var watch = failures.removeValue(forKey: place) ?? FailureWatch()
    let isAtRest = watch.rest(
      sample, at: time, by: rules.monitoring.stuck?.settings(of: series), isReadBack: isReadBack)
    if let share = rules.monitoring.badShare {
      watch.count(
        sample, at: time, by: share, due: share.window.inSeconds / plan.interval.inSeconds,
        isAtRest: isAtRest, isReadBack: isReadBack)
    }
    keep(watch, at: place)
    return watch
  }

  /// An alarm about `series` is active since before the start.
  mutating func restoreFailure(of series: Series, _ change: (inout FailureWatch) -> Void) {
    let place = index(of: series)
    var watch = failures[place] ?? FailureWatch()
    change(&watch)
    keep(watch, at: place)
  }

  private mutating func keep(_ watch: FailureWatch, at place: Int) {
    failures[place] = watch.isEmpty ? nil : watch
    series[place].isFailing = !watch.isEmpty
  }

  private mutating func raise(
    _ condition: Condition, _ rule: String, of series: Series, _ since: Timestamp,
    _ verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    var occurrence = AlarmOccurrence(
      .monitoring, rule: rule, pool: plan[series.pool].id,
      parameter: plan[series.parameter].name, eventTime: since, now: verdict.now)
    occurrence.isAnnounced = verdict.isAnnounced
    transitions.append(occurrences.raise(occurrence, of: condition, now: verdict.now))
  }
}
