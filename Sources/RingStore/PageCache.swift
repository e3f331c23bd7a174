/// The sealed pages read last, decoded: at most `limit`, the one used longest ago goes first.
struct PageCache {
  /// Which page.
  struct Key: Hashable {
    var ring: Int
    var sequence: UInt64
    var generation: UInt64
  }

  /// 32 pages of 16 KiB are about 1 MiB, and enough for a gateway's resent buffer.
  static let limit = 32

  private var tables: [Key: (table: PageTable, use: UInt64)] = [:]
  private var useCount: UInt64 = 0

  /// The page's rows; nil when it is not here.
  mutating func table(_ key: Key) -> PageTable? {
    guard let entry = tables[key] else { return nil }
    useCount += 1
    tables[key]?.use = useCount
    return entry.table
  }

  /// Keeps the page's rows.
  mutating func keep(_ table: PageTable, for key: Key) {
    if tables.count >= Self.limit, let oldest = tables.min(by: { $0.value.use < $1.value.use }) {
      tables[oldest.key] = nil
    }
    useCount += 1
    tables[key] = (table, useCount)
  }
}
