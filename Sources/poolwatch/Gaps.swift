import ArgumentParser
import PoolModel
import Querying

/// `poolwatch gaps`.
struct Gaps: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show when readings of one series are missing.",
    discussion: """
      FROM is the last reading before a gap and TO the first one after it; MISSING is
      how many were due between them, as 'poolwatch coverage' counts them. Without
      --from it begins at the pool's oldest reading; with it, what is missing before
      that one is a gap too.

      EXAMPLES
        poolwatch gaps venue-01/main --parameter free_chlorine --from -24h
        poolwatch gaps venue-01/main --parameter ph --from 2026-01-01 -o json
      """)

  @Argument(
    help: ArgumentHelp("The pool.", valueName: "venue/pool"), transform: poolName)
  var pool: PoolID

  @Option(help: ArgumentHelp("The parameter, such as free_chlorine.", valueName: "name"))
  var parameter: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on. (default: the pool's oldest reading)", valueName: "T"),
    transform: timeExpression)
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Up to this time. (default: now)", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printStream(
      .gaps(pool, parameter: parameter, from: from, to: to), as: GapRow.self)
  }
}
