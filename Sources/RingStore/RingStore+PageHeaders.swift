import PoolModel

/// What opening reads of the slots of a ring.
extension RingStore {
  /// Reads the headers of all slots of a ring, and adds the damaged ones to `damaged`.
  ///
  /// Gives back the copies of each page, the newest first, by ascending sequence number, and whether the
  /// ring's pages say which ones it has given up.
  func loadHeaders<Content>(
    of ring: PageRing<Content>, _ damaged: inout [DamagedSlot]
  ) throws(RingStoreError) -> (
    copies: [[(slot: Int, header: PageHeader)]], isFirstHeldKnown: Bool
  ) {
    var copies: [UInt64: [(slot: Int, header: PageHeader)]] = [:]
    var newest: PageHeader?
    var wiped: [WipedPage?] = []
    var emptyCount = 0
    for slot in 0..<ring.place.slotCount {
      // Slots are taken one after the other, so in a ring's first lap the rest has never been written to.
      if emptyCount == Self.emptyRunLength, try isUnwritten(ring, from: slot) { break }
      emptyCount += 1
      switch try loadHeader(slot, of: ring) {
      case .empty: continue
      case .damaged: damaged.append(damage(slot, in: ring, nil))
      case .wiped(let page):
        if let page { ring.nextGeneration = max(ring.nextGeneration, page.generation + 1) }
        wiped.append(page)
        ring.wipedSlots.append((slot, page))
      case .page(let header):
        if header.generation > newest?.generation ?? 0 { newest = header }
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        copies[header.sequence, default: []].append((slot, header))
      }
      emptyCount = 0
    }
    // A page that came after those that were wiped knows what they said.
    let said =
      (newest.map { [$0.firstHeld] } ?? [])
      + wiped.filter { $0?.generation ?? .max > newest?.generation ?? 0 }.map { $0?.firstHeld }
    ring.firstHeld = said.reduce(0) { max($0, $1 ?? 0) }
    let sorted = copies.sorted { $0.key < $1.key }.map { _, found in
      found.sorted { $0.header.generation > $1.header.generation }
    }
    return (sorted, !said.contains(nil))
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
    case wiped(WipedPage?)
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
    case .wiped(let page): return .wiped(page)
    case .damaged: return .damaged
    case .newer(let version):
      throw .newerFormat(file: catalog.pagesFileNames[ring.place.file], version: version)
    case .valid(let header):
      guard header.ring == UInt32(ring.number), isKnown(header, of: ring) else { return .damaged }
      if header.covered > journal.header.checkpoint {
        ring.nextGeneration = max(ring.nextGeneration, header.generation + 1)
        let page = header.firstHeld.map {
          WipedPage(generation: header.generation, firstHeld: $0)
        }
        try file.put(page?.encoded() ?? WipedPage.bytes, at: offset)
        return .wiped(page)
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
  func checkedChunks<Content>(
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
}
