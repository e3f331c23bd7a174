import PoolModel

/// One pool's raw rows: the sealed pages, the open one, and the newest value of each column.
///
/// Of its slots all but two may hold pages that count. One spare takes the new copy of the open page
/// while the old one is still the only good one; with the second, a copy whose sync failed is made
/// anew in another place.
final class PoolRing {
  /// The ring's number in the catalog.
  let number: Int
  /// Whose rows these are.
  let pool: PoolID
  /// Where its slots are.
  let place: RingPlace
  /// Sealed pages by ascending sequence number.
  var pages: [Page] = []
  /// The rows that are not sealed yet.
  var open = PageTable()
  /// The sequence number that the open page has.
  var openSequence: UInt64 = 0
  /// The slot of the open page's last durable copy; nil when there is none.
  var openSlot: Int?
  /// Whether the open page has rows that no durable copy has.
  var isOpenDirty = false
  /// The newest cell of each column, by column number; as many as the catalog has columns.
  var latest: [Latest?]
  /// The generation that the next written page gets.
  var nextGeneration: UInt64 = 1
  /// Slots that could not be read: never written to again.
  var lostSlots: Set<Int> = []
  /// Where the search for a free slot goes on, so that a copy made anew gets another place.
  var slotCursor = 0

  /// The newest value of a column.
  struct Latest: Hashable {
    var time: Int64
    var cell: Cell
  }

  init(number: Int, pool: PoolID, place: RingPlace, columnCount: Int) {
    self.number = number
    self.pool = pool
    self.place = place
    latest = Array(repeating: nil, count: columnCount)
  }

  /// How many pages count, the open one included.
  var pageLimit: Int { max(2, place.slotCount - lostSlots.count - 2) }

  /// The newest row; nil when there is none.
  var newestTime: Int64? { latest.lazy.compactMap { $0?.time }.max() }

  /// Rows before it are refused; nil while the ring has given up no page.
  var oldestAccepted: Int64? {
    guard let oldest = pages.first else { return openSequence > 0 ? open.times.first : nil }
    return oldest.sequence > 0 ? oldest.firstTime : nil
  }

  /// Takes a row, or a part of one, that the journal holds durably.
  func join(_ values: [StoredValue], at time: Int64) {
    open.join(values, at: time)
    isOpenDirty = true
    for value in values { noteLatest(value, at: time) }
  }

  /// Keeps `value` when it is its column's newest.
  func noteLatest(_ value: StoredValue, at time: Int64) {
    let column = Int(value.column)
    guard let known = latest[column] else {
      latest[column] = Latest(time: time, cell: value.cell)
      return
    }
    if time > known.time {
      latest[column] = Latest(time: time, cell: value.cell)
    } else if time == known.time {
      latest[column]?.cell.join(value.cell)
    }
  }

  /// Seals pages until the open one fits a page, and gives up the oldest ones that have no place.
  ///
  /// The newest row always stays open. Gives back the pages given up.
  func seal(pageByteCount: Int) -> [Page] {
    while open.encodedByteCount > pageByteCount, open.rowCount > 1 {
      let table = open.removeFirst(sealableRowCount(pageByteCount: pageByteCount))
      pages.append(
        Page(
          sequence: openSequence, firstTime: table.times[0],
          lastTime: table.times[table.rowCount - 1], columnBits: table.columnBits, slot: openSlot,
          generation: 0, table: table))
      openSequence += 1
      openSlot = nil
      isOpenDirty = true
    }
    var givenUp: [Page] = []
    while pages.count + 1 > pageLimit, !pages.isEmpty { givenUp.append(pages.removeFirst()) }
    return givenUp
  }

  /// How many rows at the front of the open page fit a page, at least one and not the newest.
  private func sealableRowCount(pageByteCount: Int) -> Int {
    var values = 0
    var used = [Bool](repeating: false, count: open.columns.count)
    var usedCount = 0
    for row in 0..<open.rowCount - 1 {
      for index in open.columns.indices where open.columns[index].cells[row].isPresent {
        values += 1
        if !used[index] {
          used[index] = true
          usedCount += 1
        }
      }
      let byteCount = PageTable.encodedByteCount(rows: row + 1, columns: usedCount, values: values)
      if byteCount > pageByteCount { return max(1, row) }
    }
    return open.rowCount - 1
  }
}

/// Where a ring's slots lie.
struct RingPlace: Hashable {
  /// The pages file, by its index in the catalog.
  var file: Int
  /// Where the first slot begins.
  var offset: Int
  /// How many slots there are.
  var slotCount: Int
}
