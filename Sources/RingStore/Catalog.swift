import PoolModel

/// What the store's files are: page size, columns and rings, with the numbers they have on disk.
///
/// Numbers never change and are never given again: a pool or a parameter that leaves the plan keeps
/// its own, and finds its history when it returns. The catalog is never changed in place; a new one
/// is written beside it and takes its name.
struct Catalog: Hashable {
  var generation: UInt64
  var pageByteCount: Int
  var journalByteCount: Int
  /// One per pages file.
  var pagesByteCounts: [Int]
  /// Parameter names; the index is the column's number.
  var columns: [String]
  /// The index is the ring's number.
  var rings: [Ring]

  /// A pool's ring.
  struct Ring: Hashable {
    var pool: PoolID
    var place: RingPlace
  }

  /// The catalog of a new store.
  init(plan: Plan, configuration: RingStore.Configuration) throws(RingStoreError) {
    let pageByteCount = configuration.pageByteCount
    guard (1024...1_048_576).contains(pageByteCount), pageByteCount & (pageByteCount - 1) == 0
    else { throw .badPageByteCount(pageByteCount) }
    let journalByteCount =
      configuration.journalByteCount ?? JournalLayout.defaultByteCount(plan: plan)
    guard journalByteCount >= JournalLayout.smallestByteCount
    else { throw .badJournalByteCount(journalByteCount) }
    self.init(
      generation: 0, pageByteCount: pageByteCount,
      journalByteCount: journalByteCount.roundedUp(to: FileHeader.blockByteCount),
      pagesByteCounts: [], columns: [], rings: [])
    _ = try extend(by: plan, configuration: configuration)
  }

  init(
    generation: UInt64, pageByteCount: Int, journalByteCount: Int, pagesByteCounts: [Int],
    columns: [String], rings: [Ring]
  ) {
    self.generation = generation
    self.pageByteCount = pageByteCount
    self.journalByteCount = journalByteCount
    self.pagesByteCounts = pagesByteCounts
    self.columns = columns
    self.rings = rings
  }

  /// Adds the columns and rings that `plan` has and the catalog has not; rings go into a pages file
  /// of their own.
  ///
  /// Gives back whether anything was added.
  mutating func extend(
    by plan: Plan, configuration: RingStore.Configuration
  ) throws(RingStoreError) -> Bool {
    let known = Set(columns)
    let newColumns = plan.parameters.map(\.name).filter { !known.contains($0) }
    guard columns.count + newColumns.count <= 64
    else { throw .tooManyParameters(columns.count + newColumns.count) }
    columns += newColumns
    let held = Set(rings.map(\.pool))
    let newPools = plan.pools.map(\.id).filter { !held.contains($0) }
    if !newPools.isEmpty {
      let slotCount = Self.slotCount(
        plan: plan, retention: configuration.retention, pageByteCount: pageByteCount)
      var offset = PagesFileHeader.byteCount
      for pool in newPools {
        let place = RingPlace(
          file: pagesByteCounts.count, offset: offset, slotCount: slotCount)
        rings.append(Ring(pool: pool, place: place))
        offset += slotCount * pageByteCount
      }
      pagesByteCounts.append(offset)
    }
    guard !newColumns.isEmpty || !newPools.isEmpty else { return false }
    generation += 1
    return true
  }

  /// The slots of a ring that holds `retention` of rows with all required parameters.
  ///
  /// A page more because the newest is not full, two more as spares; at least four.
  static func slotCount(plan: Plan, retention: Duration, pageByteCount: Int) -> Int {
    let columns = max(1, plan.required.count)
    // (8 + 10 c) bytes and c presence bits a row.
    let rowBits = 64 + 81 * columns
    let rowsPerPage = max(1, (pageByteCount - PageHeader.byteCount - columns) * 8 / rowBits)
    let rows = (retention.inSeconds / max(plan.interval.inSeconds, 0.001)).rounded(.up)
    return max(4, Int((rows / Double(rowsPerPage)).rounded(.up)) + 3)
  }

  /// The bytes that one copy of the catalog has in its file.
  private var copyByteCount: Int { encoded().count.roundedUp(to: FileHeader.blockByteCount) }

  /// All bytes that the store's files have.
  var totalByteCount: Int {
    2 * copyByteCount + journalByteCount + pagesByteCounts.reduce(0, +)
  }

  /// The catalog in `storage`; nil when there is no file of it.
  static func read(from storage: any Storage) throws(RingStoreError) -> Catalog? {
    guard let file = try storage.file(FileName.catalog) else { return nil }
    guard file.byteCount >= 2 * fixedByteCount else { throw .foreignFile(FileName.catalog) }
    let bytes = try file.bytes(file.byteCount, at: 0)
    let copies = [bytes, Array(bytes[(bytes.count / 2)...])]
    if let catalog = copies.lazy.compactMap({ Catalog($0) }).first { return catalog }
    throw FileHeader.refusal(
      copies.map { Array($0[..<12]) }, magic: magic, file: FileName.catalog)
  }

  /// Writes the catalog as `name`, durably.
  func write(to storage: any Storage, as name: String) throws(RingStoreError) {
    let bytes = encoded()
    let half = copyByteCount
    let file = try storage.make(name, byteCount: 2 * half)
    try file.put(bytes, at: 0)
    try file.put(bytes, at: half)
    try file.settle()
  }
}

extension Storage {
  /// Opens the file `name`; nil when there is none.
  func file(_ name: String) throws(RingStoreError) -> (any StorageFile)? {
    do { return try open(name) } catch { throw .storage(error) }
  }

  /// Creates `name` with `byteCount` zero bytes.
  func make(_ name: String, byteCount: Int) throws(RingStoreError) -> any StorageFile {
    do { return try create(name, byteCount: byteCount) } catch { throw .storage(error) }
  }

  /// Gives `source` the name `target`.
  func move(_ source: String, to target: String) throws(RingStoreError) {
    do { try rename(source, to: target) } catch { throw .storage(error) }
  }

  /// Removes the file `name` if it is there.
  func discard(_ name: String) throws(RingStoreError) {
    do { try remove(name) } catch { throw .storage(error) }
  }

  /// The names of the files there are.
  func names() throws(RingStoreError) -> Set<String> {
    do { return Set(try fileNames()) } catch { throw .storage(error) }
  }
}
