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
    help: ArgumentHelp("The column of times, epoch seconds or RFC 3339.", valueName: "name"))
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

  /// One line of the recording.
  struct Row {
    /// As the file says it.
    var timeText: String
    var time: Timestamp
    /// As the file says it; empty when the value is missing.
    var valueText: String
    var value: Double?
    /// Whether times of the file are counted from 1970.
    var isEpochTime: Bool
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
  /// - Throws: `CommandFailure` with the line for what is no row, and for a time before the one above it.
  func forEachRow(_ body: (Row) throws -> Void) throws {
    let lines = try FileLines(path: csv)
    var columns: (time: Int, value: Int, count: Int)?
    var number = 0
    var newest: Timestamp?
    while let bytes = try lines.next() {
      number += 1
      do {
        guard let line = try text(of: bytes, isFirst: number == 1) else { continue }
        guard let (timeColumn, valueColumn, count) = columns else {
          columns = try places(CSVLine.cells(line))
          continue
        }
        let cells = try CSVLine.cells(line)
        guard cells.count == count else {
          throw TransferMistake(
            "it has \(cells.count) columns, expected \(count) as in the heading")
        }
        let row = try row(time: cells[timeColumn], value: cells[valueColumn])
        if let newest, row.time < newest {
          throw TransferMistake(
            "its time '\(row.timeText)' is before the one above, expected ascending times")
        }
        newest = row.time
        try body(row)
      } catch let mistake as TransferMistake {
        throw CommandFailure("\(name):\(number): \(mistake)", exitCode: .data)
      }
    }
    guard columns != nil else {
      throw CommandFailure("\(name) is empty, expected a heading", exitCode: .data)
    }
  }

  /// A line without its end and, at the beginning, without the mark that spreadsheets write; nil when
  /// nothing stands on it.
  private func text(of bytes: [UInt8], isFirst: Bool) throws -> String? {
    var bytes = bytes[...]
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    if isFirst, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard !bytes.isEmpty else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TransferMistake("it is no UTF-8")
    }
    return text
  }

  private func places(_ heading: [String]) throws -> (time: Int, value: Int, count: Int) {
    func place(_ name: String) throws -> Int {
      let places = heading.indices.filter { heading[$0] == name }
      guard let place = places.first else {
        throw TransferMistake(
          "there is no column '\(name)', expected one of \(heading.joined(separator: ", "))")
      }
      guard places.count == 1 else { throw TransferMistake("there are two columns '\(name)'") }
      return place
    }
    return (try place(timeColumn), try place(column), heading.count)
  }

  private func row(time: String, value: String) throws -> Row {
    let (instant, isEpochTime) = try Self.instant(time)
    var number: Double?
    if !value.isEmpty, value.lowercased() != "nan" {
      guard let read = Double(value), read.isFinite else {
        throw TransferMistake("'\(column)' is '\(value)', expected a number or nothing")
      }
      number = read
    }
    return Row(
      timeText: time, time: instant, valueText: number == nil ? "" : value, value: number,
      isEpochTime: isEpochTime)
  }

  private static func instant(_ text: String) throws -> (Timestamp, isEpochTime: Bool) {
    if let instant = Timestamp(rfc3339: text) { return (instant, false) }
    // The year 9999, as of RFC 3339.
    guard let seconds = Double(text), abs(seconds) < 253_402_300_800 else {
      throw TransferMistake(
        "the time is '\(text)', expected seconds since 1970 or RFC 3339 with an offset")
    }
    return (Timestamp(milliseconds: Int64((seconds * 1000).rounded())), true)
  }
}
