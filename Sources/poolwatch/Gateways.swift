import ArgumentParser
import LinuxSystem
import Querying

/// `poolwatch gateways`.
struct Gateways: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is known of every gateway.",
    discussion: """
      SEEN is how long ago the last live message came. OFFSET is how far the
      gateway's clock is behind (+) or ahead (−), the median of the newest 100
      messages. MISSING are messages that the gateway's own counter left out; "?"
      where the broker lost its memory of us and nothing tells. Counted since the
      daemon started.

      --venue shows all that is known of one venue's gateways.

      --watch asks again every SECONDS. On a terminal the table is drawn anew;
      elsewhere, and as JSON (one object a line) or comma-separated values, what
      has changed is added at the end. Ctrl-C ends it.

      EXAMPLES
        poolwatch gateways
        poolwatch gateways --venue venue-01
        poolwatch gateways --watch 10
        poolwatch gateways -o json | jq '.[] | select(.missing_messages > 0)'
      """)

  @Option(help: ArgumentHelp("Only the gateways of this venue.", valueName: "venue"))
  var venue: String?

  // Text, because anything but a number would be taken for the flag without one.
  @Option(
    defaultAsFlag: "2",
    help: ArgumentHelp("Ask again and again, every so many seconds.", valueName: "seconds"))
  var watch: String?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard let watch else { return }
    guard let seconds = Int(watch), (1...86_400).contains(seconds) else {
      throw ValidationError("--watch is '\(watch)', expected 1 to 86400 seconds")
    }
  }

  func run() throws {
    let question = Question.gateways(venue: venue)
    if let seconds = watch.flatMap({ Int($0) }) {
      return try GatewayWatch(
        question: question, isDetailed: venue != nil, connection: connection,
        pause: .seconds(seconds)
      ).run()
    }
    guard venue != nil, connection.output == .table else {
      return try connection.printRows(question, as: GatewayRow.self)
    }
    let rows = try connection.rows(question, as: GatewayRow.self)
    try connection.write(GatewayRow.details(rows, on: connection.surface))
  }
}

extension ConnectionOptions {
  /// The rows of the answer to `question`.
  func rows<Row: AnswerRow>(_ question: Question, as type: Row.Type) throws -> [Row] {
    var reader = RowReader<Row>()
    var rows: [Row] = []
    try daemon.ask(question) { rows += try reader.rows(in: $0) }
    return rows
  }
}
