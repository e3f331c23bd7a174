import PoolModel

/// Where rows of a stretch of time are: a sealed page, a chunk of the open one, or unpacked rows.
struct RowSource<Content: PageContent> {
  enum Place {
    case page(Page)
    case chunk(Chunk)
    case table(Content)
  }

  let place: Place
  let firstTime: Int64
  let lastTime: Int64

  /// How many rows it has.
  var rowCount: Int {
    switch place {
    case .page(let page): Int(page.rowCount)
    case .chunk(let chunk): chunk.rowCount
    case .table(let table): table.rowCount
    }
  }
}

extension PageRing {
  /// What can have rows from `from` to `through`, in the order they were stored: of one time in several
  /// of them the later ones join the earlier.
  func sources(from: Int64, through: Int64, columnBits: UInt64 = .max) -> [RowSource<Content>] {
    var sources: [RowSource<Content>] = []
    for page in pages where page.overlaps(from, through) && page.columnBits & columnBits != 0 {
      sources.append(
        RowSource(place: .page(page), firstTime: page.firstTime, lastTime: page.lastTime))
    }
    for chunk in open.chunks
    where chunk.overlaps(from, through) && chunk.columnBits & columnBits != 0 {
      sources.append(
        RowSource(place: .chunk(chunk), firstTime: chunk.firstTime, lastTime: chunk.lastTime))
    }
    for table in [open.late, open.tail]
    where table.rowCount > 0 && table.firstTime <= through && table.lastTime >= from {
      sources.append(
        RowSource(place: .table(table), firstTime: table.firstTime, lastTime: table.lastTime))
    }
    return sources
  }
}

extension Array {
  /// The sources in time order when none overlaps another; nil when some do.
  func disjoint<Content>() -> [RowSource<Content>]? where Element == RowSource<Content> {
    let sorted = sorted { $0.firstTime < $1.firstTime }
    for index in sorted.indices.dropFirst()
    where sorted[index].firstTime <= sorted[index - 1].lastTime {
      return nil
    }
    return sorted
  }
}

extension RingStore {
  /// The chunks of a sealed page; empty when it is damaged, which is noted.
  ///
  /// - Throws: `storage` when it cannot be read, unless that counts as damage.
  func chunks<Content>(
    of page: Page, in ring: PageRing<Content>
  ) throws(RingStoreError) -> [Chunk] {
    if let body = page.body { return [body] }
    guard let slot = page.slot.map(Int.init) else { return [] }
    let found: (header: PageHeader, chunks: [Chunk])?
    do throws(RingStoreError) {
      found = try writtenChunks(of: page, slot: slot, in: ring, isChecked: false)
    } catch {
      guard leavesOutUnreadablePages else { throw error }
      noteDamage(page, in: ring, problem: "the page cannot be read")
      return []
    }
    guard let found else {
      noteDamage(page, in: ring)
      return []
    }
    return found.chunks
  }

  /// What is written in the slot of a page; nil when it is damaged, or another page.
  ///
  /// - Parameters:
  ///   - page: which was written.
  ///   - slot: where.
  ///   - ring: whose page it is.
  ///   - isChecked: whether all of the body's bytes are looked at.
  /// - Returns: the page's header and chunks.
  /// - Throws: `storage` when it cannot be read.
  func writtenChunks<Content>(
    of page: Page, slot: Int, in ring: PageRing<Content>, isChecked: Bool
  ) throws(RingStoreError) -> (header: PageHeader, chunks: [Chunk])? {
    let offset = ring.place.offset + slot * catalog.pageByteCount
    let bytes = try pageFiles[ring.place.file].bytes(Int(page.byteCount), at: offset)
    guard case .valid(let header) = PageHeader.read(bytes), header.ring == UInt32(ring.number),
      header.sequence == page.sequence, header.generation == page.generation,
      let chunks = PageImage.chunks(bytes, header, isChecked: isChecked)
    else { return nil }
    return (header, chunks)
  }

  /// What a sealed page holds, in the form that is read with the least work.
  enum PageParts<Content: PageContent> {
    /// It is damaged, which is noted.
    case none
    /// One body, which can be decoded in parts.
    case chunk(Chunk)
    /// The rows of several chunks, joined: those may overlap, and say different things of one time.
    case table(Content)
  }

