import PoolModel

extension RingStore {
  /// Makes the rollups of a pool say what its raw rows say, for all buckets that ended before its newest
  /// row.
  ///
  /// In memory alone; a checkpoint writes them. A bucket is rolled when all its raw rows are held;
  /// what was rolled before stands where they are not. A page that cannot be read counts as damaged,
  /// which is noted; it is tried again with the next rolling.
  func roll(_ ring: PoolRing) {
    guard !isRollingSuspended, let newest = ring.newestTime, let oldest = ring.raw.firstTime else {
      return
    }
    if isUndamaged(ring), let outcome = plainRolling.roll(ring) {
      finish(ring, outcome)
    } else {
      rollAll(of: ring, RollingPass(newest: newest, oldest: oldest))
    }
  }

  /// What rolls a pool of which nothing is lost.
  var plainRolling: PlainRolling {
    PlainRolling(
      rules: rules, numbers: numbers, calendar: calendar, pageByteCount: catalog.pageByteCount)
  }

  /// Whether no page of the pool was found damaged.
  func isUndamaged(_ ring: PoolRing) -> Bool {
    damagedPagesByPool[ring.pool] == nil
  }

  /// Counts what was rolled, and makes the days that are over of their hours.
  func finish(_ ring: PoolRing, _ outcome: PlainRolling.Outcome) {
    forgetCoveredHours(of: ring)
    waitingPageCount += outcome.sealedPageCount
    guard outcome.isDayOver, let newest = ring.newestTime else { return }
    var pass = RollingPass(newest: newest, oldest: outcome.minutes.lowerBound)
    pass.floor = outcome.minutes.lowerBound
    pass.touched.insert(outcome.minutes)
    rollUp(ring, from: .hour, to: .day, pass)
    // An hour that was found damaged is made anew first.
    if !ring.stale.isEmpty { rollAll(of: ring, pass) }
  }

  /// Rolls whatever there is to roll.
  private func rollAll(of ring: PoolRing, _ pass: RollingPass) {
    forgetCoveredHours(of: ring)
    beginAnew(ring)
    var work = ring.unread
    ring.unread.removeAll()
    var pass = pass
    // Rollups that are found damaged on the way are made anew at once. Each page is noted once.
    repeat {
      for range in ring.stale.ranges { work.insert(range) }
      ring.stale.removeAll()
      rollMinutes(of: ring, stale: work, &pass)
      rollUp(ring, from: .minute, to: .hour, pass)
      rollUp(ring, from: .hour, to: .day, pass)
      work.removeAll()
    } while !ring.stale.isEmpty
  }

  /// Rolls the minutes that are over, and those of `stale` again.
  private func rollMinutes(of ring: PoolRing, stale: TimeRanges, _ pass: inout RollingPass) {
    let end = calendar.bucket(.minute, containing: pass.newest).lowerBound
    if stale.hasUnknown { ring.notes.noteLacking(before: ring.rolled[0]) }
    let floor: Int64 =
      ring.raw.oldestHeld.map { firstWholeMinute(of: ring, from: $0, stale) }
      ?? calendar.bucket(.minute, containing: pass.oldest).lowerBound
    pass.floor = floor
    if stale.hasUnknown { pass.lost.append(Range.everything.lowerBound..<floor) }
    let known = ring.rolled[0]
    // A minute that the ring has given up would push out newer ones, and not be found.
    let held = heldStart(of: ring, .minute) ?? .min
    for range in stale.ranges {
      // Of minutes that are held hours can be made whose raw rows are not.
      if range.lowerBound < floor {
        pass.touched.insert(range.lowerBound..<min(range.upperBound, floor))
        pass.lost.append(range.lowerBound..<floor)
      }
      let from = max(floor, calendar.bucket(.minute, containing: range.lowerBound).lowerBound)
      let to = min(known, calendar.start(.minute, notBefore: range.upperBound))
      guard from < to else { continue }
      rollMinutes(of: ring, from: max(from, held), to: to, &pass)
      pass.touched.insert(from..<to)
    }
    let from = max(floor, known)
    if from < end {
      rollMinutes(of: ring, from: max(from, held), to: end, &pass)
      pass.touched.insert(from..<end)
    }
    ring.rolled[0] = max(known, end)
  }

