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
  /// The pages files, in the order they were made.
  var pagesFiles: [PagesFile]
  /// Parameter names; the index is the column's number.
  var columns: [String]
  /// The index is the ring's number.
  var rings: [Ring]
  /// What the rollups held were made by; empty where none was ever made.
  var rules: [String]

  /// A file of pages.
  struct PagesFile: Hashable {
    var tier: Tier
    var byteCount: Int
  }

  /// A pool's rings.
  struct Ring: Hashable {
    var pool: PoolID
    /// By `Tier.rawValue`; nil only while a store of the first version is being extended.
    var places: [RingPlace?]

    /// Where the ring of `tier` lies.
    ///
    /// - Precondition: the catalog was extended by a plan.
    subscript(tier: Tier) -> RingPlace {
      guard let place = places[Int(tier.rawValue)] else {
        preconditionFailure("a ring without a place")
      }
      return place
    }
  }

  /// The catalog of a new store.
  init(
    plan: Plan, configuration: RingStore.Configuration, rules: [String]
  ) throws(RingStoreError) {
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
      pagesFiles: [], columns: [], rings: [], rules: rules)
    _ = try extend(by: plan, configuration: configuration)
  }

  init(
    generation: UInt64, pageByteCount: Int, journalByteCount: Int, pagesFiles: [PagesFile],
    columns: [String], rings: [Ring], rules: [String]
  ) {
    self.generation = generation
    self.pageByteCount = pageByteCount
    self.journalByteCount = journalByteCount
    self.pagesFiles = pagesFiles
    self.columns = columns
    self.rings = rings
    self.rules = rules
  }

  /// Adds the columns and rings that `plan` has and the catalog has not; the rings of a tier go into a
  /// pages file of their own.
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
    // A page has to hold a row of all parameters: of rollups that nothing makes smaller one takes some
    // hundred bytes.
    guard newColumns.isEmpty || pageByteCount >= 512 + 128 * columns.count
    else { throw .badPageByteCount(pageByteCount) }
    let held = Set(rings.map(\.pool))
    for pool in plan.pools.map(\.id) where !held.contains(pool) {
      rings.append(Ring(pool: pool, places: Tier.allCases.map { _ in nil }))
    }
    let fileCount = pagesFiles.count
    for tier in Tier.allCases { addPlaces(tier, plan: plan, configuration: configuration) }
    guard !newColumns.isEmpty || pagesFiles.count > fileCount else { return false }
    generation += 1
    return true
  }

  /// Gives a place to all rings that have none in `tier`, in a new file.
  private mutating func addPlaces(
    _ tier: Tier, plan: Plan, configuration: RingStore.Configuration
  ) {
    let index = Int(tier.rawValue)
    let slotCount = configuration.slotCount(
      tier, interval: plan.interval, pageByteCount: pageByteCount)
    var offset = PagesFileHeader.byteCount
    for ring in rings.indices where rings[ring].places[index] == nil {
      rings[ring].places[index] = RingPlace(
        file: pagesFiles.count, offset: offset, slotCount: slotCount)
      offset += slotCount * pageByteCount
    }
    guard offset > PagesFileHeader.byteCount else { return }
    pagesFiles.append(PagesFile(tier: tier, byteCount: offset))
  }

  /// The names of the pages files.
  var pagesFileNames: [String] {
    pagesFiles.indices.map { index in
      let tier = pagesFiles[index].tier
      let ordinal = pagesFiles[..<index].count { $0.tier == tier }
      return FileName.pages(tier, ordinal)
    }
  }

  /// The bytes that one copy of the catalog has in its file.
  var copyByteCount: Int { encoded().count.roundedUp(to: FileHeader.blockByteCount) }

  /// All bytes that the store's files have.
  var totalByteCount: Int {
    2 * copyByteCount + journalByteCount + pagesFiles.reduce(0) { $0 + $1.byteCount }
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

  /// Where one of the two copies in `storage` is damaged; nil when both are the same.
  static func damagedCopyOffset(in storage: any Storage) throws(RingStoreError) -> Int? {
    guard let file = try storage.file(FileName.catalog) else { return nil }
    let bytes = try file.bytes(file.byteCount, at: 0)
    let half = bytes.count / 2
    guard bytes[..<half] != bytes[half...] else { return nil }
    return Catalog(bytes) == nil ? 0 : half
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

  /// Takes the place of the catalog in `storage`.
  func replace(in storage: any Storage) throws(RingStoreError) {
    try storage.discard(FileName.newCatalog)
    try write(to: storage, as: FileName.newCatalog)
    try storage.move(FileName.newCatalog, to: FileName.catalog)
  }
}

extension RingStore.Configuration {
  /// The slots of a ring of `tier`: its retention ÷ interval × the assumed bytes of a row.
  ///
  /// A page more because the newest is not full, two more as spares; at least four.
  func slotCount(_ tier: Tier, interval: Duration, pageByteCount: Int) -> Int {
    let rowSeconds = tier.bucketSeconds ?? max(interval.inSeconds, 0.001)
    let rows = (retention(of: tier).inSeconds / rowSeconds).rounded(.up)
    let pages = rows * Double(assumedByteCount(tier)) / Double(pageByteCount - PageHeader.byteCount)
    return max(4, Int(pages.rounded(.up)) + 3)
  }

  /// The bytes that a ring of `tier` in a new store has for rows, its two spare slots apart.
  ///
  /// - Parameters:
  ///   - tier: what kind of rows.
  ///   - interval: the plan's time between two readings.
  /// - Returns: a whole number of pages.
  public func byteCapacity(of tier: Tier, interval: Duration) -> Int {
    (slotCount(tier, interval: interval, pageByteCount: pageByteCount) - 2) * pageByteCount
  }

  private func assumedByteCount(_ tier: Tier) -> Int {
    switch tier {
    case .raw, .minute: assumedRowByteCount
    case .hour: assumedHourByteCount ?? 12 * assumedRowByteCount
    case .day: assumedDayByteCount ?? 20 * assumedRowByteCount
    }
  }

  /// How long the ring of `tier` is to hold rows.
  public func retention(of tier: Tier) -> Duration {
    switch tier {
    case .raw: retention
    case .minute: minuteRetention ?? retention
    case .hour: hourRetention ?? max(retention, .seconds(3650 * 86_400))
    case .day: dayRetention ?? max(retention, .seconds(3650 * 86_400))
    }
  }
}

extension Tier {
  /// The usual length of a bucket; nil for raw rows.
  var bucketSeconds: Double? {
    switch self {
    case .raw: nil
    case .minute: 60
    case .hour: 3600
    case .day: 86_400
    }
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
