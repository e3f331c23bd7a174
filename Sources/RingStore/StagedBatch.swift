/// What was appended since the last commit: in memory alone, and forgotten by `undo`.
struct StagedBatch {
  /// A row of a ring.
  struct RowKey: Hashable {
    var ring: Int
    var time: Int64
  }
  /// A column of a ring.
  struct SeriesKey: Hashable {
    var ring: Int
    var column: UInt8
  }

  /// One per row, in the order of their first value.
  private(set) var fragments: [Fragment] = []
  private var indices: [RowKey: Int] = [:]
  private var newest: [SeriesKey: Int64] = [:]
  private var valueCount = 0

  var isEmpty: Bool { fragments.isEmpty }

  /// The byte count of the record's body.
  var bodyByteCount: Int {
    (fragments.count * JournalLayout.rowByteCount + valueCount * JournalLayout.valueByteCount)
      .roundedUp(to: 8)
  }

  /// The record's body.
  func body() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(bodyByteCount)
    for fragment in fragments { bytes.append(fragment) }
    bytes += [UInt8](repeating: 0, count: bodyByteCount - bytes.count)
    return bytes
  }

  /// The staged cell of `column` in the row; nil when there is none.
  func cell(_ column: UInt8, in row: RowKey) -> Cell? {
    guard let index = indices[row] else { return nil }
    return fragments[index].values.first { $0.column == column }?.cell
  }

  /// The newest staged time of a series; nil when there is none.
  func newestTime(_ series: SeriesKey) -> Int64? { newest[series] }

  /// Stages a value for the row; one that is staged already takes on its gateway's marks.
  mutating func add(_ value: StoredValue, to row: RowKey) {
    if let index = indices[row] {
      let known = fragments[index].values.firstIndex { $0.column == value.column }
      if let known {
        fragments[index].values[known].cell.join(value.cell)
        return
      }
      fragments[index].values.append(value)
    } else {
      indices[row] = fragments.count
      fragments.append(Fragment(ring: row.ring, time: row.time, values: [value]))
    }
    valueCount += 1
    let series = SeriesKey(ring: row.ring, column: value.column)
    newest[series] = max(newest[series] ?? .min, row.time)
  }

  /// Forgets everything.
  mutating func removeAll() {
    fragments.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    newest.removeAll(keepingCapacity: true)
    valueCount = 0
  }
}
