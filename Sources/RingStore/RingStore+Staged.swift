public import PoolModel

/// What is staged for the next commit beside what is stored.
extension RingStore {
  /// How old a row of `time` is that comes at `arrival`: the marks that `append` gives its values by that.
  @inline(__always)
  public func ageMarks(of time: Timestamp, arrival: Timestamp) -> ArrivalMarks {
    let age = arrival.milliseconds.subtractingReportingOverflow(time.milliseconds)
    guard !age.overflow else { return age.partialValue < 0 ? [.backfilled, .tooLateToCount] : [] }
    var marks: ArrivalMarks = []
    if age.partialValue > 2 * rules.interval { marks.insert(.backfilled) }
    if age.partialValue > 72 * 3_600_000 { marks.insert(.tooLateToCount) }
    return marks
  }

  /// Stages a new flag for a value that the caller knows to be stored or staged, without looking for it.
  ///
  /// Costs no look at the rows, so that those that wait go on waiting; what another thread takes is waited for.
  /// What has been given up meanwhile is left alone.
  ///
  /// - Parameters:
  ///   - sample: the value as it is stored, with its marks, and the flag that it is to have; not missing.
  ///   - pool: a pool of the plan.
  ///   - time: the value's time.
  public func stageFlag(of sample: Sample, pool: PoolNumber, time: Timestamp) {
    precondition(sample.flag != .missing, "whether there is a number is not a matter of opinion")
    let number = numbers.rings[pool.index]
    if taking?.newestTime(ring: number) != nil { finishTaking() }
    if let oldest = ringsBehind[number].raw.oldestHeld, time.milliseconds < oldest { return }
    staged.beginRow(ring: number, time: time.milliseconds)
    staged.add(
      StoredValue(
        column: numbers.columns[sample.parameter.index],
        cell: Cell(
          bits: sample.value.bitPattern, flag: sample.flag.rawValue,
          marks: sample.gatewayMarks.rawValue & Cell.gatewayMask | sample.arrivalMarks.rawValue)))
  }

  /// As `stageFlag`, but a value that is staged itself gets the flag at once: whoever judges the row never
  /// sees another one.
  ///
  /// - Parameters:
  ///   - sample: as of `stageFlag`.
  ///   - pool: a pool of the plan.
  ///   - time: the value's time.
  public func settleFlag(of sample: Sample, pool: PoolNumber, time: Timestamp) {
    let isStaged = staged.setFlag(
      sample.flag.rawValue, column: numbers.columns[sample.parameter.index],
      ring: numbers.rings[pool.index], time: time.milliseconds)
    if !isStaged { stageFlag(of: sample, pool: pool, time: time) }
  }

  /// The samples of `series` in time order as they will be when everything staged is committed.
  ///
  /// - Parameters:
  ///   - series: a series of the plan.
  ///   - from: the first time wanted.
  ///   - through: the last time wanted.
  ///   - limit: samples wanted at most; go on from the last one's time + 1 ms.
  /// - Returns: the first `limit` samples of the period.
  /// - Throws: `storage` when a page cannot be read.
  public func samplesWithStaged(
    of series: Series, from: Timestamp, through: Timestamp, limit: Int
  ) throws(RingStoreError) -> SeriesSlice {
    let stored = try samples(of: series, from: from, through: through, limit: limit)
    let isCut = stored.count >= limit
    let last = isCut ? stored.times.last ?? through : through
    guard from <= last else { return stored }
    let parts = staged.parts(
      of: numbers.columns[series.parameter.index], ring: numbers.rings[series.pool.index],
      in: from.milliseconds...last.milliseconds)
    return parts.isEmpty ? stored : stored.joined(with: parts).prefix(limit)
  }
}

extension StagedBatch {
  /// What is staged of a column in a period, ordered by time, of one time in the order it was staged.
  func parts(
    of column: UInt8, ring: Int, in period: ClosedRange<Int64>
  ) -> [(time: Int64, cell: Cell)] {
    var parts: [(time: Int64, cell: Cell)] = []
    forEachRow(ofRing: ring) { row in
      let time = batch.rows[row].time
      guard period.contains(time) else { return }
      for value in batch.values(ofRow: row).reversed() where value.column == column {
        parts.append((time, value.cell))
      }
    }
    // They come newest first; the sort leaves those of one time as they are.
    parts.reverse()
    parts.sort { $0.time < $1.time }
    return parts
  }
}

extension SeriesSlice {
  /// The slice with `parts`, which come later, ordered by time.
  fileprivate func joined(with parts: [(time: Int64, cell: Cell)]) -> SeriesSlice {
    var joined = SeriesSlice()
    joined.reserve(count + parts.count)
    var next = 0
    for part in parts {
      while next < count, times[next].milliseconds <= part.time {
        joined.append(times[next].milliseconds, cell(at: next))
        next += 1
      }
      joined.join(part.time, part.cell)
    }
    while next < count {
      joined.append(times[next].milliseconds, cell(at: next))
      next += 1
    }
    return joined
  }

  /// The first `limit` samples.
  fileprivate func prefix(_ limit: Int) -> SeriesSlice {
    guard count > limit else { return self }
    var slice = self
    slice.times.removeLast(count - limit)
    slice.values.removeLast(values.count - limit)
    slice.flags.removeLast(flags.count - limit)
    slice.marks.removeLast(marks.count - limit)
    return slice
  }

  private func cell(at index: Int) -> Cell {
    Cell(bits: values[index].bitPattern, flag: flags[index], marks: marks[index])
  }

  private mutating func append(_ time: Int64, _ cell: Cell) {
    times.append(Timestamp(milliseconds: time))
    values.append(Double(bitPattern: cell.bits))
    flags.append(cell.flag)
    marks.append(cell.marks)
  }

  private mutating func join(_ time: Int64, _ part: Cell) {
    guard let last = times.last, last.milliseconds == time else { return append(time, part) }
    var known = cell(at: count - 1)
    known.join(part)
    flags[count - 1] = known.flag
    marks[count - 1] = known.marks
  }
}
