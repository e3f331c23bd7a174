import PoolModel

/// Answers about one series over stretches of time, from the coarsest tiers that answer exactly.
///
/// Finer tiers and raw rows stand in at the edges of the period and where a tier is not rolled. What it
/// gives does not depend on what is rolled: a bucket that is made from finer ones is made as the tier
/// makes it.
struct Aggregation<Source: RollupSource> {
  /// What is held of the pool.
  let source: Source
  /// The rules that the tiers are rolled by.
  let rules: RollupRules
  /// The pool; nil when the plan has it no more.
  let pool: PoolNumber?
  /// The parameter; nil when the plan has it no more.
  let parameter: ParameterNumber?
  /// Its column on disk.
  let column: UInt8

  /// The aggregates of the steps in `from` ..< `to` that have a reading, ascending.
  ///
  /// Steps that divide a day are counted from local midnight, whole multiples of a day from local
  /// midnight of the day of `from`, others from `from`; the first and last are cut. Cost grows with
  /// the buckets of the chosen tier; memory with the steps that have a reading.
  ///
  /// - Parameters:
  ///   - from: the begin of the period, in milliseconds since the epoch.
  ///   - to: its end, excluded.
  ///   - step: in milliseconds, above 0.
  ///   - parts: what is wanted; the other numbers are 0 then, and the values not-a-number. Without
  ///     `chains` a step that has no usable reading is not listed.
  ///   - calendar: of the rules' zone.
  /// - Returns: one aggregate for each step with a reading.
  /// - Throws: what the source throws.
  func aggregates(
    from: Int64, to: Int64, step: Int64, parts: RollupParts = .all,
    calendar: inout BucketCalendar
  ) throws(RingStoreError) -> [Aggregate] {
    let period = Self.range(from, to)
    guard !period.isEmpty, let held = heldDays(&calendar) else { return [] }
    let window = period.clamped(to: held)
    guard !window.isEmpty else { return [] }
    let steps = StepBuckets(period: period, step: step, calendar: &calendar)
    let hasEdges = !parts.isDisjoint(with: [.chains, .limits])
    let view =
      hasEdges ? widened(window, steps: steps, calendar: &calendar).clamped(to: held) : window
    var pieces = TierPieces()
    pieces.add(view.lowerBound..<window.lowerBound, steps: steps, calendar: &calendar)
    pieces.add(window, steps: steps, calendar: &calendar)
    pieces.add(window.upperBound..<view.upperBound, steps: steps, calendar: &calendar)
    var walk = AggregateWalk(steps: steps, interval: rules.interval)
    var before = ChainEnds()
    var after = ChainEnds()
    for piece in pieces.chunks(calendar: &calendar) {
      for rolled in try cells(piece, parts: parts, steps: steps, calendar: &calendar) {
        if rolled.start < window.lowerBound {
          before.add(rolled.cell)
          walk.addBefore(rolled.cell)
        } else if rolled.start < window.upperBound {
          walk.add(rolled, calendar: &calendar)
        } else {
          after.addFirst(rolled.cell)
        }
      }
    }
    walk.finishStep()
    if hasEdges, !walk.isEmpty {
      let older = held.lowerBound..<view.lowerBound
      walk.spreadGap(
        from: try last(in: older, without: before, wanted: walk.starts, calendar: &calendar))
      let newer = view.upperBound..<held.upperBound
      try addFirst(in: newer, to: &after, wanted: walk.ends, calendar: &calendar)
      walk.finishPeriod(next: after)
    }
    return walk.finish()
  }

  /// What coverage needs of the readings in `from` ..< `to`.
  ///
  /// - Parameters:
  ///   - from: the begin of the period, in milliseconds since the epoch.
  ///   - to: its end, excluded.
  ///   - calendar: of the rules' zone.
  /// - Returns: the stretch from the first reading in the period to the last one.
  /// - Throws: what the source throws.
  func stretch(
    from: Int64, to: Int64, calendar: inout BucketCalendar
  ) throws(RingStoreError) -> CoverageStretch {
    CoverageStretch(try chains(from: from, to: to, calendar: &calendar))
  }

