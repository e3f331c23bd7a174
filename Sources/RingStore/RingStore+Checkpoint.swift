public import PoolModel

extension RingStore {
  /// Sealed rows wait in memory for a checkpoint: at most 16 MiB of pages.
  static let unwrittenByteLimit = 16 << 20

  /// Whether the pages lag so far behind that a checkpoint is worth its writes.
  ///
  /// That is when they lack half of what the journal can hold: the other half is room for commits
  /// while checkpoints fail or judgement lags, and a later checkpoint writes each open page less
  /// often. Also when rows wait in memory beyond their limit.
  var isCheckpointDue: Bool {
    guard journal.end >= nextCheckpoint else { return false }
    if journal.end - journal.header.checkpoint > journal.capacity / 2 { return true }
    return waitingPageCount * catalog.pageByteCount > Self.unwrittenByteLimit
  }

  /// Writes what the journal alone holds into pages, makes them durable, and moves the journal's tail.
  ///
  /// Staged rows are not touched. Never writes over the only good copy of a page: when anything fails
  /// the old copies stay in force, nothing is freed, and the next checkpoint writes all of it again in
  /// other slots. Worth calling before a clean stop: the next opening has nothing to replay then.
  ///
  /// - Throws: `storage`, `noFreeSlot`. The store stays usable, and nothing is lost.
  public func checkpoint(at now: Timestamp) throws(RingStoreError) {
    do throws(RingStoreError) {
      try writeCheckpoint()
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

  private func writeCheckpoint() throws(RingStoreError) {
    // Before any page is written: a header that may be on disk needs the copies it was written for.
    try journal.settleHeader()
    var copies: [PoolRing.Copy] = []
    for ring in rings where ring.isDirty { copies += try ring.copies() }
    var isTouched = [Bool](repeating: false, count: pageFiles.count)
    for copy in copies {
      let place = copy.ring.place
      let identity = PageIdentity(
        ring: copy.ring.number, sequence: copy.sequence, generation: copy.generation,
        isOpen: copy.isOpen, covered: journal.end)
      try pageFiles[place.file].put(
        copy.table.encoded(as: identity, byteCount: catalog.pageByteCount),
        at: place.offset + copy.slot * catalog.pageByteCount)
      isTouched[place.file] = true
    }
    for index in pageFiles.indices where isTouched[index] { try pageFiles[index].settle() }
    let tail = try tailAllowed()
    guard tail != journal.tail || journal.end != journal.header.checkpoint else { return }
    try journal.writeHeader(tail: tail, checkpoint: journal.checkpointAtEnd)
    for copy in copies { copy.ring.adopt(copy) }
    waitingPageCount = 0
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
