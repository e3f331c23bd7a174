import ArgumentParser
import PoolModel
import Querying

/// `poolwatch history`.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the stored samples of one series, in the order of their times.",
    discussion: """
      There is no limit to the number of samples; they are printed as they come.

      --step shows smallest value, mean, largest value, and how many readings came
      and are missing in each step of so much time, on the district's clock: 1h
      begins at full hours, 1d is a local day. Steps without a reading are left
      out; 'poolwatch gaps' names them.

      --plot draws the values over local time, as wide and high as the terminal.
      No line leads over a time in which readings are missing.

      EXAMPLES
        poolwatch history venue-01/main --parameter free_chlorine --from -2h
        poolwatch history venue-01/main --parameter ph --from -30d --step 1h
        poolwatch history venue-01/main --parameter ph --from 2026-01-21 --plot
        poolwatch history venue-01/main --parameter ph -o json > ph.json
      """)

  @Argument(
    help: ArgumentHelp("The pool.", valueName: "venue/pool"), transform: poolName)
  var pool: PoolID

  @Option(help: ArgumentHelp("The parameter, such as free_chlorine.", valueName: "name"))
  var parameter: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on. (default: the oldest sample)", valueName: "T"),
    transform: timeExpression)
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Up to this time. (default: the newest sample; now with --step or --plot)",
      valueName: "T"),
    transform: timeExpression)
  var to: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A line for each step of this length, such as 30s, 15m, 1h or 7d.", valueName: "span"),
    transform: stepExpression)
  var step: String?

  @Flag(help: "Draw the values over time.")
  var plot = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard plot else { return }
    guard step == nil else {
      throw ValidationError("--plot has steps of its own, expected it without --step")
    }
    guard connection.output == .table else {
      throw ValidationError("--plot is a picture, expected it without --output")
    }
  }

  func run() throws {
    try printAnswer()
    connection.noteLosses(of: pool, from: from, to: to)
  }

  private func printAnswer() throws {
    if plot { return try printPlot() }
    if let step {
      return try connection.printStream(
        .aggregates(pool, parameter: parameter, from: from, to: to, .long(step)),
        as: AggregateRow.self)
    }
    try connection.printStream(
      .history(pool, parameter: parameter, from: from, to: to), as: HistoryRow.self)
  }
}

/// `text` when it is a step: it travels as it was typed.
private func stepExpression(_ text: String) throws -> String {
  _ = try TimeExpression.step(text)
  return text
}
