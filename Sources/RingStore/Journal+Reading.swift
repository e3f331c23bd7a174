import PoolModel

/// Finding records again.
extension Journal {
  /// The record at `position` if it is whole; nil if there is none or it is damaged.
  func record(at position: UInt64) throws(RingStoreError) -> JournalRecord? {
    guard let header = try claimedHeader(at: position) else { return nil }
    let byteCount = RecordHeader.byteCount + header.bodyByteCount
    let bytes = try file.bytes(byteCount, at: fileOffset(position))
    guard CRC32C.checksum(bytes, 8..<byteCount) == bytes.uint32(at: 4) else { return nil }
    return JournalRecord(header: header, bytes: bytes)
  }

  /// What the bytes at `position` claim to be, as far as it is possible; their checksum is not looked at.
  func claimedHeader(at position: UInt64) throws(RingStoreError) -> RecordHeader? {
    let rest = Int(capacity - position % capacity)
    guard position % 8 == 0, rest >= RecordHeader.byteCount else { return nil }
    let bytes = try file.bytes(RecordHeader.byteCount, at: fileOffset(position))
    guard let header = RecordHeader(bytes, position: position), header.bodyByteCount % 8 == 0,
      header.bodyByteCount + RecordHeader.byteCount <= min(rest, recordByteLimit)
    else { return nil }
    return header
  }

  /// The record after the one that ends at `position`; nil at the journal's end.
  ///
  /// - Throws: `judgedTooFarBack` before the tail, `unknownPosition` where no record ends.
  func record(after position: JournalPosition) throws(RingStoreError) -> JournalRecord? {
    let at = position.byteOffset
    guard at >= tail else { throw .judgedTooFarBack(oldestHeld: JournalPosition(byteOffset: tail)) }
    if at == end { return nil }
    guard at < end, let header = try nextHeader(after: at)
    else { throw .unknownPosition(position, committed: JournalPosition(byteOffset: end)) }
    guard let record = try record(at: header.position) else {
      throw .damagedRecord(at: JournalPosition(byteOffset: header.position))
    }
    return record
  }

  /// Whether a record ends at `position`, or the journal begins there.
  func isBoundary(_ position: UInt64) throws(RingStoreError) -> Bool {
    if position == end || position == tail { return true }
    guard position > tail, position < end else { return false }
    return try nextHeader(after: position) != nil
  }

  /// What the bytes after the record that ends at `end` claim to be; nil when they follow another one.
  private func nextHeader(after end: UInt64) throws(RingStoreError) -> RecordHeader? {
    if let hole = holes[end] { return try claimedHeader(at: hole) }
    let header = try claimedHeader(at: jumps[end] ?? end)
    return header?.previousEnd == end ? header : nil
  }

  /// The first end of a record that is not before `wanted`; at most `limit`.
  func boundary(notBefore wanted: UInt64, limit: UInt64) throws(RingStoreError) -> UInt64 {
    var at = tail
    while at < min(wanted, limit) {
      guard let header = try nextHeader(after: at) else { return limit }
      at = header.end
    }
    return min(at, limit)
  }
}