  /// The first minute all rows of which are held, where rows before `held` have been given up.
  ///
  /// What was given up was rolled before: a minute that has no rollup has lost nothing, even if it
  /// began before; unless rollups may be lacking.
  private func firstWholeMinute(
    of ring: PoolRing, from held: Int64, _ stale: TimeRanges
  ) -> Int64 {
    let minute = calendar.bucket(.minute, containing: held)
    let minutes = ring.rollups(.minute)
    guard minute.lowerBound >= ring.notes.lackingBefore, minute.lowerBound < held,
      minute.lowerBound >= minutes.oldestHeld ?? .min,
      ring.rolled[0] <= minute.lowerBound
        || stale.ranges.contains(where: { $0.overlaps(minute) }),
      readableRollups(of: minutes, from: minute.lowerBound, to: minute.upperBound).rowCount == 0,
      // That one of them is damaged may have been found just now.
      minute.lowerBound >= ring.notes.lackingBefore
    else { return calendar.start(.minute, notBefore: held) }
    return minute.lowerBound
  }

  /// Rolls the minutes from `from` to before `to`, both borders of minutes.
  private func rollMinutes(of ring: PoolRing, from: Int64, to: Int64, _ pass: inout RollingPass) {
    var next = from
    while next < to {
      var gaps = rawGaps(of: ring)
      var table = readableRows(
        of: ring, from: next, through: to - 1, limit: Self.rollRowLimit, &gaps)
      var end = to
      if table.rowCount >= Self.rollRowLimit, let last = table.times.last {
        // The last minute may go on beyond the limit.
        let start = calendar.bucket(.minute, containing: last).lowerBound
        if table.times[0] < start {
          end = start
          table = table.part(0..<table.firstRow(notBefore: start))
        } else {
          end = calendar.bucket(.minute, containing: last).upperBound
          table = readableRows(of: ring, from: start, through: end - 1, limit: .max, &gaps)
        }
      }
      let minutes = RollupTable.minutes(
        of: table, rows: 0..<table.rowCount, pool: numbers.pools[ring.number], rules: rules,
        parameter: { self.numbers.parameters[Int($0)] }, calendar: &calendar)
      put(
        withoutPartial(minutes, of: ring, in: next..<end, gaps, &pass),
        in: ring.rollups(.minute))
      next = end
    }
  }

  /// Rows read at once for rolling: some pages' worth.
  private static let rollRowLimit = 20_000

  /// Rolls the buckets of `coarse` that are over and that were touched, from those of `fine`.
  ///
  /// Ends early where a rollup is found damaged: then it has to be made anew first.
  private func rollUp(
    _ ring: PoolRing, from fine: Tier, to coarse: Tier, _ pass: RollingPass
  ) {
    var end = calendar.bucket(coarse, containing: pass.newest).lowerBound
    if ring.lostEnd != nil {
      // What was rolled of newer rows, which are lost, goes on.
      let rolled = ring.rolled[fine.rollupIndex]
      end = max(end, calendar.bucket(coarse, containing: rolled).lowerBound)
    }
    let index = coarse.rollupIndex
    var ranges = pass.touched
    if let oldest = firstTime(of: ring, fine, from: .min, through: .max) {
      let floor =
        wholeStart(of: ring, fine).map { calendar.start(coarse, notBefore: $0) }
        ?? calendar.bucket(coarse, containing: oldest).lowerBound
      if ring.rolled[index] < end {
        ranges.insert(max(ring.rolled[index], floor)..<max(end, floor))
      }
      for range in ranges.ranges {
        var next = max(floor, calendar.bucket(coarse, containing: range.lowerBound).lowerBound)
        let to = min(end, calendar.start(coarse, notBefore: range.upperBound))
        // In pieces; over stretches without any.
        while next < to, let first = firstTime(of: ring, fine, from: next, through: to - 1) {
          next = calendar.bucket(coarse, containing: max(next, first)).lowerBound
          let piece = next..<pieceEnd(of: ring, coarse, from: next, to: to)
          guard rollUp(ring, from: fine, to: coarse, piece, pass) else { return }
          next = piece.upperBound
        }
      }
    }
    if ring.stale.isEmpty { ring.rolled[index] = max(ring.rolled[index], end) }
  }

