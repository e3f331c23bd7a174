public import PoolModel

// Late rows can change the flags of rows that were judged before. What is remembered of those is then read back
// as after a restart, so that both leave the same.

extension AlarmEngine {
  /// Judges rows in their order, each as by itself, and stops before news of a pool whose rows have to be read back.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - next: which of them is next, and is then; their number when all are judged.
  ///   - now: when they are judged.
  /// - Returns: the steps that follow, in order.
  public mutating func judge(
    _ rows: SampleStretch, from next: inout Int, now: Moment
  ) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    let samples = rows.samples
    let span = samples.span
    while next < rows.rows.count {
      let row = rows.rows[next]
      let own = span.extracting(row.samples)
      // Several flags of a pool change at once: its rows are read back once for all.
      if !outdated.isEmpty, outdated.contains(row.pool), isNews(own, of: row.pool, at: row.time) {
        break
      }
      judge(own, of: row.pool, at: row.time, now: now, into: &transitions)
      next += 1
    }
    return transitions
  }

  /// Whether rows of a pool have to be read back because flags have changed since they were judged.
  public var hasOutdatedPools: Bool { !outdated.isEmpty }

  /// Those pools, ascending, once: call `forgetRows` for each, then feed the rows of its `dayStretches` to `warmDay`
  /// and those of its `warmUpStretches` to `warm`.
  public mutating func takeOutdatedPools() -> [PoolNumber] {
    defer { outdated = [] }
    return outdated.sorted()
  }

  /// Looks in rows that are not judged yet for new flags of values that were: until those are judged, they count as
  /// they did.
  ///
  /// - Parameter rows: all that are stored after the cursor, in slices; before the first row is fed to `warm`.
  public mutating func lookAhead(_ rows: SampleStretch) {
    for row in rows.rows {
      for sample in rows.samples[row.samples]
      where sample.flag == .fail && sample.gatewayMarks.isEmpty
        && sample.isInOrder
      {
        let place = index(of: Series(pool: row.pool, parameter: sample.parameter))
        if series[place].newestReading == row.time { yetToFail.insert(place) }
      }
    }
  }

  /// Notes that the rows of `pool` could not be read back yet.
  public mutating func rereadLater(_ pool: PoolNumber) { outdated.insert(pool) }

  /// Forgets what was remembered of the rows of `pool`: all but which alarms are on.
  public mutating func forgetRows(of pool: PoolNumber) {
    for rule in book.rules.indices {
      let place = pool.index * book.rules.count + rule
      suppress(at: place)
      earlierRuns.forget(at: place)
      criticalRuns.forgetEarlier(at: place)
    }
    for index in book.derived.indices {
      derivedReadings[pool.index * book.derived.count + index] = DerivedReading()
    }
    for parameter in plan.parameters.indices {
      let place = index(of: Series(pool: pool, parameter: ParameterNumber(parameter)))
      rooms[place] = SteadyRoom()
      if series[place].newestReading != nil, !series[place].hasFailedNewest {
        yetToFail.insert(place)
      } else {
        yetToFail.remove(place)
      }
      guard var watch = failures[place] else { continue }
      watch.forgetValues()
      failures[place] = watch.isEmpty ? nil : watch
      series[place].isFailing = !watch.isEmpty
    }
    for slot in 0..<book.trendCount { trends[pool.index * book.trendCount + slot].forgetValues() }
    for slot in 0..<book.rateCount { rates[pool.index * book.rateCount + slot].forgetValues() }
    parts.forget(pool)
    day.pool = nil
    disagreement?.forget(pool)
  }

  /// Notes a new flag of a value that others after it were judged with, or that counts after all.
  mutating func noteOutdated(_ sample: Sample, at place: Int, verdict: Verdict) {
    guard isLookedAt(sample.parameter), let newest = series[place].newestReading,
      verdict.time <= newest, verdict.time >= newest - rememberedSpan(of: sample.parameter)
    else { return }
    outdated.insert(verdict.pool)
  }

  /// Whether anything that is remembered rests on values of `parameter`.
  func isLookedAt(_ parameter: ParameterNumber) -> Bool {
    book.looks(at: parameter) || !rules.monitoring.isEmpty || book.rates[parameter.index] != nil
  }

  // Values are taken out one by one: the optimizer of Swift 6.3.1 fails over conditions on the span itself.
  private func isNews(_ samples: Span<Sample>, of pool: PoolNumber, at time: Timestamp) -> Bool {
    for index in samples.indices {
      let (parameter, isInOrder) = (samples[index].parameter, samples[index].isInOrder)
      if isInOrder, isNewer(time, than: Series(pool: pool, parameter: parameter)) { return true }
    }
    return false
  }
}

extension Sample {
  /// Whether it came in the order of its series' times, from the gateway itself: only then it goes into what is
  /// remembered.
  var isInOrder: Bool { arrivalMarks.isDisjoint(with: [.late, .replayed]) }
}
