import PoolModel

/// What opening finds missing beyond the slots that are damaged.
///
/// A page names the one before it, and the first one that its ring had not given up when it was
/// written. So a page is lost that another one names, that is not there, and that no page names as
/// given up. A hole alone is no loss: a checkpoint writes over pages that are given up, in the order
/// of their slots, and when the power goes meanwhile older ones may be left. The pages of that
/// checkpoint do not count, but what they say of the first page held does; what is left before such a
/// hole is given up once more.
extension RingStore {
  /// Pages that are lost, as the next page tells.
  struct MissingPages {
    /// The sequence number of the newest of them.
    var last: UInt64
    /// The sequence number of the page after them.
    var next: UInt64
    /// Whether no page before them is held.
    var areOldest: Bool
    /// Whether an older copy of the page is there, which lacks its newest rows.
    var isOlderCopyHeld = false
    /// The newest time before them; nil when no page before them is held.
    var after: Int64?
    /// The oldest time after them.
    var before: Int64

    /// Between which times their rows were.
    var gap: Gap {
      let first = after.map { $0 + 1 } ?? Range.everything.lowerBound
      return Gap(range: first..<max(first, before), isOfPage: false)
    }
  }

  /// Notes for the pages to come what of a ring is lost, and gives up what lies before a hole that a
  /// checkpoint left.
  ///
  /// - Parameters:
  ///   - ring: whose pages are loaded.
  ///   - headers: of the pages found, the open one last.
  ///   - damaged: its damaged slots.
  ///   - known: what its newest page says was lost before; nil when there is none.
  ///   - isFirstHeldKnown: whether its pages say which ones were given up.
  /// - Returns: the pages that are missing, and whether they are more than may have been in slots whose
  ///   headers are damaged.
  func noteLosses<Content>(
    of ring: PageRing<Content>, headers: [PageHeader], damaged: [DamagedSlot], known: RingLosses?,
    isFirstHeldKnown: Bool
  ) -> (missing: [MissingPages], isNamed: Bool) {
    let pageCount = ring.pages.count + (ring.open.isEmpty ? 0 : 1)
    let headers = Array(headers.suffix(pageCount))
    var missing = missingPages(headers, damaged: Set(damaged.compactMap(\.sequence)))
    if isFirstHeldKnown {
      let end = missing.last { $0.last < ring.firstHeld && !$0.areOldest }
      ring.pages.removeAll { $0.sequence < end?.next ?? 0 }
      missing.removeAll { $0.last < ring.firstHeld }
      ring.firstHeld = min(ring.firstHeld, ring.pages.first?.sequence ?? ring.openSequence)
    } else {
      // Pages of an older program do not say what was given up: what is missing now may have been. But a
      // hole beside a slot whose header is damaged may be that page's: what lies before it is held on.
      let isHeaderDamaged = damaged.contains { $0.sequence == nil }
      let mayBeGivenUp = missing.filter { $0.areOldest || !isHeaderDamaged }
      ring.firstHeld = max(ring.firstHeld, mayBeGivenUp.map { $0.last + 1 }.max() ?? 0)
      missing = missing.filter { $0.areOldest && wasNeverFull(ring, headers, damaged.count) }
    }
    // A slot whose header is damaged may have been that of a missing page: it is named, and no more.
    let isNamed = missing.count > damaged.count { $0.sequence == nil }
    ring.losses = RingLosses(
      slots: RingLosses.checksum(ring.lostSlots),
      everything: RingLosses.checksum(
        Set(damaged.map(\.slot)).sorted().map { UInt64($0) } + missing.map(\.last)))
    ring.hasNewLosses =
      (isNamed || !damaged.isEmpty) && ring.losses.everything != known?.everything
    return (missing, isNamed)
  }

