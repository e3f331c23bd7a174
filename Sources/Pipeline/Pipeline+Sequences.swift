import PoolModel
import Presence
import RingStore

extension Pipeline {
  /// Lets gateways' counts go on where they were saved.
  ///
  /// They are saved now and then, and what came since is acknowledged too: it is in the journal, without its
  /// numbers. So many numbers are not missing.
  func restoreSequences(
    _ saved: SequenceStates, gateways: [GatewayBinding]
  ) throws(RingStoreError) {
    guard !saved.states.isEmpty else { return }
    intake.ledger.restore(saved.states)
    let bound = Set(
      gateways.flatMap { binding in
        binding.values.map { Series(pool: $0.pool, parameter: $0.parameter) }
      })
    // Of a position beyond the journal's end, which belongs to another store, the journal knows nothing.
    guard saved.position <= store.committed else { return try countRowsOfPages(bound: bound) }
    do {
      try countRows(after: saved.position, bound: bound)
    } catch .judgedTooFarBack, .unknownPosition, .damagedRecord {
      // The journal cannot give these rows; the pages have those that are newer than what was counted.
      intake.ledger.restore(saved.states)
      try countRowsOfPages(bound: bound)
    }
  }

  private func countRows(
    after position: JournalPosition, bound: Set<Series>
  ) throws(RingStoreError) {
    var journalRows = JournalRows()
    var rows = SampleStretch()
    var newest: [Series: Timestamp] = [:]
    var next = position
    while true {
      let end = try store.rows(after: next, limit: Self.pageRowLimit, into: &journalRows)
      journalRows.read(into: &rows)
      for row in rows.rows {
        let samples = rows.samples[row.samples].filter { isReading($0, of: row, after: &newest) }
        count(row.pool, row.time, samples[...], bound: bound)
      }
      guard end > next else { return }
      next = end
    }
  }

  /// Whether a gateway sent the sample: a new flag for one that it sent before stands in the journal, too, behind
  /// that, and is not late.
  ///
  /// Of a series' first row here nothing is known of before. Where it is no newer than what its gateway had sent when
  /// its count was saved, and does not count as good, it is taken for the new flag of a row from before: a value of
  /// another pool that came behind the saved one, at the same instant, is good nearly always.
  private func isReading(
    _ sample: Sample, of row: SampleStretch.Row, after newest: inout [Series: Timestamp]
  ) -> Bool {
    let series = Series(pool: row.pool, parameter: sample.parameter)
    if sample.arrivalMarks.contains(.late) { return true }
    let known = newest[series]
    newest[series] = max(known ?? row.time, row.time)
    if let known { return row.time > known }
    let counted = intake.ledger.newestTime(of: plan.pools[row.pool.index].venue)
    return counted.map { row.time > $0 } ?? true || ![.suspect, .fail].contains(sample.flag)
  }

  private func countRowsOfPages(bound: Set<Series>) throws(RingStoreError) {
    for pool in plan.poolNumbersInOrder {
      let gateway = plan.pools[pool.index].venue
      guard var next = intake.ledger.newestTime(of: gateway) else { continue }
      while true {
        next = next + .milliseconds(1)
        let rows = try store.rows(
          of: pool, from: next, through: .distantFuture, limit: Self.pageRowLimit)
        for row in rows { count(pool, row.time, row.samples[...], bound: bound) }
        guard let last = rows.last, rows.count == Self.pageRowLimit else { break }
        next = last.time
      }
    }
  }

  /// Counts a row that came from its venue's own gateway.
  ///
  /// Others have no numbers, and what the broker or the quarantine replayed has none either.
  private func count(
    _ pool: PoolNumber, _ time: Timestamp, _ samples: ArraySlice<Sample>, bound: Set<Series>
  ) {
    let isNumbered = samples.contains { sample in
      !sample.arrivalMarks.contains(.replayed)
        && !bound.contains(Series(pool: pool, parameter: sample.parameter))
    }
    guard isNumbered else { return }
    // The entries of venues' own gateways stand in the order of the plan's venues.
    intake.ledger.noteUnnumbered(gateway: plan.pools[pool.index].venue, time: time)
  }
}
