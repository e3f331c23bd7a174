// When readings came, in a rollup page. Mostly all columns got theirs at the same times, so these stand
// once, and a column says what differs. Times are milliseconds after the bucket's start. Lists are those of
// RollupIntegers.swift.
//
// Shared times of the page, one chain a row:
//
//   list  1 where the row has one, else 0; the lists below have an integer for each 1
//   list  first time
//   list  last time less first
//   list  missing readings
//   list  back-filled readings
//
// Chains of a column:
//
//   list  state of each row: 1 has received readings, + 2 has valid ones, + 4 has usable ones
//         for each row with received ones, less the shared one's or 0:
//   list  first time
//   list  last time
//   list  missing readings
//   list  back-filled readings
//         for each row with valid ones:
//   list  first time less that of the received ones
//   list  last time of the received ones less its own
//   list  missing readings less those of the received ones
//
// Limits of a column, for each row with usable ones:
//
//   list  first time less that of the valid ones, or the time where there are none
//   list  last time less that of the valid ones, or the time
//   list  milliseconds out of limits
//   list  1 when the last is out of limits, else 0

/// The sections of a rollup page that say when readings came.
enum RollupChains {
  /// The chain of one row that most columns share.
  struct Shared: Hashable {
    /// 0 where the row has none, as are the others.
    var first: Int64 = 0
    var last: Int64 = 0
    var missing: Int64 = 0
    var backfilled: Int64 = 0
  }

  private static let received: Int64 = 1
  private static let valid: Int64 = 2
  private static let usable: Int64 = 4

  /// The chain of each row's first column that received something; nil where none did.
  static func shared(
    _ columns: [ArraySlice<RollupCell?>], starts: ArraySlice<Int64>
  ) -> [Shared?] {
    zip(starts, starts.indices).map { start, row in
      for column in columns {
        if let cell = column[row], !cell.received.isEmpty {
          return Shared(
            first: cell.received.first &- start, last: cell.received.last &- start,
            missing: cell.received.missing, backfilled: cell.backfilledCount)
        }
      }
      return nil
    }
  }

  /// Appends the section of `shared` to `bytes`.
  static func append(_ shared: [Shared?], to bytes: inout [UInt8], effort: CodecEffort) {
    RollupIntegers.append(shared.map { $0 == nil ? 0 : 1 }, to: &bytes, effort: effort)
    let chains = shared.compactMap { $0 }
    RollupIntegers.append(chains.map(\.first), to: &bytes, effort: effort)
    RollupIntegers.append(chains.map { $0.last &- $0.first }, to: &bytes, effort: effort)
    RollupIntegers.append(chains.map(\.missing), to: &bytes, effort: effort)
    RollupIntegers.append(chains.map(\.backfilled), to: &bytes, effort: effort)
  }

  /// The section's chains, all 0 where a row has none; nil when damaged.
  static func shared(_ bytes: [UInt8], _ range: Range<Int>, rowCount: Int) -> [Shared]? {
    var cursor = ByteCursor(bytes, range)
    var states: [Int64] = []
    guard RollupIntegers.take(rowCount, from: &cursor, of: bytes, into: &states) else { return nil }
    var lists = RollupLists()
    guard lists.take(4, count: states.count { $0 != 0 }, from: &cursor, of: bytes),
      cursor.rest.isEmpty
    else { return nil }
    var index = 0
    return states.map { state in
      if state == 0 { return Shared() }
      defer { index += 1 }
      let first = lists[0][index]
      return Shared(
        first: first, last: first &+ lists[1][index], missing: lists[2][index],
        backfilled: lists[3][index])
    }
  }

  /// Appends the chains of a column to `bytes`.
  static func append(
    _ cells: ArraySlice<RollupCell?>, starts: ArraySlice<Int64>, shared: [Shared?],
    to bytes: inout [UInt8], effort: CodecEffort
  ) {
    let count = cells.count
    let row = cells.startIndex
    let start = starts.startIndex
    var states = [Int64](repeating: 0, count: count)
    // One after another: four lists of received readings, three of valid ones.
    var integers = [Int64](repeating: 0, count: 7 * count)
    var lists = integers.mutableSpan
    var receivedCount = 0
    var validCount = 0
    for index in 0..<count {
      guard let cell = cells[row + index] else { continue }
      var state = cell.usableFirst <= cell.usableLast ? usable : 0
      if !cell.received.isEmpty {
        state |= received
        let shared = shared[index] ?? Shared()
        let start = starts[start + index]
        lists[receivedCount] = cell.received.first &- start &- shared.first
        lists[count + receivedCount] = cell.received.last &- start &- shared.last
        lists[2 * count + receivedCount] = cell.received.missing &- shared.missing
        lists[3 * count + receivedCount] = cell.backfilledCount &- shared.backfilled
        receivedCount += 1
      }
      if !cell.valid.isEmpty {
        state |= valid
        lists[4 * count + validCount] = cell.valid.first &- cell.received.first
        lists[5 * count + validCount] = cell.received.last &- cell.valid.last
        lists[6 * count + validCount] = cell.valid.missing &- cell.received.missing
        validCount += 1
      }
      states[index] = state
    }
    RollupIntegers.append(states, to: &bytes, effort: effort)
    RollupIntegers.append(
      integers, from: 0, stride: count, listCount: 4, count: receivedCount, to: &bytes,
      effort: effort)
    RollupIntegers.append(
      integers, from: 4 * count, stride: count, listCount: 3, count: validCount, to: &bytes,
      effort: effort)
  }

