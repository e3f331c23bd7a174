import PoolModel

// One line per row:
//
//   time,venue,pool,ph,ph_flag,ph_marks,temperature,temperature_flag,temperature_marks
//   2026-01-21T08:00:00.000+08:00,venue-01,main,7.31,good,,,,
//
// A value that the row does not have leaves all three columns empty; one that the gateway did not
// have leaves the number empty and has the flag `missing`.

/// Rows as wide CSV.
enum TransferCSV {
  private static let keys = ["time", "venue", "pool"]

  static func heading(_ parameters: [String]) -> String {
    line(keys + parameters.flatMap { [$0, "\($0)_flag", "\($0)_marks"] })
  }

  static func line(_ row: TransferRow, parameters: [String], zone: Zone) -> String {
    var cells = [zone.rfc3339(row.time), row.pool.venue, row.pool.pool]
    for parameter in parameters {
      if let value = row.values.first(where: { $0.parameter == parameter }) {
        cells += [
          value.value.map(TransferNumber.text) ?? "", value.flag.name, MarkNames.text(value.marks),
        ]
      } else {
        cells += ["", "", ""]
      }
    }
    return line(cells)
  }

  private static func line(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }

  /// The parameters that a heading names.
  static func parameters(_ line: String) throws(TransferMistake) -> [String] {
    let cells = try CSVLine.cells(line)
    guard Array(cells.prefix(3)) == keys else {
      throw TransferMistake("the heading begins otherwise, expected time,venue,pool")
    }
    var parameters: [String] = []
    for start in stride(from: 3, to: cells.count, by: 3) {
      let name = cells[start]
      guard !name.isEmpty,
        Array(cells[start...].prefix(3)) == [name, "\(name)_flag", "\(name)_marks"]
      else {
        throw TransferMistake(
          "column \(start + 1) is '\(name)', expected a parameter P and after it P_flag,P_marks")
      }
      guard !parameters.contains(name) else {
        throw TransferMistake("the heading has \(name) twice")
      }
      parameters.append(name)
    }
    guard !parameters.isEmpty else { throw TransferMistake("the heading names no parameter") }
    return parameters
  }

  static func row(_ line: String, parameters: [String]) throws(TransferMistake) -> TransferRow {
    let cells = try CSVLine.cells(line)
    guard cells.count == 3 + 3 * parameters.count else {
      throw TransferMistake(
        "it has \(cells.count) columns, expected \(3 + 3 * parameters.count) as in the heading")
    }
    guard !cells[1].isEmpty, !cells[2].isEmpty else {
      throw TransferMistake("venue or pool is empty")
    }
    var values: [TransferValue] = []
    for (index, parameter) in parameters.enumerated() {
      let (number, flag, marks) = (cells[3 + 3 * index], cells[4 + 3 * index], cells[5 + 3 * index])
      if number.isEmpty, flag.isEmpty, marks.isEmpty { continue }
      values.append(
        try TransferValue(
          parameter, number: number.isEmpty ? nil : number, flag: flag.isEmpty ? nil : flag,
          marks: marks))
    }
    guard !values.isEmpty else { throw TransferMistake("it has no value") }
    return TransferRow(
      pool: PoolID(venue: cells[1], pool: cells[2]), time: try TransferTime.instant(cells[0]),
      values: values)
  }
}
