/// Reads single columns of a page's body; each checks its own bytes and no others.
struct PageReader {
  /// No page has more rows: a damaged count costs no memory.
  static let rowLimit = 1 << 24

  private let bytes: [UInt8]
  private let sections: SectionReader
  private let rowCount: Int
  private let columnBits: UInt64

  /// The body in `body`, a range of `bytes`, with what the page's header says of it; nil when the
  /// directory is damaged.
  init?(_ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, columnBits: UInt64) {
    guard rowCount >= 0, rowCount <= Self.rowLimit, let sections = SectionReader(bytes, body)
    else { return nil }
    self.bytes = bytes
    self.sections = sections
    self.rowCount = rowCount
    self.columnBits = columnBits
  }

  /// Replaces `times` with one for each row; false when damaged.
  func times(into times: inout [Int64]) -> Bool {
    guard let range = sections.checked(PageSection.times) else { return false }
    return TimeColumn.decode(bytes, range, count: rowCount, into: &times)
  }

  /// Replaces `flags` with one for each row, 0 where it lacks the value; false when damaged.
  func flags(of column: UInt8, into flags: inout [UInt8]) -> Bool {
    fill(&flags, PageSection.flags(column), or: has(column) ? 1 : 0)
  }

  /// Replaces `marks` with one for each row; false when damaged.
  func marks(of column: UInt8, into marks: inout [UInt8]) -> Bool {
    fill(&marks, PageSection.marks(column), or: 0)
  }

  /// Replaces `values` with one for each row, 0 where it lacks the value; false when damaged.
  func values(of column: UInt8, into values: inout [Double]) -> Bool {
    guard let presence = presence(of: column) else { return false }
    if presence.count == 0 {
      values.removeAll(keepingCapacity: true)
      values.append(contentsOf: repeatElement(0, count: rowCount))
      return true
    }
    guard let range = sections.checked(PageSection.values(column)),
      ValueColumn.decodeDoubles(bytes, range, count: presence.count, into: &values)
    else { return false }
    spread(&values, presence.runs, 0)
    return true
  }

  /// Replaces `bits` with one for each row, 0 where it lacks the value; false when
  /// damaged.
  func bits(of column: UInt8, into bits: inout [UInt64]) -> Bool {
    var values: [Double] = []
    guard self.values(of: column, into: &values) else { return false }
    bits.removeAll(keepingCapacity: true)
    bits.append(contentsOf: values.lazy.map(\.bitPattern))
    return true
  }

  /// Flags and marks of all rows as runs of equal ones; nil when damaged.
  func flagRuns(of column: UInt8) -> [(count: Int, flag: UInt8, marks: UInt8)]? {
    guard let flags = runs(PageSection.flags(column), or: has(column) ? 1 : 0),
      let marks = runs(PageSection.marks(column), or: 0)
    else { return nil }
    var joined: [(count: Int, flag: UInt8, marks: UInt8)] = []
    var (flagIndex, markIndex) = (0, 0)
    var (flagRest, markRest) = (flags.first?.count ?? 0, marks.first?.count ?? 0)
    while flagIndex < flags.count, markIndex < marks.count {
      let count = min(flagRest, markRest)
      joined.append((count, flags[flagIndex].value, marks[markIndex].value))
      flagRest -= count
      markRest -= count
      if flagRest == 0 {
        flagIndex += 1
        flagRest = flagIndex < flags.count ? flags[flagIndex].count : 0
      }
      if markRest == 0 {
        markIndex += 1
        markRest = markIndex < marks.count ? marks[markIndex].count : 0
      }
    }
    return joined
  }

  private func has(_ column: UInt8) -> Bool {
    column < 64 && columnBits & 1 << UInt64(column) != 0
  }

  private func fill(_ values: inout [UInt8], _ tag: UInt16, or value: UInt8) -> Bool {
    guard sections.section(tag) != nil else {
      values.removeAll(keepingCapacity: true)
      values.append(contentsOf: repeatElement(value, count: rowCount))
      return true
    }
    guard let range = sections.checked(tag) else { return false }
    return RunColumn.decode(bytes, range, count: rowCount, into: &values)
  }

  private func runs(_ tag: UInt16, or value: UInt8) -> [RunColumn.Run]? {
    guard sections.section(tag) != nil else {
      return rowCount == 0 ? [] : [RunColumn.Run(count: rowCount, value: value)]
    }
    guard let range = sections.checked(tag) else { return nil }
    return RunColumn.runs(bytes, range, count: rowCount)
  }

  /// The rows that have a value of `column`: how many, and the runs of rows with and without when
  /// some lack it.
  private func presence(of column: UInt8) -> (count: Int, runs: [RunColumn.Run])? {
    guard let runs = runs(PageSection.flags(column), or: has(column) ? 1 : 0) else { return nil }
    let count = runs.reduce(0) { $1.value == 0 ? $0 : $0 + $1.count }
    return (count, count == rowCount ? [] : runs)
  }

  /// Moves the values of the rows that have one to their rows, from the last on.
  private func spread<Value>(_ values: inout [Value], _ runs: [RunColumn.Run], _ absent: Value) {
    guard !runs.isEmpty else { return }
    var from = values.count
    var end = rowCount
    values.append(contentsOf: repeatElement(absent, count: rowCount - from))
    for run in runs.reversed() {
      let start = end - run.count
      if run.value == 0 {
        for row in start..<end { values[row] = absent }
      } else {
        for row in (start..<end).reversed() {
          from -= 1
          values[row] = values[from]
        }
      }
      end = start
    }
  }
}