  /// What a sealed page holds.
  func parts<Content>(
    of page: Page, in ring: PageRing<Content>
  ) throws(RingStoreError) -> PageParts<Content> {
    let chunks = try chunks(of: page, in: ring)
    if chunks.count == 1 { return .chunk(chunks[0]) }
    var joined = Content()
    for chunk in chunks {
      guard let table = Content(chunk) else {
        noteDamage(page, in: ring)
        return .none
      }
      joined.merge(table)
    }
    return joined.rowCount == 0 ? .none : .table(joined)
  }

  /// The chunks of a source, or its rows.
  func tables<Content>(
    of source: RowSource<Content>, in ring: PageRing<Content>
  ) throws(RingStoreError) -> [Content] {
    switch source.place {
    case .table(let table): return [table]
    case .chunk(let chunk): return Content(chunk).map { [$0] } ?? []
    case .page(let page):
      var tables: [Content] = []
      for chunk in try chunks(of: page, in: ring) {
        guard let table = Content(chunk) else {
          noteDamage(page, in: ring)
          return []
        }
        tables.append(table)
      }
      return tables
    }
  }

  /// The rows of a sealed page, joined; nil when it is damaged, which is noted.
  func table(
    of page: Page, in ring: PageRing<PageTable>
  ) throws(RingStoreError) -> PageTable? {
    let key = PageCache.Key(
      ring: ring.number, sequence: page.sequence, generation: page.generation)
    if page.body == nil, let table = cache.table(key) { return table }
    let source = RowSource<PageTable>(
      place: .page(page), firstTime: page.firstTime, lastTime: page.lastTime)
    var joined: PageTable?
    for table in try tables(of: source, in: ring) {
      if joined == nil { joined = table } else { joined?.merge(table) }
    }
    if page.body == nil, let joined { cache.keep(joined, for: key) }
    return joined
  }

  /// Gives the parts of the open page that can have rows from `from` to `through` to `body`, in the
  /// order they were stored.
  func forEachOpenTable(
    _ ring: PageRing<PageTable>, from: Int64, through: Int64, _ body: (PageTable) -> Void
  ) {
    for chunk in ring.open.chunks where chunk.overlaps(from, through) {
      // Chunks in memory were coded or checked there.
      if let table = openChunks.table(chunk) { body(table) }
    }
    for table in [ring.open.late, ring.open.tail]
    where table.rowCount > 0 && table.firstTime <= through && table.lastTime >= from {
      body(table)
    }
  }

  /// Adds a sealed page to the damaged ones, once.
  ///
  /// Rollups that are lost are made anew from the raw rows, as far as those are held.
  func noteDamage<Content>(
    _ page: Page, in ring: PageRing<Content>, problem: String = "the page is damaged"
  ) {
    guard let slot = page.slot else { return }
    let damaged = damagedPage(slot: Int(slot), in: ring, problem: problem)
    if Content.self == RollupTable.self, !damagedPages(of: ring.pool).contains(damaged) {
      rings[ring.number].stale.insert(page.firstTime..<page.lastTime + 1)
      let tier = catalog.pagesFiles[ring.place.file].tier
      rings[ring.number].notes.noteLacking(before: page.lastTime + tier.span)
    }
    noteDamage(damaged, lost: Gap(range: page.firstTime..<page.lastTime + 1, isOfPage: true))
  }

  /// Adds a page to the damaged ones, once, with the times of its rows where they are known.
  func noteDamage(_ page: DamagedPage, lost times: Gap? = nil) {
    if !damagedPages(of: page.pool).contains(page) { damagedPages.append(page) }
    if let times { lostTimes[page] = times }
  }

  /// Those of `damagedPages` that are of `pool`.
  func damagedPages(of pool: PoolID) -> [DamagedPage] { damagedPagesByPool[pool] ?? [] }

  /// Brings what is known by pool up to date.
  func sortDamagedPages() {
    if damagedPages.count != sortedDamageCount + 1 {
      damagedPagesByPool.removeAll()
      sortedDamageCount = 0
    }
    for page in damagedPages[sortedDamageCount...] {
      damagedPagesByPool[page.pool, default: []].append(page)
    }
    sortedDamageCount = damagedPages.count
  }

  func damagedPage<Content>(
    slot: Int, in ring: PageRing<Content>, problem: String = "the page is damaged"
  ) -> DamagedPage {
    DamagedPage(
      file: catalog.pagesFileNames[ring.place.file],
      offset: ring.place.offset + slot * catalog.pageByteCount, pool: ring.pool,
      problem: problem)
  }
}
