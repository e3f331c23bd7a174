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
    let previousEnd: UInt64
    do throws(RingStoreError) {
      prepareRecord()
      guard record.count <= batchByteLimit
      else { throw .batchTooLarge(byteCount: record.count, limit: batchByteLimit) }
      try makeRoom(for: record.count, at: now)
      previousEnd = journal.end
      try journal.append(record: &record, rowCount: staged.batch.rows.count, at: now)
    } catch {
      undo()
      throw error
    }
    take(staged.batch, record: previousEnd..<journal.end)
    staged.removeAll()
    if isCheckpointDue {
      // Counted and kept in `checkpointError` there: the rows are durable in the journal.
      try? checkpoint(at: now)
    }
  }

  /// Puts what is staged into `record`, behind room for the header.
  private func prepareRecord() {
    record.removeAll(keepingCapacity: true)
    record.append(contentsOf: repeatElement(0, count: RecordHeader.byteCount))
    staged.batch.encodeCompact(into: &record)
    record.append(
      contentsOf: repeatElement(0, count: record.count.roundedUp(to: 8) - record.count))
  }

  /// Gives up the oldest pages of raw rows that have no place.
  func giveUpExcess(of ring: PoolRing) {
    guard ring.raw.excessPageCount > 0 else { return }
    let excess = ring.raw.pages.prefix(ring.raw.excessPageCount)
    if !ring.stale.isEmpty || excess.contains(where: { $0.lastTime >= ring.rolled[0] }) {
      // What a page that cannot be read had is lost for rollups, too; it is noted there.
      roll(ring)
    }
    if isRollingSuspended, let last = excess.map(\.lastTime).max() {
      ring.notes.noteLacking(before: calendar.bucket(.minute, containing: last).upperBound)
    }
    for page in ring.raw.giveUpExcess() { forget(page, of: ring) }
  }

  /// Corrects the newest values that were on a page given up: in a series that reports no more they
  /// were all there was.
  func forget(_ page: Page, of ring: PoolRing) {
    var values = ring.latest
    for column in values.indices where page.columnBits & 1 << UInt64(column) != 0 {
      guard let known = values[column], known.time <= page.lastTime else { continue }
      do throws(RingStoreError) {
        values[column] = try newest(UInt8(column), in: ring, before: .max)
      } catch {
        // What is known stays where a page cannot be read: with an older one the same instant, sent
        // again, would be taken for new.
      }
    }
    if values != ring.latest { ring.setLatest(values) }
  }

  /// Sees to it that a record of `byteCount` bytes has a place: by a checkpoint, and if judgement
  /// holds the tail back, by moving on without it.
  private func makeRoom(for byteCount: Int, at now: Timestamp) throws(RingStoreError) {
    if journal.place(for: byteCount) != nil { return }
    // Whoever copies the files has to begin anew: readings come first.
    if hold == .held { hold = .broken }
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
