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
    guard timesInDoubt(of: ring).contains(where: { $0.overlaps(asked) }) else { return [] }
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
    let cut = [asked.lowerBound, asked.upperBound].map { instant in
      calendar.start(.minute, notAfter: instant)..<calendar.start(.minute, notBefore: instant)
    }
    for lost in losses(of: ring) where lost.overlaps(asked) {
      if coarsest == .raw {
        unknown.append(lost)
      } else {
        unknown += try doubtfulTimes(of: ring, in: lost, asked: lost.clamped(to: asked))
        unknown += cut.map { $0.clamped(to: lost) }
      }
    }
    if let late = lateTimes(of: ring), late.overlaps(asked) {
      unknown += try doubtfulTimes(of: ring, in: late, asked: late.clamped(to: asked))
      // Of what minutes tell raw rows that are left need not.
      for range in coarsest == .raw ? [late.clamped(to: asked)] : cut.map({ $0.clamped(to: late) })
      {
        unknown += try minutesOfLostRows(of: ring, in: range)
      }
    }
    unknown = unknown.map { $0.clamped(to: asked) }.filter { !$0.isEmpty }.joined(over: 0)
    for tier in [Tier.hour, .day] where tier <= coarsest {
      unknown = try unanswered(unknown, of: ring, by: tier, in: asked)
    }
    return unknown
  }

  // MARK: Hours and days

  /// What of `unknown` no bucket of `tier` in `asked` answers for.
  private func unanswered(
    _ unknown: [Range<Int64>], of ring: PoolRing, by tier: Tier, in asked: Range<Int64>
  ) throws(RingStoreError) -> [Range<Int64>] {
    var left: [Range<Int64>] = []
    var rest = unknown[...]
    while let range = rest.popFirst() {
      let bucket = calendar.bucket(tier, containing: range.lowerBound)
      if range.upperBound > bucket.upperBound {
        rest = [bucket.upperBound..<range.upperBound] + rest
      }
      var parts = [range.clamped(to: bucket)]
      while let next = rest.first, next.lowerBound < bucket.upperBound {
        rest.removeFirst()
        if next.upperBound > bucket.upperBound {
          rest = [bucket.upperBound..<next.upperBound] + rest
        }
        parts.append(next.clamped(to: bucket))
      }
      let isInside = bucket.clamped(to: asked) == bucket
      guard isInside, try answers(ring, tier, bucket, for: parts) else {
        left += parts
        continue
      }
    }
    return left.joined(over: 0)
  }

  /// Whether a bucket of `tier` was made before the minutes in `parts` were lost: it says something else
  /// than what is left of the finer tier, and has more readings than there can be outside of them.
  private func answers(
    _ ring: PoolRing, _ tier: Tier, _ bucket: Range<Int64>, for parts: [Range<Int64>]
  ) throws(RingStoreError) -> Bool {
    guard let finer = tier.finer else { return false }
    let held = try rollupRows(
      of: ring.rollups(tier), from: bucket.lowerBound, to: bucket.lowerBound + 1)
    guard held.rowCount > 0 else { return false }
    let row = held.row(0)
    let outside =
      parts.reduce(Int64(bucket.count)) { $0 - Int64($1.count) } / rules.interval
    // One more on either side of each part is no proof: readings come early and late.
    let most = row.values.reduce(0) { max($0, $1.cell.received.readingCount(rules.interval)) }
    guard most > outside + Int64(2 * parts.count) else { return false }
    let fine = try buckets(of: ring, finer, in: bucket) {
      rollups, from, to throws(RingStoreError) in
      try rollupRows(of: rollups, from: from, to: to)
    } raw: { from, through throws(RingStoreError) in
      try joinedRows(of: ring.raw, from: from, through: through, limit: .max)
    }
    let made = fine.merged(into: tier, calendar: &calendar, interval: rules.interval)
    return made.rowCount == 0 || made.row(0) != row
  }
}

extension ReadingChain {
  /// How many readings it has, as they are counted for coverage.
  fileprivate func readingCount(_ interval: Int64) -> Int64 {
    isEmpty ? 0 : MissingReadings.count(from: first, to: last, interval: interval) + 2 - missing
  }
}
