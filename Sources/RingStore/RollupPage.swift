// The body of a page of codec 2, rows of a rollup tier: sections (Sections.swift), those with times
// first. In this order, column numbers c ascending:
//
//   tag            section
//   1              starts of the buckets (IntegerColumn.swift)
//   2              shared times (RollupChains.swift)
//   4 (c + 1) + 1  chains of column c (RollupChains.swift)
//   4 (c + 1) + 2  limits of column c (RollupChains.swift)
//   4 (c + 1)      values of column c (RollupValues.swift)
//
// A column stands in the body when it has a cell in at least one row.

/// The body of a rollup page.
enum RollupPage {
  private static let startsTag: UInt16 = 1
  private static let sharedTag: UInt16 = 2
  private static func valuesTag(_ column: UInt8) -> UInt16 { 4 * (UInt16(column) + 1) }
  private static func chainsTag(_ column: UInt8) -> UInt16 { valuesTag(column) + 1 }
  private static func limitsTag(_ column: UInt8) -> UInt16 { valuesTag(column) + 2 }

  /// No bucket has more readings or milliseconds than this, nor page more rows than a thousandth of it.
  static let countLimit: Int64 = 1 << 30
  /// No bucket is longer, in milliseconds: two days.
  private static let longest: Int64 = 172_800_000
  /// No bucket begins farther from 1970, in milliseconds.
  private static let farthest: Int64 = 1 << 60

  /// The body with `rows` of `table`.
  static func body(_ table: RollupTable, _ rows: Range<Int>, effort: CodecEffort) -> [UInt8] {
    let starts = table.starts[rows]
    let columns = table.columns.filter { $0.cells[rows].contains { $0 != nil } }
    let shared = RollupChains.shared(columns.map { $0.cells[rows] }, starts: starts)
    var writer = SectionWriter()
    writer.add(startsTag, IntegerColumn.encode(Array(starts), effort: effort))
    var bytes: [UInt8] = []
    RollupChains.append(shared, to: &bytes, effort: effort)
    writer.add(sharedTag, bytes)
    for column in columns {
      var chains: [UInt8] = []
      RollupChains.append(
        column.cells[rows], starts: starts, shared: shared, to: &chains, effort: effort)
      writer.add(chainsTag(column.number), chains)
      var limits: [UInt8] = []
      RollupChains.appendLimits(column.cells[rows], starts: starts, to: &limits, effort: effort)
      writer.add(limitsTag(column.number), limits)
    }
    for column in columns {
      var values: [UInt8] = []
      RollupValues.append(column.cells[rows], to: &values, effort: effort)
      writer.add(valuesTag(column.number), values)
    }
    return writer.finish()
  }

  /// Where the buckets of a body begin; nil when damaged.
  static func starts(_ bytes: [UInt8], _ body: Range<Int>, rowCount: Int) -> [Int64]? {
    SectionReader(bytes, body).flatMap { starts(bytes, $0, rowCount: rowCount) }
  }

  /// The cells of one column of a body, with the parts wanted; only their sections are looked at.
  ///
  /// - Parameters:
  ///   - bytes: holds the page.
  ///   - body: where its body is.
  ///   - rowCount: its rows.
  ///   - column: a column that it has.
  ///   - parts: what is wanted; the rest of the cells is as in an empty one.
  /// - Returns: the starts of the rows and their cells, nil where there is none or nothing of what
  ///   is wanted; nil when damaged.
  static func cells(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, column: UInt8, parts: RollupParts
  ) -> (starts: [Int64], cells: [RollupCell?])? {
    guard
      let (starts, cells) = plainCells(
        bytes, body, rowCount: rowCount, column: column, parts: parts)
    else { return nil }
    return (starts, cells.map { $0.isEmpty ? nil : $0 })
  }

  /// Appends the cells of `cells` that begin in `range` and are not empty to `rolled`; false when
  /// damaged.
  static func append(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, column: UInt8, parts: RollupParts,
    in range: Range<Int64>, to rolled: inout [RolledCell]
  ) -> Bool {
    guard
      let (starts, cells) = plainCells(
        bytes, body, rowCount: rowCount, column: column, parts: parts)
    else { return false }
    for row in starts.indices where range.contains(starts[row]) && !cells[row].isEmpty {
      rolled.append(RolledCell(start: starts[row], cell: cells[row]))
    }
    return true
  }

