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
        let knownCount = damagedPages.count
        let found = try loadPages(of: rollups)
        damaged += found.map { (ring, $0) }
        // Which buckets a lost page had cannot be told: late rows bring old ones to any page. All are
        // made anew whose raw rows are held.
        if !found.isEmpty || damagedPages.count > knownCount { ring.stale.insert(.everything) }
      }
    }
    for ring in rings { rebuildLatest(of: ring) }
    for ring in rings { noteRolled(ring, change: change.earliest(for: ring.pool)) }
    try replayJournal()
    recovery.pageCount = occupancy.pageCount
    judged = journal.tail
    for ring in rings where !damaged.contains(where: { $0.ring === ring && $0.slot.isRaw }) {
      noteMissingEnd(of: ring)
    }
    for (ring, slot) in damaged where !ring.isLongGone(slot) { noteDamage(slot.page) }
    recovery.damagedPages = damagedPages
    if catalog.rules != rules.stored(plan: plan) { try rollAnew(change) }
  }

  /// Names the places in a ring where pages ought to be and are not, beyond those that are damaged.
  ///
  /// A page says which one comes before it. The oldest pages are missing when the ring has never been
  /// full.
  ///
  /// - Parameters:
  ///   - ring: whose pages are loaded.
  ///   - previous: what each of them, the open one last, says of the page before it.
  ///   - damagedCount: how many of its slots are damaged.
  private func noteMissingPages<Content>(
    of ring: PageRing<Content>, previous: [UInt64?], damagedCount: Int
  ) {
    var known = ring.pages.map { (sequence: $0.sequence, first: $0.firstTime, last: $0.lastTime) }
    if !ring.open.isEmpty, let first = ring.open.firstTime, let last = ring.open.lastTime {
      known.append((ring.openSequence, first, last))
    }
    guard let oldest = known.first else { return }
    var places: [String] = []
    // What a checkpoint that was cut short had given up comes again from the journal.
    let journalPageCount = Int(journal.capacity) / catalog.pageByteCount
    if oldest.sequence > 0, ring.lostSlots.isEmpty,
      known.count + damagedCount + journalPageCount < ring.pageLimit
    {
      places.append("before \(text(oldest.first))")
    }
    let claims = zip(known.dropFirst(), previous.suffix(known.count).dropFirst())
    for (one, (next, claim)) in zip(known, claims) {
      guard let claim, claim > one.sequence else { continue }
      places.append("between \(text(one.last)) and \(text(next.first))")
    }
    guard places.count > damagedCount, let place = places.last else { return }
    noteMissing("pages are missing \(place)", in: ring)
  }

  private func text(_ milliseconds: Int64) -> String {
    rules.zone.rfc3339(Timestamp(milliseconds: milliseconds))
  }

  /// Names a ring whose newest raw rows are missing: rollups are made of what is older than the newest.
  private func noteMissingEnd(of ring: PoolRing) {
    guard let rolled = ring.rollups(.minute).lastTime,
      rolled >= ring.newestTime.map({ calendar.bucket(.minute, containing: $0).lowerBound }) ?? .min
    else { return }
    let end = ring.newestTime.map { "rows end at \(text($0))" } ?? "there are no rows"
    noteMissing(
      "the newest pages are missing: \(end), and rollups go on to \(text(rolled))", in: ring.raw)
  }

  private func noteMissing<Content>(_ problem: String, in ring: PageRing<Content>) {
    noteDamage(
      DamagedPage(
        file: catalog.pagesFileNames[ring.place.file], offset: ring.place.offset, pool: ring.pool,
        problem: problem))
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
    var page: DamagedPage
    var isRaw: Bool
    var sequence: UInt64?
  }

  /// Reads the headers of all slots of a ring; gives back the damaged ones.
  private func loadPages<Content>(
    of ring: PageRing<Content>
  ) throws(RingStoreError) -> [DamagedSlot] {
    var damaged: [DamagedSlot] = []
    var copies: [UInt64: [(slot: Int, header: PageHeader)]] = [:]
    var newest: UInt64 = 0
    for slot in 0..<ring.place.slotCount {
      switch try loadHeader(slot, of: ring) {
      case .empty: continue
      case .damaged: damaged.append(damage(slot, in: ring, sequence: nil))
      case .page(let header):
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        copies[header.sequence, default: []].append((slot, header))
        newest = max(newest, header.sequence)
      }
    }
    guard !copies.isEmpty else {
      ring.openSequence = UInt64(ring.lostSlots.count)
      return damaged
    }
    var pages: [Page] = []
    var previous: [UInt64?] = []
    var open: (page: Page, rows: OpenPage<Content>)?
    for (sequence, found) in copies.sorted(by: { $0.key < $1.key }) {
      let isNewest = sequence == newest
      for (slot, header) in found.sorted(by: { $0.header.generation > $1.header.generation }) {
        var chunks: [Chunk]?
        if isNewest || found.count > 1 {
          chunks = try checkedChunks(slot, header, of: ring)
          if chunks == nil {
            damaged.append(damage(slot, in: ring, sequence: sequence))
            continue
          }
        }
        if isNewest {
          ring.earlierLastTime = header.earlierLastTime.map {
            header.isOpen ? $0 : max($0, header.lastTime)
          }
        }
        previous.append(header.previousSequence)
        if isNewest, header.isOpen, let chunks {
          open = (Page(header, slot: slot), OpenPage(chunks: chunks))
          ring.openSlot = slot
        } else {
          pages.append(Page(header, slot: slot))
        }
        ring.slotCursor = (slot + 1) % ring.place.slotCount
        break
      }
    }
    ring.openSequence = open == nil ? newest + 1 : newest
    if !ring.lostSlots.isEmpty {
      // What could not be read may be readable again next time: it keeps its place in the ring's life.
      if let (page, _) = open {
        pages.append(page)
        ring.earlierLastTime = ring.earlierLastTime.map { max($0, page.lastTime) }
      }
      open = nil
      ring.openSlot = nil
      ring.openSequence = newest + 1 + UInt64(ring.lostSlots.count)
    }
    if let open { ring.open = open.rows }
    ring.pages = pages.suffix(ring.pageLimit - 1)
    noteMissingPages(of: ring, previous: previous, damagedCount: damaged.count)
    return damaged
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
        try file.put([UInt8](repeating: 0, count: PageHeader.byteCount), at: offset)
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
      page: damagedPage(slot: slot, in: ring), isRaw: Content.self == PageTable.self,
      sequence: sequence)
  }

  /// Finds each column's newest value, reading no more pages than that takes.
  private func rebuildLatest(of ring: PoolRing) {
    guard !ring.raw.pages.isEmpty || !ring.raw.open.isEmpty else { return }
    ring.setLatest(ring.latest.indices.map { newest(UInt8($0), in: ring, before: .max) })
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
