/// The page of a ring that still takes rows: coded chunks, and the newest rows unpacked.
///
/// Chunks are in the order they were made. What is stored of one time in several of them is joined in
/// that order: the rows in `late`, then those in `tail`, come last. Memory: at most a page of chunks,
/// `tailRowLimit` rows and as many late ones.
struct OpenPage<Content: PageContent> {
  private(set) var chunks: [Chunk] = []
  /// The newest rows in order.
  private(set) var tail = Content()
  /// Rows that lie before `tail`, since the last packing.
  private(set) var late = Content()
  /// What the chunks take in a list.
  private(set) var chunkByteCount = 0
  /// What one row of the newest chunk takes: what the unpacked rows are expected to.
  private var rowByteCount = 16

  /// More rows than that are never sealed into one page, so that reading it stays cheap.
  static var rowLimit: Int { 32_768 }
  /// Chunks of a few rows each are packed together at this number: packing for size costs two to five
  /// times what packing quickly does, so each row is to go through it twice and not more.
  private static var quickChunkLimit: Int { 32 }
  /// When a page is packed anew because it is too full, so many quick chunks are worth packing alone.
  private static var quickChunksWorthwhile: Int { 8 }

  /// No rows.
  init() {}

  /// The rows of `chunks`, as found in a page.
  init(chunks: [Chunk]) {
    self.chunks = chunks
    chunkByteCount = chunks.reduce(0) { $0 + $1.listedByteCount }
  }

  /// Rows, or parts of rows.
  var rowCount: Int { chunks.reduce(0) { $0 + $1.rowCount } + tail.rowCount + late.rowCount }
  /// Their values.
  var valueCount: Int {
    chunks.reduce(0) { $0 + $1.valueCount } + tail.valueCount(0..<tail.rowCount)
      + late.valueCount(0..<late.rowCount)
  }
  /// What they are expected to take.
  var byteCount: Int { isEmpty ? 0 : expectedByteCount }
  var isEmpty: Bool { chunks.isEmpty && tail.rowCount == 0 && late.rowCount == 0 }

  /// The first row's time; nil when there is none.
  var firstTime: Int64? {
    var first = chunks.lazy.map(\.firstTime).min()
    if tail.rowCount > 0 { first = min(first ?? .max, tail.firstTime) }
    if late.rowCount > 0 { first = min(first ?? .max, late.firstTime) }
    return first
  }

  /// The newest row's time; nil when there is none.
  var lastTime: Int64? {
    var last = chunks.lazy.map(\.lastTime).max()
    if tail.rowCount > 0 { last = max(last ?? .min, tail.lastTime) }
    if late.rowCount > 0 { last = max(last ?? .min, late.lastTime) }
    return last
  }

  /// What a list of everything is expected to take in a page.
  private var expectedByteCount: Int {
    let rows = tail.rowCount + late.rowCount
    return ChunkList.fixedByteCount + chunkByteCount
      + (rows > 0 ? rows * rowByteCount + 2 * ChunkList.entryByteCount : 0)
  }

  /// Lets `take` join a row at `time` to the unpacked rows.
  mutating func take(at time: Int64, _ take: (inout Content) -> Void) {
    let isInOrder =
      tail.rowCount > 0
      ? time >= tail.firstTime : time > chunks.last.map(\.lastTime) ?? .min
    if isInOrder { take(&tail) } else { take(&late) }
  }

  /// Packs unpacked rows when there are many, and gives back the pages that became full: each a body
  /// of its rows, in order.
  ///
  /// The newest row always stays.
  mutating func settle(pageByteCount: Int) -> [Chunk] {
    if tail.rowCount >= Content.tailRowLimit {
      pack(tail.rowCount - Content.tailRowsKept)
    }
    if late.rowCount >= Content.tailRowLimit { packLate() }
    let capacity = pageByteCount - PageHeader.byteCount
    guard expectedByteCount > capacity || chunks.count > 4 * Self.quickChunkLimit
    else { return [] }
    if packQuickChunks(atLeast: Self.quickChunksWorthwhile), expectedByteCount <= capacity {
      return []
    }
    return compact(capacity: capacity, isForced: false)
  }

