import PoolModel

/// Where rows are lost, and no minute that was rolled while they were there answers for them.
extension RingStore {
  /// The parts of `lost` around `asked` in which readings may be lost that no rollup tells of.
  ///
  /// A minute is in doubt when it is lacking, or made of the rows that are left. It is unknown when readings
  /// would count as missing in it, or beside it: between readings that are no farther apart than
  /// neighbours are there was none.
  ///
  /// - Parameters:
  ///   - ring: whose rows are lost.
  ///   - lost: a stretch of time in which some are.
  ///   - asked: the part of it that is asked about.
  /// - Returns: stretches of `lost`, ascending; others than in `asked` may be among them.
  /// - Throws: `storage` when a page cannot be read.
  func doubtfulTimes(
    of ring: PoolRing, in lost: Range<Int64>, asked: Range<Int64>
  ) throws(RingStoreError) -> [Range<Int64>] {
    // The readings so far around tell whether one is missing.
    let reach = 2 * rules.interval + Tier.minute.span
    let around = minutes(around: asked.lowerBound - reach..<asked.upperBound + reach)
    let lostMinutes = minutes(around: lost)
    let doubt = Doubt(
      rolled: rolledMinutes(of: ring), trustedFrom: ring.notes.lackingBefore,
      tail: try unrolledTail(of: ring, lost), lost: lostMinutes)
    let looked = lostMinutes.clamped(to: around)
    guard !looked.isEmpty, doubt.mayBe(in: looked) else { return [] }
    let made = try madeMinutes(of: ring, in: around)
    var rows = made
    let stored = doubt.rolled.clamped(to: around)
    if !stored.isEmpty {
      rows = made.part(0..<made.firstRow(notBefore: stored.lowerBound))
      rows.put(
        try rollupRows(
          of: ring.rollups(.minute), from: stored.lowerBound, to: stored.upperBound))
      rows.put(made.part(made.firstRow(notBefore: stored.upperBound)..<made.rowCount))
    }
    let gaps = readingGaps(rows, in: around)
    var unknown: [Range<Int64>] = []
    var (row, madeRow) = (rows.firstRow(notBefore: looked.lowerBound), 0)
    for start in stride(from: looked.lowerBound, to: looked.upperBound, by: Int(Tier.minute.span)) {
      while row < rows.rowCount, rows.starts[row] < start { row += 1 }
      while madeRow < made.rowCount, made.starts[madeRow] < start { madeRow += 1 }
      let held = row < rows.rowCount && rows.starts[row] == start ? rows.row(row) : nil
      let left = madeRow < made.rowCount && made.starts[madeRow] == start ? made.row(madeRow) : nil
      let minute = start..<start + Tier.minute.span
      guard doubt.isDoubtful(start, isAsLeft: held == nil || held == left) else { continue }
      for gap in gaps where gap.overlaps(minute) {
        unknown.append(gap.clamped(to: minute).clamped(to: lost))
      }
    }
    return unknown
  }

  /// The minutes that `range` reaches into of which more was rolled than the rows that are left make.
  func minutesOfLostRows(
    of ring: PoolRing, in range: Range<Int64>
  ) throws(RingStoreError) -> [Range<Int64>] {
    let around = minutes(around: range).clamped(to: rolledMinutes(of: ring))
    guard !range.isEmpty, !around.isEmpty else { return [] }
    let made = try madeMinutes(of: ring, in: around)
    let rolled = try rollupRows(
      of: ring.rollups(.minute), from: around.lowerBound, to: around.upperBound)
    let held = Set(rolled.starts)
    return rolled.differences(from: made, withLimits: numbers.pools[ring.number] != nil)
      .filter { held.contains($0) }.map { $0..<$0 + Tier.minute.span }
  }

