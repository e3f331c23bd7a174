// A column of bytes, few of which differ from their neighbour: flags, marks. The count is known to
// the reader; no bytes are no bytes. The first byte is the mode:
//
//   0 few runs:   for every run but the last: 1 byte value, v length (1 or more); then 1 byte, the
//                 value of the last run, which reaches to the end of the column
//   1 many runs:  v number of runs, v byte count of the next field, then two columns of integers
//                 (IntegerColumn.swift), one number each per run: values, lengths

/// Columns of bytes as runs of equal ones.
enum RunColumn {
  /// A number of equal bytes one after another.
  struct Run: Hashable {
    var count: Int
    var value: UInt8
  }

  private enum Mode {
    static let few: UInt8 = 0
    static let many: UInt8 = 1
  }

  /// Above so many runs both modes are tried.
  private static let fewCount = 16

  /// The column of `values`.
  static func encode(
    _ values: some RandomAccessCollection<UInt8>, effort: CodecEffort = .small
  ) -> [UInt8] {
    let runs = Self.runs(of: values)
    guard let last = runs.last else { return [] }
    var bytes = [Mode.few]
    for run in runs.dropLast() {
      bytes.append(run.value)
      bytes.append(varint: UInt64(run.count))
    }
    bytes.append(last.value)
    guard runs.count > fewCount else { return bytes }
    let runValues = IntegerColumn.encode(runs.map { Int64($0.value) }, effort: effort)
    var many = [Mode.many]
    many.append(varint: UInt64(runs.count))
    many.append(varint: UInt64(runValues.count))
    many += runValues
    many += IntegerColumn.encode(runs.map { Int64($0.count) }, effort: effort)
    return many.count < bytes.count ? many : bytes
  }

  private static func runs(of values: some RandomAccessCollection<UInt8>) -> [Run] {
    var runs: [Run] = []
    guard var value = values.first else { return [] }
    var count = 0
    for next in values {
      if next != value {
        runs.append(Run(count: count, value: value))
        value = next
        count = 0
      }
      count += 1
    }
    runs.append(Run(count: count, value: value))
    return runs
  }

  /// The runs of the `count` bytes in `range` of `bytes`; nil when damaged.
  static func runs(_ bytes: [UInt8], _ range: Range<Int>, count: Int) -> [Run]? {
    guard count > 0 else { return range.isEmpty && count == 0 ? [] : nil }
    var cursor = ByteCursor(bytes, range)
    switch cursor.byte() {
    case Mode.few: return fewRuns(&cursor, count: count)
    case Mode.many: return manyRuns(bytes, &cursor, count: count)
    default: return nil
    }
  }

  private static func fewRuns(_ cursor: inout ByteCursor, count: Int) -> [Run]? {
    var runs: [Run] = []
    var rest = count
    while cursor.rest.count > 1 {
      guard let value = cursor.byte(), let length = cursor.count(upTo: rest - 1), length > 0
      else { return nil }
      runs.append(Run(count: length, value: value))
      rest -= length
    }
    guard let value = cursor.byte() else { return nil }
    runs.append(Run(count: rest, value: value))
    return runs
  }

  private static func manyRuns(
    _ bytes: [UInt8], _ cursor: inout ByteCursor, count: Int
  ) -> [Run]? {
    guard let runCount = cursor.count(upTo: count),
      let valueByteCount = cursor.count(upTo: cursor.end), valueByteCount <= cursor.rest.count
    else { return nil }
    let middle = cursor.at + valueByteCount
    var values: [Int64] = []
    var lengths: [Int64] = []
    guard
      IntegerColumn.decode(bytes, cursor.at..<middle, count: runCount, into: &values),
      IntegerColumn.decode(bytes, middle..<cursor.end, count: runCount, into: &lengths)
    else { return nil }
    var runs: [Run] = []
    var rest = Int64(count)
    for (value, length) in zip(values, lengths) {
      guard let value = UInt8(exactly: value), length > 0, length <= rest else { return nil }
      runs.append(Run(count: Int(length), value: value))
      rest -= length
    }
    return rest == 0 ? runs : nil
  }

  /// Replaces `values` with the `count` bytes in `range` of `bytes`; false when damaged.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, into values: inout [UInt8]
  ) -> Bool {
    values.removeAll(keepingCapacity: true)
    guard let runs = runs(bytes, range, count: count) else { return false }
    values.reserveCapacity(count)
    for run in runs { values.append(contentsOf: repeatElement(run.value, count: run.count)) }
    return true
  }
}
