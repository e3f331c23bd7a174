public import PoolModel

/// Lets no venue take more than its share of the intake: a bucket of rows for each.
///
/// A bucket holds the rows that the plan expects of the venue in 72 h (or as configured), at least
/// 10,000, and is full at the start. It fills at twice the plan's rate, by the monotonic clock. So a gateway that empties its
/// buffer of three days while it goes on to send passes whole. At the plan's rate alone the live rows
/// would take all that flows in: a bucket once emptied would stay empty, and a clock that is a little
/// fast, or one message sent twice, would cost readings for ever after; at twice the rate it is full again
/// after three days. A venue that sends more all the time fills its own rings alone, and costs the
/// intake no more than two venues do.
///
/// Exact: what is in a bucket is counted in whole milliseconds of an interval. Constant memory a venue;
/// what a batch changes is written down once for each of its venues, so that `undo` can put it back.
public struct Throttle: Sendable {
  private let venues: [String]
  /// What a row takes out of a bucket: the interval in milliseconds.
  private let rowCost: Int64
  private var buckets: [RowBucket]
  /// The venues whose rows found no place lately; a subset of all.
  private var throttled: Set<Int> = []
  private var batch: UInt64 = 1
  private var saved: [(venue: Int, bucket: RowBucket)] = []

  /// Full buckets for the venues of `plan`, each of so many rows as the plan expects in `burst`.
  public init(plan: Plan, burst: Duration = .seconds(72 * 3600)) {
    let rowCost = max(1, plan.interval.wholeMilliseconds)
    var poolCounts = Array(repeating: Int64(0), count: plan.venues.count)
    for pool in plan.pools { poolCounts[pool.venue] += 1 }
    self.rowCost = rowCost
    venues = plan.venues.map(\.id)
    buckets = poolCounts.map { poolCount in
      // The plan's rows of a span are poolCount × span ÷ interval.
      let capacity = max(Self.leastRowCount * rowCost, poolCount * burst.wholeMilliseconds)
      return RowBucket(level: capacity, capacity: capacity, rate: Self.rateFactor * poolCount)
    }
  }

  /// Takes the places of `rows` rows of one venue, as many as there are.
  ///
  /// - Parameters:
  ///   - venue: its index in the plan.
  ///   - rows: how many rows have come, 0 or more.
  ///   - now: when they came; the monotonic clock counts.
  /// - Returns: how many of them may pass, the first ones; refuse the others as `throttled`.
  public mutating func take(venue: Int, rows: Int, now: Moment) -> Int {
    precondition(rows >= 0, "a number of rows is not negative")
    keep(venue)
    let passing = buckets[venue].pass(rows, rowCost: rowCost, now: now.monotonic)
    if passing < rows { refuse(rows - passing, of: venue, now: now) }
    return passing
  }

  /// Gives back nine of ten places that rows took which were there already.
  ///
  /// To look them up is what they cost. A gateway that sends its buffer again after a lost line must not
  /// lose live readings by it; one that does nothing else all the time is throttled in the end.
  ///
  /// - Parameters:
  ///   - venue: its index in the plan.
  ///   - duplicates: how many of the rows that passed brought nothing new.
  public mutating func giveBack(venue: Int, duplicates: Int) {
    precondition(duplicates >= 0, "a number of rows is not negative")
    keep(venue)
    let cost = Int64(duplicates) * rowCost
    buckets[venue].level = min(buckets[venue].capacity, buckets[venue].level + cost - cost / 10)
  }

  /// How many rows of the venue at index `venue` found no place since the start.
  public func refusedRowCount(of venue: Int) -> Int { buckets[venue].refusedRowCount }

  /// How many rows the bucket of the venue at index `venue` can hold.
  public func capacity(of venue: Int) -> Int { Int(buckets[venue].capacity / rowCost) }

  /// Makes the batch's changes last: call it when the batch is durable.
  public mutating func commit() {
    batch += 1
    saved.removeAll(keepingCapacity: true)
  }

  /// Puts back what was taken since the last `commit` or `undo`: the same rows will come again.
  public mutating func undo() {
    for (venue, bucket) in saved {
      buckets[venue] = bucket
      if bucket.spellStart == nil { throttled.remove(venue) } else { throttled.insert(venue) }
    }
    commit()
  }

  /// The venues whose rows found no place within the last ten minutes, in the order of the plan.
  ///
  /// Call it now and then, between two batches: it ends the spells that are over, for good.
  public mutating func throttledVenues(now: Moment) -> [ThrottledVenue] {
    for venue in throttled {
      guard let newest = buckets[venue].newestRefusal,
        now.monotonic - newest.monotonic < Self.spellSilence
      else {
        buckets[venue].spellStart = nil
        buckets[venue].spellRowCount = 0
        throttled.remove(venue)
        continue
      }
    }
    return throttled.sorted().compactMap { venue in
      buckets[venue].spellStart.map {
        ThrottledVenue(
          venue: venues[venue], refusedRowCount: buckets[venue].spellRowCount, since: $0.wall)
      }
    }
  }

  /// The buckets of another plan: a venue that both plans have lacks as many rows as before, up to a
  /// whole bucket.
  ///
  /// Call it between two batches.
  public func replanned(plan: Plan, burst: Duration = .seconds(72 * 3600)) -> Throttle {
    precondition(saved.isEmpty, "a plan is replaced between two batches")
    var throttle = Throttle(plan: plan, burst: burst)
    let former = Dictionary(
      venues.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for venue in throttle.venues.indices {
      guard let index = former[throttle.venues[venue]] else { continue }
      let old = buckets[index]
      let lacking = (old.capacity - old.level) / rowCost * throttle.rowCost
      throttle.buckets[venue].level = max(0, throttle.buckets[venue].capacity - lacking)
      throttle.buckets[venue].time = old.time
      throttle.buckets[venue].refusedRowCount = old.refusedRowCount
      throttle.buckets[venue].spellRowCount = old.spellRowCount
      throttle.buckets[venue].spellStart = old.spellStart
      throttle.buckets[venue].newestRefusal = old.newestRefusal
      if old.spellStart != nil { throttle.throttled.insert(venue) }
    }
    return throttle
  }

  private mutating func refuse(_ rows: Int, of venue: Int, now: Moment) {
    buckets[venue].refusedRowCount += rows
    buckets[venue].spellRowCount += rows
    buckets[venue].newestRefusal = now
    if buckets[venue].spellStart == nil { buckets[venue].spellStart = now }
    throttled.insert(venue)
  }

  private mutating func keep(_ venue: Int) {
    guard buckets[venue].batch != batch else { return }
    saved.append((venue, buckets[venue]))
    buckets[venue].batch = batch
  }

  /// Venues of few rows may send some thousand at once all the same, such as a night of seconds.
  static let leastRowCount: Int64 = 10_000
  /// How much faster a bucket fills than the plan empties it.
  static let rateFactor: Int64 = 2
  /// Without a refused row for so long a spell is over.
  public static let spellSilence: Duration = .seconds(600)
}

/// A venue that sends more than it may.
public struct ThrottledVenue: Hashable, Sendable {
  /// The venue's id.
  public let venue: String
  /// The rows refused in this spell.
  public let refusedRowCount: Int
  /// When the first of them came, by our wall clock.
  public let since: Timestamp
}
