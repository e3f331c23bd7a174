import PoolModel
import Querying

/// A recording of other instruments, as it is to be published.
struct Recording {
  /// A column and what it holds.
  struct Source {
    let column: String
    let parameter: String
    /// From the column's unit to the parameter's.
    let conversion: UnitConversion
  }

  /// What was measured at one instant.
  struct Row {
    let time: Timestamp
    /// By source, in JSON.
    let values: [String]
  }

  let rows: [Row]

  /// The recording in the file at `path`.
  ///
  /// - Throws: `TransferMistake` that names the line for what is no row.
  init(path: String, bytes: [UInt8], timeColumn: String, sources: [Source]) throws {
    var reader = RecordingReader(timeColumn: timeColumn, columns: sources.map(\.column))
    var rows: [Row] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      do throws(TransferMistake) {
        guard let row = try reader.row(on: line) else { continue }
        let values = zip(sources, row.values).map { source, value in
          value.map { source.conversion($0).description } ?? "null"
        }
        rows.append(Row(time: row.time, values: values))
      } catch {
        throw TransferMistake("\(path):\(index + 1): \(error)")
      }
    }
    guard !rows.isEmpty else {
      throw TransferMistake("\(path): there is no row, expected a heading and rows")
    }
    self.rows = rows
  }
}
