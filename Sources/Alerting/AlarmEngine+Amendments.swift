import PoolModel

// Flags that become final after their values were judged.

extension AlarmEngine {
  /// A sample that was judged has another flag now, or more marks.
  @inline(never)
  mutating func amend(
    _ sample: Sample, at place: Int, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    guard verdict.time == series[place].newestReading else {
      return noteOutdated(sample, at: place, verdict: verdict)
    }
    amendTrend(sample, verdict: verdict)
    amendRate(sample, verdict: verdict)
    if !sample.flag.isUsable {
      takeBack(sample, at: place, verdict: verdict, into: &transitions)
    } else if series[place].hasFailedNewest {
      noteOutdated(sample, at: place, verdict: verdict)
    }
  }

  /// The newest judged sample of a parameter failed after all: it is to be as if it had failed at once, but
  /// for what people were told.
  mutating func takeBack(
    _ sample: Sample, at place: Int, verdict: Verdict, into transitions: inout [AlarmTransition]
  ) {
    if !series[place].hasFailedNewest {
      watchFailures(sample, at: place, verdict: verdict, into: &transitions)
    }
    rooms[place] = SteadyRoom()
    let slot = book.slot(of: sample.parameter)
    if let slot {
      parts.takeBack(slot: slot, of: verdict.pool, at: verdict.time)
      // What came of other parameters after it was judged by it, and maybe what came with it.
      let known = parts.remembered(slot, of: verdict.pool, at: verdict.time)
      if hasReading(of: verdict.pool, after: verdict.time)
        || isTurned(slot, from: sample.value, to: known)
      {
        outdated.insert(verdict.pool)
      }
    }
    if let watch = disagreement, slot == watch.slots.chlorine || slot == watch.slots.orp {
      disagreement?.takeBack(verdict.pool, at: verdict.time.milliseconds)
    }
    let ranges =
      [book.rules(of: sample.parameter)]
      + book.derived.filter { derived in slot.map { derived.slots.contains($0) } ?? false }
      .map(\.rules)
    for rule in ranges.joined() {
      let run = verdict.pool.index * book.rules.count + rule
      var action = LimitAction.nothing
      if let before = earlierRuns[run] {
        action = runs[run].takeBack(before, at: verdict.time.milliseconds, patience: patience)
      }
      let critical = criticalRuns.takeBack(
        at: run, time: verdict.time.milliseconds, patience: patience)
      take(
        action, critical: critical, of: .limit(pool: verdict.pool, rule: rule),
        isAnnounced: verdict.isAnnounced, now: verdict.now, into: &transitions)
    }
  }

  private func hasReading(of pool: PoolNumber, after time: Timestamp) -> Bool {
    plan.parameters.indices.contains { parameter in
      let place = index(of: Series(pool: pool, parameter: ParameterNumber(parameter)))
      return series[place].newestReading.map { $0 > time } ?? false
    }
  }
}
