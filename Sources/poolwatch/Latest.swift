import ArgumentParser
import Querying

/// `poolwatch latest`.
struct Latest: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the newest value of every planned series.",
    discussion: """
      A series that was never seen is listed too, with the age "never"; "lost" and
      a time say that newer values, up to then, are lost by damage to the store.

      EXAMPLES
        poolwatch latest
        poolwatch latest --venue venue-01
        poolwatch latest -o json | jq '.[] | select(.age_seconds == null)'
      """)

  @Option(help: ArgumentHelp("Only this venue.", valueName: "venue"))
  var venue: String?

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printRows(.latest(venue: venue), as: LatestRow.self)
  }
}
