import PoolModel

/// Opening a journal after anything.
extension Journal {
  /// What opening found.
  struct Recovery {
    /// Records in force that the pages may not cover.
    var recordCount = 0
    /// Bytes of records after the last one in force.
    var cutByteCount = 0
    /// Where damaged records begin that whole ones follow: no write that a crash tore, after which nothing
    /// comes.
    var damagedPlaces: [UInt64] = []
    /// Whether records before the checkpoint were given up because one of them is damaged.
    var isTailLost = false
  }

  /// Reads the header of `file`.
  convenience init(opening file: any StorageFile) throws(RingStoreError) {
    let block = JournalLayout.blockByteCount
    var blocks: [[UInt8]] = []
    for index in 0..<4 {
      blocks.append(try file.bytes(JournalHeader.byteCount, at: index * block))
    }
    // One slot of the two is as a newer program left it as soon as that has made a checkpoint. Its blocks
    // are equal: two bits that flipped do not make two equal blocks.
    for slot in [0, 2] where blocks[slot] == blocks[slot + 1] {
      let prefix = [Array(blocks[slot][..<12])]
      let refusal = FileHeader.refusal(prefix, magic: JournalLayout.magic, file: FileName.journal)
      if case .newerFormat = refusal { throw refusal }
    }
    let headers = blocks.enumerated().compactMap { index, block in
      JournalHeader(block).map { (slot: index / 2, header: $0) }
    }
    guard let newest = headers.max(by: { $0.header.generation < $1.header.generation }),
      newest.header.capacity == UInt64(file.byteCount - JournalLayout.headerByteCount)
    else {
      throw FileHeader.refusal(
        blocks.map { Array($0[..<12]) }, magic: JournalLayout.magic, file: FileName.journal)
    }
    self.init(file: file, header: newest.header, headerSlot: newest.slot)
  }

  /// Walks the records from the tail, gives those after the checkpoint to `replay` in their order, and
  /// makes certain what it found.
  ///
  /// The walk ends at the first place behind which no good record is found. If it stops before the
  /// checkpoint only judgement loses something: the pages have the rows, and the walk goes on from there.
  ///
  /// - Parameters:
  ///   - replay: called with each record; false when it cannot be used, and counts as damaged.
  ///   - skip: called where damaged records are passed over, with the commit times of the record before
  ///     them and of the one after them.
  /// - Returns: what was found.
  /// - Throws: `storage`.
  func recover(
    replay: (JournalRecord) -> Bool, skip: (Range<Int64>) -> Void
  ) throws(RingStoreError) -> Recovery {
    var recovery = Recovery()
    let found = header
    let checkpoint = header.checkpoint
    if tail < checkpoint {
      let held = try walk(from: tail, sequence: 0, upTo: checkpoint) { _ in true }
      if held.end != checkpoint {
        recovery.isTailLost = true
        recovery.cutByteCount += Int(checkpoint - held.end)
        header.tail = checkpoint
        jumps = [:]
      }
    }
    let visit = { (record: JournalRecord) -> Bool in
      guard replay(record) else { return false }
      recovery.recordCount += 1
      return true
    }
    var last = try walk(from: checkpoint, sequence: header.sequence, upTo: .max, visit: visit)
    var passed = last.sequence
    while let next = try wholeRecord(behind: last.end, above: passed) {
      if recovery.damagedPlaces.last != last.end {
        recovery.damagedPlaces.append(last.end)
        let before = last.record?.header.commitTime ?? commitTime
        skip(before..<max(before, next.header.commitTime))
      }
      let onward = try walk(
        from: next.header.previousEnd, sequence: last.sequence, upTo: .max, visit: visit)
      passed = max(next.header.sequence, onward.sequence)
      // One that cannot be used is passed over as if it was damaged.
      guard onward.record != nil else { continue }
      holes[last.end] = next.header.position
      last = onward
    }
    end = last.end
    recovery.cutByteCount += try leftoverByteCount()
    // Far above any number that a write which never came to light may have used.
    sequence = max(last.sequence, header.sequence) + 1 << 32
    if let record = last.record { commitTime = record.header.commitTime }
    try makeCertain(found, last.record)
    return recovery
  }

  /// Makes durable what was read.
  ///
  /// It may be in the system's memory alone, left there by a sync that failed before a restart. The
  /// same bytes are written to the same places once more: where they are on disk
  /// already nothing changes, elsewhere they get there, or opening fails.
  private func makeCertain(
    _ found: JournalHeader, _ last: JournalRecord?
  ) throws(RingStoreError) {
    try file.put(found.encoded(), at: headerSlot * JournalLayout.headerSlotByteCount)
    if let last { try file.put(last.bytes, at: fileOffset(last.header.position)) }
    try file.settle()
  }

  /// Where a walk stopped.
  private struct Walk {
    var end: UInt64
    var sequence: UInt64
    var record: JournalRecord?
  }

