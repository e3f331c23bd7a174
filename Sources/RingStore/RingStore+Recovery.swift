import PoolModel

extension RingStore {
  /// Brings memory to what the disk holds.
  ///
  /// Pages count when the checkpoint in force covers them: those are durable, and the journal has
  /// every row since. Pages that claim to cover more are of a checkpoint that did not come to its
  /// end: they are wiped, so that no later checkpoint makes them look good, and the journal, which
  /// has their rows, makes them anew.
  ///
  /// Of a page only the header is read, unless there are several copies of it or it is its ring's
  /// newest: what else is damaged is found when it is read. A damaged slot is free to be written to
  /// again when its turn comes: its rows are lost either way, and the report says where it was. A slot
  /// that cannot even be read is never written to.
  func recover() throws(RingStoreError) {
    let stored = readsRowsAlone ? rules.stored(plan: plan) : catalog.rules
    let change = RulesChange(from: stored, to: rules, plan: plan)
    if change.isOfZone { try discardCalendarRollups() }
    var damaged: [(ring: PoolRing, slot: DamagedSlot)] = []
    var missing: [(ring: PoolRing, pages: [MissingPages])] = []
    var lacking: [PoolRing] = []
    loadNotes()
    for ring in rings {
      let raw = try loadPages(of: ring.raw)
      damaged += raw.damaged.map { (ring, $0) }
      if !raw.missing.isEmpty { missing.append((ring, raw.missing)) }
      for rollups in ring.rollups {
        let found = try loadPages(of: rollups)
        damaged += found.damaged.map { (ring, $0) }
        name(found.missing, in: rollups)
        if !found.damaged.isEmpty || !found.missing.isEmpty { lacking.append(ring) }
        // Which buckets a lost page had cannot be told: late rows bring old ones to any page. All are
        // made anew whose raw rows are held; once, or every opening would fill pages with them.
        if rollups.hasNewLosses { ring.stale.insert(.everything) }
      }
    }
    for ring in rings { rebuildLatest(of: ring) }
    for ring in rings { noteRolled(ring, change: change.earliest(for: ring.pool)) }
    for ring in lacking { noteLackingRollups(of: ring) }
    try replayJournal()
    // What is missing is what these rows have not pushed out of their rings.
    applyWaiting()
    for (ring, pages) in missing { name(pages, in: ring.raw) }
    for ring in rings where numbers.pools[ring.number] == nil {
      // What is to be rolled of it is rolled without its limits.
      if ring.raw.isOpenDirty || !ring.stale.isEmpty { rules.noteMixed(ring.pool) }
    }
    recovery.pageCount = occupancy.pageCount
    judged = journal.tail
    for ring in rings where !damaged.contains(where: { $0.ring === ring && $0.slot.isRaw }) {
      noteMissingEnd(of: ring)
    }
    for (ring, slot) in damaged where !ring.isLongGone(slot) {
      noteDamage(slot.page, lost: slot.lost)
    }
    recovery.damagedPages = damagedPages
    if isOfOtherRules, !readsRowsAlone {
      try rollAnew(change)
    } else if recovery.lostBatches != nil {
      // So that the next opening need not find its way over the damage. Where the disk refuses, which is
      // counted, it does.
      try? checkpoint(at: Timestamp(milliseconds: journal.commitTime))
    }
  }

  private func replayJournal() throws(RingStoreError) {
    var rowCount = 0
    var hole: JournalHole?
    let found = try journal.recover { record in
      guard let batch = record.batch(), isKnown(batch) else { return false }
      for row in batch.rows { hole?.noteRow(of: Int(row.ring), at: row.time) }
      take(batch, record: nil)
      rowCount += batch.rows.count
      return true
    } skip: { commitTimes in
      if let hole { noteLost(in: hole) }
      applyWaiting()
      hole = JournalHole(newestTimes: rings.map(\.newestTime), commitTimes: commitTimes)
    }
    if let hole { noteLost(in: hole) }
    if let first = found.damagedPlaces.first {
      recovery.lostBatches = LostBatches(
        offset: journal.fileOffset(first), placeCount: found.damagedPlaces.count)
    }
    recovery.recordCount = found.recordCount
    recovery.rowCount = rowCount
    recovery.cutByteCount = found.cutByteCount
  }

