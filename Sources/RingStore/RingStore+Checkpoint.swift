public import PoolModel

/// Whether the pages files must stay as they are because somebody copies them.
enum CheckpointHold: Hashable {
  case none
  case held
  /// They had to be changed all the same.
  case broken
}

extension RingStore {
  /// Whether the pages lag so far behind that a checkpoint is worth its writes.
  ///
  /// That is when they lack half of what the journal can hold: the other half is room for commits
  /// while checkpoints fail or judgement lags, and a later checkpoint writes each open page less
  /// often. Also when rows wait in memory beyond their limit.
  var isCheckpointDue: Bool {
    guard journal.end >= nextCheckpoint, hold != .held else { return false }
    if journal.end - journal.header.checkpoint > journal.capacity / 2 { return true }
    return isTooMuchWaiting
  }

  /// Whether more waits in memory than `unwrittenByteLimit`.
  private var isTooMuchWaiting: Bool {
    waitingPageCount * catalog.pageByteCount > unwrittenByteLimit
  }

  /// Writes what the journal alone holds into pages, makes them durable, and moves the journal's tail.
  ///
  /// Makes the rollups of all buckets that are over, too. Staged rows are not touched. Never writes
  /// over the only good copy of a page: when anything fails the old copies stay in force, nothing is
  /// freed, and the next checkpoint writes all of it again in other slots. Worth calling before a
  /// clean stop: the next opening has nothing to replay then. Does nothing while checkpoints are held.
  ///
  /// - Throws: `storage`, `noFreeSlot`. The store stays usable, and nothing is lost.
  public func checkpoint(at now: Timestamp) throws(RingStoreError) {
    guard hold != .held else { return }
    do throws(RingStoreError) {
      try writeCheckpoint()
      if isOfOtherRules, isRolledAnew { try adopt(rules: storedLines) }
      checkpointError = nil
      nextCheckpoint = 0
    } catch {
      checkpointError = error
      failedCheckpointCount += 1
      // A sixteenth of the journal later, so that a disk that refuses is not asked at every commit.
      nextCheckpoint = journal.end + journal.capacity / 16
      throw error
    }
  }

  /// Keeps checkpoints from being made while the store's files are copied.
  ///
  /// The pages files, the catalog and the journal's header stay as they are until
  /// `releaseCheckpoints`; the journal goes on growing.
  public func holdCheckpoints() { hold = .held }

  /// Whether somebody copies the files.
  public var checkpointsAreHeld: Bool { hold != .none }

  /// Allows checkpoints again.
  ///
  /// - Returns: whether none was made meanwhile. false: the journal got so full that it could not
  ///   wait, and copies of the files fit together no more.
  public func releaseCheckpoints() -> Bool {
    defer { hold = .none }
    return hold == .held
  }

  private func writeCheckpoint() throws(RingStoreError) {
    // Pages that cover no more than those in force would look as good as these after a crash.
    let hasNews = journal.end != journal.header.checkpoint
    var adopt: [() -> Void] = []
    if hasNews {
      try rollEverything()
      // Before any page is written: a header that may be on disk needs the copies it was written for.
      try journal.settleHeader()
      try writePages(&adopt)
    }
    let tail = try tailAllowed()
    guard hasNews || tail != journal.tail else { return }
    try journal.writeHeader(tail: tail, checkpoint: journal.checkpointAtEnd)
    for adopt in adopt { adopt() }
    waitingPageCount = 0
  }

  /// Rolls what the pages of this checkpoint have to say.
  ///
  /// What has to be rolled all anew comes last, ring by ring, with a checkpoint in between when too much
  /// waits in memory. Where the journal has no room for that, the rest is left to a later one.
  private func rollEverything() throws(RingStoreError) {
    var rest: [PoolRing] = []
    let outcomes = rollPlainly()
    for (ring, outcome) in zip(rings, outcomes) {
      if let outcome {
        finish(ring, outcome)
      } else if ring.changedSince != nil || (ring.stale.hasUnknown && ring.raw.isOpenDirty) {
        rest.append(ring)
      } else if ring.raw.isOpenDirty {
        roll(ring)
      }
    }
    var isNewRolled = false
    for (index, ring) in rest.enumerated() {
      if isTooMuchWaiting {
        // What is new has to be rolled in the pages of any checkpoint.
        if !isNewRolled { for other in rest[index...] { rollNew(other) } }
        isNewRolled = true
        if try !writeInBetween() { return }
      }
      roll(ring)
    }
  }

  /// Rolls the rings of which nothing is lost or late; nil for all others, in the order of the rings.
  private func rollPlainly() -> [PlainRolling.Outcome?] {
    let rings = rings
    let rolling = plainRolling
    let isPlain = rings.map { !isRollingSuspended && $0.raw.isOpenDirty && isUndamaged($0) }
    return workers.map(rings.count) { isPlain[$0] ? rolling.roll(rings[$0]) : nil }
  }

  /// Rolls a ring but for what has to be rolled all anew.
  private func rollNew(_ ring: PoolRing) {
    let change = ring.changedSince
    let stale = ring.stale
    ring.changedSince = nil
    if stale.hasUnknown { ring.stale.removeAll() }
    roll(ring)
    ring.changedSince = change
    if stale.hasUnknown { ring.stale.insert(.everything) }
  }

