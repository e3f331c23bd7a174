import PoolModel

extension RingStore {
  /// Brings memory to what the disk holds.
  ///
  /// Pages count when the checkpoint in force covers them: those are durable, and the journal has
  /// every row since. Pages that claim to cover more are of a checkpoint that did not come to its
  /// end: they are wiped, so that no later checkpoint makes them look good, and the journal, which
  /// has their rows, makes them anew.
  ///
  /// A damaged slot is free to be written to again when its turn comes: its rows are lost either way,
  /// and the report says where it was. A slot that cannot even be read is never written to.
  func recover() throws(RingStoreError) {
    var damaged: [(ring: PoolRing, slot: Int, sequence: UInt64?)] = []
    for ring in rings {
      for (slot, sequence) in try loadPages(of: ring) { damaged.append((ring, slot, sequence)) }
    }
    for ring in rings { rebuildLatest(of: ring) }
    var rowCount = 0
    let found = try journal.recover { record in
      guard let fragments = record.fragments(), fragments.allSatisfy(isKnown) else { return false }
      apply(fragments)
      rowCount += fragments.count
      return true
    }
    recovery.recordCount = found.recordCount
    recovery.rowCount = rowCount
    recovery.cutByteCount = found.cutByteCount
    recovery.pageCount = occupancy.pageCount
    judged = journal.tail
    for (ring, slot, sequence) in damaged {
      // A page that rows in the journal have pushed out of its ring is no loss.
      if let sequence, let oldest = ring.pages.first?.sequence, sequence < oldest,
        ring.pages.count + 1 >= ring.pageLimit
      {
        continue
      }
      noteDamage(slot: slot, in: ring)
    }
    recovery.damagedPages = damagedPages
  }

  private func isKnown(_ fragment: Fragment) -> Bool {
    rings.indices.contains(fragment.ring)
      && fragment.values.allSatisfy { Int($0.column) < catalog.columns.count }
  }

  /// Reads all slots of a ring; gives back the damaged ones with what their header says.
  private func loadPages(
    of ring: PoolRing
  ) throws(RingStoreError) -> [(slot: Int, sequence: UInt64?)] {
    var damaged: [(slot: Int, header: PageHeader?)] = []
    var newest: [UInt64: LoadedPage] = [:]
    for slot in 0..<ring.place.slotCount {
      switch try load(slot, of: ring) {
      case .empty: continue
      case .damaged(let header): damaged.append((slot, header))
      case .page(let page):
        let header = page.header
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        if header.generation > newest[header.sequence]?.header.generation ?? 0 {
          newest[header.sequence] = page
        }
      }
    }
    adopt(newest.values.sorted { $0.header.sequence < $1.header.sequence }, in: ring)
    // A copy that a newer one has replaced may be half overwritten: no loss.
    return damaged.filter { _, header in
      guard let header, let held = newest[header.sequence] else { return true }
      return held.header.generation < header.generation
    }.map { ($0.slot, $0.header?.sequence) }
  }

  /// A page that counts, as found in its slot.
  private struct LoadedPage {
    var slot: Int
    var header: PageHeader
    /// Kept for the newest page alone, which may be the open one.
    var table: PageTable
  }

  private enum Slot {
    case empty
    case damaged(PageHeader?)
    case page(LoadedPage)
  }

  private func load(_ slot: Int, of ring: PoolRing) throws(RingStoreError) -> Slot {
    let file = pageFiles[ring.place.file]
    let offset = ring.place.offset + slot * catalog.pageByteCount
    let bytes: [UInt8]
    do throws(RingStoreError) {
      let head = try file.bytes(PageHeader.byteCount, at: offset)
      if case .empty = PageHeader.read(head) { return .empty }
      bytes = try file.bytes(catalog.pageByteCount, at: offset)
    } catch {
      ring.lostSlots.insert(slot)
      return .damaged(nil)
    }
    switch PageHeader.read(bytes) {
    case .empty: return .empty
    case .damaged: return .damaged(nil)
    case .newer(let version):
      throw .newerFormat(file: FileName.pages(ring.place.file), version: version)
    case .valid(let header):
      guard header.ring == UInt32(ring.number) else { return .damaged(nil) }
      if header.covered > journal.header.checkpoint {
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        try file.put([UInt8](repeating: 0, count: PageHeader.byteCount), at: offset)
        return .empty
      }
      guard let table = PageTable(bytes, header: header), Self.isKnown(header, catalog)
      else { return .damaged(header) }
      return .page(LoadedPage(slot: slot, header: header, table: table))
    }
  }

  private static func isKnown(_ header: PageHeader, _ catalog: Catalog) -> Bool {
    catalog.columns.count == 64 || header.columnBits >> UInt64(catalog.columns.count) == 0
  }

  /// Takes the newest pages that the ring may hold, the last one as the open page if it was that.
  private func adopt(_ found: [LoadedPage], in ring: PoolRing) {
    guard let last = found.last else { return }
    var sealed = found
    if last.header.isOpen {
      sealed.removeLast()
      ring.open = last.table
      ring.openSequence = last.header.sequence
      ring.openSlot = last.slot
    } else {
      ring.openSequence = last.header.sequence + 1
    }
    ring.pages = sealed.suffix(ring.pageLimit - 1).map {
      Page(
        sequence: $0.header.sequence, firstTime: $0.header.firstTime, lastTime: $0.header.lastTime,
        columnBits: $0.header.columnBits, slot: $0.slot, generation: $0.header.generation,
        table: nil)
    }
    ring.slotCursor = (last.slot + 1) % ring.place.slotCount
  }

  /// Finds each column's newest value, reading no more pages than that takes.
  private func rebuildLatest(of ring: PoolRing) {
    for column in ring.latest.indices {
      ring.latest[column] = newest(UInt8(column), in: ring, before: .max)
    }
  }
}