  private func isKnown(_ batch: RowBatch) -> Bool {
    batch.rows.allSatisfy { catalog.rings.indices.contains(Int($0.ring)) }
      && batch.values.allSatisfy { Int($0.column) < catalog.columns.count }
  }

  // MARK: Pages

  /// A slot whose page is damaged.
  struct DamagedSlot {
    var slot: Int
    var page: DamagedPage
    var isRaw: Bool
    var sequence: UInt64?
    /// The times of its rows, or between which these were; nil when that is not known.
    var lost: Gap?

    /// Notes that an older copy of the page has its rows through `time`, but for late ones.
    mutating func keep(through time: Int64) {
      lost = lost.flatMap { lost in
        let range = max(lost.range.lowerBound, time + 1)..<max(time + 1, lost.range.upperBound)
        return range.isEmpty ? nil : Gap(range: range, isOfPage: false)
      }
    }
  }

  /// Takes the pages of a ring into memory; gives back its damaged slots, and what is missing besides.
  private func loadPages<Content>(
    of ring: PageRing<Content>
  ) throws(RingStoreError) -> (damaged: [DamagedSlot], missing: [MissingPages]) {
    var damaged: [DamagedSlot] = []
    let (copies, isFirstHeldKnown) = try loadHeaders(of: ring, &damaged)
    var loaded = LoadedPages<Content>()
    for found in copies {
      let isNewest = found[0].header.sequence == copies.last?[0].header.sequence
      if isNewest { ring.earlierLastTime = found[0].header.lastTimeSoFar }
      let known = damaged.count
      for (slot, header) in found {
        var chunks: [Chunk]?
        // A page given up may have been written over in part.
        let isGivenUp = isFirstHeldKnown && header.sequence < ring.firstHeld
        if isNewest || found.count > 1 || isGivenUp {
          chunks = try checkedChunks(slot, header, of: ring)
          if chunks == nil {
            if !isGivenUp { damaged.append(damage(slot, in: ring, header)) }
            continue
          }
        }
        for index in known..<damaged.count { damaged[index].keep(through: header.lastTime) }
        loaded.add(header, slot: slot)
        if isNewest, header.isOpen, let chunks { loaded.open = (header, OpenPage(chunks: chunks)) }
        if isNewest { ring.earlierLastTime = header.lastTimeSoFar }
        ring.slotCursor = (slot + 1) % ring.place.slotCount
        break
      }
    }
    begin(ring, with: &loaded, newest: copies.last?[0].header.sequence)
    let found = noteLosses(
      of: ring, headers: loaded.headers, damaged: damaged,
      known: copies.last?[0].header.losses, isFirstHeldKnown: isFirstHeldKnown)
    if found.isNamed { return (damaged, found.missing) }
    // They are those whose headers are damaged.
    for (index, pages) in zip(damaged.indices.filter { damaged[$0].sequence == nil }, found.missing)
    {
      damaged[index].lost = pages.gap
    }
    return (damaged, [])
  }

  /// The pages of a ring as they are found, by ascending sequence number.
  private struct LoadedPages<Content: PageContent> {
    private(set) var pages: [Page] = []
    /// Their headers.
    private(set) var headers: [PageHeader] = []
    /// The header and the rows of the last one when it is open.
    var open: (header: PageHeader, rows: OpenPage<Content>)?

    mutating func add(_ header: PageHeader, slot: Int) {
      pages.append(Page(header, slot: slot))
      headers.append(header)
    }

    mutating func removeLast() -> Page { pages.removeLast() }
  }

