import PoolModel

/// What coarser buckets are made of: of the finer ones that are held, and before those of what is finer
/// still.
///
/// A ring of minutes can hold less than the raw rows reach back: of a backlog, of late rows and of all that is
/// rolled anew the hours are made of raw rows where their minutes were given up.
extension RingStore {
  /// From when on a ring of rollups holds all its buckets; nil where it has given up none.
  func heldStart(of ring: PoolRing, _ tier: Tier) -> Int64? {
    let noted = ring.notes.heldFrom[tier]
    guard let held = ring.rollups(tier).oldestHeld ?? noted else { return nil }
    return calendar.start(tier, notBefore: max(held, noted ?? held))
  }

  /// From when on all buckets of a tier are held, or can be made of finer rows; nil where that is so from
  /// the beginning.
  func wholeStart(of ring: PoolRing, _ tier: Tier) -> Int64? {
    guard let finer = tier.finer else { return rawStart(of: ring) }
    guard let held = heldStart(of: ring, tier) else { return nil }
    guard let made = wholeStart(of: ring, finer) else { return nil }
    return min(held, calendar.start(tier, notBefore: made))
  }

  /// From when on all raw rows are held; nil where none was given up.
  private func rawStart(of ring: PoolRing) -> Int64? {
    let noted = ring.notes.heldFrom[.raw]
    if let held = ring.raw.oldestHeld { return max(held, noted ?? held) }
    guard noted == nil, let oldest = ring.raw.firstTime else { return noted }
    // Rollups from before the oldest row are of rows that were lost.
    let isLater = Tier.rollups.contains { tier in
      guard let first = ring.rollups(tier).firstTime else { return false }
      return first < calendar.bucket(tier, containing: oldest).lowerBound
    }
    return isLater ? calendar.start(.minute, notBefore: oldest + 1) : nil
  }

  /// The first time from `from` to `through` of which a bucket of `tier`, or a row that one can be made of,
  /// may be held; nil where there is none.
  func firstTime(of ring: PoolRing, _ tier: Tier, from: Int64, through: Int64) -> Int64? {
    guard let finer = tier.finer else {
      return ring.raw.sources(from: from, through: through).map(\.firstTime).min()
    }
    let own = ring.rollups(tier).sources(from: from, through: through).map(\.firstTime).min()
    guard let held = heldStart(of: ring, tier), from < held else { return own }
    let other = firstTime(of: ring, finer, from: from, through: min(through, held - 1))
    return own.map { min($0, other ?? $0) } ?? other
  }

  /// The end of the piece from `from` to `to` at most that is made at once of `tier`: so that years of
  /// minutes, or many days of raw rows, are never all in memory.
  func pieceEnd(of ring: PoolRing, _ coarse: Tier, from: Int64, to: Int64) -> Int64 {
    guard let fine = coarse.finer else { return to }
    var count: Int64 = 64
    if let held = heldStart(of: ring, fine), from < held { count = coarse == .day ? 2 : 48 }
    return min(to, calendar.start(coarse, notBefore: from + count * coarse.span))
  }

  /// The buckets of `tier` in `range`: those held, and those made of finer rows before the ring holds all.
  ///
  /// - Parameters:
  ///   - ring: the pool's rings.
  ///   - tier: not `raw`.
  ///   - range: from the begin of a bucket to the end of one.
  ///   - held: reads rollups of a ring, from a time to before another.
  ///   - raw: reads raw rows, from a time through another.
  /// - Returns: the buckets.
  /// - Throws: what `held` and `raw` throw.
  func buckets<Failure>(
    of ring: PoolRing, _ tier: Tier, in range: Range<Int64>,
    held: (PageRing<RollupTable>, Int64, Int64) throws(Failure) -> RollupTable,
    raw: (Int64, Int64) throws(Failure) -> PageTable
  ) throws(Failure) -> RollupTable {
    let rollups = ring.rollups(tier)
    guard let finer = tier.finer, let start = heldStart(of: ring, tier), range.lowerBound < start
    else { return try held(rollups, range.lowerBound, range.upperBound) }
    let border = min(start, range.upperBound)
    var made: RollupTable
    if finer == .raw {
      let rows = try raw(range.lowerBound, border - 1)
      made = RollupTable.minutes(
        of: rows, rows: 0..<rows.rowCount, pool: numbers.pools[ring.number], rules: rules,
        parameter: { self.numbers.parameters[Int($0)] }, calendar: &calendar)
    } else {
      let fine = try buckets(
        of: ring, finer, in: range.lowerBound..<border, held: held, raw: raw)
      made = fine.merged(into: tier, calendar: &calendar, interval: rules.interval)
    }
    made.put(try held(rollups, border, range.upperBound))
    return made
  }
}
