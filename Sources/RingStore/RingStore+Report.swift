public import PoolModel

/// How much of one pool a tier holds.
public struct TierReport: Hashable, Sendable {
  /// The pool.
  public var pool: PoolID
  /// What kind of rows.
  public var tier: Tier
  /// The pages that the ring can hold, its two spare ones apart.
  public var pageCapacity: Int
  /// Sealed pages held, and the open page when it has rows.
  public var pageCount: Int
  /// Bytes that those pages can take.
  public var byteCapacity: Int
  /// Bytes of pages that hold rows: sealed ones as they are allocated, the open one as far as it is
  /// filled.
  public var usedByteCount: Int
  /// Sealed pages.
  public var sealedPageCount: Int
  /// Rows in sealed pages.
  public var sealedRowCount: Int
  /// Values in sealed pages; those of pages of the first version are not counted.
  public var sealedValueCount: Int
  /// Rows held; a row in parts counts for each.
  public var rowCount: Int
  /// Values held; those of pages of the first version are not counted.
  public var valueCount: Int
  /// The bytes that its pages could take if none of the ring's slots were lost.
  public var wholeByteCapacity: Int
  /// The rows that a sealed page has in the middle.
  ///
  /// As many pages have more as have fewer; 0 without any.
  public var medianPageRowCount: Int
  /// Whether damage that there is has lost pages of it.
  ///
  /// What was lost before the store was written anew takes no room.
  public var hasLosses: Bool
  /// The oldest row's time; nil without any.
  public var oldest: Timestamp?
  /// The newest row's time, of rollups the beginning of its bucket; nil without any.
  public var newest: Timestamp?
}

/// How much room a tier is given.
public struct TierSize: Hashable, Sendable {
  /// What kind of rows.
  public var tier: Tier
  /// Pages of a pool's ring, spares included.
  public var pagesPerPool: Int
  /// Bytes of all pools.
  public var byteCount: Int
}

/// What the files of a store take.
public struct StoreSize: Hashable, Sendable {
  /// By tier, raw rows first.
  public var tiers: [TierSize]
  /// Bytes of the journal.
  public var journalByteCount: Int
  /// Bytes of the catalog.
  public var catalogByteCount: Int

  /// All bytes.
  public var byteCount: Int {
    tiers.reduce(journalByteCount + catalogByteCount) { $0 + $1.byteCount }
  }
}

extension RingStore {
  /// What a new store for `plan` will take.
  ///
  /// - Throws: `badPageByteCount`, `badJournalByteCount`, `tooManyParameters`.
  public static func sizes(
    plan: Plan, configuration: Configuration, rules: RollupRules? = nil
  ) throws(RingStoreError) -> StoreSize {
    let rules = rules ?? RollupRules(plan: plan, profiles: [])
    let catalog = try Catalog(
      plan: plan, configuration: configuration, rules: rules.stored(plan: plan))
    return StoreSize(
      tiers: Tier.allCases.map { tier in
        TierSize(
          tier: tier,
          pagesPerPool: configuration.slotCount(
            tier, interval: plan.interval, pageByteCount: catalog.pageByteCount),
          byteCount: catalog.pagesFiles.lazy.filter { $0.tier == tier }
            .reduce(0) { $0 + $1.byteCount })
      },
      journalByteCount: catalog.journalByteCount, catalogByteCount: 2 * catalog.copyByteCount)
  }

  /// What the store will take when it is written anew, with its pools that left the plan.
  ///
  /// - Throws: `badPageByteCount`, `badJournalByteCount`, `tooManyParameters`.
  public func sizesAnew(_ configuration: Configuration) throws(RingStoreError) -> StoreSize {
    try Self.sizes(plan: wholePlan, configuration: configuration, rules: rules)
  }

  /// Whether the store has the sizes that one made now would have: of pages, journal and every ring.
  ///
  /// - Throws: `badPageByteCount`, `badJournalByteCount`, `tooManyParameters`.
  public func isSized(by configuration: Configuration) throws(RingStoreError) -> Bool {
    let new = try Catalog(
      plan: wholePlan, configuration: configuration, rules: rules.stored(plan: plan))
    guard new.pageByteCount == catalog.pageByteCount,
      new.journalByteCount == catalog.journalByteCount
    else { return false }
    let rings = Dictionary(catalog.rings.map { ($0.pool, $0) }) { first, _ in first }
    return new.rings.allSatisfy { ring in
      Tier.allCases.allSatisfy { rings[ring.pool]?[$0].slotCount == ring[$0].slotCount }
    }
  }

  /// How much of `pool` each tier holds, raw rows first.
  ///
  /// Costs a walk over the pool's pages in memory.
  public func report(of pool: PoolNumber) -> [TierReport] {
    let ring = rings[numbers.rings[pool.index]]
    return [report(.raw, ring.raw)] + Tier.rollups.map { report($0, ring.rollups($0)) }
  }

  private func report<Content>(_ tier: Tier, _ ring: PageRing<Content>) -> TierReport {
    let open = ring.open.isEmpty ? 0 : 1
    let sealedRows = ring.pages.reduce(0) { $0 + Int($1.rowCount) }
    let sealedValues = ring.pages.reduce(0) { $0 + Int($1.valueCount) }
    return TierReport(
      pool: ring.pool, tier: tier, pageCapacity: ring.pageLimit,
      pageCount: ring.pages.count + open, byteCapacity: ring.pageLimit * catalog.pageByteCount,
      usedByteCount: ring.pages.count * catalog.pageByteCount
        + open * (PageHeader.byteCount + ring.open.byteCount),
      sealedPageCount: ring.pages.count, sealedRowCount: sealedRows,
      sealedValueCount: sealedValues, rowCount: sealedRows + ring.open.rowCount,
      valueCount: sealedValues + ring.open.valueCount,
      wholeByteCapacity: max(2, ring.place.slotCount - 2) * catalog.pageByteCount,
      medianPageRowCount: Self.median(ring.pages.map { Int($0.rowCount) }),
      hasLosses: !ring.lostSlots.isEmpty || !foundLosses(of: ring).isEmpty,
      oldest: ring.firstTime.map { Timestamp(milliseconds: $0) },
      newest: ring.lastTime.map { Timestamp(milliseconds: $0) })
  }

  private static func median(_ counts: [Int]) -> Int {
    counts.isEmpty ? 0 : counts.sorted()[counts.count / 2]
  }
}
