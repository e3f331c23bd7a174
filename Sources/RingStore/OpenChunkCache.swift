/// The chunks of open pages looked at last, decoded: at most `limit` of all pools together, the one used
/// longest ago goes first.
///
/// A chunk is known by what it is coded as, so nothing here ever grows old. For rows that come after
/// newer ones, such as those of an import: mostly one chunk after the other.
struct OpenChunkCache {
  /// As many as a pool's rows mostly overlap; of 8 KiB pages some hundred KiB each at most.
  static let limit = 8

  /// Used last first.
  private var entries: [(chunk: Chunk, table: PageTable)] = []

  /// The rows of `chunk`; nil when it is damaged.
  mutating func table(_ chunk: Chunk) -> PageTable? {
    if let index = entries.firstIndex(where: { $0.chunk.isSame(as: chunk) }) {
      if index > 0 { entries.insert(entries.remove(at: index), at: 0) }
      return entries[0].table
    }
    guard let table = PageTable(chunk) else { return nil }
    if entries.count >= Self.limit { entries.removeLast() }
    entries.insert((chunk, table), at: 0)
    return table
  }
}

extension Chunk {
  /// Whether both decode to the same rows; at once where they are one and the same.
  fileprivate func isSame(as other: Chunk) -> Bool {
    codec == other.codec && body == other.body && rowCount == other.rowCount
      && firstTime == other.firstTime && lastTime == other.lastTime
      && columnBits == other.columnBits && bytes == other.bytes
  }
}
