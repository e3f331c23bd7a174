public import PoolModel

extension RingStore {
  /// Makes everything staged durable: one write and one sync of the journal.
  ///
  /// When it returns, the rows are on disk and visible to all reading. When it throws, everything
  /// staged is forgotten and the store is as before the batch; the same rows may be appended again
  /// and the next commit writes them to another place. A checkpoint that is due is made after the
  /// commit; its failure is none of the commit's (see `checkpointError`).
  ///
  /// - Throws: `storage` when the journal could not be written, `batchTooLarge`.
  public func commit(at now: Timestamp) throws(RingStoreError) {
    guard !staged.isEmpty else { return }
    do throws(RingStoreError) {
      guard stagedByteCount <= batchByteLimit
      else { throw .batchTooLarge(byteCount: stagedByteCount, limit: batchByteLimit) }
      try makeRoom(for: stagedByteCount, at: now)
      try journal.append(body: staged.body(), rowCount: staged.fragments.count, at: now)
    } catch {
      undo()
      throw error
    }
    apply(staged.fragments)
    staged.removeAll()
    if isCheckpointDue {
      // Counted and kept in `checkpointError` there: the rows are durable in the journal.
      try? checkpoint(at: now)
    }
  }

  /// Takes rows that the journal holds durably into the open pages, and seals those that are full.
  func apply(_ fragments: [Fragment]) {
    var touched: Set<Int> = []
    for fragment in fragments {
      rings[fragment.ring].join(fragment.values, at: fragment.time)
      touched.insert(fragment.ring)
    }
    for number in touched {
      let ring = rings[number]
      let sequence = ring.openSequence
      for page in ring.seal(pageByteCount: catalog.pageByteCount) { forget(page, of: ring) }
      waitingPageCount += Int(ring.openSequence - sequence)
    }
  }

  /// Corrects the newest values that were on a page given up: in a series that reports no more they
  /// were all there was.
  private func forget(_ page: Page, of ring: PoolRing) {
    for column in ring.latest.indices where page.columnBits & 1 << UInt64(column) != 0 {
      guard let known = ring.latest[column], known.time <= page.lastTime else { continue }
      ring.latest[column] = newest(UInt8(column), in: ring, before: .max)
    }
  }

  /// Sees to it that a record of `byteCount` bytes has a place: by a checkpoint, and if judgement
  /// holds the tail back, by moving on without it.
  private func makeRoom(for byteCount: Int, at now: Timestamp) throws(RingStoreError) {
    if journal.place(for: byteCount) != nil { return }
    try checkpoint(at: now)
    if journal.place(for: byteCount) != nil { return }
    // An eighth more than needed, so that not every commit has to write the header.
    var wanted = journal.tail + UInt64(byteCount) + journal.capacity / 8
    while journal.place(for: byteCount) == nil, journal.tail < journal.header.checkpoint {
      let tail = try journal.boundary(notBefore: wanted, limit: journal.header.checkpoint)
      try journal.writeHeader(tail: tail, checkpoint: journal.checkpointInForce)
      wanted = tail + UInt64(byteCount) + journal.capacity / 8
      tailForced += 1
    }
    judged = max(judged, journal.tail)
    precondition(journal.place(for: byteCount) != nil, "a journal without room after a checkpoint")
  }
}
