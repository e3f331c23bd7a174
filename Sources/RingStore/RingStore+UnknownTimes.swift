public import PoolModel

/// Where it is not known whether readings came: rows are lost, and nothing that was rolled of them answers.
extension RingStore {
  /// The stretches of time in `period` of which neither raw rows nor rollups say what came to `pool`:
  /// parts of its `losses`.
  ///
  /// What was rolled of rows that are lost stands. Not rolled are those after the last whole minute of
  /// a ring's end that was lost, and parts of a minute at the ends of `period`. Where a loss ends is
  /// known to the row where a page's header is left; else the time up to the first row after it is
  /// taken to be lost.
  ///
  /// Costs some pages for each loss, and for minutes that may be lacking those of the period: ask for a
  /// day at once.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - period: the time asked about.
  ///   - coarsest: the coarsest tier whose whole buckets in `period` answer.
  /// - Returns: the stretches, ascending and apart.
  /// - Throws: `storage` when a page cannot be read.
  public func unknownTimes(
    of pool: PoolNumber, in period: Range<Timestamp>, coarsest: Tier = .day
  ) throws(RingStoreError) -> [Range<Timestamp>] {
    let ring = rings[numbers.rings[pool.index]]
    let asked = period.lowerBound.milliseconds..<period.upperBound.milliseconds
    guard losses(of: ring).contains(where: { $0.overlaps(asked) }) else { return [] }
    return try rolled(ring) { () throws(RingStoreError) in
      try unknownTimes(of: ring, in: asked, coarsest)
    }.map {
      Timestamp(milliseconds: $0.lowerBound)..<Timestamp(milliseconds: $0.upperBound)
    }
  }

  private func unknownTimes(
    of ring: PoolRing, in asked: Range<Int64>, _ coarsest: Tier
  ) throws(RingStoreError) -> [Range<Int64>] {
    var unknown: [Range<Int64>] = []
    for lost in losses(of: ring) where lost.overlaps(asked) {
      if coarsest == .raw {
        unknown.append(lost)
        continue
      }
      unknown += try lackingTimes(of: ring, in: lost, asked: lost.clamped(to: asked))
      if let end = try unknownEnd(of: ring, lost) { unknown.append(end) }
      for instant in [asked.lowerBound, asked.upperBound] {
        let minute = calendar.bucket(.minute, containing: instant)
        if minute.lowerBound < instant { unknown.append(minute.clamped(to: lost)) }
      }
    }
    unknown = unknown.map { $0.clamped(to: asked) }.filter { !$0.isEmpty }.joined(over: 0)
    for tier in [Tier.hour, .day] where tier <= coarsest {
      var left: [Range<Int64>] = []
      for range in unknown { left += try unanswered(range, of: ring, by: tier, in: asked) }
      unknown = left
    }
    return unknown
  }

  // MARK: Minutes

  /// The minutes of `lost` around `asked` that may be lacking, and are: where none was rolled for longer
  /// than readings are apart.
  private func lackingTimes(
    of ring: PoolRing, in lost: Range<Int64>, asked: Range<Int64>
  ) throws(RingStoreError) -> [Range<Int64>] {
    // So far around it tells whether a stretch is that long.
    let reach = rules.interval * 3 / 2
    let lacking = ring.notes.lackingBefore
    let start = max(lost.lowerBound, asked.lowerBound - reach - Tier.minute.span)
    guard start < lacking else { return [] }
    let end = min(lost.upperBound, min(asked.upperBound, lacking) + reach + Tier.minute.span)
    var next = start
    var stretches: [Range<Int64>] = []
    let first = calendar.bucket(.minute, containing: start).lowerBound
    let rolled = try rollupRows(of: ring.rollups(.minute), from: first, to: end)
    for minute in rolled.starts + [end] {
      if minute - next > reach, next < lacking { stretches.append(next..<min(minute, lacking)) }
      next = max(next, minute + Tier.minute.span)
    }
    return stretches
  }

