import Foundation

/// Reads the rows of an answer out of its bytes as they come.
///
/// Relies on what `AnswerJSON` promises: one object per line. Holds no more than one line.
public struct RowReader<Row: AnswerRow> {
  private var line: [UInt8] = []
  private let decoder = JSONDecoder()

  /// A reader of an answer of which nothing has come yet.
  public init() {}

  /// The rows that `bytes` complete.
  ///
  /// - Parameter bytes: the answer's next bytes, cut anywhere.
  /// - Returns: the rows, in their order.
  /// - Throws: `DecodingError` when a line is no such row.
  public mutating func rows(in bytes: [UInt8]) throws -> [Row] {
    var rows: [Row] = []
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      if part.offset > 0 {
        if let row = try row() { rows.append(row) }
        line.removeAll(keepingCapacity: true)
      }
      line += part.element
    }
    return rows
  }

  /// The row in `line`; nil for the lines that open and close the array.
  private func row() throws -> Row? {
    var object = line[...]
    if object.last == UInt8(ascii: ",") { object.removeLast() }
    if object.isEmpty || object == [UInt8(ascii: "[")] || object == [UInt8(ascii: "]")] {
      return nil
    }
    return try decoder.decode(Row.self, from: Data(object))
  }
}