  /// Lets a ring go on after the pages found.
  ///
  /// - Parameters:
  ///   - ring: whose slots have been read.
  ///   - loaded: its pages.
  ///   - newest: the sequence number of its newest page, damaged or not; nil when there is none.
  private func begin<Content>(
    _ ring: PageRing<Content>, with loaded: inout LoadedPages<Content>, newest: UInt64?
  ) {
    let lostCount = UInt64(ring.lostSlots.count)
    // A copy in a slot that cannot be read may have any of the next generations.
    if lostCount > 0 { ring.nextGeneration += 1 << 16 }
    guard let newest else {
      ring.openSequence = lostCount
      ring.unused[lostCount] = 0
      return
    }
    if let (header, rows) = loaded.open, isNewest(header, in: ring) {
      let page = loaded.removeLast()
      ring.open = rows
      ring.openSlot = page.slot.map(Int.init)
      ring.checkpointOpenSlot = ring.openSlot
      ring.openSequence = page.sequence
      ring.earlierLastTime = page.earlierLastTime
      ring.namedByOpen = header.previousSequence.map { (header.sequence, $0) }
    } else {
      // What could not be read may be readable again next time: it keeps its place in the ring's life,
      // and the page that was open is sealed as it is.
      ring.openSequence = newest + 1 + lostCount
    }
    ring.noteUnused(loaded.headers)
    if ring.open.isEmpty {
      // The next page names the last one that is held. What was lost after that is noted in the catalog
      // before the next one is written.
      ring.unused[ring.openSequence] = loaded.pages.last.map { $0.sequence + 1 } ?? 0
    }
    ring.pages = loaded.pages.suffix(ring.pageLimit - 1)
    ring.noteGivenUp(loaded.pages.dropLast(ring.pages.count))
  }

  /// Whether the newest copy that can be read of a ring's newest page is its newest: none that is newer
  /// can be in a slot that cannot be read, or could not be read when the copy was written.
  ///
  /// Nothing is newer than what the checkpoint in force wrote. And slots that could not be read then
  /// have not been written to since.
  private func isNewest<Content>(_ header: PageHeader, in ring: PageRing<Content>) -> Bool {
    if ring.lostSlots.isEmpty { return header.losses.slots == 0 }
    return header.losses.slots == RingLosses.checksum(ring.lostSlots)
      || header.covered == journal.header.checkpoint
  }

  func damage<Content>(
    _ slot: Int, in ring: PageRing<Content>, _ header: PageHeader?
  ) -> DamagedSlot {
    DamagedSlot(
      slot: slot, page: damagedPage(slot: slot, in: ring), isRaw: Content.self == PageTable.self,
      sequence: header?.sequence,
      lost: header.map {
        Gap(range: $0.firstTime..<max($0.firstTime, $0.lastTime) + 1, isOfPage: true)
      })
  }

  /// Finds each column's newest value, reading no more pages than that takes.
  private func rebuildLatest(of ring: PoolRing) {
    guard !ring.raw.pages.isEmpty || !ring.raw.open.isEmpty else { return }
    let values = ring.latest.indices.map { (column) -> PoolRing.Latest? in
      do throws(RingStoreError) {
        return try newest(UInt8(column), in: ring, before: .max)
      } catch {
        return newestReadable(UInt8(column), in: ring)
      }
    }
    ring.setLatest(values)
    // What a page that is damaged or cannot be read has at its newest time is not to be taken for new.
    if let last = ring.raw.lastTime { ring.noteNewest(last) }
  }

  /// A column's newest value where some page cannot be read: an unreadable page must not keep the pool's
  /// other rows from being served.
  private func newestReadable(_ column: UInt8, in ring: PoolRing) -> PoolRing.Latest? {
    let leavesOut = leavesOutUnreadablePages
    let known = damagedPages
    leavesOutUnreadablePages = true
    defer {
      leavesOutUnreadablePages = leavesOut
      // It may be readable the next time.
      damagedPages = known
    }
    // Nothing that can be refused is left.
    return try? newest(column, in: ring, before: .max)
  }
}

extension PoolRing {
  /// Whether rows in the journal have pushed a page out of its ring since it was damaged: no loss.
  fileprivate func isLongGone(_ slot: RingStore.DamagedSlot) -> Bool {
    guard slot.isRaw, let sequence = slot.sequence, let oldest = raw.pages.first?.sequence
    else { return false }
    return sequence < oldest && raw.pages.count + 1 >= raw.pageLimit
  }
}
