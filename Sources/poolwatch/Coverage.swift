import ArgumentParser
import Querying

/// `poolwatch coverage`.
struct Coverage: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how much of what was due came, and how much of that is valid.",
    discussion: """
      TRANSMITTED is received of due, VALIDITY valid of received, EFFECTIVE valid of
      due, all rounded down; "—" where nothing was due or nothing came.

      What the plan names is due for the whole period, also before its first reading:
      a pool that joined the plan later lowers the figures of earlier days. --from
      asks from a later day on.

      EXAMPLES
        poolwatch coverage
        poolwatch coverage --by street --from 2026-01-01 --to 2026-02-01
        poolwatch coverage --by plan --from -24h -o json
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on. (default: local midnight)", valueName: "T"),
    transform: timeExpression)
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Up to this time. (default: now)", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @Option(help: "What a row stands for.")
  var by: CoverageGrouping = .venue

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printRows(.coverage(from: from, to: to, by: by), as: CoverageRow.self)
  }
}
