public import PoolModel

extension RingStore {
  /// What is known of `series` per step.
  ///
  /// Steps that divide a day are counted from local midnight, whole multiples of a day from local
  /// midnight of the day of `from`, others from `from`; the first and last are cut to the period. The
  /// coarsest tiers that answer exactly are used, finer ones and raw rows at the edges and where
  /// rollups are not held. A damaged page is left out and noted.
  ///
  /// - Parameters:
  ///   - series: a series of the plan.
  ///   - from: the begin of the period.
  ///   - to: its end, excluded.
  ///   - step: at least 1 ms.
  ///   - limit: aggregates wanted at most; go on from the last one's end.
  /// - Returns: one aggregate for each step that has a reading, ascending.
  /// - Throws: `storage` when a page cannot be read.
  public func aggregates(
    of series: Series, from: Timestamp, to: Timestamp, step: Duration, limit: Int
  ) throws(RingStoreError) -> [Aggregate] {
    let ring = rings[numbers.rings[series.pool.index]]
    let all = try rolled(ring) { () throws(RingStoreError) in
      try aggregation(of: series, in: ring).aggregates(
        from: from.milliseconds, to: to.milliseconds, step: max(1, step.wholeMilliseconds),
        calendar: &calendar)
    }
    return all.count > limit ? Array(all[..<limit]) : all
  }

  /// When the readings of `series` came, from the coarsest tiers that answer exactly.
  ///
  /// - Parameters:
  ///   - series: a series of the plan.
  ///   - from: the begin of the period.
  ///   - to: its end, excluded.
  /// - Returns: the stretch from the first reading in the period to the last one.
  /// - Throws: `storage` when a page cannot be read.
  public func stretch(
    of series: Series, from: Timestamp, to: Timestamp
  ) throws(RingStoreError) -> CoverageStretch {
    let ring = rings[numbers.rings[series.pool.index]]
    return try rolled(ring) { () throws(RingStoreError) in
      try aggregation(of: series, in: ring).stretch(
        from: from.milliseconds, to: to.milliseconds, calendar: &calendar)
    }
  }

  /// The last counted reading of `series` before `instant`, and the last of those that is good or
  /// suspect; nil where none is held.
  ///
  /// - Throws: `storage` when a page cannot be read.
  public func lastReading(
    of series: Series, before instant: Timestamp
  ) throws(RingStoreError) -> (any: Timestamp?, usable: Timestamp?) {
    let ring = rings[numbers.rings[series.pool.index]]
    let found = try rolled(ring) { () throws(RingStoreError) in
      try aggregation(of: series, in: ring).last(
        before: instant.milliseconds, calendar: &calendar)
    }
    return (
      found.reading.map { Timestamp(milliseconds: $0) },
      found.usable.map { Timestamp(milliseconds: $0) }
    )
  }

  /// The first counted reading of `series` at `instant` or after it, and the first of those that is good
  /// or suspect; nil where none is held.
  ///
  /// - Throws: `storage` when a page cannot be read.
  public func firstReading(
    of series: Series, notBefore instant: Timestamp
  ) throws(RingStoreError) -> (any: Timestamp?, usable: Timestamp?) {
    let ring = rings[numbers.rings[series.pool.index]]
    let found = try rolled(ring) { () throws(RingStoreError) in
      try aggregation(of: series, in: ring).first(
        notBefore: instant.milliseconds, calendar: &calendar)
    }
    return (
      found.reading.map { Timestamp(milliseconds: $0) },
      found.usable.map { Timestamp(milliseconds: $0) }
    )
  }

  func aggregation(of series: Series, in ring: PoolRing) -> Aggregation<PoolSource> {
    Aggregation(
      source: PoolSource(store: self, ring: ring), rules: rules, pool: series.pool,
      parameter: series.parameter, column: numbers.columns[series.parameter.index])
  }

  /// What `answer` makes of rollups that say what the raw rows say.
  ///
  /// Where it comes upon a damaged page, what that had is rolled anew and it is asked once more.
  func rolled<Answer>(
    _ ring: PoolRing, _ answer: () throws(RingStoreError) -> Answer
  ) throws(RingStoreError) -> Answer {
    let damagedCount = damagedPages.count
    freshen(ring)
    let first = try answer()
    guard damagedPages.count > damagedCount else { return first }
    freshen(ring)
    return try answer()
  }

