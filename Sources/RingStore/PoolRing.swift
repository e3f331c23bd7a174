import PoolModel

/// Everything held of one pool: its raw rows, its rollups, and the newest value of each column.
final class PoolRing {
  /// The ring's number in the catalog.
  let number: Int
  /// Whose rows these are.
  let pool: PoolID
  /// The raw rows.
  let raw: PageRing<PageTable>
  /// The rollups per minute, hour and day.
  let rollups: [PageRing<RollupTable>]
  /// The newest cell of each column, by column number; as many as the catalog has columns.
  var latest: [Latest?]
  /// The newest row; nil when there is none.
  private(set) var newestTime: Int64?
  /// Up to where the rollups of each tier, by its place in `rollups`, say what the raw rows say; the
  /// buckets of `stale` excepted.
  var rolled: [Int64] = [.min, .min, .min]
  /// Stretches of time before `rolled` whose raw rows have changed since they were rolled.
  var stale = TimeRanges()
  /// Stretches of time that could not be rolled because a page could not be read: tried again with the
  /// next ones.
  var unread = TimeRanges()
  /// From when its rollups are those of rules that were changed; nil when they are those in force.
  var changedSince: Int64?
  /// The stretch after the newest raw row, where rollups say that there were more; nil where they do
  /// not.
  var lostEnd: Range<Int64>?
  /// The end of what is held, raw or rolled; nil when nothing is.
  var heldEnd: Int64? {
    let end = lostEnd?.upperBound
    return newestTime.map { max($0 + 1, end ?? .min) } ?? end
  }
  /// What became of rows that the pages held do not tell, as the catalog keeps it.
  var notes = PoolNotes()
  /// When the readings of the last hours asked for came; nil where nobody asked since they changed.
  var coveredHours: CoveredHours?

  /// The newest value of a column.
  struct Latest: Hashable {
    var time: Int64
    var cell: Cell
  }

  init(number: Int, ring: Catalog.Ring, columnCount: Int) {
    self.number = number
    pool = ring.pool
    raw = PageRing(number: number, pool: ring.pool, place: ring[.raw])
    rollups = Tier.rollups.map { PageRing(number: number, pool: ring.pool, place: ring[$0]) }
    latest = Array(repeating: nil, count: columnCount)
  }

  /// The ring of a tier of rollups.
  func rollups(_ tier: Tier) -> PageRing<RollupTable> { rollups[tier.rollupIndex] }

  /// Takes rows, or parts of rows, that the journal holds durably, in the order they came.
  func join(_ rows: ArraySlice<Int32>, of batch: RowBatch) {
    var rest = rows
    while let first = rest.first {
      let count = append(rest, of: batch)
      if count > 0 {
        rest.removeFirst(count)
      } else {
        join(batch.values(ofRow: Int(first)), at: batch.rows[Int(first)].time)
        rest.removeFirst()
      }
    }
  }

  /// Takes the first of `rows` that come in order and have a value of every column there is; gives back
  /// how many they are.
  private func append(_ rows: ArraySlice<Int32>, of batch: RowBatch) -> Int {
    guard let first = rows.first else { return 0 }
    let time = batch.rows[Int(first)].time
    guard time > newestTime ?? .min, time >= rolled[0], raw.open.tail.rowCount > 0,
      time >= raw.open.tail.firstTime
    else { return 0 }
    var count = 0
    raw.take(at: time) { count = $0.append(rows, of: batch) }
    guard count > 0 else { return 0 }
    let last = Int(rows[rows.startIndex + count - 1])
    let lastTime = batch.rows[last].time
    for value in batch.values(ofRow: last) {
      latest[Int(value.column)] = Latest(time: lastTime, cell: value.cell)
    }
    newestTime = lastTime
    return count
  }

  /// Takes a row, or a part of one, that the journal holds durably.
  private func join(_ values: ArraySlice<StoredValue>, at time: Int64) {
    raw.take(at: time) { $0.join(values, at: time) }
    for value in values { noteLatest(value, at: time) }
    if time < rolled[0] { stale.insert(time..<time + 1) }
    newestTime = max(newestTime ?? .min, time)
  }

  /// Keeps `value` when it is its column's newest.
  private func noteLatest(_ value: StoredValue, at time: Int64) {
    let column = Int(value.column)
    if let known = latest[column], time <= known.time {
      if time == known.time { latest[column]?.cell.join(value.cell) }
      return
    }
    latest[column] = Latest(time: time, cell: value.cell)
  }

  /// Notes what the newest values are after pages came or went.
  func setLatest(_ values: [Latest?]) {
    latest = values
    newestTime = values.lazy.compactMap { $0?.time }.max()
  }

  /// Notes that there is, or may be, a row at `time`.
  func noteNewest(_ time: Int64) { newestTime = max(newestTime ?? .min, time) }
}

extension Tier {
  /// The tiers that are made from raw rows, finest first.
  static let rollups: [Tier] = [.minute, .hour, .day]
  /// The tier's place among `rollups`.
  var rollupIndex: Int { Int(rawValue) - 1 }
}

extension Range<Int64> {
  /// All times there can be, with room for arithmetic.
  static let everything = Int64.min / 2..<Int64.max / 2
}

/// Stretches of time, disjoint and ascending.
struct TimeRanges: Hashable {
  private(set) var ranges: [Range<Int64>] = []

  var isEmpty: Bool { ranges.isEmpty }

  /// Whether it is not known which times it is about: a page that nothing is known of was lost.
  var hasUnknown: Bool { ranges.first?.lowerBound == Range.everything.lowerBound }

  /// Adds `range`, joining those that it touches or that lie within a minute of it: a rollup covers
  /// more than a row, and a gateway's buffer comes as one stretch.
  mutating func insert(_ range: Range<Int64>) {
    let slack: Int64 = 60_000
    if let last = ranges.last, range.lowerBound >= last.lowerBound,
      range.lowerBound <= last.upperBound &+ slack
    {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      return
    }
    let first = ranges.firstIndex { $0.upperBound &+ slack >= range.lowerBound } ?? ranges.count
    var joined = range
    var end = first
    while end < ranges.count, ranges[end].lowerBound <= joined.upperBound &+ slack {
      joined =
        min(
          joined.lowerBound, ranges[end].lowerBound)..<max(
          joined.upperBound, ranges[end].upperBound)
      end += 1
    }
    ranges.replaceSubrange(first..<end, with: [joined])
  }

  mutating func removeAll() { ranges.removeAll() }
}