  /// Everything as coded chunks that fit into one page, for a checkpoint.
  ///
  /// Where they do not fit, pages are sealed first and given back.
  mutating func image(pageByteCount: Int) -> (sealed: [Chunk], chunks: [Chunk]) {
    let capacity = pageByteCount - PageHeader.byteCount
    if let chunks = listed(capacity) { return ([], chunks) }
    var sealed = compact(capacity: capacity, isForced: true)
    if let chunks = listed(capacity) { return (sealed, chunks) }
    // In the smallest pages one row can take more than the room that was left for it.
    sealed += chunks
    chunks = []
    chunkByteCount = 0
    guard let chunks = listed(capacity) else {
      preconditionFailure("a row that does not fit a page")
    }
    return (sealed, chunks)
  }

  /// All chunks with the unpacked rows as further ones; nil when a page has no room for their list.
  private func listed(_ capacity: Int) -> [Chunk]? {
    var all = chunks
    if late.rowCount > 0 { all.append(Chunk(late, 0..<late.rowCount, effort: .quick)) }
    if tail.rowCount > 0 { all.append(Chunk(tail, 0..<tail.rowCount, effort: .quick)) }
    let byteCount = all.reduce(ChunkList.fixedByteCount) { $0 + $1.listedByteCount }
    return byteCount <= capacity ? all : nil
  }

  // MARK: Packing

  private mutating func pack(_ count: Int) {
    append(Chunk(tail, 0..<count, effort: .quick))
    tail = tail.part(count..<tail.rowCount)
    _ = packQuickChunks(atLeast: Self.quickChunkLimit)
  }

  private mutating func packLate() {
    append(Chunk(late, 0..<late.rowCount, effort: .quick))
    late = Content()
  }

  private mutating func append(_ chunk: Chunk) {
    chunks.append(chunk)
    chunkByteCount += chunk.listedByteCount
    rowByteCount = max(1, chunk.body.count / chunk.rowCount)
  }

  /// Packs the last chunks together when there are `limit` quick ones.
  ///
  /// Gives back whether it did.
  private mutating func packQuickChunks(atLeast limit: Int) -> Bool {
    let quickCount = chunks.reversed().prefix { !$0.isSmall }.count
    guard quickCount >= limit, let table = joined(chunks.count - quickCount) else { return false }
    chunks.removeLast(quickCount)
    let expected = rowByteCount
    append(Chunk(table, 0..<table.rowCount, effort: Content.sealEffort))
    rowByteCount = expected
    chunkByteCount = chunks.reduce(0) { $0 + $1.listedByteCount }
    return true
  }

  /// The rows of the chunks from `index` on.
  ///
  /// Chunks in memory were coded here or have been checked when they were loaded: one that cannot be
  /// decoded all the same is left out by `load`, never found here.
  private func joined(_ index: Int) -> Content? {
    var table = Content()
    for chunk in chunks[index...] {
      guard let part = Content(chunk) else { return nil }
      table.merge(part)
    }
    return table
  }

  /// Joins everything, seals what fills pages, and keeps the rest as one chunk and the newest row.
  private mutating func compact(capacity: Int, isForced: Bool) -> [Chunk] {
    guard var all = joined(0) else { preconditionFailure("a chunk that cannot be decoded") }
    all.merge(late)
    all.merge(tail)
    let expected = rowByteCount
    self = OpenPage()
    rowByteCount = expected
    var sealed: [Chunk] = []
    // Also full is a page where the newest row would have no place beside the others.
    let spare = max(capacity / Content.spareShare, isForced ? 256 : 0)
    while all.rowCount > 1 {
      var count = min(all.rowCount - 1, Self.rowLimit)
      var chunk = Chunk(all, 0..<count, effort: Content.sealEffort)
      while chunk.body.count > capacity, count > 1 {
        let share = Double(capacity) / Double(chunk.body.count)
        count = min(count - 1, max(1, Int(Double(count) * share * 0.997)))
        chunk = Chunk(all, 0..<count, effort: Content.sealEffort)
      }
      let isFull =
        count < all.rowCount - 1
        || ChunkList.fixedByteCount + chunk.listedByteCount > capacity - spare
      all = all.part(count..<all.rowCount)
      if isFull {
        sealed.append(chunk)
      } else {
        append(chunk)
        rowByteCount = expected
        break
      }
    }
    tail = all
    return sealed
  }
}
