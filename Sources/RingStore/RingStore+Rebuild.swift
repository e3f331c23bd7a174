public import PoolModel

extension RingStore {
  /// Writes everything that can be read into a new store: the pools and parameters known, raw rows with
  /// their flags and marks, and rollups whose raw rows are gone.
  ///
  /// A page that cannot be read is left out like a damaged one, and noted in `damagedPages`. Of one that is
  /// damaged the parameters are kept that can be read.
  ///
  /// Rows of pools that left the plan come along. The new store's journal begins anew: what waits to be
  /// judged must have been judged before, or is judged from the pages.
  ///
  /// - Parameters:
  ///   - storage: a directory without a store.
  ///   - configuration: sizes of the new store; rows for which its rings are too small are dropped,
  ///     oldest first.
  ///   - progress: called with the share done, 0…1.
  /// - Returns: the values written, and those that the new store did not take.
  /// - Throws: `RingStoreError`; the new store is of no use then.
  @discardableResult
  public func rebuild(
    into storage: any Storage, configuration: Configuration, progress: (Double) -> Void
  ) throws(RingStoreError) -> (stored: Int, dropped: Int) {
    let throwsWhereUnreadable = !leavesOutUnreadablePages
    leavesOutUnreadablePages = true
    defer { leavesOutUnreadablePages = !throwsWhereUnreadable }
    let plan = wholePlan
    let target = try RingStore(
      plan: plan, configuration: configuration, rules: rules, storage: storage)
    target.isRollingSuspended = true
    var stored = 0
    var dropped = 0
    let now = newestCommitTime ?? Timestamp(milliseconds: 0)
    for (number, ring) in rings.enumerated() {
      guard let pool = plan.poolNumber(ring.pool) else { continue }
      let copy = target.rings[target.numbers.rings[pool.index]]
      try copyRollups(of: ring, to: target, copy)
      var next = Int64.min
      while true {
        let rows = try joinedRows(of: ring.raw, from: next, through: .max, limit: 4000)
        for row in 0..<rows.rowCount {
          let outcome = target.adopt(sampleRow(rows, row, pool: pool, plan: plan))
          stored += outcome.stored
          dropped += outcome.tooOld
          if target.stagedByteCount > target.batchByteLimit / 2 { try target.commit(at: now) }
        }
        try target.commit(at: now)
        target.release(judgedUpTo: target.committed)
        guard rows.rowCount == 4000, let last = rows.times.last, last < .max else { break }
        next = last + 1
      }
      // The rows belong to what was rolled: they come before that is said of the ring.
      target.applyWaiting()
      try takeOverRolling(of: ring, in: copy)
      try carryLosses(of: ring, to: copy)
      progress(Double(number + 1) / Double(rings.count))
    }
    target.isRollingSuspended = false
    // Without a raw row there is nothing in the journal for the checkpoint of the rollups to cover.
    if target.committed == .start { _ = try target.appendEmptyRecord(at: now) }
    try target.checkpoint(at: now)
    try target.saveNotes()
    return (stored, dropped)
  }

  private func sampleRow(
    _ rows: PageTable, _ row: Int, pool: PoolNumber, plan: Plan
  ) -> SampleRow {
    SampleRow(
      pool: pool, time: Timestamp(milliseconds: rows.times[row]),
      samples: rows.values(at: row).compactMap { value in
        plan.parameterNumber(catalog.columns[Int(value.column)]).map { value.cell.sample(of: $0) }
      })
  }

  /// Notes in the copy what of the ring was rolled.
  ///
  /// Where rollups were lost, or are not those of the rows, they are made anew. Rollups of raw rows that were
  /// lost stand as they are: made anew they would say less.
  private func takeOverRolling(
    of ring: PoolRing, in copy: PoolRing
  ) throws(RingStoreError) {
    copy.rolled = ring.rolled
    copy.stale = ring.stale
    if damagedPages.contains(where: { $0.pool == ring.pool && !$0.file.hasPrefix(Tier.raw.name) }) {
      copy.stale.insert(.everything)
    }
    try forEachWrong(of: ring) { _, coarse, starts in
      for start in starts { copy.stale.insert(calendar.bucket(coarse, containing: start)) }
    }
  }

  /// Copies the rollups, also those of rows at the end that are lost.
  private func copyRollups(
    of ring: PoolRing, to target: RingStore, _ copy: PoolRing
  ) throws(RingStoreError) {
    for tier in Tier.rollups {
      let rows = try rollupRows(of: ring.rollups(tier), from: .min, to: .max)
      let columns = rows.columns.map { column in
        let name = catalog.columns[Int(column.number)]
        let number = target.catalog.columns.firstIndex(of: name) ?? Int(column.number)
        return RollupTable.Column(number: UInt8(number), cells: column.cells)
      }
      let table = RollupTable(
        starts: rows.starts, columns: columns.sorted { $0.number < $1.number })
      target.put(table, in: copy.rollups(tier))
    }
  }
}
