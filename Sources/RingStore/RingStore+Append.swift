public import PoolModel

extension RingStore {
  /// Stages `row` for the next commit and decides what of it is new.
  ///
  /// Arrival marks are set here; of those of `row` only `replayed` and `late` are looked at. A row in order
  /// costs no look at the disk; one at or before its pool's newest time may cost reading the pages that cover it. A
  /// page that cannot be read counts as not having the value, so that a reading is rather kept twice
  /// than not at all; what is read first stays what was stored first.
  ///
  /// - Parameters:
  ///   - row: a row of a pool of the plan, or a part of one.
  ///   - arrival: when it came, by our clock.
  /// - Returns: the counts of its values.
  public func append(_ row: SampleRow, arrival: Timestamp) -> AppendOutcome {
    let marks = ageMarks(of: row.time, arrival: arrival).rawValue
    return stage(row) { sample in
      (sample.gatewayMarks.rawValue & Cell.gatewayMask) | marks
        | sample.arrivalMarks.intersection([.replayed, .late]).rawValue
    }
  }

  /// Stages a row that was stored before, elsewhere: its flags and marks stay as they are, but for
  /// `late`, which is added where it is that here.
  ///
  /// - Parameter row: a row of a pool of the plan or of a retired one, or a part of one.
  /// - Returns: the counts of its values.
  public func adopt(_ row: SampleRow) -> AppendOutcome {
    noteAdopted(ring: numbers.rings[row.pool.index])
    return stage(row) { $0.gatewayMarks.rawValue & Cell.gatewayMask | $0.arrivalMarks.rawValue }
  }

  @inline(__always)
  private func stage(_ row: SampleRow, marks: (Sample) -> UInt8) -> AppendOutcome {
    var outcome = AppendOutcome()
    let number = numbers.rings[row.pool.index]
    let time = row.time.milliseconds
    if time > max(newestTime(ofRing: number), staged.newestTime(ring: number) ?? .min) {
      // In order: nothing can be known of it yet.
      stageInOrder(row, ring: number, marks: marks)
      outcome.stored = row.samples.count
      return outcome
    }
    let ring = rings[number]
    if let oldest = ring.raw.oldestHeld, time < oldest {
      outcome.tooOld = row.samples.count
      return outcome
    }
    stageOutOfOrder(row, ring, marks: marks, &outcome)
    return outcome
  }

  @inline(__always)
  private func stageInOrder(_ row: SampleRow, ring: Int, marks: (Sample) -> UInt8) {
    let columns = numbers.columns
    let samples = row.samples
    func value(_ index: Int) -> StoredValue {
      let sample = samples[index]
      return StoredValue(
        column: columns[sample.parameter.index],
        cell: Cell(
          bits: sample.value.bitPattern, flag: sample.flag.rawValue, marks: marks(sample)))
    }
    if (1...RowBatch.valueLimit).contains(samples.count) {
      staged.addRow(ring: ring, time: row.time.milliseconds, count: samples.count, value)
    } else {
      staged.beginRow(ring: ring, time: row.time.milliseconds)
      for index in samples.indices { staged.add(value(index)) }
    }
  }

  private func stageOutOfOrder(
    _ row: SampleRow, _ ring: PoolRing, marks: (Sample) -> UInt8, _ outcome: inout AppendOutcome
  ) {
    let time = row.time.milliseconds
    let stored = time > ring.newestTime ?? .min ? [] : storedValues(in: ring, at: time)
    staged.beginRow(ring: ring.number, time: time)
    for sample in row.samples {
      let column = numbers.columns[sample.parameter.index]
      var cell = Cell(
        bits: sample.value.bitPattern, flag: sample.flag.rawValue, marks: marks(sample))
      let isLate = time < newestTime(of: column, in: ring)
      if isLate { cell.marks |= ArrivalMarks.late.rawValue }
      if let known = known(column, in: ring, at: time, stored: stored) {
        if join(cell, to: known, column: column, &outcome) {
          outcome.repeated.insert(ParameterSet(sample.parameter))
        } else {
          outcome.contradicting.insert(ParameterSet(sample.parameter))
        }
        continue
      }
      outcome.stored += 1
      if isLate { outcome.late += 1 }
      staged.add(StoredValue(column: column, cell: cell))
    }
  }