  /// The chains of all readings in `from` ..< `to`; nothing else of the cell is set.
  func chains(
    from: Int64, to: Int64, calendar: inout BucketCalendar
  ) throws(RingStoreError) -> RollupCell {
    var whole = RollupCell()
    guard let held = heldDays(&calendar) else { return whole }
    var pieces = TierPieces()
    pieces.add(Self.range(from, to).clamped(to: held), tier: .day, calendar: &calendar)
    for piece in pieces.chunks(calendar: &calendar) {
      for rolled in try cells(piece, parts: .chains, steps: nil, calendar: &calendar) {
        whole.merge(rolled.cell, interval: rules.interval)
      }
    }
    return whole
  }

  /// The last counted reading before `time`, and the last usable one of those; nil where none is held.
  ///
  /// - Parameters:
  ///   - time: milliseconds since the epoch.
  ///   - calendar: of the rules' zone.
  /// - Returns: their times, in milliseconds.
  /// - Throws: what the source throws.
  func last(
    before time: Int64, calendar: inout BucketCalendar
  ) throws(RingStoreError) -> (reading: Int64?, usable: Int64?) {
    guard let held = heldDays(&calendar) else { return (nil, nil) }
    let range = Self.range(held.lowerBound, time).clamped(to: held)
    let ends = try last(in: range, without: ChainEnds(), wanted: .both, calendar: &calendar)
    return (ends.received, ends.valid)
  }

  /// The first counted reading at `time` or after it, and the first usable one of those; nil where none
  /// is held.
  ///
  /// - Parameters:
  ///   - time: milliseconds since the epoch.
  ///   - calendar: of the rules' zone.
  /// - Returns: their times, in milliseconds.
  /// - Throws: what the source throws.
  func first(
    notBefore time: Int64, calendar: inout BucketCalendar
  ) throws(RingStoreError) -> (reading: Int64?, usable: Int64?) {
    guard let held = heldDays(&calendar) else { return (nil, nil) }
    var ends = ChainEnds()
    let range = Self.range(time, held.upperBound).clamped(to: held)
    try addFirst(in: range, to: &ends, wanted: .both, calendar: &calendar)
    return (ends.received, ends.valid)
  }

  /// No reading is as far from 1970, in milliseconds, and sums of such times do not overflow.
  private static var farthest: Int64 { 1 << 60 }

  private static func range(_ from: Int64, _ to: Int64) -> Range<Int64> {
    let start = min(max(from, -farthest), farthest)
    return start..<max(start, min(to, farthest))
  }

  /// The whole local days in which something is held.
  private func heldDays(_ calendar: inout BucketCalendar) -> Range<Int64>? {
    guard let held = source.held else { return nil }
    let range = Self.range(held.lowerBound, held.upperBound)
    return calendar.start(
      .day, notAfter: range.lowerBound)..<calendar.start(.day, notBefore: range.upperBound)
  }

  /// `window` with the buckets at both sides, in which the neighbouring readings mostly are.
  private func widened(
    _ window: Range<Int64>, steps: StepBuckets, calendar: inout BucketCalendar
  ) -> Range<Int64> {
    let reach = 2 * min(rules.interval, Tier.day.span * 366)
    let firstTier = steps.tier(onDayOf: window.lowerBound, calendar: &calendar)
    let lastTier = steps.tier(onDayOf: window.upperBound, calendar: &calendar)
    let start = calendar.start(max(firstTier, .minute), notAfter: window.lowerBound - 1)
    let end = calendar.bucket(max(lastTier, .minute), containing: window.upperBound).upperBound
    return min(
      start, calendar.start(.minute, notAfter: window.lowerBound - reach))..<max(
        end, calendar.start(.minute, notBefore: window.upperBound + reach))
  }
}