  /// Follows the records from `start` and visits each one in force, until the chain or `limit` ends.
  ///
  /// A record is visited when the one that follows it is known: until then a later write of the same
  /// batch may take its place.
  private func walk(
    from start: UInt64, sequence: UInt64, upTo limit: UInt64, visit: (JournalRecord) -> Bool
  ) throws(RingStoreError) -> Walk {
    var done = Walk(end: start, sequence: sequence, record: nil)
    var pending: JournalRecord?
    func accept(_ record: JournalRecord) -> Bool {
      guard visit(record) else { return false }
      if record.header.position != done.end { jumps[done.end] = record.header.position }
      done = Walk(end: record.header.end, sequence: record.header.sequence, record: record)
      return true
    }
    while (pending?.header.end ?? done.end) < limit {
      let at = pending?.header.end ?? done.end
      let known = pending?.header.sequence ?? done.sequence
      if let next = try record(at: at), next.header.previousEnd == at,
        next.header.sequence > known
      {
        if let pending, !accept(pending) { return done }
        pending = next
      } else if let next = try farRecord(after: at, above: known, or: pending?.header) {
        if next.header.previousEnd == at, let pending, !accept(pending) { return done }
        pending = next
      } else {
        break
      }
    }
    if let pending { _ = accept(pending) }
    return done
  }

  /// The record beyond `at` that follows what ends there or takes the place of `last`: the one of the
  /// highest sequence number, looked for at every multiple of 4096 that a write may have gone to.
  private func farRecord(
    after at: UInt64, above known: UInt64, or last: RecordHeader?
  ) throws(RingStoreError) -> JournalRecord? {
    let block = UInt64(JournalLayout.blockByteCount)
    var best: JournalRecord?
    var position = at.roundedUp(to: block)
    while position < tail + capacity {
      defer { position += block }
      guard let header = try claimedHeader(at: position),
        header.previousEnd == at || header.previousEnd == last?.previousEnd,
        header.sequence > max(known, best?.header.sequence ?? 0)
      else { continue }
      if let record = try record(at: position) { best = record }
    }
    return best
  }

  /// The first whole record behind `at` that follows another one there.
  ///
  /// A record names the end of one that was acknowledged. So where one names an end that is farther than
  /// what was found, and was written later, acknowledged rows are lost.
  ///
  /// Looked for in 256 KiB, more than a batch takes, then in as much from where the record at `at` says that
  /// it ends, which may be wrong, and in as much of the ring's beginning.
  private func wholeRecord(
    behind at: UInt64, above sequence: UInt64
  ) throws(RingStoreError) -> JournalRecord? {
    let claimed = try claimedHeader(at: at).map(\.end)
    let begin = at + capacity - at % capacity
    for start in [at, claimed, begin].compactMap(\.self) {
      let rest = min(capacity - start % capacity, (tail + capacity) - min(start, tail + capacity))
      let window = Int(min(rest, 256 << 10))
      guard window >= RecordHeader.byteCount else { continue }
      let bytes = try file.bytes(window, at: fileOffset(start))
      for offset in stride(from: 0, through: window - RecordHeader.byteCount, by: 8)
      where bytes[offset] == 0x50 {
        let position = start + UInt64(offset)
        guard let header = RecordHeader(bytes, at: offset, position: position),
          header.previousEnd > at, header.previousEnd <= position, header.sequence > sequence,
          let record = try record(at: position)
        else { continue }
        return record
      }
    }
    return nil
  }

  /// The bytes of records that begin behind the journal's end: what a torn write or damage cut off.
  ///
  /// Looked for in 256 KiB, more than a batch takes, and from the first one on by their lengths.
  private func leftoverByteCount() throws(RingStoreError) -> Int {
    let rest = capacity - end % capacity
    let window = Int(min(rest, tail + capacity - end, 256 << 10))
    guard window >= RecordHeader.byteCount else { return 0 }
    let bytes = try file.bytes(window, at: fileOffset(end))
    // What stands right here and names this place is one even if a bit of its header is wrong.
    let magic = bytes.uint32(at: 0)
    let isWritten = bytes[..<RecordHeader.byteCount].contains { $0 != 0 }
    let isRecord =
      isWritten && bytes.uint64(at: 8) == end
      || (magic == RecordHeader.magic || magic == RecordHeader.plainMagic)
        && bytes.uint64(at: 24) == end
    let first =
      isRecord
      ? 0
      : stride(from: 0, through: window - RecordHeader.byteCount, by: 8).first {
        bytes[$0] == 0x50 && RecordHeader(bytes, at: $0, position: end + UInt64($0)) != nil
      }
    guard let first else { return 0 }
    var at = end + UInt64(first)
    while at < tail + capacity, let header = try claimedHeader(at: at) { at = header.end }
    return max(RecordHeader.byteCount, Int(at - end))
  }
}
