import PoolModel

/// The store's open files, created or checked.
struct StoreFiles {
  /// What they are.
  let catalog: Catalog
  /// The pages files, by their index in the catalog.
  let pages: [any StorageFile]
  /// The journal.
  let journal: any StorageFile
  /// Whether the store was created just now.
  let isCreated: Bool
  /// Copies of headers that were damaged, and are written anew from the good ones where the disk lets us.
  let damagedHeaders: [DamagedHeader]

  /// Opens the files in `storage`; creates them where there is no store, and extends them by what
  /// `plan` has beyond them.
  ///
  /// A creation that did not come to its end is begun anew: the file `catalog.creating` tells it
  /// from a store whose catalog is lost.
  init(
    storage: any Storage, plan: Plan, configuration: RingStore.Configuration, rules: [String]
  ) throws(RingStoreError) {
    let names = try storage.names()
    var damagedHeaders: [DamagedHeader] = []
    if let found = try Catalog.read(from: storage) {
      if let offset = try Catalog.damagedCopyOffset(in: storage) {
        damagedHeaders.append(DamagedHeader(file: FileName.catalog, offset: offset))
        // One copy is enough to go on.
        try? found.replace(in: storage)
      }
      catalog = try Self.extended(
        found, storage: storage, plan: plan, configuration: configuration)
      isCreated = false
      if names.contains(FileName.unfinished) { try storage.discard(FileName.unfinished) }
    } else {
      let new = try Catalog(plan: plan, configuration: configuration, rules: rules)
      if names.contains(FileName.unfinished) {
        try Self.discardUnfinished(storage)
      } else if names.contains(FileName.pages(.raw, 0)) || names.contains(FileName.journal) {
        throw .missingFile(FileName.catalog)
      }
      try Self.create(new, storage: storage)
      catalog = new
      isCreated = true
    }
    var pages: [any StorageFile] = []
    for (index, name) in catalog.pagesFileNames.enumerated() {
      let file = try Self.checked(name, byteCount: catalog.pagesFiles[index].byteCount, storage)
      if let offset = try Self.damagedHeaderOffset(file, name: name, index: index, catalog) {
        damagedHeaders.append(DamagedHeader(file: name, offset: offset))
        // One copy is enough to go on.
        try? Self.putHeader(of: file, index: index, catalog)
      }
      pages.append(file)
    }
    self.pages = pages
    self.damagedHeaders = damagedHeaders
    journal = try Self.checked(FileName.journal, byteCount: catalog.journalByteCount, storage)
  }

  private static func checked(
    _ name: String, byteCount: Int, _ storage: any Storage
  ) throws(RingStoreError) -> any StorageFile {
    guard let file = try storage.file(name) else { throw .missingFile(name) }
    guard file.byteCount == byteCount
    else { throw .wrongByteCount(file: name, found: file.byteCount, expected: byteCount) }
    return file
  }

  /// Where one of the two copies of the header of a pages file is damaged; nil when both are good.
  private static func damagedHeaderOffset(
    _ file: any StorageFile, name: String, index: Int, _ catalog: Catalog
  ) throws(RingStoreError) -> Int? {
    let block = FileHeader.blockByteCount
    let tier = catalog.pagesFiles[index].tier
    let copies = [try file.bytes(24, at: 0), try file.bytes(24, at: block)]
    let good = copies.map {
      PagesFileHeader.isValid($0, file: index, tier: tier, pageByteCount: catalog.pageByteCount)
    }
    let refusal = FileHeader.refusal(
      copies, magic: PagesFileHeader.magic(tier), version: PagesFileHeader.version, file: name)
    guard good.contains(true) else { throw refusal }
    // What a newer program wrote is no damage.
    if case .newerFormat = refusal { return nil }
    return good.firstIndex(of: false).map { $0 * block }
  }

  private static func create(_ catalog: Catalog, storage: any Storage) throws(RingStoreError) {
    try catalog.write(to: storage, as: FileName.unfinished)
    do throws(RingStoreError) {
      for index in catalog.pagesFiles.indices {
        try createPages(index, of: catalog, storage: storage)
      }
      let journal = try storage.make(FileName.journal, byteCount: catalog.journalByteCount)
      try Journal.format(journal)
      try storage.move(FileName.unfinished, to: FileName.catalog)
    } catch {
      // What was allocated is given back when the disk lets us. If it does not, the next opening
      // begins anew all the same, and the first failure is the one to report.
      try? discardUnfinished(storage)
      throw error
    }
  }

  private static func createPages(
    _ index: Int, of catalog: Catalog, storage: any Storage
  ) throws(RingStoreError) {
    let made = catalog.pagesFiles[index]
    let file = try storage.make(catalog.pagesFileNames[index], byteCount: made.byteCount)
    try putHeader(of: file, index: index, catalog)
  }

  private static func putHeader(
    of file: any StorageFile, index: Int, _ catalog: Catalog
  ) throws(RingStoreError) {
    try file.put(
      PagesFileHeader.encoded(
        file: index, tier: catalog.pagesFiles[index].tier, pageByteCount: catalog.pageByteCount),
      at: 0)
    try file.settle()
  }

  /// Removes what an unfinished creation left, its mark last.
  private static func discardUnfinished(_ storage: any Storage) throws(RingStoreError) {
    guard try storage.file(FileName.catalog) == nil else { return }
    try storage.discard(FileName.journal)
    for tier in Tier.allCases { try storage.discard(FileName.pages(tier, 0)) }
    try storage.discard(FileName.unfinished)
  }

  /// `found` with what `plan` has beyond it: first the new pages files, then the catalog that names
  /// them.
  private static func extended(
    _ found: Catalog, storage: any Storage, plan: Plan, configuration: RingStore.Configuration
  ) throws(RingStoreError) -> Catalog {
    var catalog = found
    guard try catalog.extend(by: plan, configuration: configuration) else { return found }
    for index in found.pagesFiles.count..<catalog.pagesFiles.count {
      // A file that the catalog in force does not name is the leftover of an extension that did not
      // come to its end: it holds nothing.
      try storage.discard(catalog.pagesFileNames[index])
      try createPages(index, of: catalog, storage: storage)
    }
    try catalog.replace(in: storage)
    return catalog
  }
}
