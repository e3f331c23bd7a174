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
  /// What the bodies of quick chunks take of that.
  private var quickByteCount = 0
  /// What the pages sealed so far teach about those to come.
  private var experience = Experience()

  /// More rows than that are never sealed into one page, so that reading it stays cheap.
  static var rowLimit: Int { 32_768 }
  /// So often it is tried how many rows fill a page; twice is usual.
  private static var attemptLimit: Int { 8 }
  /// More chunks are packed together, so that reading them stays cheap.
  private static var chunkLimit: Int { 128 }

  /// What is guessed about packing for size.
  ///
  /// It costs two to five times what packing quickly does: each row is to go through it once, when
  /// there are enough for a page.
  private struct Experience {
    /// What one row of the newest chunk takes: what the unpacked rows are expected to.
    var rowByteCount = 16
    /// What the bodies of quick chunks shrink to when they are packed for size.
    private(set) var sealedShare = 0.5
    /// What chunks that were packed for size, or that no packing makes smaller, shrink to when joined.
    var joinedShare = 1.0

    /// Notes that it came out so many times as large as expected.
    mutating func adjust(by factor: Double) {
      sealedShare = min(1, max(1.0 / 16, sealedShare * factor))
    }
  }

  /// No rows.
  init() {}

  /// The rows of `chunks`, as found in a page.
  init(chunks: [Chunk]) {
    self.chunks = chunks
    measure()
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
      + (rows > 0 ? rows * experience.rowByteCount + 2 * ChunkList.entryByteCount : 0)
  }

  /// What everything is expected to take packed for size.
  private var sealedByteCount: Int {
    let quick = quickByteCount + (tail.rowCount + late.rowCount) * experience.rowByteCount
    return chunkByteCount - chunks.count * ChunkList.entryByteCount - quickByteCount
      + Int(Double(quick) * experience.sealedShare)
  }

  /// Lets `take` join a row at `time` to the unpacked rows.
  mutating func take(at time: Int64, _ take: (inout Content) -> Void) {
    if time >= tailStart { take(&tail) } else { take(&late) }
  }

  /// Rows from here on go to `tail`, those before to `late`.
  ///
  /// So no time is in both, and it does not matter which of them is packed first.
  var tailStart: Int64 {
    if tail.rowCount > 0 { return tail.firstTime }
    guard let last = chunks.last?.lastTime else { return .min }
    return last == .max ? last : last + 1
  }

  /// Packs unpacked rows when there are many, and gives back the pages that became full: each a body
  /// of its rows, in order.
  ///
  /// The newest row always stays.
  mutating func settle(pageByteCount: Int) -> [Chunk] {
    let capacity = pageByteCount - PageHeader.byteCount
    // Somewhat more than a page, so that it becomes full where less was expected.
    let enough = capacity + capacity / 32
    if tail.rowCount >= Content.tailRowLimit, sealedByteCount <= enough {
      pack(tail.rowCount - Content.tailRowsKept)
    }
    if late.rowCount >= Content.tailRowLimit { packLate() }
    guard sealedByteCount > enough || chunks.count > Self.chunkLimit else { return [] }
    return compact(capacity: capacity, isForced: false)
  }

  /// Everything as coded chunks that fit into one page, for a checkpoint.
  ///
  /// Where they do not fit, pages are sealed first and given back.
  mutating func image(pageByteCount: Int) -> (sealed: [Chunk], chunks: [Chunk]) {
    let capacity = pageByteCount - PageHeader.byteCount
    if let chunks = listed(capacity) { return ([], chunks) }
    if sealedByteCount + 8 * ChunkList.entryByteCount < capacity {
      packQuickChunks()
      if let chunks = listed(capacity) { return ([], chunks) }
    }
    var sealed = compact(capacity: capacity, isForced: true)
    if let chunks = listed(capacity) { return (sealed, chunks) }
    // In the smallest pages one row can take more than the room that was left for it.
    sealed += chunks
    chunks = []
    measure()
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
    appendQuickly(Chunk(tail, 0..<count, effort: .quick))
    // What has grown far is not to keep its room.
    if count > 2 * Content.tailRowLimit {
      tail = tail.part(count..<tail.rowCount)
    } else {
      tail.removeFirst(count)
    }
  }

  private mutating func packLate() {
    appendQuickly(Chunk(late, 0..<late.rowCount, effort: .quick))
    late = Content()
  }

  private mutating func appendQuickly(_ chunk: Chunk) {
    append(chunk)
    experience.rowByteCount = max(1, chunk.body.count / chunk.rowCount)
  }

  private mutating func append(_ chunk: Chunk) {
    chunks.append(chunk)
    chunkByteCount += chunk.listedByteCount
    if !chunk.isSmall { quickByteCount += chunk.body.count }
  }

  /// Packs the quick chunks at the end together, for size.
  private mutating func packQuickChunks() {
    let first = chunks.lastIndex { $0.isSmall }.map { $0 + 1 } ?? 0
    guard first < chunks.count else { return }
    let table = joined(from: first)
    let chunk = Chunk(table, 0..<table.rowCount, effort: Content.sealEffort)
    let expected = chunks[first...].reduce(0) { $0 + $1.body.count }
    chunks.removeLast(chunks.count - first)
    chunks.append(chunk)
    experience.adjust(by: Double(chunk.body.count) / (Double(expected) * experience.sealedShare))
    measure()
  }

  private mutating func measure() {
    chunkByteCount = chunks.reduce(0) { $0 + $1.listedByteCount }
    quickByteCount = chunks.reduce(0) { $0 + ($1.isSmall ? 0 : $1.body.count) }
  }

  /// The rows of the chunks from `first` on.
  ///
  /// Chunks in memory were coded here or have been checked when they were loaded: one that cannot be
  /// decoded all the same is left out by `load`, never found here.
  private func joined(from first: Int = 0) -> Content {
    var table = Content()
    for chunk in chunks[first...] {
      guard let part = Content(chunk) else {
        preconditionFailure("a chunk that cannot be decoded")
      }
      table.merge(part)
    }
    return table
  }

  /// Joins everything, seals what fills pages, and keeps the rest as one chunk and the newest rows.
  private mutating func compact(capacity: Int, isForced: Bool) -> [Chunk] {
    var all = joined()
    all.merge(late)
    all.merge(tail)
    // What is learnt here is about quick chunks where most are such.
    let isOfQuick = 2 * quickByteCount > chunkByteCount
    let expected = Double(sealedByteCount) / Double(all.rowCount)
    var rowSize = isOfQuick ? expected : expected * experience.joinedShare
    let known = experience
    self = OpenPage()
    experience = known
    var sealed: [Chunk] = []
    while all.rowCount > 1 {
      // What is far from filling a page is packed for size when there is more; for an image, where
      // few rows packed quickly may take more than a page has, at once.
      if !isForced, !sealed.isEmpty, Double(all.rowCount) * rowSize < Double(capacity / 4) { break }
      let chunk = longestChunk(of: all, expecting: rowSize, capacity: capacity)
      let size = Double(chunk.body.count) / Double(chunk.rowCount)
      if chunk.isSmall, rowSize > 0, isOfQuick {
        experience.adjust(by: size / rowSize)
      } else if chunk.isSmall, expected > 0, sealed.isEmpty {
        experience.joinedShare = min(1.25, max(0.5, size / expected))
      }
      rowSize = size
      let isAll = chunk.rowCount == all.rowCount - 1
      all = all.part(chunk.rowCount..<all.rowCount)
      var spare = capacity / Content.spareShare
      if isForced, isAll {
        // Also full is a page where the newest row would have no place beside the others.
        spare = max(spare, Chunk(all, 0..<all.rowCount, effort: .quick).listedByteCount)
      }
      if !isAll || ChunkList.fixedByteCount + chunk.listedByteCount > capacity - spare {
        sealed.append(chunk)
      } else {
        append(chunk)
        break
      }
    }
    tail = all
    if tail.rowCount >= Content.tailRowLimit { pack(tail.rowCount - Content.tailRowsKept) }
    return sealed
  }

  /// As many of the first rows of `all` as fit a page, coded; the newest row is never among them.
  ///
  /// A row is expected to take `size` bytes: what that says is tried first.
  private func longestChunk(
    of all: Content, expecting size: Double, capacity: Int
  ) -> Chunk {
    let limit = min(all.rowCount - 1, Self.rowLimit)
    func rowsFitting(_ size: Double, below: Int) -> Int {
      max(1, min(below, Int(min(Double(capacity) / size * 0.998, Double(Self.rowLimit)))))
    }
    var count = rowsFitting(size, below: limit)
    var tooMany = limit + 1
    var best: Chunk?
    for attempt in 1... {
      let chunk = Chunk(all, 0..<count, effort: Content.sealEffort)
      if chunk.body.count > capacity, count > 1 {
        tooMany = count
      } else {
        best = chunk
        let isFullEnough = capacity - chunk.body.count < capacity / (3 * Content.spareShare)
        if isFullEnough || count == tooMany - 1 { return chunk }
      }
      let size = Double(chunk.body.count) / Double(count)
      var next = rowsFitting(size, below: tooMany - 1)
      if let best {
        if attempt >= Self.attemptLimit || tooMany - best.rowCount < 2 { return best }
        // Many rows take less each than few.
        if next <= best.rowCount { next = (best.rowCount + tooMany) / 2 }
      }
      count = next
    }
    preconditionFailure("fewer rows always take less until one is left")
  }
}
