/// What was appended since the last commit: in memory alone, and forgotten by `undo`.
///
/// A row that is newer than all staged ones of its ring costs no search. The slow path, for other rows,
/// takes each staged row into two dictionaries once, when it is first asked about the row's ring.
struct StagedBatch {
  /// What is staged of a ring.
  private struct Ring {
    var newestTime: Int64 = 0
    /// Its last row; rows are numbered on and on over all batches, so an old number says that nothing
    /// is staged.
    var lastRow = -1
    /// The last of its rows that is in the dictionaries.
    var indexedRow = -1
  }
  /// A row of a ring.
  private struct RowKey: Hashable {
    var ring: Int
    var time: Int64
  }
  /// A column of a ring.
  private struct SeriesKey: Hashable {
    var ring: Int
    var column: UInt8
  }

  /// The rows in the order they were begun; those without a value are left out.
  private(set) var batch = RowBatch()
  /// By their numbers.
  private var rings: [Ring] = []
  /// The number of the batch's first row.
  private var firstRow = 0
  /// Beside each row of the batch, the number of the row before it of the same ring.
  private var previousRows: [Int] = []
  /// The row that has begun and has no value yet.
  private var begun: RowKey?

  /// The last part of each indexed row, as an index of the batch's rows.
  private var lastParts: [RowKey: Int] = [:]
  /// Beside an indexed part, the part of the same row before it.
  private var previousParts: [Int: Int] = [:]
  private var newestTimes: [SeriesKey: Int64] = [:]
  private var unindexed: [Int] = []

  var isEmpty: Bool { batch.isEmpty }

  /// The bytes that the record's body never exceeds, a multiple of 8.
  var bodyByteLimit: Int {
    RowBatch.compactByteLimit(rows: batch.rows.count, values: batch.values.count).roundedUp(to: 8)
  }

  // MARK: Asking

  /// The newest staged time of the ring numbered `ring`; nil when there is none.
  func newestTime(ring: Int) -> Int64? { staged(ring)?.newestTime }

  /// The newest staged time of a column; nil when there is none.
  ///
  /// The slow path: needless for a row that is newer than all of its ring.
  mutating func newestTime(ring: Int, column: UInt8) -> Int64? {
    index(ring)
    let known = newestTimes[SeriesKey(ring: ring, column: column)]
    guard let last = batch.rows.last, last.ring == ring,
      batch.values(ofRow: batch.rows.count - 1).contains(where: { $0.column == column })
    else { return known }
    return max(known ?? .min, last.time)
  }

  /// The staged cell of `column` in a row, its parts joined; nil when there is none.
  ///
  /// The slow path: needless for a row that is newer than all of its ring.
  mutating func cell(_ column: UInt8, ring: Int, time: Int64) -> Cell? {
    var joined: Cell?
    for part in parts(ofRing: ring, at: time) {
      for value in batch.values(ofRow: part).reversed() where value.column == column {
        var cell = value.cell
        if let joined { cell.join(joined) }
        joined = cell
      }
    }
    return joined
  }

  /// The batch's parts of a row, the last staged first, as indices.
  private mutating func parts(ofRing ring: Int, at time: Int64) -> [Int] {
    index(ring)
    var parts: [Int] = []
    if let last = batch.rows.last, last.ring == ring, last.time == time {
      parts.append(batch.rows.count - 1)
    }
    var part = lastParts[RowKey(ring: ring, time: time)]
    while let known = part {
      parts.append(known)
      part = previousParts[known]
    }
    return parts
  }

  /// Gives the batch's rows of a ring to `body`, the newest staged first, as indices.
  func forEachRow(ofRing ring: Int, _ body: (Int) -> Void) {
    guard let known = staged(ring) else { return }
    var row = known.lastRow
    while row >= firstRow {
      body(row - firstRow)
      row = previousRows[row - firstRow]
    }
  }

  /// Gives the staged value of `column` in a row another flag; false when none is staged.
  mutating func setFlag(_ flag: UInt8, column: UInt8, ring: Int, time: Int64) -> Bool {
    var isStaged = false
    for part in parts(ofRing: ring, at: time)
    where batch.setFlag(flag, column: column, ofRow: part) {
      isStaged = true
    }
    return isStaged
  }

  private func staged(_ ring: Int) -> Ring? {
    guard ring < rings.count, rings[ring].lastRow >= firstRow else { return nil }
    return rings[ring]
  }

  /// Takes the ring's rows into the dictionaries but for the batch's last one, which may grow yet.
  private mutating func index(_ ring: Int) {
    guard let known = staged(ring) else { return }
    var row = known.lastRow
    if row == firstRow + batch.rows.count - 1 { row = previousRows[row - firstRow] }
    rings[ring].indexedRow = row
    while row >= firstRow, row > known.indexedRow {
      unindexed.append(row - firstRow)
      row = previousRows[row - firstRow]
    }
    while let part = unindexed.popLast() {
      let time = batch.rows[part].time
      if let known = lastParts.updateValue(part, forKey: RowKey(ring: ring, time: time)) {
        previousParts[part] = known
      }
      for value in batch.values(ofRow: part) {
        let series = SeriesKey(ring: ring, column: value.column)
        newestTimes[series] = max(newestTimes[series] ?? .min, time)
      }
    }
  }

  // MARK: Staging

  /// Begins a row, or another part of one; it is staged with its first value.
  mutating func beginRow(ring: Int, time: Int64) {
    begun = RowKey(ring: ring, time: time)
  }

  /// Stages a value of the row that was begun last.
  ///
  /// - Precondition: a row was begun since `removeAll`.
  mutating func add(_ value: StoredValue) {
    if let row = begun {
      stage(row)
    } else if let last = batch.rows.last, last.valueCount == RowBatch.valueLimit {
      stage(RowKey(ring: Int(last.ring), time: last.time))
    }
    batch.append(value)
  }

  /// Stages a row with `count` values, 1 to 64, that `value` gives one by one.
  @inline(__always)
  mutating func addRow(ring: Int, time: Int64, count: Int, _ value: (Int) -> StoredValue) {
    begun = nil
    note(RowKey(ring: ring, time: time))
    batch.append(ring: ring, time: time, count: count, value)
  }

  @inline(__always)
  private mutating func stage(_ row: RowKey) {
    begun = nil
    note(row)
    batch.append(ring: row.ring, time: row.time)
  }

  /// Notes that the next row of the batch is a part of `row`.
  @inline(__always)
  private mutating func note(_ row: RowKey) {
    while row.ring >= rings.count { rings.append(Ring()) }
    let number = firstRow + batch.rows.count
    var ring = rings[row.ring]
    let isFirst = ring.lastRow < firstRow
    previousRows.append(ring.lastRow)
    ring.newestTime = isFirst ? row.time : max(ring.newestTime, row.time)
    ring.lastRow = number
    rings[row.ring] = ring
  }

  /// Forgets everything and keeps the memory.
  mutating func removeAll() {
    firstRow += batch.rows.count
    batch.removeAll()
    previousRows.removeAll(keepingCapacity: true)
    begun = nil
    guard !lastParts.isEmpty else { return }
    lastParts.removeAll(keepingCapacity: true)
    previousParts.removeAll(keepingCapacity: true)
    newestTimes.removeAll(keepingCapacity: true)
  }
}
