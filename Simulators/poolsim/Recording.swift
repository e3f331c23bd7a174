import Foundation
import PoolModel
import Querying

/// A recording of other instruments: CSV with a heading, a column of times and some of values.
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
    /// By source; JSON's `null` where the cell is empty.
    let values: [String]
  }

  let rows: [Row]

  /// The recording in the file at `path`.
  ///
  /// - Throws: `TransferMistake` that names the line for what is no row, or earlier than the one above.
  init(path: String, bytes: [UInt8], timeColumn: String, sources: [Source]) throws {
    var rows: [Row] = []
    var places: (time: Int, values: [Int], count: Int)?
    for (index, line) in bytes.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    )
    .enumerated() {
      var line = line
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if index == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
      if line.isEmpty { continue }
      do {
        let cells = try CSVLine.cells(String(decoding: line, as: UTF8.self))
        guard let (time, values, count) = places else {
          places = (
            try Self.place(timeColumn, in: cells),
            try sources.map { try Self.place($0.column, in: cells) }, cells.count
          )
          continue
        }
        guard cells.count == count else {
          throw TransferMistake(
            "it has \(cells.count) columns, expected \(count) as in the heading")
        }
        let row = Row(
          time: try RecordedTime.instant(cells[time]),
          values: try zip(sources, values).map { try Self.value(cells[$1], of: $0) })
        if let before = rows.last?.time, row.time < before {
          throw TransferMistake("its time '\(cells[time])' is before the one above")
        }
        rows.append(row)
      } catch let mistake as TransferMistake {
        throw TransferMistake("\(path):\(index + 1): \(mistake)")
      }
    }
    guard !rows.isEmpty else {
      throw TransferMistake("\(path): there is no row, expected a heading and rows")
    }
    self.rows = rows
  }

  private static func place(_ name: String, in heading: [String]) throws -> Int {
    let places = heading.indices.filter { heading[$0] == name }
    guard places.count == 1, let place = places.first else {
      throw TransferMistake(
        places.isEmpty
          ? "there is no column '\(name)', expected one of \(heading.joined(separator: ", "))"
          : "there are \(places.count) columns '\(name)', expected one")
    }
    return place
  }

  /// A cell as JSON: as it is written where nothing is converted, so that no digit is lost.
  private static func value(_ cell: String, of source: Source) throws -> String {
    if cell.isEmpty || cell.lowercased() == "nan" { return "null" }
    guard let number = Double(cell), number.isFinite else {
      throw TransferMistake("'\(source.column)' is '\(cell)', expected a number or nothing")
    }
    return source.conversion(number).description
  }
}

/// Times as recordings have them.
enum RecordedTime {
  static let expectation =
    "RFC 3339, seconds since 1970, or MM/DD/YYYY hh:mm[:ss] in UTC"

  static func instant(_ text: String) throws -> Timestamp {
    if let instant = Timestamp(rfc3339: text) { return instant }
    // The year 9999, as of RFC 3339.
    if let seconds = Double(text), abs(seconds) < 253_402_300_800 {
      return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
    }
    guard let instant = american(text) else {
      throw TransferMistake("the time is '\(text)', expected \(expectation)")
    }
    return instant
  }

  private static func american(_ text: String) -> Timestamp? {
    let halves = text.split(separator: " ")
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "/").compactMap { Int($0) }
    let clock = halves[1].split(separator: ":").compactMap { Int($0) }
    guard date.count == 3, date[2] >= 1000,
      let day = CivilDate(year: date[2], month: date[0], day: date[1]),
      clock.count == 2 || clock.count == 3, (0..<24).contains(clock[0]),
      (0..<60).contains(clock[1]), clock.count == 2 || (0..<60).contains(clock[2])
    else { return nil }
    let seconds = clock[0] * 3600 + clock[1] * 60 + (clock.count == 3 ? clock[2] : 0)
    return Timestamp(milliseconds: Int64(day.daysSinceEpoch * 86_400 + seconds) * 1000)
  }
}
