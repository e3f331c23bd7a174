import Querying

extension ConnectionOptions {
  /// Asks `question`, whose answer is an array of `Row`s, and prints it as comma-separated values, as
  /// it comes.
  func printCSV<Row: PrintedRow>(
    _ question: Question, as type: Row.Type, for reader: AnswerCSV.Reader
  ) throws {
    var rows = RowReader<Row>()
    var stream = AnswerCSV.Stream<Row>(for: reader)
    try daemon.ask(question) { bytes in
      var text = ""
      for row in try rows.rows(in: bytes) { stream.append(row, to: &text) }
      try write(text)
    }
    try write(stream.end())
  }

  /// Prints the answer `bytes`, an array of `Row`s, as comma-separated values.
  func writeCSV<Row: PrintedRow>(
    _ bytes: [UInt8], as type: Row.Type, for reader: AnswerCSV.Reader
  ) throws {
    var rows = RowReader<Row>()
    var stream = AnswerCSV.Stream<Row>(for: reader)
    var text = ""
    for row in try rows.rows(in: bytes) { stream.append(row, to: &text) }
    try write(text + stream.end())
  }
}