  /// Rolls the buckets of `coarse` in `piece`; false where that has to wait.
  private func rollUp(
    _ ring: PoolRing, from fine: Tier, to coarse: Tier, _ piece: Range<Int64>, _ pass: RollingPass
  ) -> Bool {
    guard ring.stale.isEmpty else { return false }
    let source = ring.rollups(fine)
    // Of what is made of raw rows that cannot be read, what was rolled before stands.
    var gaps: [Gap] = []
    let rows = buckets(of: ring, fine, in: piece) { rollups, from, to in
      readableRollups(of: rollups, from: from, to: to)
    } raw: { from, through in
      gaps += rawGaps(of: ring)
      return readableRows(of: ring, from: from, through: through, limit: .max, &gaps)
    }
    guard ring.stale.isEmpty else { return false }
    let merged = rows.merged(into: coarse, calendar: &calendar, interval: rules.interval)
    // Of what was damaged, that before `floor` could not be made anew.
    let old = Range.everything.lowerBound..<pass.floor
    let lost =
      pass.lost + damagedStretches(of: source).map { $0.clamped(to: old) } + gaps.map(\.range)
    put(
      withoutHeld(merged, of: ring.rollups(coarse), coarse, overlapping: lost),
      in: ring.rollups(coarse))
    return true
  }

  func put(_ table: RollupTable, in ring: PageRing<RollupTable>) {
    waitingPageCount += ring.put(news(in: table, for: ring), pageByteCount: catalog.pageByteCount)
    // Written once more, the newest page says what was lost: the next opening does not begin anew.
    if ring.hasNewLosses, !ring.open.isEmpty { ring.isOpenDirty = true }
  }

  /// The rows of `table` that `ring` does not have: what is made anew and comes to the same, or was given
  /// up before, must not push out what is held.
  private func news(in table: RollupTable, for ring: PageRing<RollupTable>) -> RollupTable {
    let isFull = ring.pages.count + 1 >= ring.pageLimit
    let oldest = isFull ? table.firstRow(notBefore: ring.oldestHeld ?? .min) : 0
    let table = oldest == 0 ? table : table.part(oldest..<table.rowCount)
    guard let first = table.starts.first, let last = table.starts.last,
      first <= ring.lastTime ?? .min
    else { return table }
    let held = readableRollups(of: ring, from: first, to: last + 1)
    let starts = Set(table.differences(from: held, withLimits: true))
    var news = RollupTable()
    for row in 0..<table.rowCount where starts.contains(table.starts[row]) {
      news.put(table.row(row))
    }
    return news
  }

  /// The rollups that begin from `from` to before `to`.
  func rollupRows(
    of ring: PageRing<RollupTable>, from: Int64, to: Int64
  ) throws(RingStoreError) -> RollupTable {
    try rollupRows(of: ring, from: from, to: to) { source throws(RingStoreError) in
      try tables(of: source, in: ring)
    }
  }

  /// The same, where `read` gives the rows of a source.
  func rollupRows<Failure>(
    of ring: PageRing<RollupTable>, from: Int64, to: Int64,
    read: (RowSource<RollupTable>) throws(Failure) -> [RollupTable]
  ) throws(Failure) -> RollupTable {
    var joined = RollupTable()
    guard from < to else { return joined }
    let sources = ring.sources(from: from, through: to - 1)
    for source in sources.disjoint() ?? sources {
      for table in try read(source) {
        let rows = table.firstRow(notBefore: from)..<table.firstRow(notBefore: to)
        if !rows.isEmpty { joined.merge(table.part(rows)) }
      }
    }
    return joined
  }
}