  /// Rolls what is over, where that is much or where rollups say something else than the raw rows.
  func freshen(_ ring: PoolRing) {
    guard let newest = ring.newestTime else { return }
    let isBehind = newest - max(ring.rolled[0], newest - Self.unrolledLimit) >= Self.unrolledLimit
    if isBehind || !ring.stale.isEmpty || ring.changedSince != nil { roll(ring) }
  }

  /// An hour of raw rows answers as fast as its rollups.
  private static let unrolledLimit: Int64 = 3_600_000
}

/// What aggregates of one pool are made from.
struct PoolSource: RollupSource {
  let store: RingStore
  let ring: PoolRing

  var held: Range<Int64>? {
    guard let end = ring.heldEnd else { return nil }
    let oldest = store.oldest(of: ring, newest: end - 1)
    return oldest..<end
  }

  func rolled(_ tier: Tier) -> Range<Int64> {
    // Where pages were given up, what is held is whole only from there on: late rows make pages overlap.
    let rollups = ring.rollups(tier)
    guard let first = rollups.oldestHeld ?? rollups.firstTime else { return 0..<0 }
    return first..<max(first, ring.rolled[tier.rollupIndex])
  }

  func cells(
    _ tier: Tier, column: UInt8, parts: RollupParts, from: Int64, to: Int64
  ) throws(RingStoreError) -> [RolledCell] {
    let rollups = ring.rollups(tier)
    let sources = rollups.sources(from: from, through: to - 1, columnBits: 1 << UInt64(column))
    var cells: [RolledCell] = []
    guard let ordered = sources.disjoint() else {
      let table = try store.rollupRows(of: rollups, from: from, to: to)
      add(table.starts, table.cells(column) ?? [], from: from, to: to, &cells)
      return cells
    }
    for source in ordered {
      switch source.place {
      case .table(let table):
        add(table.starts, table.cells(column) ?? [], from: from, to: to, &cells)
      case .chunk(let chunk):
        _ = add(chunk, column, parts, from: from, to: to, &cells)
      case .page(let page):
        switch try store.parts(of: page, in: rollups) {
        case .none: break
        case .table(let table):
          add(table.starts, table.cells(column) ?? [], from: from, to: to, &cells)
        case .chunk(let chunk):
          if !add(chunk, column, parts, from: from, to: to, &cells) {
            store.noteDamage(page, in: rollups)
          }
        }
      }
    }
    return cells
  }

  private func add(
    _ chunk: Chunk, _ column: UInt8, _ parts: RollupParts, from: Int64, to: Int64,
    _ cells: inout [RolledCell]
  ) -> Bool {
    // A chunk of an open page can lack the column.
    guard chunk.columnBits & 1 << UInt64(column) != 0 else { return true }
    return RollupPage.append(
      chunk.bytes, chunk.body, rowCount: chunk.rowCount, column: column, parts: parts,
      in: from..<to, to: &cells)
  }

  private func add(
    _ starts: [Int64], _ found: [RollupCell?], from: Int64, to: Int64,
    _ cells: inout [RolledCell]
  ) {
    guard !found.isEmpty else { return }
    for row in starts.firstIndex(notBefore: from)..<starts.firstIndex(notBefore: to) {
      if let cell = found[row] { cells.append(RolledCell(start: starts[row], cell: cell)) }
    }
  }

  func rows(column: UInt8, from: Int64, to: Int64) throws(RingStoreError) -> RawRows {
    let table = try store.joinedRows(
      of: ring.raw, from: from, through: to - 1, limit: .max, columnBits: 1 << UInt64(column))
    guard let index = table.index(of: column) else {
      return RawRows(
        times: [], column: PageTable.Column(number: column, absent: 0), rows: 0..<0)
    }
    return RawRows(times: table.times, column: table.columns[index], rows: 0..<table.rowCount)
  }
}
