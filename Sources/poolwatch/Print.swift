import ArgumentParser
import LinuxSystem
import Querying

extension ConnectionOptions {
  /// Asks `question`, whose answer is an array of `Row`s, and prints it.
  ///
  /// JSON passes through byte for byte as it comes. A table is measured over all its rows.
  func printRows<Row: PrintedRow>(_ question: Question, as type: Row.Type) throws {
    guard output == .table else { return try printForScripts(question, as: type) }
    var reader = RowReader<Row>()
    var rows: [Row] = []
    try daemon.ask(question) { rows += try reader.rows(in: $0) }
    try write(Row.printed(rows, on: surface))
  }

  /// Prints an answer that came whole, an array of `Row`s.
  func printRows<Row: PrintedRow>(_ answer: [UInt8], as type: Row.Type) throws {
    switch output {
    case .json: try write(answer)
    case .csv: try writeCSV(answer, as: type, for: csvReader)
    case .table:
      var reader = RowReader<Row>()
      try write(Row.printed(try reader.rows(in: answer), on: surface))
    }
  }

  /// Asks `question`, whose answer may be longer than memory, and prints it as it comes.
  ///
  /// The table is measured over its first rows alone: they are all of the same series.
  func printStream<Row: PrintedRow>(_ question: Question, as type: Row.Type) throws {
    guard output == .table else { return try printForScripts(question, as: type) }
    // A screenful or two is enough to measure by.
    let measuredCount = 200
    let surface = surface
    var reader = RowReader<Row>()
    var first: [Row] = []
    var print: ((Row) -> String)?
    func begin() throws {
      let table = Row.table(for: first)
      let measured = table.measured(for: first.map { $0.cells(in: table) }, on: surface)
      print = { measured.line($0.cells(in: table)) }
      try write(measured.heading)
    }
    func flush(_ rows: [Row]) throws {
      if let print { try write(rows.map(print).joined()) }
    }
    try daemon.ask(question) { bytes in
      let rows = try reader.rows(in: bytes)
      if print != nil { return try flush(rows) }
      first += rows
      guard first.count >= measuredCount else { return }
      try begin()
      try flush(first)
    }
    if print != nil { return }
    if first.isEmpty { return try write(Row.nothing + "\n") }
    try begin()
    try flush(first)
  }

  private func printForScripts<Row: PrintedRow>(_ question: Question, as type: Row.Type) throws {
    if output == .csv { return try printCSV(question, as: type, for: csvReader) }
    try printBytes(question)
  }

  /// Asks `question` and prints the answer's bytes as they come.
  func printBytes(_ question: Question) throws {
    try daemon.ask(question) { try write($0) }
  }

  func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  func write(_ bytes: [UInt8]) throws {
    do {
      try Terminal.write(bytes)
    } catch {
      throw CommandFailure("\(error)", exitCode: .failure)
    }
  }
}
