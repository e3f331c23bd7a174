import PoolModel

extension RingStore {
  /// Makes the rollups of a pool say what its raw rows say, for all buckets that ended before its newest
  /// row.
  ///
  /// In memory alone; a checkpoint writes them. A bucket is rolled when all its raw rows are held;
  /// what was rolled before stands where they are not.
  ///
  /// - Throws: `storage` when a page cannot be read; what was rolled until then stays.
  func roll(_ ring: PoolRing) throws(RingStoreError) {
    guard !isRollingSuspended, let newest = ring.newestTime, let oldest = ring.raw.firstTime else {
      return
    }
    forgetCoveredHours(of: ring)
    var touched = TimeRanges()
    let end = calendar.bucket(.minute, containing: newest).lowerBound
    let floor =
      try ring.raw.oldestHeld.map { (held) throws(RingStoreError) in
        try firstWholeMinute(of: ring, from: held)
      } ?? calendar.bucket(.minute, containing: oldest).lowerBound
    let known = ring.rolled[0]
    for range in ring.stale.ranges {
      let from = max(floor, calendar.bucket(.minute, containing: range.lowerBound).lowerBound)
      let to = min(known, calendar.start(.minute, notBefore: range.upperBound))
      guard from < to else { continue }
      try rollMinutes(of: ring, from: from, to: to)
      touched.insert(from..<to)
    }
    let from = max(floor, known)
    if from < end {
      try rollMinutes(of: ring, from: from, to: end)
      touched.insert(from..<end)
    }
    ring.rolled[0] = max(known, end)
    try rollUp(ring, from: .minute, to: .hour, touched, newest)
    try rollUp(ring, from: .hour, to: .day, touched, newest)
    ring.stale.removeAll()
  }

  /// The first minute all rows of which are held, where rows before `held` have been given up.
  ///
  /// All that was given up was rolled before: a minute that has no rollup has lost nothing, even if it
  /// began before.
  private func firstWholeMinute(
    of ring: PoolRing, from held: Int64
  ) throws(RingStoreError) -> Int64 {
    let minute = calendar.bucket(.minute, containing: held)
    let minutes = ring.rollups(.minute)
    guard minute.lowerBound < held, minute.lowerBound >= minutes.oldestHeld ?? .min,
      ring.rolled[0] <= minute.lowerBound
        || ring.stale.ranges.contains(where: { $0.overlaps(minute) }),
      try rollupRows(of: minutes, from: minute.lowerBound, to: minute.upperBound).rowCount == 0
    else { return calendar.start(.minute, notBefore: held) }
    return minute.lowerBound
  }

  /// Rolls the minutes from `from` to before `to`, both borders of minutes.
  private func rollMinutes(
    of ring: PoolRing, from: Int64, to: Int64
  ) throws(RingStoreError) {
    var next = from
    while next < to {
      var table = try joinedRows(
        of: ring.raw, from: next, through: to - 1, limit: Self.rollRowLimit)
      guard let last = table.times.last else { return }
      var end = to
      if table.rowCount >= Self.rollRowLimit {
        // The last minute may go on beyond the limit.
        let start = calendar.bucket(.minute, containing: last).lowerBound
        if table.times[0] < start {
          end = start
          table = table.part(0..<table.firstRow(notBefore: start))
        } else {
          end = calendar.bucket(.minute, containing: last).upperBound
          table = try joinedRows(of: ring.raw, from: start, through: end - 1, limit: .max)
        }
      }
      let minutes = RollupTable.minutes(
        of: table, rows: 0..<table.rowCount, pool: numbers.pools[ring.number], rules: rules,
        parameter: { self.numbers.parameters[Int($0)] }, calendar: &calendar)
      put(minutes, in: ring.rollups(.minute))
      next = end
    }
  }

  /// Rows read at once for rolling: some pages' worth.
  private static let rollRowLimit = 20_000

  /// Rolls the buckets of `coarse` that are over and that `touched` reaches into, from those of `fine`.
  private func rollUp(
    _ ring: PoolRing, from fine: Tier, to coarse: Tier, _ touched: TimeRanges, _ newest: Int64
  ) throws(RingStoreError) {
    let end = calendar.bucket(coarse, containing: newest).lowerBound
    let source = ring.rollups(fine)
    let index = coarse.rollupIndex
    defer { ring.rolled[index] = max(ring.rolled[index], end) }
    guard let oldest = source.firstTime else { return }
    let floor =
      source.oldestHeld.map { calendar.start(coarse, notBefore: $0) }
      ?? calendar.bucket(coarse, containing: oldest).lowerBound
    var ranges = touched
    if ring.rolled[index] < end { ranges.insert(max(ring.rolled[index], floor)..<max(end, floor)) }
    for range in ranges.ranges {
      let from = max(floor, calendar.bucket(coarse, containing: range.lowerBound).lowerBound)
      let to = min(end, calendar.start(coarse, notBefore: range.upperBound))
      guard from < to else { continue }
      let rows = try rollupRows(of: source, from: from, to: to)
      put(
        rows.merged(into: coarse, calendar: &calendar, interval: rules.interval),
        in: ring.rollups(coarse))
    }
  }

  func put(_ table: RollupTable, in ring: PageRing<RollupTable>) {
    guard table.rowCount > 0 else { return }
    // The rows at the open page's end come after late ones: a stretch that reaches into them is put to
    // either side, or what was rolled before would hold.
    let tail = ring.open.tail
    let border = tail.rowCount > 0 ? table.firstRow(notBefore: tail.firstTime) : 0
    for rows in [0..<border, border..<table.rowCount] where !rows.isEmpty {
      let part = table.part(rows)
      ring.take(at: part.firstTime) { $0.merge(part) }
    }
    waitingPageCount += ring.settle(pageByteCount: catalog.pageByteCount)
    _ = ring.giveUpExcess()
  }

  /// The rollups that begin from `from` to before `to`.
  func rollupRows(
    of ring: PageRing<RollupTable>, from: Int64, to: Int64
  ) throws(RingStoreError) -> RollupTable {
    var joined = RollupTable()
    guard from < to else { return joined }
    let sources = ring.sources(from: from, through: to - 1)
    for source in sources.disjoint() ?? sources {
      for table in try tables(of: source, in: ring) {
        let rows = table.firstRow(notBefore: from)..<table.firstRow(notBefore: to)
        if !rows.isEmpty { joined.merge(table.part(rows)) }
      }
    }
    return joined
  }
}

extension RollupTable: PageContent {
  static let bodyCodec: UInt8 = 2
  static let chunkCodec: UInt8 = 4
  /// A checkpoint brings a few at least, and they are large.
  static let tailRowLimit = 16
  static let tailRowsKept = 0
  /// Coded for size they would take two thirds of the space and several times the time: at the rate of
  /// a fleet that time is what appending costs most.
  static let sealEffort = CodecEffort.quick
  static let spareShare = 5

  func time(of row: Int) -> Int64 { starts[row] }

  func valueCount(_ rows: Range<Int>) -> Int {
    var count = 0
    for column in columns { for row in rows where column.cells[row] != nil { count += 1 } }
    return count
  }

  func body(_ rows: Range<Int>, effort: CodecEffort) -> [UInt8] {
    encodedBody(rows, effort: effort)
  }

  static func decode(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64
  ) -> RollupTable? {
    RollupTable(body: bytes, body, rowCount: rowCount, columnBits: columnBits)
  }

  mutating func merge(_ later: RollupTable) { put(later) }

  func part(_ rows: Range<Int>) -> RollupTable { self[rows] }

  mutating func removeFirst(_ count: Int) { self = self[count..<rowCount] }
}
