import PoolModel

extension RingStore {
  /// Compares the rollups of a pool with those that its raw rows make now, those of hours with what its
  /// minutes make, and those of days with what its hours make, where these are held; where they are not, with what the
  /// raw rows make.
  ///
  /// Of a pool that has left the plan the limits are not known, nor when its readings were out of them.
  func verifyRollups(
    of ring: PoolRing, _ finding: (StoreFinding) -> Void
  ) throws(RingStoreError) {
    try forEachWrong(of: ring) { fine, coarse, starts in
      let origin = [Tier.raw: "the raw rows", .minute: "its minutes", .hour: "its hours"][fine]
      report(starts.first, coarse, of: ring, "of \(origin ?? "")", finding)
    }
  }

  /// Gives `body` the beginnings of all rollups that are not what the next finer tier makes, and that no
  /// damage explains.
  func forEachWrong(
    of ring: PoolRing, _ body: (Tier, Tier, [Int64]) -> Void
  ) throws(RingStoreError) {
    try compareRollups(of: ring) { fine, coarse, starts in
      guard !starts.isEmpty, let exempt = exemptTimes(of: ring, fine, coarse) else { return }
      let wrong = starts.filter { start in
        let bucket = self.calendar.bucket(coarse, containing: start)
        return !exempt.contains { $0.overlaps(bucket) }
      }
      if !wrong.isEmpty { body(fine, coarse, wrong) }
    }
  }

  /// Gives `body` the beginnings of all rollups that are not what the next finer tier makes, where both
  /// are held: piece by piece, with the finer tier and their own.
  func compareRollups(
    of ring: PoolRing, _ body: (Tier, Tier, [Int64]) -> Void
  ) throws(RingStoreError) {
    try compareMinutes(of: ring, body)
    for (fine, coarse) in [(Tier.minute, Tier.hour), (.hour, .day)] {
      try compare(coarse, of: ring, madeFrom: fine, body)
    }
  }

  private func compareMinutes(
    of ring: PoolRing, _ body: (Tier, Tier, [Int64]) -> Void
  ) throws(RingStoreError) {
    guard let oldest = ring.raw.firstTime, ring.rolled[0] > oldest else { return }
    var day = calendar.start(.minute, notBefore: ring.raw.oldestHeld ?? oldest)
    let minutes = ring.rollups(.minute)
    // Rollups from before the oldest row are of rows that were lost, and its own minute may have lost some.
    let first = calendar.bucket(.minute, containing: oldest).lowerBound
    if ring.raw.oldestHeld == nil, first <= minutes.firstTime ?? first { day = first }
    // What the ring of rollups has given up is no mistake.
    if let held = minutes.oldestHeld { day = max(day, calendar.start(.minute, notBefore: held)) }
    while day < ring.rolled[0] {
      let end = min(calendar.bucket(.day, containing: day).upperBound, ring.rolled[0])
      let table = try joinedRows(of: ring.raw, from: day, through: end - 1, limit: .max)
      let expected = RollupTable.minutes(
        of: table, rows: 0..<table.rowCount, pool: numbers.pools[ring.number], rules: rules,
        parameter: { self.numbers.parameters[Int($0)] }, calendar: &calendar)
      let held = try rollupRows(of: minutes, from: day, to: end)
      body(
        .raw, .minute,
        expected.differences(from: held, withLimits: numbers.pools[ring.number] != nil))
      day = end
      // Rows may be years apart: go on where there are any.
      if expected.rowCount == 0, held.rowCount == 0 {
        let next = ring.raw.sources(from: day, through: .max).map { max(day, $0.firstTime) }.min()
        guard let next else { return }
        day = max(day, calendar.bucket(.minute, containing: next).lowerBound)
      }
    }
  }

