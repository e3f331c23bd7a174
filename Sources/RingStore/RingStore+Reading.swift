public import PoolModel

extension RingStore {
  /// The rows committed after `position`, in the order they were committed.
  ///
  /// - Parameters:
  ///   - position: `committed`, `oldestHeld`, or the `end` of a stretch.
  ///   - limit: rows wanted; only whole records are given, and at least one if there is one, so
  ///     there may be more.
  /// - Returns: the rows, and the place to go on from; no rows at the journal's end.
  /// - Throws: `judgedTooFarBack` when the journal holds that place no more, `unknownPosition` when
  ///   no record ends there, `damagedRecord`, `storage`.
  public func rows(
    after position: JournalPosition, limit: Int
  ) throws(RingStoreError) -> JournalStretch {
    var journalRows = JournalRows()
    let end = try rows(after: position, limit: limit, into: &journalRows)
    var stretch = SampleStretch()
    journalRows.read(into: &stretch)
    return JournalStretch(rows: stretch.rows.indices.map { stretch[$0] }, end: end)
  }

  /// The same, with `rows` replaced by the rows, and its memory used again.
  ///
  /// What was committed last is not read back.
  /// - Returns: the place to go on from.
  public func rows(
    after position: JournalPosition, limit: Int, into rows: inout JournalRows
  ) throws(RingStoreError) -> JournalPosition {
    rows.begin(numbers)
    var end = position
    while rows.partCount == 0 || rows.partCount < limit {
      if end.byteOffset >= journal.tail, let record = waiting.record(after: end.byteOffset) {
        if rows.partCount > 0, rows.partCount + record.rows.count > limit { break }
        rows.append(waiting.batch, record.rows)
        end = JournalPosition(byteOffset: record.end)
        continue
      }
      guard let record = try journal.record(after: end) else { break }
      if rows.partCount > 0, rows.partCount + record.header.rowCount > limit { break }
      guard let batch = record.batch() else {
        throw .damagedRecord(at: JournalPosition(byteOffset: record.header.position))
      }
      rows.append(batch, batch.rows.indices)
      end = JournalPosition(byteOffset: record.header.end)
    }
    return end
  }

  /// The newest value of `series` by time; nil when none is held.
  ///
  /// From memory, in constant time.
  public func latest(_ series: Series) -> LatestSample? {
    let ring = rings[numbers.rings[series.pool.index]]
    let column = Int(numbers.columns[series.parameter.index])
    return ring.latest[column].map {
      LatestSample(
        time: Timestamp(milliseconds: $0.time), sample: $0.cell.sample(of: series.parameter))
    }
  }

  /// The newest row's time of `pool`; nil when none is held.
  ///
  /// From memory, in constant time.
  public func latestTime(of pool: PoolNumber) -> Timestamp? {
    rings[numbers.rings[pool.index]].newestTime.map { Timestamp(milliseconds: $0) }
  }

  /// The newest time of which anything of `pool` is held, raw or rolled; nil when nothing is.
  ///
  /// Of newest rows that are lost their minutes may be left: then the end of the last one, less 1 ms.
  public func newestTime(of pool: PoolNumber) -> Timestamp? {
    rings[numbers.rings[pool.index]].heldEnd.map { Timestamp(milliseconds: $0 - 1) }
  }

  /// The durable rows of `pool` in time order, joined from all their parts.
  ///
  /// A damaged page is noted in `damagedPages`; the parameters of it that can be read are there.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan, or a retired one.
  ///   - from: the first time wanted.
  ///   - through: the last time wanted.
  ///   - limit: rows wanted at most; go on from the last one's time + 1 ms.
  /// - Returns: the first `limit` rows of the range.
  /// - Throws: `storage` when a page cannot be read.
  public func rows(
    of pool: PoolNumber, from: Timestamp, through: Timestamp, limit: Int
  ) throws(RingStoreError) -> [SampleRow] {
    let ring = rings[numbers.rings[pool.index]]
    guard limit > 0, from <= through else { return [] }
    let table = try joinedRows(
      of: ring.raw, from: from.milliseconds, through: through.milliseconds, limit: limit,
      columnBits: numbers.columnBits)
    var rows: [SampleRow] = []
    rows.reserveCapacity(table.rowCount)
    for index in 0..<table.rowCount {
      let values = table.values(at: index)[...]
      if let row = numbers.row(pool: pool, time: table.times[index], values: values) {
        rows.append(row)
      }
    }
    return rows
  }

