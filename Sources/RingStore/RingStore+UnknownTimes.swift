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
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - period: the time asked about.
  /// - Returns: the stretches, ascending and apart.
  /// - Throws: `storage` when a page cannot be read.
  public func unknownTimes(
    of pool: PoolNumber, in period: Range<Timestamp>
  ) throws(RingStoreError) -> [Range<Timestamp>] {
    let ring = rings[numbers.rings[pool.index]]
    let asked = period.lowerBound.milliseconds..<period.upperBound.milliseconds
    var unknown: [Range<Int64>] = []
    for lost in losses(of: ring) where lost.overlaps(asked) {
      unknown += try lackingTimes(of: ring, in: lost)
      if let end = try unknownEnd(of: pool, lost) { unknown.append(end) }
      for instant in [asked.lowerBound, asked.upperBound] {
        let minute = calendar.bucket(.minute, containing: instant)
        if minute.lowerBound < instant { unknown.append(minute.clamped(to: lost)) }
      }
    }
    return unknown.map { $0.clamped(to: asked) }.filter { !$0.isEmpty }.joined(over: 0).map {
      Timestamp(milliseconds: $0.lowerBound)..<Timestamp(milliseconds: $0.upperBound)
    }
  }

  /// What of `lost` comes after the last minute that was rolled of it.
  private func unknownEnd(
    of pool: PoolNumber, _ lost: Range<Int64>
  ) throws(RingStoreError) -> Range<Int64>? {
    // Rows that came after a lost end can be in its last minute.
    let ring = rings[numbers.rings[pool.index]]
    let last = max(lost.lowerBound, lost.upperBound - Tier.minute.span)
    let held = try joinedRows(of: ring.raw, from: last, through: lost.upperBound - 1, limit: 1)
    let end = held.times.first ?? lost.upperBound
    let minute = calendar.bucket(.minute, containing: end - 1)
    var known = Int64.min
    for parameter in plan.parameters.indices {
      let series = Series(pool: pool, parameter: ParameterNumber(parameter))
      if minute.upperBound <= ring.rolled[0] {
        // Made of rows before its end: it was rolled while they were there.
        let stretch = try stretch(
          of: series, from: Timestamp(milliseconds: minute.lowerBound),
          to: Timestamp(milliseconds: minute.upperBound))
        if let first = stretch.first, first.milliseconds < end { return nil }
      }
      let reading = try lastReading(of: series, before: Timestamp(milliseconds: end))
      known = max(known, reading.any?.milliseconds ?? .min)
    }
    guard known >= lost.lowerBound else { return lost.lowerBound..<end }
    guard end - known > rules.interval * 3 / 2 else { return nil }
    let start = calendar.start(.minute, notBefore: known + 1)
    return start..<max(start, end)
  }

  /// The minutes of `lost` that may be lacking, and are.
  private func lackingTimes(
    of ring: PoolRing, in lost: Range<Int64>
  ) throws(RingStoreError) -> [Range<Int64>] {
    let end = min(lost.upperBound, ring.notes.lackingBefore)
    guard lost.lowerBound < end else { return [] }
    var next = lost.lowerBound
    var lacking: [Range<Int64>] = []
    let first = calendar.bucket(.minute, containing: next).lowerBound
    for start in try rollupRows(of: ring.rollups(.minute), from: first, to: end).starts {
      if next < start { lacking.append(next..<start) }
      next = max(next, start + Tier.minute.span)
    }
    if next < end { lacking.append(next..<end) }
    return lacking
  }
}
