import ArgumentParser
import PoolModel
import Querying

/// `poolwatch alarms`.
struct Alarms: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show alarms, or take one on.",
    discussion: """
      --state active, the default, lists those that somebody still has to look at:
        ●  active: it holds, and nobody has taken it on
        ◐  acknowledged: it holds, and somebody has taken it on
        ○  over, not acknowledged: it is over, and nobody ever took it on
      --state all adds those that are done with:
        ✓  over
        ·  historical: it was over before anybody could be told

      EXAMPLES
        poolwatch alarms
        poolwatch alarms --state all --class water
        poolwatch alarms ack 0123456789abc --by wang --comment "on my way"
      """,
    subcommands: [Acknowledge.self])

  @Option(help: "The alarms that somebody still has to do something about, or all.")
  var state: AlarmSelection = .active

  @Option(name: .customLong("class"), help: "Only alarms of this class.")
  var alarmClass: AlarmClass?

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printRows(.alarms(state, alarmClass: alarmClass), as: AlarmRow.self)
  }
}

/// `poolwatch alarms ack`.
struct Acknowledge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack",
    abstract: "Take an alarm on, with your name and a word on what you do.",
    discussion: """
      EXAMPLES
        poolwatch alarms ack 0123456789abc --by wang --comment "on my way"
      """)

  @Argument(help: "The alarm's id, from the last column of 'poolwatch alarms'.")
  var id: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Who takes it on.", valueName: "who"))
  var by: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("What they say to it.", valueName: "comment"))
  var comment: String

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !id.isEmpty else { throw ValidationError("the alarm's id is empty") }
    guard !by.isEmpty else { throw ValidationError("--by is empty, expected a name") }
  }

  func run() throws {
    let words = Acknowledgement(by: by, comment: comment)
    let answer = try connection.daemon.tell(
      .acknowledge(id: id), body: AnswerJSON.object(words))
    switch connection.output {
    case .json: try connection.write(answer)
    case .csv: try connection.writeCSV(answer, as: AlarmRow.self, for: connection.csvReader)
    case .table: try connection.write("✓ \(id) acknowledged by \(by)\n")
    }
  }
}
