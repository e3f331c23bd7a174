import PoolModel

/// Rolls what came in order to a pool of which nothing is lost, from memory alone.
///
/// Nearly every rolling is such: the rows follow on those rolled before, and lie in the open page or in
/// pages that are not written yet. Minutes and hours are made of the raw rows in one go, from the
/// beginning of an hour on, so that no minute is read back. Everything else is left to `RingStore.roll`, and both
/// come to the same, bit for bit. It looks at nothing but the ring and what is here, and changes
/// nothing but the ring.
struct PlainRolling {
  let rules: RollupRules
  let numbers: PlanNumbers
  let calendar: BucketCalendar
  let pageByteCount: Int

  /// What was done.
  struct Outcome {
    /// The pages that were sealed on the way.
    var sealedPageCount: Int
    /// The minutes that were rolled.
    var minutes: Range<Int64>
    /// Whether days are over that are to be made of their hours.
    var isDayOver: Bool
  }

  /// The stretches that a rolling is about, all borders those of buckets.
  private struct Plan {
    /// The minutes to be rolled.
    var minutes: Range<Int64>
    /// The hours that are over and that were not rolled.
    var hours: Range<Int64>
    /// The begin of today.
    var day: Int64
  }

  /// More rows are not held unpacked at once.
  private static let rowLimit = 20_000

  /// Rolls the minutes and hours of `ring` that are over.
  ///
  /// - Returns: what was done; nil, and nothing was changed, where there is more to it.
  func roll(_ ring: PoolRing) -> Outcome? {
    var calendar = calendar
    guard let plan = plan(ring, &calendar), let rows = rows(of: ring, plan) else { return nil }
    let made = RollupTable.minutes(
      of: rows, rows: 0..<rows.rowCount, pool: numbers.pools[ring.number], rules: rules,
      parameter: { numbers.parameters[Int($0)] }, calendar: &calendar)
    let minutes = ring.rollups(.minute)
    var outcome = Outcome(
      sealedPageCount: minutes.put(
        made, from: plan.minutes.lowerBound, pageByteCount: pageByteCount),
      minutes: plan.minutes, isDayOver: ring.rolled[2] < plan.day)
    ring.rolled[0] = plan.minutes.upperBound
    guard !plan.hours.isEmpty else { return outcome }
    // Also those of which the ring has just given up minutes.
    let rowsOver = 0..<made.firstRow(notBefore: plan.hours.upperBound)
    let hours = made.part(rowsOver).merged(
      into: .hour, calendar: &calendar, interval: rules.interval)
    outcome.sealedPageCount += ring.rollups(.hour).put(hours, pageByteCount: pageByteCount)
    ring.rolled[1] = plan.hours.upperBound
    return outcome
  }

  /// What is to be rolled; nil where that is not plain.
  private func plan(_ ring: PoolRing, _ calendar: inout BucketCalendar) -> Plan? {
    guard ring.changedSince == nil, ring.stale.isEmpty, ring.unread.isEmpty, ring.lostEnd == nil,
      ring.raw.isWithoutHoles, ring.rollups(.minute).isWithoutHoles,
      let newest = ring.newestTime, let oldest = ring.raw.firstTime
    else { return nil }
    let known = ring.rolled[0]
    var from = known
    if let held = ring.raw.oldestHeld {
      guard calendar.start(.minute, notBefore: held) <= known else { return nil }
    } else {
      from = max(known, calendar.bucket(.minute, containing: oldest).lowerBound)
    }
    let end = calendar.bucket(.minute, containing: newest).lowerBound
    let day = calendar.bucket(.day, containing: newest).lowerBound
    guard from < end, from >= day || ring.rolled[2] < day else { return nil }
    let hour = calendar.bucket(.hour, containing: from).lowerBound
    guard ring.notes.isWhole(from: hour) else { return nil }
    if let first = ring.rollups(.minute).firstTime {
      guard ring.rolled[1] >= hour, isWhole(ring, from: hour, oldest: oldest, first, &calendar)
      else { return nil }
    }
    let hours = hour..<max(hour, calendar.bucket(.hour, containing: newest).lowerBound)
    return Plan(minutes: from..<end, hours: hours, day: day)
  }

  /// Whether all raw rows from `from` on are held, from which minutes were rolled.
  private func isWhole(
    _ ring: PoolRing, from: Int64, oldest: Int64, _ firstMinute: Int64,
    _ calendar: inout BucketCalendar
  ) -> Bool {
    if let held = ring.raw.oldestHeld { return held <= from }
    // A store that was written anew can have minutes of rows that it does not have.
    return oldest <= from
      || firstMinute >= calendar.bucket(.minute, containing: oldest).lowerBound
  }

  /// The raw rows that minutes and hours are made of; nil where they are not in memory, one after
  /// another.
  private func rows(of ring: PoolRing, _ plan: Plan) -> PageTable? {
    let from = plan.hours.lowerBound
    let through = plan.minutes.upperBound - 1
    guard let sources = ring.raw.sources(from: from, through: through).disjoint(),
      sources.reduce(0, { $0 + $1.rowCount }) <= Self.rowLimit
    else { return nil }
    var joined = PageTable()
    for source in sources {
      guard let table = source.tableInMemory else { return nil }
      let rows = table.firstRow(notBefore: from)..<table.firstRow(after: through)
      if !rows.isEmpty { joined.merge(table.part(rows)) }
    }
    return joined
  }
}

extension PageRing {
  /// Whether no page is missing between those held.
  fileprivate var isWithoutHoles: Bool {
    var next = pages.first?.sequence ?? openSequence
    for page in pages {
      guard page.sequence == next else { return false }
      next += 1
    }
    return open.isEmpty || openSequence == next
  }
}

extension RowSource {
  /// The rows; nil where they are not in memory.
  fileprivate var tableInMemory: Content? {
    switch place {
    case .table(let table): table
    case .chunk(let chunk): Content(chunk)
    case .page(let page): page.body.flatMap { Content($0) }
    }
  }
}

extension PageRing where Content == RollupTable {
  /// Puts the rows that begin from `start` on in their place; gives back how many pages were sealed.
  func put(_ table: RollupTable, from start: Int64 = .min, pageByteCount: Int) -> Int {
    let first = table.firstRow(notBefore: start)
    guard first < table.rowCount else { return 0 }
    // The rows at the open page's end come after late ones: a stretch that reaches into them is put to
    // either side, or what was rolled before would hold.
    let border = max(first, table.firstRow(notBefore: open.tailStart))
    for rows in [first..<border, border..<table.rowCount] where !rows.isEmpty {
      let part = table.part(rows)
      take(at: part.firstTime) { $0.merge(part) }
    }
    let count = settle(pageByteCount: pageByteCount)
    _ = giveUpExcess()
    return count
  }
}
