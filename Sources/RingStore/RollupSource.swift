/// What answers to questions about one pool are made from.
///
/// Everything is merged already: of a bucket in several pages the one that holds, of a time in several
/// parts the joined row. What is held may begin at another time in each tier.
protocol RollupSource {
  /// From the oldest bucket's start or row to the end of the newest bucket or 1 ms after the newest row,
  /// of all tiers, in milliseconds; nil when nothing is held.
  ///
  /// May be wider, at the cost of looking where nothing is.
  var held: Range<Int64>? { get }

  /// The times whose rows a tier gives as they ought to be now; empty where it has none.
  ///
  /// Not asked for `raw`. Buckets outside are made from the next finer tier, so they may be told as
  /// outside whenever the tier's row does not hold (no more, or not yet).
  func rolled(_ tier: Tier) -> Range<Int64>

  /// The cells of a tier, ascending by start.
  ///
  /// - Parameters:
  ///   - tier: not `raw`.
  ///   - column: the column on disk.
  ///   - parts: what is wanted of the cells; more may be given.
  ///   - from: the start of a bucket in `rolled`.
  ///   - to: the start or end of a bucket in `rolled`.
  /// - Returns: the cells of the buckets in `from` ..< `to` that have one.
  /// - Throws: `storage` when a page cannot be read.
  func cells(
    _ tier: Tier, column: UInt8, parts: RollupParts, from: Int64, to: Int64
  ) throws(RingStoreError) -> [RolledCell]

  /// The raw rows of a column in `from` ..< `to`, ascending by time.
  ///
  /// Rows without a value may be among them, with flag 0.
  func rows(column: UInt8, from: Int64, to: Int64) throws(RingStoreError) -> RawRows
}

/// A cell with the start of its bucket or of the part of one that it stands for.
struct RolledCell: Hashable, Sendable {
  /// Milliseconds since the epoch.
  var start: Int64
  var cell: RollupCell
}

/// Raw rows of one column.
struct RawRows {
  /// Milliseconds since the epoch, ascending.
  var times: [Int64]
  /// As long as `times`.
  var column: PageTable.Column
  /// The rows that are meant; the others are not looked at.
  var rows: Range<Int>
}