  /// Which minutes of a stretch in which rows are lost are in doubt.
  private struct Doubt {
    /// The minutes that are answered from rollups.
    let rolled: Range<Int64>
    /// From here on a minute without a rollup had no rows.
    let trustedFrom: Int64
    /// From here on nothing was rolled of what is lost.
    let tail: Int64
    /// The minutes of the stretch.
    let lost: Range<Int64>

    /// Whether a minute of `range` may be in doubt.
    func mayBe(in range: Range<Int64>) -> Bool {
      range.lowerBound < max(trustedFrom, rolled.lowerBound)
        || range.upperBound > min(tail, rolled.upperBound)
    }

    /// Whether the minute at `start` is in doubt; `isAsLeft` says that it is lacking, or what the rows
    /// that are left make.
    func isDoubtful(_ start: Int64, isAsLeft: Bool) -> Bool {
      if start >= tail || !rolled.contains(start) { return true }
      return start < trustedFrom && isAsLeft
    }
  }

  /// The minutes that `range` reaches into.
  private func minutes(around range: Range<Int64>) -> Range<Int64> {
    let start = calendar.start(.minute, notAfter: range.lowerBound)
    return start..<max(start, calendar.start(.minute, notBefore: range.upperBound))
  }

  /// The minutes that are answered from rollups.
  private func rolledMinutes(of ring: PoolRing) -> Range<Int64> {
    let rolled = PoolSource(store: self, ring: ring).rolled(.minute)
    if rolled.isEmpty { return 0..<0 }
    let start = calendar.start(.minute, notBefore: rolled.lowerBound)
    return start..<max(start, calendar.start(.minute, notAfter: rolled.upperBound))
  }

  /// The minutes that the raw rows left in `range` make.
  private func madeMinutes(
    of ring: PoolRing, in range: Range<Int64>
  ) throws(RingStoreError) -> RollupTable {
    let rows = try joinedRows(
      of: ring.raw, from: range.lowerBound, through: range.upperBound - 1, limit: .max)
    return RollupTable.minutes(
      of: rows, rows: 0..<rows.rowCount, pool: numbers.pools[ring.number], rules: rules,
      parameter: { self.numbers.parameters[Int($0)] }, calendar: &calendar)
  }

  /// The stretches of `range` between readings, or between one and an end of it, in which readings of a
  /// parameter are missing; whole minutes where they are missing within one.
  private func readingGaps(_ rows: RollupTable, in range: Range<Int64>) -> [Range<Int64>] {
    let interval = rules.interval
    var gaps: [Range<Int64>] = []
    var hasReading = false
    for column in rows.columns {
      var last = range.lowerBound
      func add(_ next: Int64) {
        if MissingReadings.count(from: last, to: next, interval: interval) > 0 {
          gaps.append(last + 1..<next)
        }
      }
      for (start, cell) in zip(rows.starts, column.cells) {
        guard let chain = cell?.received, !chain.isEmpty else { continue }
        hasReading = true
        add(chain.first)
        if chain.missing > 0 { gaps.append(start..<start + Tier.minute.span) }
        last = chain.last
      }
      if last > range.lowerBound { add(range.upperBound) }
    }
    return hasReading ? gaps.joined(over: 0) : [range]
  }

  /// From where on nothing was rolled of what is in `lost`: the end of the last minute that was rolled
  /// while its rows were there.
  private func unrolledTail(
    of ring: PoolRing, _ lost: Range<Int64>
  ) throws(RingStoreError) -> Int64 {
    let floor = calendar.bucket(.minute, containing: lost.lowerBound).lowerBound
    var minute = try newestMinute(of: ring, in: floor..<lost.upperBound)
    // Rows that came after a lost end can be all that its last minute was made of.
    if let row = minute, row.start + Tier.minute.span >= lost.upperBound,
      try minutesOfLostRows(of: ring, in: row.start..<row.start + 1).isEmpty
    {
      minute = try newestMinute(of: ring, in: floor..<max(floor, row.start))
    }
    return minute.map { $0.start + Tier.minute.span } ?? floor
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
}
