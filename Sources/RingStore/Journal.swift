import PoolModel

/// The ring of records that makes a batch durable with one write and one sync.
final class Journal {
  let file: any StorageFile
  /// What the header on disk says.
  var header: JournalHeader
  /// Which slot of the header holds.
  var headerSlot: Int
  /// Whether a header write failed, so that the disk may hold either header.
  var isHeaderUncertain = false
  /// Where the last good record ends.
  var end: UInt64
  /// The last write's number.
  var sequence: UInt64
  /// The newest good record's commit time; `Int64.min` when there is none.
  var commitTime: Int64
  /// Where the failed writes since the last good record end; nil when there are none.
  private(set) var failedEnd: UInt64?
  /// Where the record after an end begins, where that is not the end itself.
  var jumps: [UInt64: UInt64] = [:]
  /// Where the record after damaged ones begins, by the end of the last one before them.
  var holes: [UInt64: UInt64] = [:]

  init(file: any StorageFile, header: JournalHeader, headerSlot: Int) {
    self.file = file
    self.header = header
    self.headerSlot = headerSlot
    end = header.checkpoint
    sequence = header.sequence
    commitTime = header.commitTime
  }

  var capacity: UInt64 { header.capacity }
  /// Nothing before it is held.
  var tail: UInt64 { header.tail }

  /// A quarter of the ring: a record this long always finds a place once the tail has moved up,
  /// whatever the end of the ring and failed writes waste.
  var recordByteLimit: Int { Int(capacity / 4) }

  /// Makes an empty journal of a new file.
  static func format(_ file: any StorageFile) throws(RingStoreError) {
    let capacity = UInt64(file.byteCount - JournalLayout.headerByteCount)
    var header = JournalHeader(capacity: capacity)
    try file.put(header.encoded(), at: 0)
    header.generation = 1
    try file.put(header.encoded(), at: JournalLayout.headerSlotByteCount)
    try file.settle()
  }

  func fileOffset(_ position: UInt64) -> Int {
    JournalLayout.headerByteCount + Int(position % capacity)
  }

  // MARK: Writing

  /// Where a record of `byteCount` bytes goes; nil when the ring has no room for it.
  func place(for byteCount: Int) -> UInt64? {
    let block = UInt64(JournalLayout.blockByteCount)
    if let failedEnd, let place = fit(byteCount, at: failedEnd.roundedUp(to: block)) {
      return place
    }
    // Every other place was tried and failed: begin again at the first one.
    return fit(byteCount, at: end)
  }

  private func fit(_ byteCount: Int, at start: UInt64) -> UInt64? {
    let rest = capacity - start % capacity
    let place = UInt64(byteCount) <= rest ? start : start + rest
    return place + UInt64(byteCount) <= tail + capacity ? place : nil
  }

  /// Writes and synchronizes one record.
  ///
  /// After a failure the next record goes to another place and names the same previous end. `record` is
  /// room for the header, then the body; it is completed here.
  /// - Precondition: `place(for:)` gives a place.
  func append(
    record: inout [UInt8], rowCount: Int, at now: Timestamp
  ) throws(RingStoreError) {
    guard let position = place(for: record.count) else {
      preconditionFailure("a record without a place")
    }
    sequence += 1
    let header = RecordHeader(
      position: position, sequence: sequence, previousEnd: end, commitTime: now.milliseconds,
      bodyByteCount: record.count - RecordHeader.byteCount, rowCount: rowCount)
    header.complete(&record)
    do throws(RingStoreError) {
      try file.put(record, at: fileOffset(position))
      try file.settle()
    } catch {
      failedEnd = header.end
      throw error
    }
    if position != end { jumps[end] = position }
    end = header.end
    commitTime = now.milliseconds
    failedEnd = nil
  }

  // MARK: The header

  /// Makes `tail` and `checkpoint` durable.
  ///
  /// After a failure the old ones hold, and the disk may have either: nothing may be overwritten
  /// that one of them needs until `settleHeader` has succeeded.
  func writeHeader(tail: UInt64, checkpoint: JournalCheckpoint) throws(RingStoreError) {
    var next = header
    next.generation += 1
    next.tail = tail
    next.checkpoint = checkpoint.position
    next.sequence = checkpoint.sequence
    next.commitTime = checkpoint.commitTime
    try writeHeader(next)
    for end in jumps.keys where end < tail { jumps[end] = nil }
    for end in holes.keys where end < tail { holes[end] = nil }
  }

  /// Writes the header in force anew over one whose write failed, so that the disk has no other.
  func settleHeader() throws(RingStoreError) {
    guard isHeaderUncertain else { return }
    var next = header
    next.generation += 2
    try writeHeader(next)
  }

  private func writeHeader(_ next: JournalHeader) throws(RingStoreError) {
    isHeaderUncertain = true
    let slot = 1 - headerSlot
    try file.put(next.encoded(), at: slot * JournalLayout.headerSlotByteCount)
    try file.settle()
    isHeaderUncertain = false
    header = next
    headerSlot = slot
  }
}

/// Up to where the pages hold everything.
struct JournalCheckpoint: Hashable {
  var position: UInt64
  /// The sequence number of the record that ends there.
  var sequence: UInt64
  /// The commit time of that record.
  var commitTime: Int64
}
