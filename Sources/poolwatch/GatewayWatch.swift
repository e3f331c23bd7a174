import LinuxSystem
import Querying

/// Asks for gateways again and again, until somebody wants an end.
final class GatewayWatch {
  private let question: Question
  private let isDetailed: Bool
  private let connection: ConnectionOptions
  private let pause: Duration
  /// Each gateway as it was printed last.
  private var printed: [String: GatewayRow] = [:]
  private var records: AnswerCSV.Stream<GatewayRow>
  /// The columns as the first answer was wide; nil before it.
  private var table: MeasuredTable?

  init(question: Question, isDetailed: Bool, connection: ConnectionOptions, pause: Duration) {
    self.question = question
    self.isDetailed = isDetailed
    self.connection = connection
    self.pause = pause
    records = AnswerCSV.Stream(for: connection.csvReader)
  }

  /// Goes on until SIGINT or SIGTERM, or until nobody reads what is printed.
  ///
  /// - Throws: `CommandFailure` when the daemon cannot be asked or nothing can be printed.
  func run() throws {
    let interruption = Interruption()
    let isRedrawn = connection.output == .table && Terminal.isOutput
    repeat {
      let rows = try interruption.endsProcess {
        try connection.rows(question, as: GatewayRow.self)
      }
      if isRedrawn { try redraw(rows) } else { try append(rows) }
      // With nothing new to print the end of the reader would not be noticed otherwise.
    } while !interruption.comes(within: pause) && !Terminal.isOutputBroken
    // The terminal has shown ^C where the cursor was.
    if isRedrawn { try connection.write("\n") }
  }

  /// Draws the screen anew, from its upper left corner.
  private func redraw(_ rows: [GatewayRow]) throws {
    // The size may have changed.
    let surface = connection.surface
    let text =
      isDetailed
      ? GatewayRow.details(rows, on: surface, isCut: true) : GatewayRow.printed(rows, on: surface)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    // The last line is the cursor's.
    let room = max(2, (Terminal.rowCount ?? 24) - 1)
    if lines.count > room {
      let hiddenCount = lines.count - room + 1
      lines = lines.prefix(room - 1) + ["… and \(hiddenCount) more lines"]
    }
    // Each line is erased behind its text, and the screen behind the last: nothing flickers.
    let drawn = lines.map { "\($0)\u{1B}[K\n" }.joined()
    try connection.write("\u{1B}[H\(drawn)\u{1B}[J")
  }

  /// Prints the gateways that have news since they were printed last.
  private func append(_ rows: [GatewayRow]) throws {
    let news = rows.filter { row in printed[row.gateway].map { row.hasNews(since: $0) } ?? true }
    // What is not asked for any more is forgotten.
    printed = Dictionary(rows.map { ($0.gateway, $0) }, uniquingKeysWith: { first, _ in first })
    var text = ""
    switch connection.output {
    case .json: for row in news { text += AnswerJSON.object(row) }
    case .csv: for row in news { records.append(row, to: &text) }
    case .table: text += lines(of: news, among: rows)
    }
    if !text.isEmpty { try connection.write(text) }
  }

  private func lines(of news: [GatewayRow], among rows: [GatewayRow]) -> String {
    var text = ""
    if table == nil, !rows.isEmpty {
      let measured = GatewayRow.lineTable.measured(
        for: rows.map(\.lineCells), on: connection.surface)
      text += measured.heading
      table = measured
    }
    guard let table else { return text }
    return news.reduce(into: text) { $0 += table.line($1.lineCells) }
  }
}
