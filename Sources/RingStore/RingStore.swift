public import PoolModel

/// The time-series store: rings of pages per planned pool, of raw rows and of rollups, and a journal.
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
    /// How long a ring of raw rows holds rows at the plan's interval, if they take
    /// `assumedRowByteCount` each.
    public var retention: Duration
    /// The same for the rollups per minute; nil is as long as raw rows.
    public var minuteRetention: Duration?
    /// The same for the rollups per hour; nil is ten years, or as long as raw rows if that is longer.
    public var hourRetention: Duration?
    /// The same for the rollups per day; nil is ten years, or as long as raw rows if that is longer.
    public var dayRetention: Duration?
    /// Bytes of a page: a power of two, 1,024 … 1,048,576.
    public var pageByteCount: Int
    /// Bytes of the journal, at least 65,536; nil sizes it for an hour of the plan's rate, at least
    /// 4 MiB.
    public var journalByteCount: Int?
    /// What a packed raw row, and one of a minute, is taken to need, in bytes.
    ///
    /// Three parameters of ordinary sensors need 1 to 3 bytes a raw row and up to 8 a minute.
    public var assumedRowByteCount: Int
    /// What a packed row of an hour is taken to need; nil is twelve times `assumedRowByteCount`.
    ///
    /// Three parameters of ordinary sensors need 60 to 90 bytes: an hour differs from the next in all it
    /// has.
    public var assumedHourByteCount: Int?
    /// The same of a day; nil is twenty times `assumedRowByteCount`.
    public var assumedDayByteCount: Int?

    /// A store that holds `retention`.
    public init(
      retention: Duration, minuteRetention: Duration? = nil, hourRetention: Duration? = nil,
      dayRetention: Duration? = nil, pageByteCount: Int = 8192, journalByteCount: Int? = nil,
      assumedRowByteCount: Int = 8, assumedHourByteCount: Int? = nil,
      assumedDayByteCount: Int? = nil
    ) {
      self.retention = retention
      self.minuteRetention = minuteRetention
      self.hourRetention = hourRetention
      self.dayRetention = dayRetention
      self.pageByteCount = pageByteCount
      self.journalByteCount = journalByteCount
      self.assumedRowByteCount = assumedRowByteCount
      self.assumedHourByteCount = assumedHourByteCount
      self.assumedDayByteCount = assumedDayByteCount
    }
  }

  /// The bytes that a new store for `plan` allocates; 0 where opening refuses the configuration.
  public static func requiredByteCount(
    plan: Plan, configuration: Configuration, rules: RollupRules? = nil
  ) -> Int {
    let lines = (rules ?? RollupRules(plan: plan, profiles: [])).stored(plan: plan)
    // What is wrong with the configuration is said by opening, which is what follows.
    return (try? Catalog(plan: plan, configuration: configuration, rules: lines))?.totalByteCount
      ?? 0
  }

  /// What opening found.
  public internal(set) var recovery = RecoveryReport()
  /// Pages found damaged so far, those of `recovery` first.
  ///
  /// Their rows are lost, all others served.
  public internal(set) var damagedPages: [DamagedPage] = [] {
    didSet { sortDamagedPages() }
  }
  /// The same by pool.
  var damagedPagesByPool: [PoolID: [DamagedPage]] = [:]
  /// How many of `damagedPages` are in it.
  var sortedDamageCount = 0
  /// The times of the rows that were in them, or between which these were, where that is known.
  var lostTimes: [DamagedPage: Gap] = [:]
  /// How often a full journal moved its tail past records that were not judged.
  public internal(set) var tailForced = 0
  /// Checkpoints that failed.
  ///
  /// Nothing is lost by it as long as the journal has room.
  public internal(set) var failedCheckpointCount = 0
  /// Why the last checkpoint failed; nil when it did not.
  public internal(set) var checkpointError: RingStoreError?

  /// Whether a page that the disk refuses to read is left out and noted in `damagedPages`, like a damaged
  /// one.
  ///
  /// Otherwise reading it throws, so that no answer lacks rows, and nothing is rolled without them,
  /// because of a refusal that passes. For whoever reads everything once, to save what can be.
  public var leavesOutUnreadablePages = false

  /// Who takes new rows into the pages, rolls and codes them, ring by ring.
  ///
  /// What is written, and in which order, is the same whoever it is.
  public var workers: any Workers = CallerAlone()

  /// Whether nothing but raw rows is asked for: then no rollups are made anew of changed rules.
  let readsRowsAlone: Bool
  let plan: Plan
  var rules: RollupRules
  let storage: any Storage
  var catalog: Catalog { didSet { fileByteCount = catalog.totalByteCount } }
  /// All bytes of the files; coding the catalog to know them takes time.
  private var fileByteCount: Int
  let pageFiles: [any StorageFile]
  let journal: Journal
  /// All rings, which may lack what waits, and of which another thread may change those of `taking`.
  let ringsBehind: [PoolRing]
  /// What the journal holds and the rings lack.
  var waiting: WaitingRows
  /// What another thread takes into the rings; nil while none does.
  var taking: RowTaking?
  let numbers: PlanNumbers
  var staged = StagedBatch()
  var calendar: BucketCalendar
  var cache = PageCache()
  var openChunks = OpenChunkCache()
  var scratch = ColumnScratch()
  var judged: UInt64
  /// Whether rollups come from elsewhere, as while the store is written from another one.
  var isRollingSuspended = false
  /// Sealed rows wait in memory for a checkpoint: at most so many bytes of pages, and what rolling one
  /// pool brings.
  var unwrittenByteLimit = 16 << 20
  /// Pages sealed since the last checkpoint, whose rows wait in memory.
  var waitingPageCount = 0
  /// No checkpoint is tried by itself before the journal has grown to here: set after a failure.
  var nextCheckpoint: UInt64 = 0
  /// Whether somebody copies the files, and whether a checkpoint could not wait for that.
  var hold = CheckpointHold.none
  /// Where `scrub` goes on; nil before it has begun.
  var scrubCursor: ScrubCursor?
  /// How many pools have `coveredHours`.
  var coveredHoursCount = 0
  /// The rings of retired pools that `adopt` has taken rows into.
  var retiredRingsAdopted: Set<Int> = []
  /// The journal record being written, kept for its capacity.
  var record: [UInt8] = []

  /// Opens the store in `storage`; creates what is missing, and recovers from whatever crash was
  /// last.
  ///
  /// Reads the header of every page, and the open pages. Pools and parameters that are new in `plan`
  /// get their rings and columns; those that left it keep theirs. Where the rules differ from those
  /// that the rollups were made by, all that can be is rolled again from the raw rows, which takes
  /// time.
  ///
  /// - Parameters:
  ///   - plan: what is to be watched.
  ///   - configuration: how large a new store, or what joins, is made.
  ///   - rules: what rollups are made by; nil counts no limits.
  ///   - readsRowsAlone: whether nothing but raw rows will be asked for: rollups of changed rules stay as
  ///     they are then, which saves time and memory.
  ///   - storage: the store's directory.
  /// - Throws: `RingStoreError`; nothing was overwritten then that a store holds.
  public init(
    plan: Plan, configuration: Configuration, rules: RollupRules? = nil,
    readsRowsAlone: Bool = false, storage: any Storage
  ) throws(RingStoreError) {
    let rules = rules ?? RollupRules(plan: plan, profiles: [])
    let files = try StoreFiles(
      storage: storage, plan: plan, configuration: configuration,
      rules: rules.stored(plan: plan))
    self.readsRowsAlone = readsRowsAlone
    self.plan = plan
    self.rules = rules.keeping(files.catalog.rules, plan: plan)
    self.storage = storage
    catalog = files.catalog
    fileByteCount = files.catalog.totalByteCount
    pageFiles = files.pages
    journal = try Journal(opening: files.journal)
    let columnCount = files.catalog.columns.count
    ringsBehind = files.catalog.rings.enumerated().map { number, ring in
      PoolRing(number: number, ring: ring, columnCount: columnCount)
    }
    waiting = WaitingRows(ringCount: files.catalog.rings.count)
    numbers = PlanNumbers(plan: plan, catalog: files.catalog)
    calendar = BucketCalendar(zone: rules.zone)
    judged = 0
    recovery.isCreated = files.isCreated
    recovery.damagedHeaders = files.damagedHeaders
    try recover()
  }

  /// Everything held of each pool, by number.
  var rings: [PoolRing] {
    if taking != nil || !waiting.isEmpty { applyWaiting() }
    return ringsBehind
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
    var occupancy = StoreOccupancy(
      byteCount: fileByteCount, pageCapacity: 0, pageCount: 0,
      journalCapacity: Int(journal.capacity), journalByteCount: Int(journal.end - journal.tail),
      pageByteCount: catalog.pageByteCount)
    for ring in rings {
      occupancy.add(ring.raw)
      for tier in ring.rollups { occupancy.add(tier) }
    }
    return occupancy
  }
}

extension StoreOccupancy {
  fileprivate mutating func add<Content>(_ ring: PageRing<Content>) {
    pageCapacity += ring.place.slotCount
    pageCount += ring.pages.count + (ring.open.isEmpty ? 0 : 1)
  }
}
