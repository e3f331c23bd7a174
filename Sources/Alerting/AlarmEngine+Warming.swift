public import PoolModel

extension AlarmEngine {
  /// The window that the rules ask to be read back.
  ///
  /// The longest delay, which no pending or returning run outlasts, and the longest time that such a
  /// run waits for its next usable sample while others come; for limits that look at other parameters, as
  /// long again as these may be old. Where drifts are watched, as far as their lines look; fast changes likewise.
  func longestWindow() -> Duration {
    // Two windows: of the oldest part of the share's all has to be there.
    max(
      .milliseconds(book.longestDelay + patience + parts.longestReach),
      (rules.monitoring.badShare?.window ?? .zero) * 2, trendSpan,
      rateSpan)
  }

  /// The stretches of time, in order, whose rows of `pool` must be fed to `warm`, ends included.
  ///
  /// Usually one, the window before its newest judged reading; more when its series stopped at different
  /// times. Empty when nothing of it was judged. Ask before the first row is judged.
  public func warmUpStretches(of pool: PoolNumber) -> [ClosedRange<Timestamp>] {
    stretches(
      plan.parameters.indices.compactMap { parameter in
        guard isLookedAt(ParameterNumber(parameter)),
          let newest = newestReading(of: pool, ParameterNumber(parameter))
        else { return nil }
        return newest - warmUpWindow...newest
      })
  }

  /// `ranges` in order, those that touch as one.
  func stretches(_ ranges: [ClosedRange<Timestamp>]) -> [ClosedRange<Timestamp>] {
    var stretches: [ClosedRange<Timestamp>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = stretches.last, range.lowerBound <= last.upperBound {
        stretches[stretches.count - 1] =
          last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        stretches.append(range)
      }
    }
    return stretches
  }

  /// The time of the newest judged reading of a series; nil before it.
  func newestReading(of pool: PoolNumber, _ parameter: ParameterNumber) -> Timestamp? {
    series[index(of: Series(pool: pool, parameter: parameter))].newestReading
  }

  /// Reads back a row from before the cursor, so that pending and returning runs are as they were.
  ///
  /// Raises and ends nothing. Of each series only the window before its newest judged reading counts;
  /// later samples are yet to be judged. Late ones are left out. Those of `dayStretches` go first.
  ///
  /// - Parameter row: a stored row; rows of a pool come in the order of their times, before its
  ///   first row is judged or after `forgetRows`.
  public mutating func warm(_ row: SampleRow) {
    let window = warmUpWindow
    let profile = book.profile(at: row.time)
    if !parts.isEmpty { parts.begin(row.pool, at: row.time) }
    // Rows from before its own window come for the sake of other series, with gaps after them.
    let judged = row.samples.compactMap { sample -> Sample? in
      guard sample.flag != .missing, sample.isInOrder
      else { return nil }
      let place = index(of: Series(pool: row.pool, parameter: sample.parameter))
      guard let newest = series[place].newestReading, row.time <= newest,
        row.time >= newest - window
      else { return nil }
      return row.time == newest ? asJudged(sample, at: place) : sample
    }
    for sample in judged {
      if let slot = book.slot(of: sample.parameter) {
        parts.take(sample, slot: slot, isNews: true)
      }
    }
    for sample in judged {
      let place = index(of: Series(pool: row.pool, parameter: sample.parameter))
      if row.time == series[place].newestReading {
        series[place].hasFailedNewest = sample.flag == .fail
      }
    }
    if !rules.monitoring.isEmpty, !gates.isClosed(row.pool, at: row.time) {
      for sample in judged {
        let series = Series(pool: row.pool, parameter: sample.parameter)
        if sample.flag == .fail || self.series[index(of: series)].isFailing {
          noteFailure(sample, of: series, at: row.time, isReadBack: true)
        }
      }
    }
    let isStanding = isStanding
    for sample in judged {
      rooms[index(of: Series(pool: row.pool, parameter: sample.parameter))] = SteadyRoom()
      for rule in book.rules(of: sample.parameter) {
        readBack(
          rule, value: sample.flag.isUsable ? sample.value : nil,
          at: row.pool.index * book.rules.count + rule, row: row, profile: profile,
          isStanding: isStanding)
      }
      if !trends.isEmpty, let trend = book.trends[sample.parameter.index] {
        let isShut =
          gates.isShut(row.pool, at: row.time) || isStanding && trend.needsFlow
        warmTrend(sample, by: trend, of: row, profile: profile, isShut: isShut)
      }
    }
    if !rates.isEmpty { warmRates(judged, of: row, isStanding: isStanding) }
    guard !parts.isEmpty else { return }
    warmDerived(row, profile: profile)
    warmDisagreement(row, isStanding: isStanding)
    for sample in judged {
      if let slot = book.slot(of: sample.parameter) {
        parts.remember(sample, slot: slot, of: row.pool, at: row.time)
      }
    }
  }

  /// The newest judged value of the series at `place` with a flag as it was judged with: its final one, which is
  /// stored by now, is yet to be judged.
  private func asJudged(_ sample: Sample, at place: Int) -> Sample {
    guard sample.flag == .fail, !yetToFail.isEmpty, yetToFail.contains(place) else { return sample }
    var sample = sample
    sample.flag = .good
    return sample
  }

  /// Reads a value of `row` back into the run at `place`; nil for one that says nothing of the water.
  mutating func readBack(
    _ rule: Int, value: Double?, at place: Int, row: SampleRow, profile: Int?, isStanding: Bool
  ) {
    let time = row.time.milliseconds
    if gates.isShut(row.pool, at: row.time) || isStanding && book.rules[rule].needsFlow {
      return suppress(at: place)
    }
    stopIfSuppressed(at: place, pool: row.pool, until: row.time)
    guard let value else {
      runs[place].readBackFailed(at: time, patience: patience)
      if !criticalRuns.isEmpty {
        criticalRuns[place].readBackFailed(at: time, patience: patience)
      }
      return
    }
    let judgement = judgement(of: value, rule: rule, pool: row.pool, profile: profile)
    let before = runs[place]
    runs[place].choice = judgement.choice
    runs[place].readBack(judgement.standing, value: value, at: time)
    earlierRuns.note(before, then: runs[place], at: place)
    if let critical = book.rules[rule].critical {
      let standing = critical.standing(of: value, whereLimitIs: judgement.standing)
      _ = criticalRuns.take(at: place) {
        $0.readBack(standing, value: value, at: time)
        return .nothing
      }
    }
  }
}
