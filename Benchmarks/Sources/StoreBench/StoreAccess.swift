import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// Everything that the benchmarks ask of the store's public API beside `latest`, `append`, `commit` and
/// `checkpoint`, in one place.
enum StoreAccess {
  /// Bytes of a page's header, as docs/store.md draws it.
  static let pageHeaderByteCount = 128

  /// A store whose tiers all hold `days` days, with pages of the default size.
  static func configuration(days: Double) -> RingStore.Configuration {
    let span = Duration.seconds(days * 86_400)
    return RingStore.Configuration(
      retention: span, minuteRetention: span, hourRetention: span, dayRetention: span)
  }

  /// Opens or creates a store that holds `days` days, with the threads that the daemon gives it.
  static func open(plan: Plan, days: Double, storage: any Storage) throws -> RingStore {
    let store = try RingStore(
      plan: plan, configuration: configuration(days: days),
      rules: RollupRules(plan: plan, profiles: []), storage: storage)
    store.workers = WorkerThreads.forThisMachine()
    return store
  }

  /// The bytes that a store of `plan` for `days` days would have.
  static func byteCount(plan: Plan, days: Double) -> Int {
    RingStore.requiredByteCount(
      plan: plan, configuration: configuration(days: days),
      rules: RollupRules(plan: plan, profiles: []))
  }

  /// How many readings all series of a plan have from `from` up to `to`: out of times and flags of the
  /// raw rows, or out of the coarsest rollups that answer exactly.
  ///
  /// A stretch of n readings lasts n − 1 intervals if none is missing.
  static func receivedCount(
    plan: Plan, from: Timestamp, to: Timestamp, isRaw: Bool, in store: RingStore
  ) throws -> Int {
    let interval = plan.interval.wholeMilliseconds
    let parameters = plan.parameters.indices.map(ParameterNumber.init)
    var count = 0
    for pool in plan.poolNumbersInOrder {
      try store.coverage(
        of: pool, parameters: parameters, from: from, to: to, isRaw: isRaw
      ) { _, stretch in
        guard let first = stretch.first, let last = stretch.last else { return }
        let span = last.milliseconds - first.milliseconds
        count += Int((span + interval / 2) / interval) + 1 - stretch.missingCount
      }
    }
    return count
  }

  /// What the sealed raw pages of all pools take, whole pages.
  struct Sealed {
    var pageCount = 0
    var byteCount = 0
    var pointCount = 0
  }

  /// The sealed raw pages that are held now.
  static func sealed(plan: Plan, in store: RingStore) -> Sealed {
    var sealed = Sealed()
    for pool in plan.poolNumbersInOrder {
      for tier in store.report(of: pool) where tier.tier == .raw {
        sealed.pageCount += tier.sealedPageCount
        sealed.byteCount += tier.sealedPageCount * store.occupancy.pageByteCount
        sealed.pointCount += tier.sealedValueCount
      }
    }
    return sealed
  }

  /// The bytes of all rows as the pages encode them, by tier, without headers and padding.
  ///
  /// Only for a store none of whose pages is sealed: of a sealed page its padding would count.
  static func encodedByteCounts(plan: Plan, in store: RingStore) throws -> [(String, Int)] {
    var counts = [Tier: Int]()
    for pool in plan.poolNumbersInOrder {
      for tier in store.report(of: pool) {
        try require(tier.sealedPageCount == 0, "a day of rows sealed a page")
        let headers = tier.pageCount * pageHeaderByteCount
        counts[tier.tier, default: 0] += tier.usedByteCount - headers
      }
    }
    return counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.name, $0.value) }
  }

  /// How full the raw rings are, 0…1.
  static func fullness(plan: Plan, in store: RingStore) -> Double {
    var used = 0
    var capacity = 0
    for pool in plan.poolNumbersInOrder {
      for tier in store.report(of: pool) where tier.tier == .raw {
        used += tier.pageCount
        capacity += tier.pageCapacity
      }
    }
    return Double(used) / Double(max(1, capacity))
  }
}
