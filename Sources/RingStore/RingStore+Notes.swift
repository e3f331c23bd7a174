import PoolModel

/// What the catalog keeps of losses that pages do not tell.
extension RingStore {
  /// All lines of the catalog about what is in the pages: what rollups are made by, and the notes on
  /// each pool.
  var storedLines: [String] { rules.stored(plan: plan) + noteLines }

  private var noteLines: [String] {
    rings.lazy.filter { !$0.notes.isEmpty }.flatMap { $0.notes.lines(of: $0.pool) }
  }

  /// Whether the pages are of other rules than those in force.
  var isOfOtherRules: Bool {
    catalog.rules.filter { !PoolNotes.isNote($0) } != rules.stored(plan: plan)
  }

  /// Takes the notes of the catalog into memory.
  func loadNotes() {
    let lines = catalog.rules.filter { PoolNotes.isNote($0) }
    guard !lines.isEmpty else { return }
    let byPool = Dictionary(rings.map { ($0.pool, $0) }) { first, _ in first }
    for line in lines {
      let words = line.split(separator: " ")
      guard let pool = PoolID(words[1]), let ring = byPool[pool] else { continue }
      ring.notes.take(Array(words[2...]))
    }
    noteSaved()
  }

  /// Notes that rollups lost by opening may be lacking from now on, also when the damage is not to be seen
  /// any more.
  func noteLackingRollups(of ring: PoolRing) {
    let isNew = ring.rollups.contains { $0.hasNewLosses }
    if isNew || ring.notes.lackingBefore == .min {
      ring.notes.noteLacking(before: ring.rolled[0])
    }
  }

  /// Writes the notes into the catalog where they have changed: before any page is written over that
  /// tells the same.
  func saveNotes() throws(RingStoreError) {
    guard !isRollingSuspended else { return }
    for ring in rings where ring.raw.isDirty { noteSuperseded(of: ring) }
    for ring in rings where !ring.notes.isEmpty {
      if let oldest = ring.raw.oldestHeld { ring.notes.forget(.raw, before: oldest) }
      for tier in Tier.rollups {
        if let oldest = ring.rollups(tier).oldestHeld { ring.notes.forget(tier, before: oldest) }
      }
    }
    guard rings.contains(where: { $0.notes.hasChanged }) else { return }
    let lines = noteLines
    guard lines != catalog.rules.filter({ PoolNotes.isNote($0) }) else { return noteSaved() }
    var next = catalog
    next.rules = catalog.rules.filter { !PoolNotes.isNote($0) } + lines
    next.generation += 1
    try next.replace(in: storage)
    catalog = next
    noteSaved()
  }

  /// Notes of a pool's raw rows what is lost and will not be seen any more when the next pages are written:
  /// a damaged slot may be given to one of them, and the lost end of a ring is no end then.
  ///
  /// A slot that cannot be read is never written to, and may be readable again.
  private func noteSuperseded(of ring: PoolRing) {
    guard ring.lostEnd != nil || hasDamaged(ring.raw) else { return }
    for gap in endLosses(of: ring) { ring.notes.noteLost(gap, .raw) }
    let kept = ring.raw.lostSlots.union(ring.raw.pages.compactMap(\.slot).map(Int.init))
    for gap in foundLosses(of: ring.raw, whereSlot: { !kept.contains($0) }) {
      ring.notes.noteLost(gap, .raw)
    }
  }

  private func noteSaved() {
    for ring in rings { ring.notes.noteSaved() }
  }

  /// Notes in the copy of a ring what of its rows is lost: what is rolled of it stands there, too.
  func carryLosses(of ring: PoolRing, to copy: PoolRing) throws(RingStoreError) {
    copy.notes.takeOthers(of: ring.notes)
    copy.notes.noteLacking(before: ring.notes.lackingBefore)
    carryLosses(of: ring.raw, .raw, to: copy)
    if let end = unnamedEnd(of: ring) { copy.notes.noteLost(end, .raw) }
    for tier in Tier.rollups {
      let rollups = ring.rollups(tier)
      carryLosses(of: rollups, tier, to: copy)
      // What is lost at the end is made anew of the raw rows, where they are held.
      if hasDamaged(rollups), let raw = ring.raw.oldestHeld, let last = rollups.lastTime, last < raw
      {
        copy.notes.noteLost(Gap(range: last + 1..<raw, isOfPage: false), tier)
      }
    }
    for (tier, times) in try unknownLosses(of: ring, without: copy.notes.lost) {
      for range in times.ranges {
        copy.notes.noteLost(Gap(range: range, isOfPage: false), tier)
      }
    }
  }

  private func carryLosses<Content>(
    of ring: PageRing<Content>, _ tier: Tier, to copy: PoolRing
  ) {
    for gap in foundLosses(of: ring) + (rings[ring.number].notes.lost[tier] ?? []) {
      copy.notes.noteLost(gap, tier)
    }
    // A copy begins with its oldest row as if nothing had been before.
    if let oldest = ring.oldestHeld { copy.notes.noteHeld(from: oldest, tier) }
    if let start = rings[ring.number].notes.heldFrom[tier] {
      copy.notes.noteHeld(from: start, tier)
    }
  }

  /// Where rows were that were lost with a page of which nothing is known.
  ///
  /// Late rows bring old times to any page. The rollups there say more than the rows do.
  private func unknownLosses(
    of ring: PoolRing, without known: [Tier: [Gap]]
  ) throws(RingStoreError) -> [Tier: TimeRanges] {
    var unknown: Set<Tier> = hasUnknownDamage(ring.raw) ? [.raw] : []
    for tier in Tier.rollups where hasUnknownDamage(ring.rollups(tier)) { unknown.insert(tier) }
    guard !unknown.isEmpty else { return [:] }
    var different: [(fine: Tier, coarse: Tier, starts: [Int64])] = []
    try compareRollups(of: ring) { fine, coarse, starts in
      if unknown.contains(fine) || unknown.contains(coarse) {
        different.append((fine, coarse, starts))
      }
    }
    var found: [Tier: TimeRanges] = [:]
    for (fine, coarse, starts) in different {
      guard let first = starts.first, let last = starts.last else { continue }
      // Where the rollup is lost, that the rows say more is no loss of theirs.
      let held = Set(try rollupRows(of: ring.rollups(coarse), from: first, to: last + 1).starts)
      for start in starts where held.contains(start) {
        let bucket = calendar.bucket(coarse, containing: start)
        // What the finer tier still has is not what is lost.
        let tier = unknown.contains(fine) ? fine : coarse
        if known[tier]?.contains(where: { $0.range.overlaps(bucket) }) ?? false { continue }
        found[tier, default: TimeRanges()].insert(bucket)
      }
    }
    return found
  }
}