  /// Writes what waits in memory; false when there is no room for it in the journal.
  private func writeInBetween() throws(RingStoreError) -> Bool {
    try journal.settleHeader()
    var adopt: [() -> Void] = []
    try writePages(&adopt)
    try journal.writeHeader(tail: journal.tail, checkpoint: journal.checkpointAtEnd)
    for adopt in adopt { adopt() }
    waitingPageCount = 0
    // So that the pages to come cover more than these.
    return try appendEmptyRecord(at: Timestamp(milliseconds: journal.commitTime))
  }

  /// Appends a record without rows, so that the pages of the next checkpoint cover more than those
  /// before; false when the journal has no room for it.
  func appendEmptyRecord(at now: Timestamp) throws(RingStoreError) -> Bool {
    var record = [UInt8](repeating: 0, count: RecordHeader.byteCount)
    guard journal.place(for: record.count) != nil else { return false }
    try journal.append(record: &record, rowCount: 0, at: now)
    return true
  }

  /// Whether all that changed rules are about has been rolled anew and is in the pages.
  private var isRolledAnew: Bool {
    rings.allSatisfy { ring in
      ring.changedSince == nil && !ring.raw.isDirty && !ring.rollups.contains { $0.isDirty }
    }
  }

  /// Writes all pages that have news, durably; what makes them count is added to `adopt`.
  private func writePages(_ adopt: inout [() -> Void]) throws(RingStoreError) {
    // A disk without room for another catalog must not keep rows out of their pages: the next checkpoint
    // tries it again.
    try? saveNotes()
    var isTouched = [Bool](repeating: false, count: pageFiles.count)
    for ring in rings {
      try wipe(of: ring.raw, &isTouched, &adopt)
      for rollups in ring.rollups { try wipe(of: rollups, &isTouched, &adopt) }
    }
    let dirty = rings.filter { ring in
      ring.raw.isDirty || ring.rollups.contains { $0.isDirty }
    }
    let pageByteCount = catalog.pageByteCount
    for start in stride(from: 0, to: dirty.count, by: Self.codedRingCount) {
      let group = Array(dirty[start..<min(dirty.count, start + Self.codedRingCount)])
      let images = workers.map(group.count) {
        PoolImages(of: group[$0], pageByteCount: pageByteCount)
      }
      // One ring after another: where a write fails, rings to come must not have sealed pages or given
      // up rows for it.
      for (ring, images) in zip(group, images) {
        try writePages(of: ring, images, &isTouched, &adopt)
      }
    }
    for index in pageFiles.indices where isTouched[index] { try pageFiles[index].settle() }
  }

  /// Wipes once more what opening wiped: this checkpoint covers what those pages claim to cover, so
  /// that they must be gone from the disk, not from the system's memory alone.
  private func wipe<Content>(
    of ring: PageRing<Content>, _ isTouched: inout [Bool], _ adopt: inout [() -> Void]
  ) throws(RingStoreError) {
    guard !ring.wipedSlots.isEmpty else { return }
    for (slot, page) in ring.wipedSlots {
      try pageFiles[ring.place.file].put(
        page?.encoded() ?? WipedPage.bytes,
        at: ring.place.offset + slot * catalog.pageByteCount)
    }
    isTouched[ring.place.file] = true
    adopt.append { ring.wipedSlots = [] }
  }

  /// So many rings' open pages are coded before they are written: many for each worker, and some hundred
  /// pages in memory.
  private static let codedRingCount = 64

  private func writePages(
    of ring: PoolRing, _ images: PoolImages, _ isTouched: inout [Bool],
    _ adopt: inout [() -> Void]
  ) throws(RingStoreError) {
    let pageByteCount = catalog.pageByteCount
    let pages = PagesToWrite(of: ring, images, covered: journal.end)
    for page in pages.givenUp { forget(page, of: ring) }
    for page in pages.pages {
      try pageFiles[page.place.file].put(
        page.bytes, at: page.place.offset + page.slot * pageByteCount)
      isTouched[page.place.file] = true
      adopt.append(page.adopt)
    }
    if let error = pages.error { throw error }
  }

  /// Notes durably that the rollups held are those of the rules in force.
  private func adopt(rules: [String]) throws(RingStoreError) {
    var next = catalog
    next.rules = rules
    next.generation += 1
    try next.replace(in: storage)
    catalog = next
  }

  /// How far the tail may move once the pages hold everything.
  private func tailAllowed() throws(RingStoreError) -> UInt64 {
    guard judged > journal.tail, try journal.isBoundary(judged) else { return journal.tail }
    return judged
  }
}

extension Journal {
  /// The checkpoint that the pages hold now.
  var checkpointInForce: JournalCheckpoint {
    JournalCheckpoint(
      position: header.checkpoint, sequence: header.sequence, commitTime: header.commitTime)
  }

  /// The checkpoint that durable pages of everything make.
  var checkpointAtEnd: JournalCheckpoint {
    JournalCheckpoint(position: end, sequence: sequence, commitTime: commitTime)
  }
}
