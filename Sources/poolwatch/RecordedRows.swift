import ArgumentParser
import LinuxSystem
import PoolModel
import Querying
import Registry

/// The readings of a case of `poolwatch rules test` that stand in a CSV file of their own.
struct RecordedRows {
  /// Those that have a value, in the order of the file; at least one.
  private(set) var rows: [RuleTestCase.Row] = []
  /// The line of each of them, counted from 1.
  private(set) var lines: [Int] = []

  /// Reads `recording` from its first line to its last.
  ///
  /// - Throws: `CommandFailure` with `file:line` of what is no reading. A recording is part of its case, so that
  ///   the exit code is that of every mistake in a file of cases.
  init(_ recording: RuleTestCase.Recording) throws {
    let file = try Self.asConfiguration("\(recording.place): ") {
      try FileLines(path: recording.path)
    }
    var reader = RecordingReader(
      timeColumn: recording.timeColumn, columns: recording.columns.map(\.heading))
    while let line = try Self.asConfiguration("", { try file.next() }) {
      let row: RecordingReader.Row?
      do throws(TransferMistake) { row = try reader.row(on: line) } catch {
        throw CommandFailure("\(recording.path):\(file.count): \(error)", exitCode: .configuration)
      }
      guard let row else { continue }
      let values = zip(recording.columns, row.values).compactMap { column, value in
        value.map { ReportedValue(parameter: column.parameter, value: $0) }
      }
      guard !values.isEmpty else { continue }
      rows.append(RuleTestCase.Row(time: row.time, arrival: row.time, values: values))
      lines.append(file.count)
    }
    guard reader.hasHeading else {
      throw CommandFailure(
        "\(recording.path):1: no heading, expected one", exitCode: .configuration)
    }
    guard !rows.isEmpty else {
      throw CommandFailure(
        "\(recording.path):\(file.count): the end, and no reading with a value, expected one or more",
        exitCode: .configuration)
    }
  }

  /// What `body` gives; its failure as one of the configuration, its first line after `place`.
  private static func asConfiguration<Value>(
    _ place: String, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let failure as CommandFailure {
      let lines = failure.lines.enumerated().map { $0 == 0 ? place + $1 : $1 }
      throw CommandFailure(lines: lines, exitCode: .configuration)
    } catch let error as SystemError {
      throw CommandFailure("\(place)\(error)", exitCode: .configuration)
    }
  }
}
