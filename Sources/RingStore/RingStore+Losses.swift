public import PoolModel

/// What is lost of the rows that the store had: by damage that there is, and by damage before the store
/// was written anew.
extension RingStore {
  /// Rows that are known to be lost since the store was repaired, and are damage no more: by pool and
  /// tier, in the order of time, and joined where nothing is held between them.
  ///
  /// What the rings had given up is not among them.
  public var knownLosses: [(pool: PoolID, lost: LostRows)] {
    rings.flatMap { ring in
      Tier.allCases.flatMap { tier in
        (ring.notes.lost[tier] ?? []).map(\.range).joined(over: rules.interval).map { range in
          let isFirst = range.lowerBound == Range.everything.lowerBound
          return (
            ring.pool,
            LostRows(
              tier: tier, from: isFirst ? nil : Timestamp(milliseconds: range.lowerBound),
              through: Timestamp(milliseconds: range.upperBound - 1))
          )
        }
      }
    }
  }

  /// The stretches of time in `period` of which raw rows of `pool` are lost by damage: of pages found
  /// damaged or missing so far, and of those that were lost before the store was repaired.
  ///
  /// What was rolled of them before stands, and answers. Costs a walk over the pool's pages in memory.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - period: the time asked about.
  /// - Returns: the stretches, cut to `period`, ascending and apart.
  public func losses(of pool: PoolNumber, in period: Range<Timestamp>) -> [Range<Timestamp>] {
    times(losses(of: rings[numbers.rings[pool.index]]), in: period)
  }

  /// The stretches of time in `period` in which raw rows of `pool` may be lost: its `losses`, and before a
  /// page of which nothing is known all time of which rows are held, because that may have had late ones.
  ///
  /// What is not known of them `unknownTimes` says.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - period: the time asked about.
  /// - Returns: the stretches, cut to `period`, ascending and apart.
  public func timesInDoubt(
    of pool: PoolNumber, in period: Range<Timestamp>
  ) -> [Range<Timestamp>] {
    times(timesInDoubt(of: rings[numbers.rings[pool.index]]), in: period)
  }

  private func times(_ ranges: [Range<Int64>], in period: Range<Timestamp>) -> [Range<Timestamp>] {
    ranges.compactMap { range in
      let part = range.clamped(to: period.lowerBound.milliseconds..<period.upperBound.milliseconds)
      guard !part.isEmpty else { return nil }
      return Timestamp(
        milliseconds: part.lowerBound)..<Timestamp(milliseconds: part.upperBound)
    }
  }

  /// The same over all time, in milliseconds, from the oldest time of which anything is held.
  func losses(of ring: PoolRing) -> [Range<Int64>] {
    let found = foundLosses(of: ring.raw) + (unnamedEnd(of: ring).map { [$0] } ?? [])
    let known = ring.notes.lost[.raw] ?? []
    guard !found.isEmpty || !known.isEmpty, let end = ring.heldEnd else { return [] }
    let held = oldest(of: ring, newest: end - 1)..<Int64.max
    // Between neighbours that are as near as any two nothing is lost.
    let wide = (found + known).filter { gap in
      gap.isOfPage || gap.range.count > rules.interval * 3 / 2
    }
    return wide.map { $0.range.clamped(to: held) }.filter { !$0.isEmpty }
      .joined(over: rules.interval)
  }

  /// The stretches of time in which rows may be lost, in milliseconds.
  func timesInDoubt(of ring: PoolRing) -> [Range<Int64>] {
    (losses(of: ring) + [lateTimes(of: ring)].compactMap(\.self)).joined(over: 0)
  }

  /// All time of which rows are held before a page was lost of which nothing is known: late rows bring
  /// old times to any page.
  func lateTimes(of ring: PoolRing) -> Range<Int64>? {
    guard let oldest = ring.raw.firstTime else { return nil }
    let found = foundLosses(of: ring.raw) + endLosses(of: ring) + (ring.notes.lost[.raw] ?? [])
    let unknown = found.filter { !$0.isOfPage }.map(\.range.upperBound).max()
    return unknown.flatMap { oldest < $0 ? oldest..<$0 : nil }
  }