  /// Appends the limits of a column to `bytes`.
  static func appendLimits(
    _ cells: ArraySlice<RollupCell?>, starts: ArraySlice<Int64>, to bytes: inout [UInt8],
    effort: CodecEffort
  ) {
    let count = cells.count
    let row = cells.startIndex
    let start = starts.startIndex
    var integers = [Int64](repeating: 0, count: 4 * count)
    var lists = integers.mutableSpan
    var usableCount = 0
    for index in 0..<count {
      guard let cell = cells[row + index], cell.usableFirst <= cell.usableLast else { continue }
      let start = starts[start + index]
      lists[usableCount] = cell.usableFirst &- (cell.valid.isEmpty ? start : cell.valid.first)
      lists[count + usableCount] =
        cell.usableLast &- (cell.valid.isEmpty ? start : cell.valid.last)
      lists[2 * count + usableCount] = cell.outMilliseconds
      lists[3 * count + usableCount] = cell.isLastOut ? 1 : 0
      usableCount += 1
    }
    RollupIntegers.append(
      integers, from: 0, stride: count, listCount: 4, count: usableCount, to: &bytes,
      effort: effort)
  }

  /// Puts a column's chains into `cells`, one a row; nil when damaged.
  ///
  /// - Returns: the rows with usable readings.
  static func read(
    _ bytes: [UInt8], _ range: Range<Int>, starts: [Int64], shared: [Shared],
    into cells: inout [RollupCell]
  ) -> [Int]? {
    var cursor = ByteCursor(bytes, range)
    var states: [Int64] = []
    guard RollupIntegers.take(starts.count, from: &cursor, of: bytes, into: &states),
      states.allSatisfy({ 0...7 ~= $0 && $0 & (received | valid) != valid })
    else { return nil }
    var chains = RollupLists()
    var valids = RollupLists()
    guard
      chains.take(4, count: states.count { $0 & received != 0 }, from: &cursor, of: bytes),
      valids.take(3, count: states.count { $0 & valid != 0 }, from: &cursor, of: bytes),
      cursor.rest.isEmpty
    else { return nil }
    var usableRows: [Int] = []
    usableRows.reserveCapacity(states.count)
    var index = 0
    var validIndex = 0
    for (row, state) in states.enumerated() where state != 0 {
      var own = RollupCell()
      if state & received != 0 {
        let shared = shared[row]
        own.received.first = starts[row] &+ shared.first &+ chains[0][index]
        own.received.last = starts[row] &+ shared.last &+ chains[1][index]
        own.received.missing = shared.missing &+ chains[2][index]
        own.backfilledCount = shared.backfilled &+ chains[3][index]
        index += 1
      }
      if state & valid != 0 {
        own.valid.first = own.received.first &+ valids[0][validIndex]
        own.valid.last = own.received.last &- valids[1][validIndex]
        own.valid.missing = own.received.missing &+ valids[2][validIndex]
        validIndex += 1
      }
      if state & usable != 0 { usableRows.append(row) }
      guard RollupPage.areChainsSound(own, in: starts[row]) else { return nil }
      cells[row].received = own.received
      cells[row].valid = own.valid
      cells[row].backfilledCount = own.backfilledCount
    }
    return usableRows
  }

  /// Puts a column's limits into the cells of `rows`; false when damaged.
  static func readLimits(
    _ bytes: [UInt8], _ range: Range<Int>, rows: [Int], starts: [Int64],
    into cells: inout [RollupCell]
  ) -> Bool {
    var cursor = ByteCursor(bytes, range)
    var lists = RollupLists()
    guard lists.take(4, count: rows.count, from: &cursor, of: bytes), cursor.rest.isEmpty else {
      return false
    }
    for (index, row) in rows.enumerated() {
      let isSound = setLimits(
        (lists[0][index], lists[1][index], lists[2][index], lists[3][index]), start: starts[row],
        in: &cells[row])
      guard isSound else { return false }
    }
    return true
  }

  @inline(__always)
  private static func setLimits(
    _ limits: (first: Int64, last: Int64, out: Int64, isLastOut: Int64), start: Int64,
    in cell: inout RollupCell
  ) -> Bool {
    let valid = cell.valid
    let first = limits.first &+ (valid.isEmpty ? start : valid.first)
    let last = limits.last &+ (valid.isEmpty ? start : valid.last)
    cell.usableFirst = first
    cell.usableLast = last
    cell.outMilliseconds = limits.out
    cell.isLastOut = limits.isLastOut != 0
    return first <= last && RollupPage.isSound(first, in: start)
      && RollupPage.isSound(last, in: start) && limits.out >= 0
      && limits.out <= RollupPage.countLimit
  }
}

/// Lists of one length, read together.
private struct RollupLists {
  private var lists: [[Int64]] = []

  mutating func take(
    _ listCount: Int, count: Int, from cursor: inout ByteCursor, of bytes: [UInt8]
  ) -> Bool {
    for _ in 0..<listCount {
      var list: [Int64] = []
      guard RollupIntegers.take(count, from: &cursor, of: bytes, into: &list) else { return false }
      lists.append(list)
    }
    return true
  }

  subscript(index: Int) -> [Int64] { lists[index] }
}
