import PoolModel

/// What one rolling of a pool goes by, and what it has done.
struct RollingPass {
  /// The newest raw row and the oldest one.
  let newest: Int64
  let oldest: Int64
  /// From here on all raw rows are held.
  var floor = Int64.min
  /// The minutes that were rolled.
  var touched = TimeRanges()
  /// Stretches of which minutes may be missing for ever: coarser buckets that were rolled before stand.
  var lost: [Range<Int64>] = []

  init(newest: Int64, oldest: Int64) {
    self.newest = newest
    self.oldest = oldest
  }
}

/// What is rolled where something cannot be read.
extension RingStore {
  /// A stretch of time that a page is about that cannot be read.
  struct Gap: Hashable {
    var range: Range<Int64>
    /// Whether a row is missing at either end of it; a page that is not known may have none there.
    var isOfPage: Bool
    /// Whether it is what a batch of the journal had: all other rows of the minutes at its ends are held.
    var isOfBatch = false
  }

  /// The rows of a source; none where it cannot be read, which is noted as damage.
  private func readable<Content>(
    _ source: RowSource<Content>, in ring: PageRing<Content>
  ) -> (tables: [Content], isRefused: Bool) {
    do throws(RingStoreError) { return (try tables(of: source, in: ring), false) } catch {
      if case .page(let page) = source.place { noteDamage(page, in: ring) }
      return ([], true)
    }
  }

  /// The raw rows from `from` to `through` that can be read; the pages that cannot be are added to
  /// `gaps`.
  func readableRows(
    of ring: PoolRing, from: Int64, through: Int64, limit: Int, _ gaps: inout [Gap]
  ) -> PageTable {
    joinedRows(of: ring.raw, from: from, through: through, limit: limit) { source in
      let (tables, isRefused) = readable(source, in: ring.raw)
      if tables.isEmpty {
        let range = source.firstTime..<source.lastTime + 1
        gaps.append(Gap(range: range, isOfPage: true))
        if isRefused { ring.unread.insert(range.clamped(to: from..<max(from, through))) }
      }
      return tables
    }
  }

  /// The rollups from `from` to before `to` that can be read.
  func readableRollups(of ring: PageRing<RollupTable>, from: Int64, to: Int64) -> RollupTable {
    rollupRows(of: ring, from: from, to: to) { source in readable(source, in: ring).tables }
  }

  /// The stretches of which rows are missing, as the numbers of the pages tell, and the notes of what was
  /// lost before the store was written anew.
  func missingStretches<Content>(of ring: PageRing<Content>) -> [Gap] {
    holes(of: ring) + notedLosses(of: ring)
  }

  /// The stretches of which raw rows are missing, the lost end among them.
  func rawGaps(of ring: PoolRing) -> [Gap] {
    let end = ring.lostEnd.map { [Gap(range: $0, isOfPage: false)] }
    return missingStretches(of: ring.raw) + lostBetweenPages(of: ring.raw) + (end ?? [])
  }

  /// What opening found to be lost between pages, and that numbers of pages do not tell: of a page of which
  /// an older copy is held, the end that the copy lacks.
  ///
  /// Not the times of pages that are held: reading tells whether those are lost.
  private func lostBetweenPages<Content>(of ring: PageRing<Content>) -> [Gap] {
    foundLosses(of: ring) { _ in true }.filter { !$0.isOfPage && !$0.range.isEmpty }
  }

  /// What the catalog notes to be lost of a ring.
  func notedLosses<Content>(of ring: PageRing<Content>) -> [Gap] {
    rings[ring.number].notes.gaps(catalog.pagesFiles[ring.place.file].tier)
  }

  /// The stretches between pages where one is missing: its header was lost, and its times with it.
  func holes<Content>(of ring: PageRing<Content>) -> [Gap] {
    ring.holes.map { Gap(range: $0.range, isOfPage: false) }
  }

  /// The times of the pages of a ring that have been found damaged.
  func damagedStretches<Content>(of ring: PageRing<Content>) -> [Range<Int64>] {
    let damaged = damagedPages(of: ring.pool)
    guard !damaged.isEmpty else { return [] }
    return ring.pages.compactMap { page in
      guard page.body == nil, let slot = page.slot,
        damaged.contains(damagedPage(slot: Int(slot), in: ring))
      else { return nil }
      return page.firstTime..<page.lastTime + 1
    }
  }

  /// Whether a page of a ring has been found damaged or missing.
  func hasDamaged<Content>(_ ring: PageRing<Content>) -> Bool {
    let file = catalog.pagesFileNames[ring.place.file]
    return damagedPages(of: ring.pool).contains { $0.file == file }
  }

  /// The minutes made of what could be read in `range`, without those that would say less than was
  /// said before.
  ///
  /// In a gap what was rolled before stands. Where nothing was, a minute is left out in which a page
  /// that cannot be read begins or ends, because that lacks rows.
  func withoutPartial(
    _ minutes: RollupTable, of ring: PoolRing, in range: Range<Int64>, _ gaps: [Gap],
    _ pass: inout RollingPass
  ) -> RollupTable {
    let gaps = gaps.filter { $0.range.overlaps(range) }
    guard !gaps.isEmpty else { return minutes }
    pass.lost += gaps.map(\.range).filter { $0.lowerBound < ring.notes.lackingBefore }
    let whole = without(minutes) { minute in
      gaps.contains { gap in
        gap.isOfPage && !gap.isOfBatch
          && (minute.contains(gap.range.lowerBound) || minute.contains(gap.range.upperBound - 1))
      }
    }
    noteLacking(Set(minutes.starts).subtracting(whole.starts), of: ring)
    return withoutHeld(whole, of: ring.rollups(.minute), .minute, overlapping: gaps.map(\.range))
  }

  /// Notes that minutes were left out, but for those that are held from before.
  private func noteLacking(_ starts: Set<Int64>, of ring: PoolRing) {
    guard let first = starts.min(), let last = starts.max() else { return }
    let held = readableRollups(of: ring.rollups(.minute), from: first, to: last + 1).starts
    guard let newest = starts.subtracting(held).max() else { return }
    ring.notes.noteLacking(before: newest + Tier.minute.span)
  }

  /// The rows of `table` without those that reach into `stretches` and that `ring` has already.
  func withoutHeld(
    _ table: RollupTable, of ring: PageRing<RollupTable>, _ tier: Tier,
    overlapping stretches: [Range<Int64>]
  ) -> RollupTable {
    guard let first = table.starts.first, let last = table.starts.last else { return table }
    let stretches = stretches.filter { !$0.isEmpty }
    guard !stretches.isEmpty else { return table }
    let held = Set(readableRollups(of: ring, from: first, to: last + 1).starts)
    return without(table, of: tier) { bucket in
      held.contains(bucket.lowerBound) && stretches.contains { $0.overlaps(bucket) }
    }
  }

  private func without(
    _ table: RollupTable, of tier: Tier = .minute, _ isLeftOut: (Range<Int64>) -> Bool
  ) -> RollupTable {
    var left = RollupTable()
    for row in 0..<table.rowCount
    where !isLeftOut(calendar.bucket(tier, containing: table.starts[row])) {
      left.put(table.row(row))
    }
    return left
  }
}