  /// What of a ring is lost by the damage found so far.
  func foundLosses<Content>(of ring: PageRing<Content>) -> [Gap] {
    var gaps = foundLosses(of: ring) { _ in true }
    for hole in ring.holes {
      // Of pages whose headers are left it is known when their rows were.
      let named = gaps.count { $0.range.clamped(to: hole.range) == $0.range }
      let (first, last) = (hole.range.lowerBound, hole.range.upperBound - 1)
      if named < hole.lostCount {
        gaps.append(Gap(range: first + 1..<max(first + 1, last), isOfPage: false))
      }
    }
    if let gap = lostBeginning(of: ring, known: gaps) { gaps.append(gap) }
    return gaps.filter { !$0.range.isEmpty }
  }

  /// What of a ring is lost with the pages in those slots that fulfil `condition`.
  func foundLosses<Content>(
    of ring: PageRing<Content>, whereSlot condition: (Int) -> Bool
  ) -> [Gap] {
    let file = catalog.pagesFileNames[ring.place.file]
    let damaged = damagedPages(of: ring.pool)
    guard !damaged.isEmpty else { return [] }
    var gaps: [Gap] = []
    let holes = ring.holes
    for page in damaged where page.file == file {
      let slot = (page.offset - ring.place.offset) / catalog.pageByteCount
      guard condition(slot), let lost = lostTimes[page], !gaps.contains(lost),
        !isGivenUp(page, lost, in: ring, holes)
      else { continue }
      gaps.append(lost)
    }
    return gaps
  }

  /// The beginning of a ring where pages are gone that it had not given up, unless all are in `known`.
  private func lostBeginning<Content>(of ring: PageRing<Content>, known: [Gap]) -> Gap? {
    guard let first = ring.pages.first?.firstTime ?? ring.open.firstTime else { return nil }
    let oldest = ring.firstUnused(before: ring.pages.first?.sequence ?? ring.openSequence)
    guard ring.firstHeld < oldest,
      known.count(where: { $0.range.upperBound <= first }) < oldest - ring.firstHeld
    else { return nil }
    return Gap(range: Range.everything.lowerBound..<first, isOfPage: false)
  }

  /// Whether a ring has given up what it lost with `page`.
  private func isGivenUp<Content>(
    _ page: DamagedPage, _ lost: Gap, in ring: PageRing<Content>, _ holes: [PageRing<Content>.Hole]
  ) -> Bool {
    // What lay between two pages goes when the later one has gone.
    guard lost.isOfPage else { return lost.range.upperBound < ring.oldestHeld ?? .min }
    let slot = (page.offset - ring.place.offset) / catalog.pageByteCount
    let isWrittenOver =
      slot == ring.openSlot
      || ring.pages.contains { page in
        page.slot == Int32(slot) && page.firstTime..<page.lastTime + 1 != lost.range
      }
    return isWrittenOver && !holes.contains { lost.range.clamped(to: $0.range) == lost.range }
  }

  /// What is lost at the end of the raw rows.
  func endLosses(of ring: PoolRing) -> [Gap] {
    guard let end = ring.lostEnd else { return [] }
    if let unnamed = unnamedEnd(of: ring) { return [unnamed] }
    return foundLosses(of: ring.raw).filter { $0.range.overlaps(end) }
  }

  /// The end of the raw rows where it is lost and nothing else says so.
  func unnamedEnd(of ring: PoolRing) -> Gap? {
    guard let end = ring.lostEnd else { return nil }
    // The last minute that was rolled.
    let last = end.upperBound - 2 * Tier.minute.span..<end.upperBound - Tier.minute.span
    let known = foundLosses(of: ring.raw) + (ring.notes.lost[.raw] ?? [])
    guard !known.contains(where: { $0.range.overlaps(last) }) else { return nil }
    return Gap(range: end.lowerBound + 1..<end.upperBound, isOfPage: false)
  }
}

extension [Range<Int64>] {
  /// The ranges ascending, those that overlap as one, and those that lie no farther apart than two readings,
  /// `interval` milliseconds.
  func joined(over interval: Int64) -> [Range<Int64>] {
    var joined: [Range<Int64>] = []
    for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound - last.upperBound <= interval {
        joined[joined.count - 1] =
          last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