  /// The pages that those of `headers` name and that are not there.
  private func missingPages(
    _ headers: [PageHeader], damaged: Set<UInt64>
  ) -> [MissingPages] {
    var missing: [MissingPages] = []
    var one: PageHeader?
    for next in headers {
      defer { one = next }
      if let last = next.previousSequence, one.map({ last > $0.sequence }) ?? true,
        !damaged.contains(last)
      {
        missing.append(
          MissingPages(
            last: last, next: next.sequence, areOldest: one == nil, after: one?.lastTime,
            before: Self.end(of: one, before: next)))
      } else if let one, one.isOpen, one.sequence + 1 == next.sequence,
        one.losses == RingLosses(), next.losses == RingLosses(), !damaged.contains(one.sequence)
      {
        // Where another page follows, the open one was written once more: sealed. With slots that
        // cannot be read it is sealed as it is.
        missing.append(
          MissingPages(
            last: one.sequence, next: next.sequence, areOldest: false, isOlderCopyHeld: true,
            after: one.lastTime, before: Self.end(of: one, before: next)))
      }
    }
    return missing
  }

  /// Before when the rows lay that are missing between two pages: the later one can begin with a late row,
  /// and names a newer time then.
  private static func end(of one: PageHeader?, before next: PageHeader) -> Int64 {
    guard let last = next.earlierLastTime, last >= next.firstTime, last > one?.lastTime ?? .min
    else { return next.firstTime }
    return last + 1
  }

  /// Whether a ring whose pages do not say what was given up has never been full, so that its oldest
  /// pages must be there.
  private func wasNeverFull<Content>(
    _ ring: PageRing<Content>, _ headers: [PageHeader], _ damagedCount: Int
  ) -> Bool {
    // What a checkpoint that was cut short had given up comes again from the journal.
    let journalPageCount = Int(journal.capacity) / catalog.pageByteCount
    return ring.lostSlots.isEmpty
      && headers.count + damagedCount + journalPageCount < ring.pageLimit
  }

  /// Names pages that are missing, unless rows in the journal have pushed them out since.
  func name<Content>(_ missing: [MissingPages], in ring: PageRing<Content>) {
    let oldest = ring.pages.first?.sequence ?? ring.openSequence
    for pages in missing where pages.areOldest ? oldest <= pages.next : oldest < pages.next {
      let before = rules.zone.rfc3339(Timestamp(milliseconds: pages.before))
      let after = pages.after.map { rules.zone.rfc3339(Timestamp(milliseconds: $0)) }
      let what = pages.isOlderCopyHeld ? "the end of a page is missing" : "pages are missing"
      let place = after.map { "between \($0) and \(before)" } ?? "before \(before)"
      noteMissing("\(what) \(place)", in: ring, lost: pages.gap)
    }
  }

  /// Names a ring whose newest raw rows are missing: rollups are made of what is older than the newest.
  ///
  /// Not where the catalog notes that those are lost since the store was repaired.
  func noteMissingEnd(of ring: PoolRing) {
    guard let rolled = lastMinuteRolled(of: ring),
      rolled >= ring.newestTime.map({ calendar.bucket(.minute, containing: $0).lowerBound })
        ?? .min,
      !isEndNoted(of: ring)
    else { return }
    let zone = rules.zone
    let end = ring.newestTime.map {
      "rows end at \(zone.rfc3339(Timestamp(milliseconds: $0)))"
    }
    noteMissing(
      "the newest pages are missing: \(end ?? "there are no rows"), and rollups go on to "
        + zone.rfc3339(Timestamp(milliseconds: rolled)), in: ring.raw,
      lost: Gap(
        range: min(ring.newestTime.map { $0 + 1 } ?? rolled, rolled)..<rolled + Tier.minute.span,
        isOfPage: false))
  }

  /// The beginning of the last minute that any rollup tells of.
  private func lastMinuteRolled(of ring: PoolRing) -> Int64? {
    Tier.rollups.compactMap { tier in
      ring.rollups(tier).lastTime.map {
        calendar.bucket(tier, containing: $0).upperBound - Tier.minute.span
      }
    }.max()
  }

  /// Whether the rows of the newest rollup are noted as lost.
  func isEndNoted(of ring: PoolRing) -> Bool {
    guard let rolled = lastMinuteRolled(of: ring) else { return false }
    let minute = rolled..<rolled + Tier.minute.span
    return notedLosses(of: ring.raw).contains { $0.range.overlaps(minute) }
  }

  private func noteMissing<Content>(
    _ problem: String, in ring: PageRing<Content>, lost: Gap
  ) {
    noteDamage(
      DamagedPage(
        file: catalog.pagesFileNames[ring.place.file], offset: ring.place.offset, pool: ring.pool,
        problem: problem),
      lost: lost)
  }
}
