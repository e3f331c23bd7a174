import PoolModel

// Chlorine against ORP, at the same instants. Without the rule nothing comes here.

extension AlarmEngine {
  /// Judges whether chlorine and ORP of the row, whose parts are gathered, contradict each other.
  mutating func judgeDisagreement(verdict: Verdict, into transitions: inout [AlarmTransition]) {
    let time = verdict.time.milliseconds
    // Small parts of it, and never the whole: its arrays would be copied when they are written.
    guard let orp = disagreement?.rule.orp else { return }
    if verdict.isJoining, joinsDisagreement(verdict: verdict) { return }
    guard disagreement?.isNews(parts, of: verdict.pool, at: time) == true else { return }
    if verdict.isSuppressed || verdict.isStanding {
      disagreement?.suppress(verdict.pool)
      return
    }
    stopDisagreementIfShut(of: verdict.pool, until: verdict.time)
    guard let values = disagreement?.values(in: parts) else { return }
    let action = disagreement?.take(
      chlorine: values.chlorine, orp: values.orp, of: verdict.pool, at: time, patience: patience,
      isReadBack: false)
    let condition = Condition.disagreement(verdict.pool)
    switch action {
    case .raise(let since, _):
      var occurrence = AlarmOccurrence(
        .monitoring, rule: RuleName.disagreement, pool: plan[verdict.pool].id,
        parameter: plan[orp].name, eventTime: Timestamp(milliseconds: since),
        now: verdict.now)
      occurrence.basis =
        "ORP \(values.orp.readable) mV with free chlorine \(values.chlorine.readable) mg/L"
      occurrence.isAnnounced = verdict.isAnnounced
      transitions.append(occurrences.raise(occurrence, of: condition, now: verdict.now))
    case .end(let returned):
      end(condition, at: Timestamp(milliseconds: returned), into: &transitions)
    case .nothing, nil: break
    }
  }

  /// Reads back what the row's values said, as `warm` does.
  mutating func warmDisagreement(_ row: SampleRow, isStanding: Bool) {
    let time = row.time.milliseconds
    guard disagreement?.isNews(parts, of: row.pool, at: time) == true else { return }
    if gates.isShut(row.pool, at: row.time) || isStanding {
      disagreement?.suppress(row.pool)
      return
    }
    stopDisagreementIfShut(of: row.pool, until: row.time)
    guard let values = disagreement?.values(in: parts) else { return }
    _ = disagreement?.take(
      chlorine: values.chlorine, orp: values.orp, of: row.pool, at: time, patience: patience,
      isReadBack: true)
  }

  /// Stops a delay where the pool was not judged for a while since its last values.
  private mutating func stopDisagreementIfShut(of pool: PoolNumber, until time: Timestamp) {
    guard !gates.isEmpty, let run = disagreement?.runs[pool.index], run.isUndecided else { return }
    let last = Timestamp(milliseconds: run.last)
    if gates.isShut(pool, from: min(last, time), through: time) { disagreement?.suppress(pool) }
  }
}
