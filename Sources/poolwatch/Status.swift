import ArgumentParser
import Foundation
import Querying

/// `poolwatch status`.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how the daemon is.",
    discussion: """
      EXAMPLES
        poolwatch status
        poolwatch status -o json | jq .refused_by_reason
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    if connection.output == .json { return try connection.printBytes(.status) }
    var answer: [UInt8] = []
    try connection.daemon.ask(.status) { answer += $0 }
    let status = try JSONDecoder().decode(StatusAnswer.self, from: Data(answer))
    try connection.write(
      connection.output == .csv
        ? AnswerCSV.object(status, for: connection.csvReader)
        : status.printed(on: connection.surface))
  }
}
