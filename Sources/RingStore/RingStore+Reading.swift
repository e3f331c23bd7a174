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
    var stretch = JournalStretch(rows: [], end: position)
    var fragmentCount = 0
    while let record = try journal.record(after: stretch.end) {
      let count = record.header.rowCount
      if fragmentCount > 0, fragmentCount + count > limit { break }
      guard let fragments = record.fragments() else {
        throw .damagedRecord(at: JournalPosition(byteOffset: record.header.position))
      }
      stretch.rows += fragments.compactMap {
        numbers.row(ring: $0.ring, time: $0.time, values: $0.values)
      }
      stretch.end = JournalPosition(byteOffset: record.header.end)
      fragmentCount += count
    }
    return stretch
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

  /// The durable rows of `pool` in time order, joined from all their parts.
  ///
  /// A damaged page is left out and noted in `damagedPages`.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - from: the first time wanted.
  ///   - through: the last time wanted.
  ///   - limit: rows wanted at most; go on from the last one's time + 1 ms.
  /// - Returns: the first `limit` rows of the range.
  /// - Throws: `storage` when a page cannot be read.
  public func rows(
    of pool: PoolNumber, from: Timestamp, through: Timestamp, limit: Int
  ) throws(RingStoreError) -> [SampleRow] {
    let ring = rings[numbers.rings[pool.index]]
    let first = from.milliseconds
    let last = through.milliseconds
    guard limit > 0, first <= last else { return [] }
    var pages = ring.pages.filter { $0.overlaps(first, last) }
    pages.sort { ($0.firstTime, $0.sequence) < ($1.firstTime, $1.sequence) }
    var parts = RowParts(columnBits: numbers.columnBits)
    parts.add(ring.open, sequence: ring.openSequence, from: first, through: last)
    for page in pages {
      // Rows before the page's first time are whole by now.
      if parts.timeCount(before: page.firstTime) >= limit { break }
      if let table = try table(of: page, in: ring) {
        parts.add(table, sequence: page.sequence, from: first, through: last)
      }
    }
    var rows: [SampleRow] = []
    for (time, values) in parts.joined(limit: limit) {
      if let row = numbers.row(ring: ring.number, time: time, values: values) { rows.append(row) }
    }
    return rows
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
    var best = ring.open.newestTime(of: column, before: time)
    let bit: UInt64 = 1 << UInt64(column)
    let pages = ring.pages.filter { $0.firstTime < time && $0.columnBits & bit != 0 }
    for page in pages.sorted(by: { $0.lastTime > $1.lastTime }) {
      if let best, page.lastTime <= best { break }
      guard let found = try table(of: page, in: ring)?.newestTime(of: column, before: time)
      else { continue }
      best = max(best ?? .min, found)
    }
    return best
  }

  /// The newest value of `column` before `time`, joined from all its parts; nil when there is none.
  ///
  /// Pages that cannot be read are left out.
  func newest(_ column: UInt8, in ring: PoolRing, before time: Int64) -> PoolRing.Latest? {
    // An unreadable page must not keep the pool's other rows from being served: the value shown as
    // newest is then the newest that can be read.
    guard let found = try? newestTime(column, in: ring, before: time) else { return nil }
    var cell: Cell?
    for page in ring.pages where page.overlaps(found, found) {
      guard let part = (try? table(of: page, in: ring))?.cell(column, at: found) else { continue }
      if cell == nil { cell = part } else { cell?.join(part) }
    }
    if let part = ring.open.cell(column, at: found) {
      if cell == nil { cell = part } else { cell?.join(part) }
    }
    return cell.map { PoolRing.Latest(time: found, cell: $0) }
  }

  /// The rows of a sealed page; nil when it is damaged, which is noted.
  func table(of page: Page, in ring: PoolRing) throws(RingStoreError) -> PageTable? {
    if let table = page.table { return table }
    guard let slot = page.slot else { return nil }
    let key = PageCache.Key(
      ring: ring.number, sequence: page.sequence, generation: page.generation)
    if let table = cache.table(key) { return table }
    let offset = ring.place.offset + slot * catalog.pageByteCount
    let bytes = try pageFiles[ring.place.file].bytes(catalog.pageByteCount, at: offset)
    guard case .valid(let header) = PageHeader.read(bytes), header.ring == UInt32(ring.number),
      header.sequence == page.sequence, header.generation == page.generation,
      let table = PageTable(bytes, header: header)
    else {
      noteDamage(slot: slot, in: ring)
      return nil
    }
    cache.keep(table, for: key)
    return table
  }

  /// Adds the page in `slot` to the damaged ones, once.
  func noteDamage(slot: Int, in ring: PoolRing) {
    let page = damagedPage(slot: slot, in: ring)
    if !damagedPages.contains(page) { damagedPages.append(page) }
  }

  func damagedPage(slot: Int, in ring: PoolRing) -> DamagedPage {
    DamagedPage(
      file: FileName.pages(ring.place.file),
      offset: ring.place.offset + slot * catalog.pageByteCount, pool: ring.pool)
  }
}
