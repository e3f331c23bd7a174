public import PoolModel

/// The time-series store: a ring of raw pages per planned pool, and a journal.
///
/// Rows are staged by `append` and durable when `commit` returns. Everything on disk is allocated when
/// the store is created. A value's identity is pool, parameter and time; the first value stays.
///
/// Not Sendable: the thread that opened it owns it. A store is used by one `RingStore` at a time; the
/// owner holds a lock on the directory.
public final class RingStore {
  /// How large a store is made.
  ///
  /// For a store that is there its own page and journal sizes stay in
  /// force, and the retention holds for pools that join.
  public struct Configuration: Sendable {
    /// How long a ring holds rows of all required parameters at the plan's interval, at least.
    public var retention: Duration
    /// Bytes of a page: a power of two, 1,024 … 1,048,576.
    public var pageByteCount: Int
    /// Bytes of the journal, at least 65,536; nil sizes it for an hour of the plan's rate, at least
    /// 4 MiB.
    public var journalByteCount: Int?

    /// A store that holds `retention`.
    public init(retention: Duration, pageByteCount: Int = 16_384, journalByteCount: Int? = nil) {
      self.retention = retention
      self.pageByteCount = pageByteCount
      self.journalByteCount = journalByteCount
    }
  }

  /// The bytes that a new store for `plan` allocates; 0 where opening refuses the configuration.
  public static func requiredByteCount(plan: Plan, configuration: Configuration) -> Int {
    // What is wrong with the configuration is said by opening, which is what follows.
    (try? Catalog(plan: plan, configuration: configuration))?.totalByteCount ?? 0
  }

  /// What opening found.
  public internal(set) var recovery = RecoveryReport()
  /// Pages found damaged so far, those of `recovery` first.
  ///
  /// Their rows are lost, all others served.
  public internal(set) var damagedPages: [DamagedPage] = []
  /// How often a full journal moved its tail past records that were not judged.
  public internal(set) var tailForced = 0
  /// Checkpoints that failed.
  ///
  /// Nothing is lost by it as long as the journal has room.
  public internal(set) var failedCheckpointCount = 0
  /// Why the last checkpoint failed; nil when it did not.
  public internal(set) var checkpointError: RingStoreError?

  let plan: Plan
  let catalog: Catalog
  let pageFiles: [any StorageFile]
  let journal: Journal
  let rings: [PoolRing]
  let numbers: PlanNumbers
  var staged = StagedBatch()
  var cache = PageCache()
  var judged: UInt64
  /// Pages sealed since the last checkpoint, whose rows wait in memory.
  var waitingPageCount = 0
  /// No checkpoint is tried by itself before the journal has grown to here: set after a failure.
  var nextCheckpoint: UInt64 = 0

  /// Opens the store in `storage`; creates what is missing, and recovers from whatever crash was
  /// last.
  ///
  /// Reads every page once. Pools and parameters that are new in `plan` get their rings and columns;
  /// those that left it keep theirs.
  ///
  /// - Throws: `RingStoreError`; nothing was overwritten then that a store holds.
  public init(
    plan: Plan, configuration: Configuration, storage: any Storage
  ) throws(RingStoreError) {
    let files = try StoreFiles(storage: storage, plan: plan, configuration: configuration)
    self.plan = plan
    catalog = files.catalog
    pageFiles = files.pages
    journal = try Journal(opening: files.journal)
    let columnCount = files.catalog.columns.count
    rings = files.catalog.rings.enumerated().map { number, ring in
      PoolRing(number: number, pool: ring.pool, place: ring.place, columnCount: columnCount)
    }
    numbers = PlanNumbers(plan: plan, catalog: files.catalog)
    judged = 0
    recovery.isCreated = files.isCreated
    try recover()
  }

  /// The wall time of the newest commit; nil when there never was one.
  ///
  /// A clock that stands before it is wrong.
  public var newestCommitTime: Timestamp? {
    journal.commitTime == .min ? nil : Timestamp(milliseconds: journal.commitTime)
  }

  /// The end of the last durable record.
  public var committed: JournalPosition { JournalPosition(byteOffset: journal.end) }

  /// The journal's tail: records before it are not held any more.
  public var oldestHeld: JournalPosition { JournalPosition(byteOffset: journal.tail) }

  /// Allows the tail to move up to `position` at the next checkpoint.
  ///
  /// It never moves back.
  public func release(judgedUpTo position: JournalPosition) {
    judged = min(max(judged, position.byteOffset), journal.end)
  }

  /// How full the store is.
  ///
  /// Costs a walk over all rings.
  public var occupancy: StoreOccupancy {
    StoreOccupancy(
      byteCount: catalog.totalByteCount,
      pageCapacity: rings.reduce(0) { $0 + $1.place.slotCount },
      pageCount: rings.reduce(0) { $0 + $1.pages.count + ($1.open.rowCount > 0 ? 1 : 0) },
      journalCapacity: Int(journal.capacity), journalByteCount: Int(journal.end - journal.tail),
      pageByteCount: catalog.pageByteCount)
  }
}
