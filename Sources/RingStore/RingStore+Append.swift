public import PoolModel

extension RingStore {
  /// Stages `row` for the next commit and decides what of it is new.
  ///
  /// Arrival marks are set here; of those of `row` only `replayed` is looked at. A row in order costs no look at
  /// the disk; one at or before its pool's newest time may cost reading the pages that cover it. A
  /// page that cannot be read counts as not having the value, so that a reading is rather kept twice
  /// than not at all; what is read first stays what was stored first.
  ///
  /// - Parameters:
  ///   - row: a row of a pool of the plan, or a part of one.
  ///   - arrival: when it came, by our clock.
  /// - Returns: the counts of its values.
  public func append(_ row: SampleRow, arrival: Timestamp) -> AppendOutcome {
    var outcome = AppendOutcome()
    let ring = rings[numbers.rings[row.pool.index]]
    let time = row.time.milliseconds
    if let oldest = ring.oldestAccepted, time < oldest {
      outcome.tooOld = row.samples.count
      return outcome
    }
    let marks = ageMarks(of: row.time, arrival: arrival)
    let stored = time > ring.newestTime ?? .min ? [] : storedValues(in: ring, at: time)
    for sample in row.samples {
      let column = numbers.columns[sample.parameter.index]
      var cell = Cell(
        bits: sample.value.bitPattern, flag: sample.flag.rawValue,
        marks: (sample.gatewayMarks.rawValue & Cell.gatewayMask) | marks.rawValue
          | sample.arrivalMarks.intersection(.replayed).rawValue)
      let newest = newestTime(of: column, in: ring)
      if time < newest { cell.marks |= ArrivalMarks.late.rawValue }
      let key = StagedBatch.RowKey(ring: ring.number, time: time)
      let known =
        staged.cell(column, in: key) ?? stored.first { $0.column == column }?.cell
      if let known {
        join(cell, to: known, column: column, key: key, &outcome)
      } else {
        outcome.stored += 1
        if time < newest { outcome.late += 1 }
        staged.add(StoredValue(column: column, cell: cell), to: key)
      }
    }
    return outcome
  }

  /// Counts a value whose identity is known, and stages the gateway's marks that are new.
  private func join(
    _ cell: Cell, to known: Cell, column: UInt8, key: StagedBatch.RowKey,
    _ outcome: inout AppendOutcome
  ) {
    guard cell.isSameValue(as: known) else {
      outcome.conflict += 1
      return
    }
    outcome.duplicate += 1
    guard cell.marks & Cell.gatewayMask & ~known.marks != 0 else { return }
    let joined = Cell(
      bits: known.bits, flag: known.flag,
      marks: cell.marks | (known.marks & Cell.gatewayMask))
    staged.add(StoredValue(column: column, cell: joined), to: key)
  }

  private func ageMarks(of time: Timestamp, arrival: Timestamp) -> ArrivalMarks {
    let age = arrival - time
    var marks: ArrivalMarks = []
    if age > plan.interval * 2 { marks.insert(.backfilled) }
    if age > .seconds(72 * 3600) { marks.insert(.tooLateToCount) }
    return marks
  }

  /// The newest stored or staged time of a series; `Int64.min` when there is none.
  private func newestTime(of column: UInt8, in ring: PoolRing) -> Int64 {
    let staged = staged.newestTime(
      StagedBatch.SeriesKey(ring: ring.number, column: column))
    return max(ring.latest[Int(column)]?.time ?? .min, staged ?? .min)
  }

  /// The stored values of a row, joined from all pages that have parts of it.
  private func storedValues(in ring: PoolRing, at time: Int64) -> [StoredValue] {
    var row = PageTable()
    for page in ring.pages where page.overlaps(time, time) {
      // A page that cannot be read is noted there; see `append` for why the row is taken then.
      guard let table = try? table(of: page, in: ring) else { continue }
      row.take(table, at: time)
    }
    row.take(ring.open, at: time)
    return row.rowCount == 0 ? [] : row.values(at: 0)
  }

  /// The bytes of the journal record that `commit` would write now; 0 when nothing is staged.
  ///
  /// A caller that closes its batch before `batchByteLimit` never meets `batchTooLarge`.
  public var stagedByteCount: Int {
    staged.isEmpty ? 0 : RecordHeader.byteCount + staged.bodyByteCount
  }

  /// The largest record that a commit can write, in bytes.
  public var batchByteLimit: Int { journal.recordByteLimit }

  /// Forgets everything staged since the last commit; the store is as if it had never been appended.
  public func undo() {
    staged.removeAll()
  }
}

extension PageTable {
  /// Joins the row of `other` at `time`, if it has one.
  fileprivate mutating func take(_ other: PageTable, at time: Int64) {
    let row = other.firstRow(notBefore: time)
    guard row < other.rowCount, other.times[row] == time else { return }
    join(other.values(at: row), at: time)
  }
}