  /// What of `lost` comes after the last minute that was rolled of it.
  private func unknownEnd(
    of ring: PoolRing, _ lost: Range<Int64>
  ) throws(RingStoreError) -> Range<Int64>? {
    // Rows that came after a lost end can be in its last minute.
    let last = max(lost.lowerBound, lost.upperBound - Tier.minute.span)
    let held = try joinedRows(of: ring.raw, from: last, through: lost.upperBound - 1, limit: 1)
    let end = held.times.first ?? lost.upperBound
    var known = Int64.min
    let floor = calendar.bucket(.minute, containing: lost.lowerBound).lowerBound
    var minute = try newestMinute(of: ring, in: floor..<end)
    if let row = minute, row.start + Tier.minute.span > end {
      // Made of rows before its end: it was rolled while they were there.
      if row.values.contains(where: { $0.cell.received.first < end }) { return nil }
      minute = try newestMinute(of: ring, in: floor..<max(floor, row.start))
    }
    if let row = minute {
      known = row.values.reduce(row.start) { max($0, $1.cell.received.last) }
    }
    if ring.rolled[0] < end {
      let from = max(lost.lowerBound, ring.rolled[0], known)
      let rows = try joinedRows(of: ring.raw, from: from, through: end - 1, limit: .max)
      known = max(known, rows.times.last ?? known)
    }
    guard known >= lost.lowerBound else { return lost.lowerBound..<max(lost.lowerBound, end) }
    guard end - known > rules.interval * 3 / 2 else { return nil }
    let start = calendar.start(.minute, notBefore: known + 1)
    return start..<max(start, end)
  }

  /// The newest row of the minutes that begin in `range`.
  private func newestMinute(
    of ring: PoolRing, in range: Range<Int64>
  ) throws(RingStoreError) -> RollupTable.Row? {
    guard !range.isEmpty else { return nil }
    let minutes = ring.rollups(.minute)
    let sources = minutes.sources(from: range.lowerBound, through: range.upperBound - 1)
    for source in sources.sorted(by: { $0.lastTime > $1.lastTime }) {
      // A source begins and ends with a row.
      let isWhole = source.lastTime < range.upperBound
      let from = isWhole ? source.lastTime : max(range.lowerBound, source.firstTime)
      let rows = try rollupRows(of: minutes, from: from, to: range.upperBound)
      if rows.rowCount > 0 { return rows.row(rows.rowCount - 1) }
    }
    return nil
  }

  // MARK: Hours and days

  /// What of `range` no bucket of `tier` in `asked` answers for: one that has more readings than there
  /// can be outside of it was made before its minutes were lost.
  private func unanswered(
    _ range: Range<Int64>, of ring: PoolRing, by tier: Tier, in asked: Range<Int64>
  ) throws(RingStoreError) -> [Range<Int64>] {
    let first = calendar.bucket(tier, containing: range.lowerBound).lowerBound
    let rows = try rollupRows(of: ring.rollups(tier), from: first, to: range.upperBound)
    var left: [Range<Int64>] = []
    var rest = range
    for index in 0..<rows.rowCount {
      let row = rows.row(index)
      let bucket = calendar.bucket(tier, containing: row.start)
      let part = range.clamped(to: bucket)
      guard bucket.clamped(to: asked) == bucket, !part.isEmpty else { continue }
      let outside = Int64(bucket.count - part.count) / rules.interval
      // One more on either side of it is no proof: readings come early and late.
      let most = row.values.reduce(0) { max($0, $1.cell.received.readingCount(rules.interval)) }
      guard most > outside + 2 else { continue }
      left.append(rest.lowerBound..<part.lowerBound)
      rest = part.upperBound..<rest.upperBound
    }
    return (left + [rest]).filter { !$0.isEmpty }
  }
}

extension ReadingChain {
  /// How many readings it has, as they are counted for coverage.
  fileprivate func readingCount(_ interval: Int64) -> Int64 {
    isEmpty ? 0 : MissingReadings.count(from: first, to: last, interval: interval) + 2 - missing
  }
}
