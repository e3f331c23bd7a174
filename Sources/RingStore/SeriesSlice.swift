public import PoolModel

/// A stretch of one series: its samples in time order, as columns.
public struct SeriesSlice: Hashable, Sendable {
  /// By the gateway's clock, ascending.
  public var times: [Timestamp] = []
  /// In the parameter's unit; NaN where the flag is `missing`.
  public var values: [Double] = []
  /// `QualityFlag.rawValue` of each.
  public var flags: [UInt8] = []
  /// The gateway's marks in 0x0F, those of arrival in 0xF0.
  public var marks: [UInt8] = []

  /// No samples.
  public init() {}

  /// How many samples there are.
  public var count: Int { times.count }

  /// Makes room for `count` samples in all.
  mutating func reserve(_ count: Int) {
    times.reserveCapacity(count)
    values.reserveCapacity(count)
    flags.reserveCapacity(count)
    marks.reserveCapacity(count)
  }

  /// The sample at `index`, of `parameter`.
  public func sample(at index: Int, of parameter: ParameterNumber) -> Sample {
    Cell(bits: values[index].bitPattern, flag: flags[index], marks: marks[index])
      .sample(of: parameter)
  }
}

/// Columns being decoded, kept for their memory.
struct ColumnScratch {
  var times: [Int64] = []
  var values: [Double] = []
  var flags: [UInt8] = []
  var marks: [UInt8] = []

  /// Decodes `column` of `chunk`; false when it is damaged.
  mutating func decode(_ chunk: Chunk, column: UInt8) -> Bool {
    guard chunk.codec == PageTable.bodyCodec else {
      guard let table = PageTable(chunk) else { return false }
      take(table, column: column)
      return true
    }
    guard
      let reader = PageReader(
        chunk.bytes, chunk.body, rowCount: chunk.rowCount, columnBits: chunk.columnBits)
    else { return false }
    return reader.times(into: &times) && reader.flags(of: column, into: &flags)
      && reader.marks(of: column, into: &marks) && reader.values(of: column, into: &values)
  }

  /// Takes `column` of rows in memory.
  mutating func take(_ table: PageTable, column: UInt8) {
    times = table.times
    guard let index = table.index(of: column) else {
      flags = Array(repeating: 0, count: table.rowCount)
      return
    }
    let column = table.columns[index]
    values = column.bits.map(Double.init(bitPattern:))
    flags = column.flags
    marks = column.marks
  }

  /// Appends what lies from `from` to `through` to `slice`, up to `limit` samples in all.
  func append(to slice: inout SeriesSlice, from: Int64, through: Int64, limit: Int) {
    let start = times.firstIndex(notBefore: from)
    let end = through == .max ? times.count : times.firstIndex(notBefore: through + 1)
    guard start < end else { return }
    let rows = start..<start + min(end - start, max(0, limit - slice.count))
    guard flags[rows].contains(0) else {
      let span = times.span
      for row in rows { slice.times.append(Timestamp(milliseconds: span[row])) }
      slice.values.append(contentsOf: values[rows])
      slice.flags.append(contentsOf: flags[rows])
      slice.marks.append(contentsOf: marks[rows])
      return
    }
    for row in start..<end where flags[row] != 0 && slice.count < limit {
      slice.times.append(Timestamp(milliseconds: times[row]))
      slice.values.append(values[row])
      slice.flags.append(flags[row])
      slice.marks.append(marks[row])
    }
  }
}
