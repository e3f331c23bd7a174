public import PoolModel

extension RingStore {
  /// The durable samples of `series` in time order.
  ///
  /// Decodes the columns of that series alone, a page at a time. A damaged page is left out and noted
  /// in `damagedPages`.
  ///
  /// - Parameters:
  ///   - series: a series of the plan.
  ///   - from: the first time wanted.
  ///   - through: the last time wanted.
  ///   - limit: samples wanted at most; go on from the last one's time + 1 ms.
  /// - Returns: the first `limit` samples of the period.
  /// - Throws: `storage` when a page cannot be read.
  public func samples(
    of series: Series, from: Timestamp, through: Timestamp, limit: Int
  ) throws(RingStoreError) -> SeriesSlice {
    var slice = SeriesSlice()
    guard limit > 0, from <= through else { return slice }
    let ring = rings[numbers.rings[series.pool.index]].raw
    let column = numbers.columns[series.parameter.index]
    let (first, last) = (from.milliseconds, through.milliseconds)
    let sources = ring.sources(from: first, through: last, columnBits: 1 << UInt64(column))
    guard let sources = sources.disjoint() else {
      let table = try joinedRows(
        of: ring, from: first, through: last, limit: limit, columnBits: 1 << UInt64(column))
      scratch.take(table, column: column)
      scratch.append(to: &slice, from: first, through: last, limit: limit)
      return slice
    }
    slice.reserve(min(limit, sources.reduce(0) { $0 + $1.rowCount }))
    for source in sources where slice.count < limit {
      try decode(source, in: ring, column: column) { scratch in
        scratch.append(to: &slice, from: first, through: last, limit: limit)
      }
    }
    return slice
  }

  /// Decodes `column` of a source, and gives it to `body`.
  private func decode(
    _ source: RowSource<PageTable>, in ring: PageRing<PageTable>, column: UInt8,
    _ body: (ColumnScratch) -> Void
  ) throws(RingStoreError) {
    switch source.place {
    case .table(let table):
      scratch.take(table, column: column)
      body(scratch)
    case .chunk(let chunk):
      if scratch.decode(chunk, column: column) { body(scratch) }
    case .page(let page):
      switch try parts(of: page, in: ring) {
      case .none: return
      case .table(let table): scratch.take(table, column: column)
      case .chunk(let chunk):
        guard scratch.decode(chunk, column: column) else {
          noteDamage(page, in: ring)
          return
        }
      }
      body(scratch)
    }
  }
}
