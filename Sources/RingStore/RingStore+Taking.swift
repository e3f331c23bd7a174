import PoolModel

/// Rows on their way from the journal into the open pages.
extension RingStore {
  /// Takes rows that the journal holds durably: into the open pages as soon as anybody looks at them, or
  /// when many wait.
  ///
  /// - Parameters:
  ///   - batch: the rows.
  ///   - record: where the record before theirs ends and theirs ends; nil when nobody is to judge them.
  func take(_ batch: RowBatch, record: Range<UInt64>?) {
    // Before and not after: judgement finds the newest ones still waiting.
    if waiting.batch.rows.count + batch.rows.count > WaitingRows.rowLimit { beginTaking() }
    waiting.append(batch, record: record) { self.newestTime(notWaiting: $0) }
  }

  /// Takes what waits into the open pages, and seals those that are full.
  func applyWaiting() {
    finishTaking()
    guard !waiting.isEmpty else { return }
    let taking = waiting.take()
    let (order, take) = (taking.order, taking.taker(rings: ringsBehind, pageByteCount))
    taking.sealedCounts =
      taking.isWorthSharing ? workers.map(order.rings.count, take) : order.rings.indices.map(take)
    adopt(taking)
  }

  /// Lets another thread take what waits into the open pages, when there is one and it is worth it.
  private func beginTaking() {
    finishTaking()
    let taking = waiting.take()
    let take = taking.taker(rings: ringsBehind, pageByteCount)
    guard taking.isWorthSharing else {
      taking.sealedCounts = taking.order.rings.indices.map(take)
      return adopt(taking)
    }
    self.taking = taking
    workers.begin(.taking) { taking.sealedCounts = taking.order.rings.indices.map(take) }
  }

  /// Waits until all is in the open pages that another thread takes there, if one does.
  func finishTaking() {
    guard let taking else { return }
    workers.finish(.taking)
    self.taking = nil
    adopt(taking)
  }

  /// Counts the pages that were sealed, and gives up those that have no place any more.
  private func adopt(_ taking: RowTaking) {
    // First of all: what follows may look at rings and so take what waits by now.
    waiting.recycle(taking)
    for (ring, count) in zip(taking.order.rings, taking.sealedCounts) {
      waitingPageCount += count
      giveUpExcess(of: ringsBehind[ring])
    }
  }

  /// The newest time of a ring in the store; `Int64.min` when there is none.
  ///
  /// Of a ring that another thread changes now that of the rows it takes.
  func newestTime(ofRing number: Int) -> Int64 {
    let time = waiting.newestTime(ring: number)
    return time == .min ? newestTime(notWaiting: number) : time
  }

  private func newestTime(notWaiting number: Int) -> Int64 {
    taking?.newestTime(ring: number) ?? ringsBehind[number].newestTime ?? .min
  }

  private var pageByteCount: Int { catalog.pageByteCount }
}

/// Rows that go into the open pages together, ring by ring.
///
/// While another thread has it nobody else touches `sealedCounts`, or the rings that `order` names.
final class RowTaking {
  /// The rows.
  fileprivate(set) var batch: RowBatch
  let order: RingOrder
  /// By ring, the newest time of its rows; `Int64.min` where there are none.
  fileprivate(set) var newestTimes: [Int64]
  /// Beside each ring of `order`, the pages that were sealed.
  fileprivate(set) var sealedCounts: [Int] = []

  init(_ batch: RowBatch, order: RingOrder, newestTimes: [Int64]) {
    self.batch = batch
    self.order = order
    self.newestTimes = newestTimes
  }

  /// The newest time of the rows of a ring; nil where there are none.
  func newestTime(ring: Int) -> Int64? {
    newestTimes[ring] == .min ? nil : newestTimes[ring]
  }

  /// What takes the rows of the ring at a place of `order`, and says how many pages were sealed.
  fileprivate func taker(rings: [PoolRing], _ pageByteCount: Int) -> (Int) -> Int {
    // The batch itself stays here alone, so that its memory can be used again.
    { place in
      rings[self.order.rings[place]].take(
        self.order.rows[self.order.range(at: place)], of: self.batch,
        pageByteCount: pageByteCount)
    }
  }

  /// Whether other threads are worth their waking.
  ///
  /// Fewer rows are taken sooner than one wakes up; and of a few rows a ring, fetching the ring into another core's
  /// cache costs more than is won: 20,000 pools took a quarter more time.
  fileprivate var isWorthSharing: Bool {
    order.rows.count >= max(Self.sharedRowCount, Self.sharedRowsPerRing * order.rings.count)
  }

  private static let sharedRowCount = 2048
  private static let sharedRowsPerRing = 8
}

extension WaitingRows {
  /// Takes back the memory of what was taken.
  fileprivate mutating func recycle(_ taking: RowTaking) {
    recycle(&taking.batch, &taking.newestTimes, taking.order)
  }
}
