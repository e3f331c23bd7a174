public import PoolModel

// What series did in the day before, which warnings of drifts ask for, is read back by itself: it is more than ten times
// what all else rests on, and most rules need nothing of it.

/// Days that are read back.
struct DayReading {
  /// How far before the newest judged reading of a series they begin, in milliseconds.
  var span: Int64 = 0
  /// Whose is read.
  var pool: PoolNumber?
  /// What is known of its circulation: one pool comes after the other.
  var parts: RowParts
}

extension AlarmEngine {
  /// The stretches of time, in order, whose rows of `pool` must be fed to `warmDay`, ends included, before any is
  /// fed to `warm`.
  ///
  /// Usually one or, where no warning asks for it, none. Ask before the first row is judged.
  public func dayStretches(of pool: PoolNumber) -> [ClosedRange<Timestamp>] {
    guard !dayParameters.isEmpty else { return [] }
    return stretches(
      book.trends.compactMap { trend in
        guard let trend, trend.asksLastDay,
          let newest = newestReading(of: pool, trend.parameter)
        else { return nil }
        return newest - .milliseconds(day.span)...windowStart(before: newest)
      })
  }

  /// The parameters of these rows that are wanted; others may be left out.
  public var dayParameters: [ParameterNumber] {
    let watched = book.trends.compactMap { $0.flatMap { $0.asksLastDay ? $0.parameter : nil } }
    guard !watched.isEmpty, let circulation = rules.circulation?.parameter else { return watched }
    return watched.contains(circulation) ? watched : watched + [circulation]
  }

  /// Reads back what a row says of the day before the windows of drifts.
  ///
  /// - Parameter row: a stored row with samples of `dayParameters`; rows of a pool come in the order of their
  ///   times, before its first is judged or after `forgetRows`.
  public mutating func warmDay(_ row: SampleRow) {
    let isStanding = isStandingThatDay(row)
    let isClosed = gates.isShut(row.pool, at: row.time)
    for sample in row.samples where sample.isInOrder && sample.flag != .missing {
      guard let trend = book.trends[sample.parameter.index], trend.asksLastDay,
        let newest = newestReading(of: row.pool, sample.parameter),
        row.time < windowStart(before: newest),
        newest.milliseconds - row.time.milliseconds <= day.span
      else { continue }
      let isShut = isClosed || isStanding && trend.needsFlow
      let isPlain = goOnGathering(
        sample, by: trend, of: row.pool, at: row.time, profile: nil, isShut: isShut)
      if isPlain { continue }
      noteTrend(
        sample, by: trend, of: row.pool, at: row.time, profile: nil, isShut: isShut, newest: newest)
    }
  }

  /// Reads a value of the windows of drifts back.
  mutating func warmTrend(
    _ sample: Sample, by trend: RuleBook.Trend, of row: SampleRow, profile: Int?, isShut: Bool
  ) {
    guard let newest = newestReading(of: row.pool, sample.parameter),
      !trend.asksLastDay || row.time >= windowStart(before: newest)
    else { return }
    noteTrend(
      sample, by: trend, of: row.pool, at: row.time, profile: profile, isShut: isShut,
      newest: newest)
  }

  /// Whether the water stood still when `row` was measured, as far as days that are read back tell.
  private mutating func isStandingThatDay(_ row: SampleRow) -> Bool {
    guard let circulation = book.circulation else { return false }
    let only = PoolNumber(0)
    if day.pool != row.pool {
      day.pool = row.pool
      day.parts.forget(only)
    }
    day.parts.begin(only, at: row.time)
    for sample in row.samples
    where book.slot(of: sample.parameter) == circulation.slot && sample.isInOrder
      && sample.flag != .missing
    {
      guard let newest = newestReading(of: row.pool, sample.parameter), row.time <= newest else {
        continue
      }
      day.parts.take(sample, slot: circulation.slot, isNews: true)
      day.parts.remember(sample, slot: circulation.slot, of: only, at: row.time)
    }
    return day.parts.value(at: circulation.slot).map(circulation.isStanding) ?? false
  }

  /// Where the buckets begin that the states of a drift rest on: what comes before is of the day before alone.
  private func windowStart(before newest: Timestamp) -> Timestamp {
    Timestamp(
      milliseconds: (newest.bucketNumber(trendWidth) - Self.lineBuckets) * trendWidth)
  }

  /// How far before the newest judged reading of a series of `parameter` its values are remembered.
  func rememberedSpan(of parameter: ParameterNumber) -> Duration {
    dayParameters.contains(parameter)
      ? max(warmUpWindow, .milliseconds(day.span)) : warmUpWindow
  }

  /// How far before the newest judged reading of a series its day begins, in milliseconds.
  var daySpan: Int64 {
    TrendHistory.reach(width: trendWidth) * trendWidth + trendSpan.wholeMilliseconds
  }
}
