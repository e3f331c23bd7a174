// A column of times, ascending milliseconds. The count is known to the reader; no times are no
// bytes. Numbers `v` and `s` are those of Varint.swift; arithmetic wraps. The first byte is the mode:
//
//   0 … 24  grid: the number of fractional bits, f, of the period
//           s  first, the grid's origin
//           v  period, P, in units of 2^-f ms
//           v  number of breaks, then for each of them:
//              v  rows since the break before (since the first row)
//              v  2 × the periods skipped, folded as in `s`, + 1 when a shift follows
//              s  the shift, in ms
//           then a column of integers (IntegerColumn.swift): how far each row is off its grid point
//   32      no grid: a column of integers
//
// The grid point of row r is first + floor((r + skipped) P / 2^f) + shifts: the sums of the breaks up to
// and including r.

/// Columns of times.
enum TimeColumn {
  private enum Mode {
    static let mostFractionBits: UInt8 = 24
    static let raw: UInt8 = 32
  }

  /// The column of `times`.
  static func encode(_ times: [Int64], effort: CodecEffort) -> [UInt8] {
    guard !times.isEmpty else { return [] }
    let raw = [Mode.raw] + IntegerColumn.encode(times, effort: effort)
    guard let (grid, offsets) = TimeGrid.fit(times) else { return raw }
    var bytes = [UInt8(grid.fractionBits)]
    bytes.append(signedVarint: grid.first)
    bytes.append(varint: UInt64(grid.period))
    bytes.append(varint: UInt64(grid.breaks.count))
    var row = 0
    for step in grid.breaks {
      bytes.append(varint: UInt64(step.row - row))
      bytes.append(varint: step.skipped.folded << 1 | (step.shift == 0 ? 0 : 1))
      if step.shift != 0 { bytes.append(signedVarint: step.shift) }
      row = step.row
    }
    bytes += IntegerColumn.encode(offsets, effort: effort)
    return bytes.count < raw.count ? bytes : raw
  }

  /// Replaces `times` with the `count` times in `range` of `bytes`; false when damaged.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, into times: inout [Int64]
  ) -> Bool {
    times.removeAll(keepingCapacity: true)
    guard count > 0 else { return range.isEmpty && count == 0 }
    var cursor = ByteCursor(bytes, range)
    guard let mode = cursor.byte() else { return false }
    if mode == Mode.raw {
      return IntegerColumn.decode(bytes, cursor.rest, count: count, into: &times)
    }
    guard mode <= Mode.mostFractionBits,
      let grid = TimeGrid(fractionBits: Int(mode), &cursor, count: count),
      IntegerColumn.decode(bytes, cursor.rest, count: count, into: &times)
    else { return false }
    grid.add(to: &times)
    return true
  }
}

extension TimeGrid {
  /// Takes the grid of `count` times; nil when damaged.
  fileprivate init?(fractionBits: Int, _ cursor: inout ByteCursor, count: Int) {
    guard let first = cursor.signedVarint(), let period = cursor.varint(),
      let breakCount = cursor.count(upTo: count)
    else { return nil }
    var breaks: [Break] = []
    var row = 0
    for _ in 0..<breakCount {
      guard let rows = cursor.count(upTo: count - row), let skipped = cursor.varint()
      else { return nil }
      row += rows
      var shift: Int64 = 0
      if skipped & 1 == 1 {
        guard let read = cursor.signedVarint() else { return nil }
        shift = read
      }
      breaks.append(Break(row: row, skipped: Int64(folded: skipped >> 1), shift: shift))
    }
    self.init(
      fractionBits: fractionBits, first: first, period: Int64(bitPattern: period), breaks: breaks)
  }
}
