import ArgumentParser
import Foundation
import PoolModel
import Querying

/// One column of a CSV file with its times, as it comes from a recording.
struct SeriesFile: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The recording: CSV with a heading; - for standard input.", valueName: "file"))
  var csv: String

  @Option(
    help: ArgumentHelp("The column of times: \(RecordingReader.timeForms).", valueName: "name"))
  var timeColumn: String

  @Option(help: ArgumentHelp("The column of values.", valueName: "name"))
  var column: String

  @Option(
    help: ArgumentHelp("The nominal time between two values, in seconds.", valueName: "seconds"))
  var interval: Double

  @Option(name: .shortAndLong, help: "How it is printed.")
  var output: OutputFormat = .csv

  enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case csv
  }

  /// As messages call it.
  private var name: String { csv == "-" ? "standard input" : csv }

  func validate() throws {
    guard interval >= 0.001, interval <= 86_400 else {
      throw ValidationError("--interval is \(interval), expected 0.001 to 86400 seconds.")
    }
  }

  /// The nominal time between two values, in whole milliseconds.
  var nominalInterval: Duration { .milliseconds(Int64((interval * 1000).rounded())) }

  /// Reads the recording from its first line to its last.
  ///
  /// - Throws: `CommandFailure` with the line for what is no row.
  func forEachRow(_ body: (RecordingReader.Row) throws -> Void) throws {
    let lines = try FileLines(path: csv)
    var reader = RecordingReader(timeColumn: timeColumn, columns: [column])
    var number = 0
    while let line = try lines.next() {
      number += 1
      let row: RecordingReader.Row?
      do throws(TransferMistake) {
        row = try reader.row(on: line)
      } catch {
        throw CommandFailure("\(name):\(number): \(error)", exitCode: .data)
      }
      if let row { try body(row) }
    }
    guard reader.hasHeading else {
      throw CommandFailure("\(name) is empty, expected a heading", exitCode: .data)
    }
  }
}
