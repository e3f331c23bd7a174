import ArgumentParser
import Querying

/// `poolwatch alarms stats`.
struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what alarms asked of people: how many, how fast, and what became of them.",
    discussion: """
      Figures of IEC 62682 (ISA-18.2), which wants 30 days or more. Alarms count that
      people were told of, each occurrence once. WANTED is what the standard has: at
      most so many an hour for each operator, about so many of each priority.
        floods       more than 10 in 10 minutes, until fewer than 5
        chattering   the same alarm 3 times within 30 minutes
      A priority is high when critical, low for monitoring and advice, else medium.
      What happened after --to does not count. Minutes out of limits are those of
      mandatory limits while the pool was open, by its readings.

      EXAMPLES
        poolwatch alarms stats
        poolwatch alarms stats --from 2026-01-01 --to 2026-02-01 --operators 3
        poolwatch alarms stats --from -90d -o csv
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on. (default: 30 days before the end)", valueName: "T"),
    transform: timeExpression)
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Up to this time. (default: now)", valueName: "T"),
    transform: timeExpression)
  var to: String?

  @Option(help: ArgumentHelp("Among how many people alarms are divided.", valueName: "N"))
  var operators: Int = 1

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard (1...10_000).contains(operators) else {
      throw ValidationError("--operators is \(operators), expected 1 to 10000")
    }
  }

  func run() throws {
    try connection.printRows(
      .alarmStatistics(from: from, to: to, operatorCount: operators), as: AlarmFigureRow.self)
    // Of minutes out of limits those are not known of which readings are lost. Where the end alone is given,
    // it is the daemon that knows the beginning.
    if from != nil || to == nil { connection.noteLosses(of: nil, from: from ?? "-30d", to: to) }
  }
}