  /// The first `limit` rows from `from` to `through` that have a value of `columnBits`, joined from
  /// all their parts; other columns are left out.
  ///
  /// Of a damaged page, which is noted, the columns that can be read are there.
  func joinedRows(
    of ring: PageRing<PageTable>, from: Int64, through: Int64, limit: Int,
    columnBits: UInt64 = .max
  ) throws(RingStoreError) -> PageTable {
    try joinedRows(
      of: ring, from: from, through: through, limit: limit, columnBits: columnBits
    ) { source throws(RingStoreError) in
      guard case .page(let page) = source.place else { return try tables(of: source, in: ring) }
      return try columns(of: page, in: ring)
    }
  }

  /// What can be read of a sealed page: of one with damaged columns, which is noted, the others.
  func columns(
    of page: Page, in ring: PageRing<PageTable>
  ) throws(RingStoreError) -> [PageTable] {
    try chunks(of: page, in: ring).compactMap { chunk in
      if let table = PageTable(chunk) { return table }
      noteDamage(page, in: ring)
      guard chunk.codec == PageTable.bodyCodec else { return nil }
      let table = PageCodec.decode(
        chunk.bytes, chunk.body, rowCount: chunk.rowCount, columnBits: chunk.columnBits,
        leavesOutDamaged: true)
      return table?.rowsHaving(.max)
    }
  }

  /// The same, where `read` gives the rows of a source.
  func joinedRows<Failure>(
    of ring: PageRing<PageTable>, from: Int64, through: Int64, limit: Int,
    columnBits: UInt64 = .max, read: (RowSource<PageTable>) throws(Failure) -> [PageTable]
  ) throws(Failure) -> PageTable {
    let sources = ring.sources(from: from, through: through, columnBits: columnBits)
    var joined = PageTable()
    if let sources = sources.disjoint() {
      for source in sources where joined.rowCount < limit {
        for table in try read(source) {
          let rows = table.firstRow(notBefore: from)..<table.firstRow(after: through)
          guard !rows.isEmpty else { continue }
          joined.merge(table.part(rows).having(columnBits))
        }
      }
      return joined.rowCount > limit ? joined.part(0..<limit) : joined
    }
    var parts = RowParts()
    for (order, source) in sources.enumerated().sorted(by: {
      $0.element.firstTime < $1.element.firstTime
    }) {
      // Rows before the source's first time are whole by now.
      if parts.hasRows(limit, before: source.firstTime) { break }
      for (index, table) in try read(source).enumerated() {
        parts.add(
          table.having(columnBits), order: order << 16 | index, from: from, through: through)
      }
    }
    return parts.joined(limit: limit)
  }

  /// A time before which `pool` has nothing, raw or rolled: its oldest row's, or where its oldest bucket
  /// begins; nil when nothing is held.
  ///
  /// Costs a walk over the pool's pages in memory. `firstReading` is exact.
  public func oldestTime(of pool: PoolNumber) -> Timestamp? {
    let ring = rings[numbers.rings[pool.index]]
    guard let end = ring.heldEnd else { return nil }
    return Timestamp(milliseconds: oldest(of: ring, newest: end - 1))
  }