  private func compare(
    _ coarse: Tier, of ring: PoolRing, madeFrom fine: Tier,
    _ body: (Tier, Tier, [Int64]) -> Void
  ) throws(RingStoreError) {
    let target = ring.rollups(coarse)
    guard let oldest = firstTime(of: ring, fine, from: .min, through: .max) else { return }
    var next =
      wholeStart(of: ring, fine).map { calendar.start(coarse, notBefore: $0) }
      ?? calendar.bucket(coarse, containing: oldest).lowerBound
    if let held = target.oldestHeld { next = max(next, calendar.start(coarse, notBefore: held)) }
    let end = ring.rolled[coarse.rollupIndex]
    while next < end {
      let firsts =
        [firstTime(of: ring, fine, from: next, through: end - 1)].compactMap(\.self)
        + target.sources(from: next, through: end - 1).map(\.firstTime)
      guard let first = firsts.min() else { return }
      next = calendar.bucket(coarse, containing: max(next, first)).lowerBound
      let to = pieceEnd(of: ring, coarse, from: next, to: end)
      // Where the finer rollups are not held any more the raw rows say what is right.
      var origin = fine
      let rows = try buckets(of: ring, fine, in: next..<to) {
        rollups, from, to throws(RingStoreError) in
        if from < to, rollups === ring.rollups(.minute) { origin = min(origin, .minute) }
        return try rollupRows(of: rollups, from: from, to: to)
      } raw: { from, through throws(RingStoreError) in
        origin = .raw
        return try joinedRows(of: ring.raw, from: from, through: through, limit: .max)
      }
      let held = try rollupRows(of: target, from: next, to: to)
      let expected = rows.merged(into: coarse, calendar: &calendar, interval: rules.interval)
      // Nobody knows the limits of a pool that has left the plan.
      let hasLimits = origin != .raw || numbers.pools[ring.number] != nil
      body(origin, coarse, expected.differences(from: held, withLimits: hasLimits))
      next = to
    }
  }

  private func report(
    _ start: Int64?, _ tier: Tier, of ring: PoolRing, _ origin: String,
    _ finding: (StoreFinding) -> Void
  ) {
    guard let start else { return }
    let place = ring.rollups(tier).place
    finding(
      StoreFinding(
        file: catalog.pagesFileNames[place.file], offset: place.offset, pool: ring.pool,
        problem: "the rollup of the \(tier) from "
          + "\(rules.zone.rfc3339(Timestamp(milliseconds: start))) is not that \(origin)"))
  }

  /// The times at which rollups of `coarse` may differ from what `fine` has: those that wait to be rolled
  /// again, and those of damaged pages; nil where these are not known.
  private func exemptTimes(of ring: PoolRing, _ fine: Tier, _ coarse: Tier) -> [Range<Int64>]? {
    if ring.stale.hasUnknown || ring.changedSince != nil { return nil }
    var times = ring.stale.ranges + ring.unread.ranges
    // What was rolled of lost raw rows stands, and what was made of it.
    times += foundLosses(of: ring.raw).map(\.range)
    times += damagedStretches(of: ring.raw) + missingStretches(of: ring.raw).map(\.range)
    if let end = ring.lostEnd { times.append(end) }
    if fine == .raw, hasUnknownDamage(ring.raw) { return nil }
    for tier in Tier.rollups where fine <= tier && tier <= coarse {
      if hasUnknownDamage(ring.rollups(tier)) { return nil }
      times += damagedStretches(of: ring.rollups(tier))
      times += foundLosses(of: ring.rollups(tier)).map(\.range)
      times += notedLosses(of: ring.rollups(tier)).map(\.range)
    }
    return times
  }

  /// Whether a ring has lost a page whose times were lost with it.
  func hasUnknownDamage<Content>(_ ring: PageRing<Content>) -> Bool {
    let file = catalog.pagesFileNames[ring.place.file]
    let known = Set(ring.pages.compactMap(\.slot).map { damagedPage(slot: Int($0), in: ring) })
    return damagedPages.contains { page in
      page.pool == ring.pool && page.file == file && !known.contains(page)
        && lostTimes[page]?.isOfPage != true
    }
  }
}

extension RollupTable {
  /// The starts at which `other` has another row, or one of both has none, ascending.
  func differences(from other: RollupTable, withLimits: Bool) -> [Int64] {
    if withLimits, self == other { return [] }
    return Set(starts).union(other.starts).sorted().filter { start in
      row(at: start, withLimits) != other.row(at: start, withLimits)
    }
  }

  private func row(at start: Int64, _ hasLimits: Bool) -> Row? {
    let index = firstRow(notBefore: start)
    guard index < rowCount, starts[index] == start else { return nil }
    var found = row(index)
    if hasLimits { return found }
    for index in found.values.indices {
      found.values[index].cell.outMilliseconds = 0
      found.values[index].cell.isLastOut = false
    }
    return found
  }
}
