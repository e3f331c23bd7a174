import ArgumentParser
import Foundation
import PoolModel
import Querying

/// `poolwatch quarantine replay`.
struct QuarantineReplay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Take in what was refused and is acceptable now.",
    discussion: """
      After a venue was added to the plan or a gateway's entry was mended (and the
      daemon was told to reload), its refused messages are decoded again with the
      configuration in force. What is acceptable now is stored, marked as replayed:
      it raises no alarm and is no sign of life. Messages of which nothing is
      refused any more leave the quarantine; the others stay with their reason.
      Doing it twice does no harm. Of a message over 4 KiB only the beginning is
      kept: it cannot be taken in. A time that was ahead of our clock when the
      message came is refused still, unless it is asked for with
      --reason future_time.

      EXAMPLES
        poolwatch quarantine replay --dry-run
        poolwatch quarantine replay --venue venue-01 --from -24h
        poolwatch quarantine replay --reason unknown_name -o json
      """)

  @Option(help: ArgumentHelp("Only messages of this venue.", valueName: "venue"))
  var venue: String?

  @Option(help: ArgumentHelp("Only messages refused for this reason.", valueName: "reason"))
  var reason: RefusalReason?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Only messages refused from this time on.", valueName: "T"),
    transform: timeExpression)
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Only messages refused until this time.", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @Flag(help: "Changes nothing: says what would become of them.")
  var dryRun = false

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let order = ReplayOrder(
      venue: venue, reason: reason?.rawValue, from: from, to: to, isDryRun: dryRun)
    // A million messages take some minutes, in which the daemon says nothing.
    let bytes = try connection.daemon.tell(
      .replay, body: AnswerJSON.object(order), patience: .seconds(3600))
    let answer = try JSONDecoder().decode(ReplayAnswer.self, from: Data(bytes))
    switch connection.output {
    case .json: try connection.write(bytes)
    case .csv: try connection.write(AnswerCSV.object(answer, for: connection.csvReader))
    case .table: try connection.write(answer.printed)
    }
  }
}