  /// The time of the oldest reading of `pool` that is held, of any parameter, raw or rolled; nil when
  /// nothing is held.
  ///
  /// Reads a page of rollups where those reach back further than the raw rows.
  /// - Throws: `storage` when a page cannot be read.
  public func firstReading(of pool: PoolNumber) throws(RingStoreError) -> Timestamp? {
    let ring = rings[numbers.rings[pool.index]]
    guard let newest = ring.heldEnd.map({ $0 - 1 }) else { return nil }
    let bound = oldest(of: ring, newest: newest)
    var first = ring.raw.firstTime ?? newest
    let source = PoolSource(store: self, ring: ring)
    for tier in Tier.rollups {
      // The bucket that the oldest raw row is in begins before it, and may be all there is.
      guard first > bound, let start = ring.rollups(tier).firstTime, start < first else { continue }
      for column in UInt8(0)..<UInt8(catalog.columns.count) {
        let cells = try source.cells(
          tier, column: column, parts: [.chains, .limits], from: start, to: start + 1)
        for cell in cells {
          first = min(first, cell.cell.received.first, cell.cell.usableFirst)
        }
      }
    }
    return Timestamp(milliseconds: first)
  }

  func oldest(of ring: PoolRing, newest: Int64) -> Int64 {
    ring.rollups.reduce(ring.raw.firstTime ?? newest) { min($0, $1.firstTime ?? $0) }
  }

  /// The time of the newest value of `series` before `time`; nil when none is held.
  ///
  /// - Throws: `storage` when a page cannot be read.
  public func previousTime(
    of series: Series, before time: Timestamp
  ) throws(RingStoreError) -> Timestamp? {
    let ring = rings[numbers.rings[series.pool.index]]
    let column = numbers.columns[series.parameter.index]
    return try newestTime(column, in: ring, before: time.milliseconds).map {
      Timestamp(milliseconds: $0)
    }
  }

  /// The newest time before `time` that has a value of `column`; nil when there is none.
  func newestTime(
    _ column: UInt8, in ring: PoolRing, before time: Int64
  ) throws(RingStoreError) -> Int64? {
    let sources = ring.raw.sources(
      from: .min, through: time == .min ? .min : time - 1, columnBits: 1 << UInt64(column))
    var best: Int64?
    for source in sources.sorted(by: { $0.lastTime > $1.lastTime }) {
      if let best, source.lastTime <= best { break }
      for table in try cachedTables(of: source, in: ring.raw) {
        guard let found = table.newestTime(of: column, before: time) else { continue }
        best = max(best ?? .min, found)
      }
    }
    return best
  }

  /// The rows of a source, those of a sealed page from the cache if they are there.
  private func cachedTables(
    of source: RowSource<PageTable>, in ring: PageRing<PageTable>
  ) throws(RingStoreError) -> [PageTable] {
    guard case .page(let page) = source.place else { return try tables(of: source, in: ring) }
    return try table(of: page, in: ring).map { [$0] } ?? []
  }

  /// The newest value of `column` before `time`, joined from all its parts; nil when there is none.
  func newest(
    _ column: UInt8, in ring: PoolRing, before time: Int64
  ) throws(RingStoreError) -> PoolRing.Latest? {
    guard let found = try newestTime(column, in: ring, before: time) else { return nil }
    var cell: Cell?
    for source in ring.raw.sources(from: found, through: found, columnBits: 1 << UInt64(column)) {
      for table in try cachedTables(of: source, in: ring.raw) {
        guard let part = table.cell(column, at: found) else { continue }
        if cell == nil { cell = part } else { cell?.join(part) }
      }
    }
    return cell.map { PoolRing.Latest(time: found, cell: $0) }
  }
}

extension PageTable {
  /// The index after the last row that is not later than `time`.
  func firstRow(after time: Int64) -> Int {
    time == .max ? rowCount : firstRow(notBefore: time + 1)
  }

  /// The rows that have a value of `columnBits`, with those columns alone.
  fileprivate func having(_ columnBits: UInt64) -> PageTable {
    columns.contains { columnBits & 1 << UInt64($0.number) == 0 } ? rowsHaving(columnBits) : self
  }

  /// The same, of a table with rows that have no value.
  fileprivate func rowsHaving(_ columnBits: UInt64) -> PageTable {
    var table = PageTable()
    for row in 0..<rowCount {
      let values = values(at: row).filter { columnBits & 1 << UInt64($0.column) != 0 }
      if !values.isEmpty { table.join(values[...], at: times[row]) }
    }
    return table
  }
}
