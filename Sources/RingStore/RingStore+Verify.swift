public import PoolModel

/// Something wrong in a store's files.
public struct StoreFinding: Hashable, Sendable {
  /// The file.
  public let file: String
  /// Where in it, in bytes.
  public let offset: Int
  /// Whose rows it is about; nil where that is not known.
  public let pool: PoolID?
  /// What is wrong.
  public let problem: String
  /// What is lost by it; nil when nothing is, or it is not known.
  public let lost: LostRows?

  /// A finding.
  public init(
    file: String, offset: Int, pool: PoolID?, problem: String, lost: LostRows? = nil
  ) {
    self.file = file
    self.offset = offset
    self.pool = pool
    self.problem = problem
    self.lost = lost
  }
}

/// Rows that cannot be read any more.
public struct LostRows: Hashable, Sendable {
  /// What kind of rows.
  public let tier: Tier
  /// The oldest of them can be from then; nil when nothing older is held.
  public let from: Timestamp?
  /// The newest of them can be from then; nil when that is not known.
  public let through: Timestamp?
}

extension RingStore {
  /// Reads everything that the store holds, and says what is wrong: pages and journal records that are
  /// damaged, pages whose header says something else than their rows, and rollups that are not those of
  /// the raw rows, the minutes or the hours, where those are held.
  ///
  /// Writes nothing to the files.
  ///
  /// - Parameters:
  ///   - progress: called with the share done, 0…1.
  ///   - finding: called for each thing found.
  /// - Throws: `storage` when the disk refuses to be read otherwise than by damage.
  public func verify(
    progress: (Double) -> Void, finding: (StoreFinding) -> Void
  ) throws(RingStoreError) {
    for page in damagedPages { finding(StoreFinding(page, page.problem, lost: lost(page))) }
    for header in recovery.damagedHeaders {
      finding(
        StoreFinding(
          file: header.file, offset: header.offset, pool: nil,
          problem: "one of two copies of the header is damaged; the next start writes it anew"))
    }
    if let lost = recovery.lostBatches {
      finding(
        StoreFinding(
          file: FileName.journal, offset: lost.offset, pool: nil,
          problem: lost.placeCount == 1
            ? "damaged between whole records"
            : "damaged between whole records, here and in \(lost.placeCount - 1) more places"))
    }
    try verifyJournal(finding)
    for (number, ring) in rings.enumerated() {
      try verifyPages(of: ring.raw, finding)
      for rollups in ring.rollups { try verifyPages(of: rollups, finding) }
      try verifyRollups(of: ring, finding)
      progress(Double(number + 1) / Double(rings.count))
    }
  }

  private func verifyJournal(_ finding: (StoreFinding) -> Void) throws(RingStoreError) {
    var at = oldestHeld
    while true {
      do throws(RingStoreError) {
        guard let record = try journal.record(after: at) else { return }
        at = JournalPosition(byteOffset: record.header.end)
        if record.batch() != nil { continue }
        finding(journalFinding(record.header.position, "a record is no list of rows"))
      } catch .damagedRecord(let position) {
        finding(journalFinding(position.byteOffset, "a record is damaged"))
        return
      } catch .unknownPosition(let position, _) {
        finding(journalFinding(position.byteOffset, "no record follows here"))
        return
      }
    }
  }

  private func journalFinding(_ position: UInt64, _ problem: String) -> StoreFinding {
    StoreFinding(
      file: FileName.journal, offset: journal.fileOffset(position), pool: nil, problem: problem)
  }

  private func verifyPages<Content>(
    of ring: PageRing<Content>, _ finding: (StoreFinding) -> Void
  ) throws(RingStoreError) {
    for page in ring.pages where page.body == nil {
      guard let slot = page.slot.map(Int.init) else { continue }
      let place = damagedPage(slot: slot, in: ring)
      guard !damagedPages.contains(place) else { continue }
      guard
        let (header, chunks) = try writtenChunks(of: page, slot: slot, in: ring, isChecked: true)
      else {
        finding(
          StoreFinding(
            place, "the page is damaged",
            lost: lost(in: ring, page.firstTime..<page.lastTime + 1)))
        continue
      }
      if let problem = Self.problem(of: chunks, header, Content.self) {
        finding(StoreFinding(place, problem))
      }
    }
  }

  /// What the rows of a page say against its header; nil when they agree.
  private static func problem<Content: PageContent>(
    of chunks: [Chunk], _ header: PageHeader, _: Content.Type
  ) -> String? {
    var first = Int64.max
    var last = Int64.min
    for chunk in chunks {
      guard let table = Content(chunk) else { return "the page's rows are damaged" }
      first = min(first, table.firstTime)
      last = max(last, table.lastTime)
      guard table.columnBits(0..<table.rowCount) == chunk.columnBits
      else { return "the page has other columns than its header says" }
    }
    guard first == header.firstTime, last == header.lastTime
    else { return "the page has other times than its header says" }
    return nil
  }
}

extension RingStore {
  /// What a page found damaged or missing had; where it does not say so, what lies between the pages
  /// around it.
  private func lost(_ page: DamagedPage) -> LostRows? {
    guard let ring = rings.first(where: { $0.pool == page.pool }) else { return nil }
    func lost<Content>(_ pages: PageRing<Content>) -> LostRows? {
      guard catalog.pagesFileNames[pages.place.file] == page.file else { return nil }
      let gaps = holes(of: pages).map(\.range)
      let between = gaps.first.map { first in
        first.lowerBound..<gaps.reduce(first.upperBound) { max($0, $1.upperBound) }
      }
      return self.lost(in: pages, lostTimes[page]?.range ?? between)
    }
    return lost(ring.raw) ?? ring.rollups.lazy.compactMap { lost($0) }.first
  }

  private func lost<Content>(
    in ring: PageRing<Content>, _ times: Range<Int64>?
  ) -> LostRows {
    let from = times.flatMap { $0.lowerBound > Range.everything.lowerBound ? $0.lowerBound : nil }
    return LostRows(
      tier: catalog.pagesFiles[ring.place.file].tier,
      from: from.map { Timestamp(milliseconds: $0) },
      through: times.map { Timestamp(milliseconds: $0.upperBound - 1) })
  }
}

extension StoreFinding {
  fileprivate init(_ page: DamagedPage, _ problem: String, lost: LostRows? = nil) {
    self.init(
      file: page.file, offset: page.offset, pool: page.pool, problem: problem, lost: lost)
  }
}