  /// Stages a new flag for a stored value.
  ///
  /// The value itself and its time are never changed.
  ///
  /// - Returns: whether there is such a value; false also when it has the flag already, or when the
  ///   page that has it cannot be read.
  public func amend(
    pool: PoolNumber, time: Timestamp, parameter: ParameterNumber, flag: QualityFlag
  ) -> Bool {
    let ring = rings[numbers.rings[pool.index]]
    let time = time.milliseconds
    let column = numbers.columns[parameter.index]
    let stored = storedValues(in: ring, at: time)
    guard var cell = known(column, in: ring, at: time, stored: stored),
      cell.flag != flag.rawValue
    else { return false }
    // Whether there is a number is not a matter of opinion.
    guard cell.flag != QualityFlag.missing.rawValue, flag != .missing else { return false }
    cell.flag = flag.rawValue
    staged.beginRow(ring: ring.number, time: time)
    staged.add(StoredValue(column: column, cell: cell))
    return true
  }

  /// The value as it will be when everything staged is committed; nil when there is none.
  private func known(
    _ column: UInt8, in ring: PoolRing, at time: Int64, stored: [StoredValue]
  ) -> Cell? {
    var known = stored.first { $0.column == column }?.cell
    if let part = staged.cell(column, ring: ring.number, time: time) {
      if known == nil { known = part } else { known?.join(part) }
    }
    return known
  }

  /// Counts a value of the row begun whose identity is known, and stages the gateway's marks that are
  /// new, with the flag that stands for both: it must not depend on which of them came first.
  ///
  /// - Returns: whether it is the value that is known.
  private func join(
    _ cell: Cell, to known: Cell, column: UInt8, _ outcome: inout AppendOutcome
  ) -> Bool {
    guard cell.isSameValue(as: known) else {
      outcome.conflict += 1
      return false
    }
    outcome.duplicate += 1
    guard cell.marks & Cell.gatewayMask & ~known.marks != 0 else { return true }
    let flags = (known.qualityFlag, cell.qualityFlag)
    let joined = Cell(
      bits: known.bits, flag: QualityFlag.aggregate(flags.0, flags.1).rawValue,
      marks: known.marks | (cell.marks & Cell.gatewayMask))
    staged.add(StoredValue(column: column, cell: joined))
    return true
  }

  /// The newest stored or staged time of a series; `Int64.min` when there is none.
  private func newestTime(of column: UInt8, in ring: PoolRing) -> Int64 {
    max(
      ring.latest[Int(column)]?.time ?? .min,
      staged.newestTime(ring: ring.number, column: column) ?? .min)
  }

  /// The stored values of a row, joined from all pages that have parts of it.
  private func storedValues(in ring: PoolRing, at time: Int64) -> [StoredValue] {
    var row = PageTable()
    for page in ring.raw.pages where page.overlaps(time, time) {
      // A page that cannot be read is noted there; see `append` for why the row is taken then. Of one
      // with damaged columns the others say what is stored.
      if let table = try? table(of: page, in: ring.raw) {
        row.take(table, at: time)
      } else {
        for table in (try? columns(of: page, in: ring.raw)) ?? [] { row.take(table, at: time) }
      }
    }
    forEachOpenTable(ring.raw, from: time, through: time) { row.take($0, at: time) }
    return row.rowCount == 0 ? [] : row.values(at: 0)
  }

  /// The bytes of the journal record that `commit` would write now, at most; 0 when nothing is staged.
  ///
  /// A caller that closes its batch before `batchByteLimit` never meets `batchTooLarge`.
  public var stagedByteCount: Int {
    staged.isEmpty ? 0 : RecordHeader.byteCount + staged.bodyByteLimit
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
    join(other.values(at: row)[...], at: time)
  }
}
