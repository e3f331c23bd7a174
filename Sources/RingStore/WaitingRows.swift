/// Rows that the journal holds durably and that the open pages lack yet.
///
/// Many at once, ring by ring, they cost a fraction of what each by itself would: the pools of a fleet
/// lie too far apart in memory to be visited for a single row. Whoever looks at a ring has them applied
/// first. Judgement takes its rows from here, too, as long as they wait.
struct WaitingRows {
  /// Where the journal has a record, and its rows here.
  private struct Record {
    var start: UInt64
    var end: UInt64
    var rows: Range<Int>
  }

  /// The rows, in the order they were committed.
  private(set) var batch = RowBatch()
  private var records: [Record] = []
  /// Memory for the rows to come while others are taken; empty.
  private var spare = RowBatch()
  /// The newest time of each ring of which rows wait, those included; `Int64.min` where none does.
  private var newestTimes: [Int64]
  /// As many `Int64.min`, for when what waits is taken.
  private var noTimes: [Int64]
  /// By ring; zeros but while rows are sorted.
  private var counts: [Int]

  /// So many rows are applied together: some for each ring of a fleet of a thousand, and two
  /// megabytes.
  static let rowLimit = 32_768

  init(ringCount: Int) {
    newestTimes = Array(repeating: .min, count: ringCount)
    noTimes = newestTimes
    counts = Array(repeating: 0, count: ringCount)
  }

  var isEmpty: Bool { batch.isEmpty }

  /// The newest time of the ring numbered `ring`; `Int64.min` when nothing of it waits.
  func newestTime(ring: Int) -> Int64 { newestTimes[ring] }

  /// Takes rows that a record holds.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - record: where the record before theirs ends, and theirs; nil when they are not to be found by
  ///     that.
  ///   - storedTime: the newest time of a ring of which nothing waits; `Int64.min` when there is none.
  mutating func append(
    _ rows: RowBatch, record: Range<UInt64>?, storedTime: (_ ring: Int) -> Int64
  ) {
    let first = batch.rows.count
    batch.append(rows)
    for row in rows.rows {
      let ring = Int(row.ring)
      var newest = newestTimes[ring]
      if newest == .min { newest = storedTime(ring) }
      newestTimes[ring] = max(newest, row.time)
    }
    if let record {
      records.append(
        Record(
          start: record.lowerBound, end: record.upperBound, rows: first..<batch.rows.count))
    }
  }

  /// The rows of the record after `position`, and its end; nil when they do not wait here.
  func record(after position: UInt64) -> (rows: Range<Int>, end: UInt64)? {
    var low = 0
    var high = records.count
    while low < high {
      let middle = (low + high) / 2
      if records[middle].start < position { low = middle + 1 } else { high = middle }
    }
    guard low < records.count, records[low].start == position else { return nil }
    return (records[low].rows, records[low].end)
  }

  // MARK: Applying

  /// Gives away everything; its memory is to be given back with `recycle`.
  mutating func take() -> RowTaking {
    let order = sorted()
    records.removeAll(keepingCapacity: true)
    var taken = RowBatch()
    swap(&taken, &spare)
    swap(&taken, &batch)
    var times: [Int64] = []
    swap(&times, &newestTimes)
    // Of two takings at a time there are none: these were given back.
    swap(&newestTimes, &noTimes)
    return RowTaking(taken, order: order, newestTimes: times)
  }

  /// Takes back the memory of what was taken.
  mutating func recycle(_ taken: inout RowBatch, _ times: inout [Int64], _ order: RingOrder) {
    taken.removeAll()
    if batch.isEmpty { swap(&taken, &batch) } else { swap(&taken, &spare) }
    for ring in order.rings { times[ring] = .min }
    swap(&noTimes, &times)
  }

  /// The rows ring by ring.
  private mutating func sorted() -> RingOrder {
    var order = RingOrder()
    for row in batch.rows {
      let ring = Int(row.ring)
      if counts[ring] == 0 { order.rings.append(ring) }
      counts[ring] += 1
    }
    order.ends.reserveCapacity(order.rings.count)
    var next = 0
    for ring in order.rings {
      let count = counts[ring]
      counts[ring] = next
      next += count
      order.ends.append(next)
    }
    order.rows = Array(repeating: 0, count: next)
    for (index, row) in batch.rows.enumerated() {
      let ring = Int(row.ring)
      order.rows[counts[ring]] = Int32(index)
      counts[ring] += 1
    }
    for ring in order.rings { counts[ring] = 0 }
    return order
  }
}

/// The rows of a batch ring by ring, of each ring in the order they came.
struct RingOrder {
  /// The rings that have rows.
  var rings: [Int] = []
  /// Beside each ring, where its rows end in `rows`.
  var ends: [Int] = []
  /// Indices of rows.
  var rows: [Int32] = []

  /// Where in `rows` those of the ring at `place` of `rings` are.
  func range(at place: Int) -> Range<Int> { (place == 0 ? 0 : ends[place - 1])..<ends[place] }
}
