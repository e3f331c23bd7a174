import PoolModel

/// What opening finds missing beyond the slots that are damaged.
extension RingStore {
  /// Names the places in a ring where pages ought to be and are not, and notes for the pages to come
  /// what is lost.
  ///
  /// - Parameters:
  ///   - ring: whose pages are loaded.
  ///   - previous: what each page found, the open one last, says of the page before it.
  ///   - damaged: its damaged slots.
  ///   - known: what its newest page says was lost before; nil when there is none.
  func noteLosses<Content>(
    of ring: PageRing<Content>, previous: [UInt64?], damaged: [Int], known: RingLosses?
  ) {
    let places = missingPlaces(in: ring, previous: previous, damagedCount: damaged.count)
    ring.losses = RingLosses(
      slots: RingLosses.checksum(ring.lostSlots),
      everything: RingLosses.checksum(
        Set(damaged).sorted().map { UInt64($0) } + places.flatMap(\.sequences)))
    let isNamed = places.count > damaged.count
    ring.hasNewLosses =
      (isNamed || !damaged.isEmpty) && ring.losses.everything != known?.everything
    guard isNamed, let text = places.last?.text else { return }
    noteMissing("pages are missing \(text)", in: ring)
  }

  /// A place where pages ought to be.
  private struct MissingPlace {
    /// Where; nil for a hole between two pages, which alone is no proof of a loss: a checkpoint that a
    /// power cut ends may have written over one of the pages that it had given up.
    var text: String?
    /// The sequence numbers of the pages around it.
    var sequences: [UInt64]
  }

  /// The places in a ring where pages ought to be and are not, and the damaged slots' among them.
  ///
  /// A page says which one comes before it. The oldest pages are missing when the ring has never been
  /// full.
  private func missingPlaces<Content>(
    in ring: PageRing<Content>, previous: [UInt64?], damagedCount: Int
  ) -> [MissingPlace] {
    var known = ring.pages.map { (sequence: $0.sequence, first: $0.firstTime) }
    if let first = ring.open.firstTime { known.append((ring.openSequence, first)) }
    guard let oldest = known.first else { return [] }
    let claims = previous.suffix(known.count)
    var places: [MissingPlace] = []
    // What a checkpoint that was cut short had given up comes again from the journal.
    let journalPageCount = Int(journal.capacity) / catalog.pageByteCount
    // The first page of all has another number when a slot could not be read; where pages say what
    // comes before them, it says that nothing does.
    let isFirst = claims.first == .some(nil) && claims.contains { $0 != nil }
    if oldest.sequence > 0, !isFirst, ring.lostSlots.isEmpty,
      known.count + damagedCount + journalPageCount < ring.pageLimit
    {
      places.append(
        MissingPlace(
          text: "before \(text(oldest.first))", sequences: [0, oldest.sequence]))
    }
    for (one, (next, claim)) in zip(known, zip(known.dropFirst(), claims.dropFirst())) {
      guard let claim, claim > one.sequence else { continue }
      places.append(MissingPlace(text: nil, sequences: [one.sequence, next.sequence]))
    }
    return places
  }

  private func text(_ milliseconds: Int64) -> String {
    rules.zone.rfc3339(Timestamp(milliseconds: milliseconds))
  }

  /// Names a ring whose newest raw rows are missing: rollups are made of what is older than the newest.
  func noteMissingEnd(of ring: PoolRing) {
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
}