  private static func plainCells(
    _ bytes: [UInt8], _ body: Range<Int>, rowCount: Int, column: UInt8, parts: RollupParts
  ) -> (starts: [Int64], cells: [RollupCell])? {
    guard let reader = SectionReader(bytes, body),
      let starts = starts(bytes, reader, rowCount: rowCount)
    else { return nil }
    var cells: [RollupCell]
    if parts.contains(.values) {
      guard let range = reader.checked(valuesTag(column)),
        let read = RollupValues.cells(bytes, range, rowCount: rowCount)
      else { return nil }
      cells = read
    } else {
      cells = Array(repeating: RollupCell(), count: rowCount)
    }
    if parts.isDisjoint(with: [.chains, .limits]) { return (starts, cells) }
    guard let shared = shared(bytes, reader, rowCount: rowCount),
      let range = reader.checked(chainsTag(column)),
      let usable = RollupChains.read(bytes, range, starts: starts, shared: shared, into: &cells)
    else { return nil }
    if parts.contains(.limits) {
      guard let range = reader.checked(limitsTag(column)),
        RollupChains.readLimits(bytes, range, rows: usable, starts: starts, into: &cells)
      else { return nil }
    }
    return (starts, cells)
  }

  private static func starts(
    _ bytes: [UInt8], _ reader: SectionReader, rowCount: Int
  ) -> [Int64]? {
    var starts: [Int64] = []
    guard rowCount > 0, rowCount <= countLimit / 1024, let range = reader.checked(startsTag),
      IntegerColumn.decode(bytes, range, count: rowCount, into: &starts),
      let first = starts.first, let last = starts.last, first >= -farthest, last <= farthest,
      zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    return starts
  }

  private static func shared(
    _ bytes: [UInt8], _ reader: SectionReader, rowCount: Int
  ) -> [RollupChains.Shared]? {
    reader.checked(sharedTag).flatMap { RollupChains.shared(bytes, $0, rowCount: rowCount) }
  }

  /// Whether the chains of a cell can be those of the bucket at `start`, so that nothing done with
  /// them overflows.
  static func areChainsSound(_ cell: RollupCell, in start: Int64) -> Bool {
    isSound(cell.received, in: start) && isSound(cell.valid, in: start)
      && cell.backfilledCount >= 0 && cell.backfilledCount <= countLimit
  }

  private static func isSound(_ chain: ReadingChain, in start: Int64) -> Bool {
    if chain.first > chain.last { return chain == .empty }
    return isSound(chain.first, in: start) && isSound(chain.last, in: start) && chain.missing >= 0
      && chain.missing <= countLimit
  }

  /// Whether `time` can be in the bucket at `start`.
  static func isSound(_ time: Int64, in start: Int64) -> Bool {
    time >= start && time < start + longest
  }
}

extension RollupTable {
  /// The body of a page with `rows`.
  func encodedBody(_ rows: Range<Int>, effort: CodecEffort = .small) -> [UInt8] {
    RollupPage.body(self, rows, effort: effort)
  }

  /// The rows of a page; nil when it is damaged.
  ///
  /// - Parameters:
  ///   - bytes: holds the page.
  ///   - range: where its body is.
  ///   - rowCount: its rows.
  ///   - columnBits: its columns.
  init?(body bytes: [UInt8], _ range: Range<Int>, rowCount: Int, columnBits: UInt64) {
    guard let starts = RollupPage.starts(bytes, range, rowCount: rowCount) else { return nil }
    var columns: [Column] = []
    for number in UInt8(0)..<64 where columnBits & 1 << UInt64(number) != 0 {
      guard
        let (_, cells) = RollupPage.cells(
          bytes, range, rowCount: rowCount, column: number, parts: .all),
        cells.allSatisfy({ cell in
          cell.map { ($0.count > 0) == ($0.usableFirst <= $0.usableLast) } ?? true
        })
      else { return nil }
      columns.append(Column(number: number, cells: cells))
    }
    self.init(starts: starts, columns: columns)
  }
}
