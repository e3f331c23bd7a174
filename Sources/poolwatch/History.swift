import ArgumentParser
import PoolModel
import Querying

/// `poolwatch history`.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show every stored sample of one series, in the order of their times.",
    discussion: """
      There is no limit to the number of samples; they are printed as they come.

      EXAMPLES
        poolwatch history venue-01/main --parameter free_chlorine --from -2h
        poolwatch history venue-01/main --parameter ph --from 2026-01-21
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
    help: ArgumentHelp("Up to this time. (default: the newest sample)", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printStream(
      .history(pool, parameter: parameter, from: from, to: to), as: HistoryRow.self)
  }
}
