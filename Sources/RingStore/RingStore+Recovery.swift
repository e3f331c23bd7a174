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
    let change = RulesChange(from: catalog.rules, to: rules, plan: plan)
    if change.isOfZone { try discardCalendarRollups() }
    var damaged: [(ring: PoolRing, slot: DamagedSlot)] = []
    for ring in rings {
      for slot in try loadPages(of: ring.raw) { damaged.append((ring, slot)) }
      for rollups in ring.rollups {
        damaged += try loadPages(of: rollups).map { (ring, $0) }
        // Which buckets a lost page had cannot be told: late rows bring old ones to any page. All are
        // made anew whose raw rows are held; once, or every opening would fill pages with them.
        if rollups.hasNewLosses { ring.stale.insert(.everything) }
      }
    }
    for ring in rings { rebuildLatest(of: ring) }
    for ring in rings { noteRolled(ring, change: change.earliest(for: ring.pool)) }
    try replayJournal()
    for ring in rings where numbers.pools[ring.number] == nil {
      // What is to be rolled of it is rolled without its limits.
      if ring.raw.isOpenDirty || !ring.stale.isEmpty { rules.noteMixed(ring.pool) }
    }
    recovery.pageCount = occupancy.pageCount
    judged = journal.tail
    for ring in rings where !damaged.contains(where: { $0.ring === ring && $0.slot.isRaw }) {
      noteMissingEnd(of: ring)
    }
    for (ring, slot) in damaged where !ring.isLongGone(slot) { noteDamage(slot.page) }
    recovery.damagedPages = damagedPages
    if catalog.rules != rules.stored(plan: plan) { try rollAnew(change) }
  }

  private func replayJournal() throws(RingStoreError) {
    var rowCount = 0
    let found = try journal.recover { record in
      guard let batch = record.batch(), isKnown(batch) else { return false }
      apply(batch)
      rowCount += batch.rows.count
      return true
    }
    recovery.recordCount = found.recordCount
    recovery.rowCount = rowCount
    recovery.cutByteCount = found.cutByteCount
  }

  private func isKnown(_ batch: RowBatch) -> Bool {
    batch.rows.allSatisfy { rings.indices.contains(Int($0.ring)) }
      && batch.values.allSatisfy { Int($0.column) < catalog.columns.count }
  }

  // MARK: Pages

  /// A slot whose page is damaged.
  struct DamagedSlot {
    var slot: Int
    var page: DamagedPage
    var isRaw: Bool
    var sequence: UInt64?
  }

  /// Takes the pages of a ring into memory; gives back its damaged slots.
  private func loadPages<Content>(
    of ring: PageRing<Content>
  ) throws(RingStoreError) -> [DamagedSlot] {
    var damaged: [DamagedSlot] = []
    let copies = try loadHeaders(of: ring, &damaged)
    var loaded = LoadedPages<Content>()
    for found in copies {
      let isNewest = found[0].header.sequence == copies.last?[0].header.sequence
      if isNewest { ring.earlierLastTime = found[0].header.lastTimeSoFar }
      for (slot, header) in found {
        var chunks: [Chunk]?
        if isNewest || found.count > 1 {
          chunks = try checkedChunks(slot, header, of: ring)
          if chunks == nil {
            damaged.append(damage(slot, in: ring, sequence: header.sequence))
            continue
          }
        }
        loaded.add(Page(header, slot: slot), after: header.previousSequence)
        if isNewest, header.isOpen, let chunks { loaded.open = (header, OpenPage(chunks: chunks)) }
        if isNewest { ring.earlierLastTime = header.lastTimeSoFar }
        ring.slotCursor = (slot + 1) % ring.place.slotCount
        break
      }
    }
    begin(ring, with: &loaded, newest: copies.last?[0].header.sequence)
    noteLosses(
      of: ring, previous: loaded.previous, damaged: damaged.map(\.slot),
      known: copies.last?[0].header.losses)
    return damaged
  }

  /// The pages of a ring as they are found, by ascending sequence number.
  private struct LoadedPages<Content: PageContent> {
    private(set) var pages: [Page] = []
    /// What each of them says of the page before it.
    private(set) var previous: [UInt64?] = []
    /// The header and the rows of the last one when it is open.
    var open: (header: PageHeader, rows: OpenPage<Content>)?

    mutating func add(_ page: Page, after previous: UInt64?) {
      pages.append(page)
      self.previous.append(previous)
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
      return
    }
    if let (header, rows) = loaded.open, isNewest(header, in: ring) {
      let page = loaded.removeLast()
      ring.open = rows
      ring.openSlot = page.slot.map(Int.init)
      ring.openSequence = page.sequence
      ring.earlierLastTime = page.earlierLastTime
    } else {
      // What could not be read may be readable again next time: it keeps its place in the ring's life,
      // and the page that was open is sealed as it is.
      ring.openSequence = newest + 1 + lostCount
    }
    ring.pages = loaded.pages.suffix(ring.pageLimit - 1)
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

  /// Reads the headers of all slots of a ring, and adds the damaged ones to `damaged`.
  ///
  /// Gives back the copies of each page, the newest first, by ascending sequence number.
  private func loadHeaders<Content>(
    of ring: PageRing<Content>, _ damaged: inout [DamagedSlot]
  ) throws(RingStoreError) -> [[(slot: Int, header: PageHeader)]] {
    var copies: [UInt64: [(slot: Int, header: PageHeader)]] = [:]
    var emptyCount = 0
    for slot in 0..<ring.place.slotCount {
      // Slots are taken one after the other, so in a ring's first lap the rest has never been written to.
      if emptyCount == Self.emptyRunLength, try isUnwritten(ring, from: slot) { break }
      emptyCount += 1
      switch try loadHeader(slot, of: ring) {
      case .empty: continue
      case .damaged: damaged.append(damage(slot, in: ring, sequence: nil))
      case .page(let header):
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        copies[header.sequence, default: []].append((slot, header))
      }
      emptyCount = 0
    }
    return copies.sorted { $0.key < $1.key }.map { _, found in
      found.sorted { $0.header.generation > $1.header.generation }
    }
  }

  /// So many empty slots in a row, and the rest of the ring is looked at for whether it was ever used.
  private static var emptyRunLength: Int { 64 }

  /// Whether no slot from `first` on was ever written to, as far as the last one and some between tell.
  private func isUnwritten<Content>(
    _ ring: PageRing<Content>, from first: Int
  ) throws(RingStoreError) -> Bool {
    let count = ring.place.slotCount - first
    for part in 1...16 {
      let slot = first + (count - 1) * part / 16
      let offset = ring.place.offset + slot * catalog.pageByteCount
      let bytes: [UInt8]
      do throws(RingStoreError) {
        bytes = try pageFiles[ring.place.file].bytes(PageHeader.byteCount, at: offset)
      } catch {
        // Whoever reads that slot says so.
        return false
      }
      if !PageHeader.isUnwritten(bytes) { return false }
    }
    return true
  }

  /// What a slot begins with.
  private enum Slot {
    case empty
    case damaged
    case page(PageHeader)
  }

  private func loadHeader<Content>(
    _ slot: Int, of ring: PageRing<Content>
  ) throws(RingStoreError) -> Slot {
    let file = pageFiles[ring.place.file]
    let offset = ring.place.offset + slot * catalog.pageByteCount
    let bytes: [UInt8]
    do throws(RingStoreError) { bytes = try file.bytes(PageHeader.byteCount, at: offset) } catch {
      ring.lostSlots.insert(slot)
      return .damaged
    }
    switch PageHeader.read(bytes) {
    case .empty: return .empty
    case .damaged: return .damaged
    case .newer(let version):
      throw .newerFormat(file: catalog.pagesFileNames[ring.place.file], version: version)
    case .valid(let header):
      guard header.ring == UInt32(ring.number), isKnown(header, of: ring) else { return .damaged }
      if header.covered > journal.header.checkpoint {
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        try file.put(PageHeader.wiped, at: offset)
        return .empty
      }
      return .page(header)
    }
  }

  private func isKnown<Content>(_ header: PageHeader, of ring: PageRing<Content>) -> Bool {
    let codecs = [Content.bodyCodec, Content.chunkCodec]
    return
      (catalog.columns.count == 64
      || header.columnBits >> UInt64(catalog.columns.count) == 0)
      && (codecs.contains(header.codec) || header.codec == 0 && Content.self == PageTable.self)
      && PageHeader.byteCount + header.bodyByteCount <= catalog.pageByteCount
  }

  /// The chunks of the page in `slot`, each of which can be decoded; nil when it is damaged.
  private func checkedChunks<Content>(
    _ slot: Int, _ header: PageHeader, of ring: PageRing<Content>
  ) throws(RingStoreError) -> [Chunk]? {
    let offset = ring.place.offset + slot * catalog.pageByteCount
    let byteCount = PageHeader.byteCount + header.bodyByteCount
    let bytes: [UInt8]
    do throws(RingStoreError) {
      bytes = try pageFiles[ring.place.file].bytes(byteCount, at: offset)
    } catch {
      ring.lostSlots.insert(slot)
      return nil
    }
    guard let chunks = PageImage.chunks(bytes, header, isChecked: true),
      chunks.allSatisfy({ Content($0) != nil })
    else { return nil }
    return chunks
  }

  private func damage<Content>(
    _ slot: Int, in ring: PageRing<Content>, sequence: UInt64?
  ) -> DamagedSlot {
    DamagedSlot(
      slot: slot, page: damagedPage(slot: slot, in: ring), isRaw: Content.self == PageTable.self,
      sequence: sequence)
  }

  /// Finds each column's newest value, reading no more pages than that takes.
  private func rebuildLatest(of ring: PoolRing) {
    guard !ring.raw.pages.isEmpty || !ring.raw.open.isEmpty else { return }
    var isWhole = true
    let values = ring.latest.indices.map { (column) -> PoolRing.Latest? in
      do throws(RingStoreError) {
        return try newest(UInt8(column), in: ring, before: .max)
      } catch {
        isWhole = false
        return newestReadable(UInt8(column), in: ring)
      }
    }
    ring.setLatest(values)
    // What a page that cannot be read has at its newest time is not to be taken for new.
    if !isWhole, let last = ring.raw.lastTime { ring.noteNewest(last) }
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
