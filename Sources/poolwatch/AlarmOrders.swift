import ArgumentParser
import PoolModel
import Querying

/// What everything that a person does to an alarm needs.
struct AlarmOrderOptions: ParsableArguments {
  @Argument(help: "The alarm's id, from the last column of 'poolwatch alarms'.")
  var id: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Who does it.", valueName: "who"))
  var by: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("What they say to it.", valueName: "comment"))
  var comment: String

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !id.isEmpty else { throw ValidationError("the alarm's id is empty") }
    guard !by.isEmpty else { throw ValidationError("--by is empty, expected a name") }
  }

  /// Tells the daemon, and says what was done.
  func send(
    _ verb: AlarmVerb, to: String? = nil, until: String? = nil, saying done: String
  ) throws {
    let words = AlarmOrder(by: by, comment: comment, to: to, until: until)
    let answer = try connection.daemon.tell(.act(verb, id: id), body: AnswerJSON.object(words))
    switch connection.output {
    case .json: try connection.write(answer)
    case .csv: try connection.writeCSV(answer, as: AlarmRow.self, for: connection.csvReader)
    case .table: try connection.write("✓ \(id) \(done) by \(by)\n")
    }
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

  @OptionGroup var order: AlarmOrderOptions

  func run() throws {
    try order.send(.acknowledge, saying: "acknowledged")
  }
}

/// `poolwatch alarms comment`.
struct Comment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "comment",
    abstract: "Say something to an alarm; it is kept with its steps.",
    discussion: """
      EXAMPLES
        poolwatch alarms comment 0123456789abc --by wang --comment "pump exchanged"
      """)

  @OptionGroup var order: AlarmOrderOptions

  func run() throws {
    try order.send(.comment, saying: "commented")
  }
}

/// `poolwatch alarms assign`.
struct Assign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assign",
    abstract: "Make an alarm somebody's matter.",
    discussion: """
      It is recorded and shown; nobody is told by it.

      EXAMPLES
        poolwatch alarms assign 0123456789abc --to wang --by li --comment yours
      """)

  @OptionGroup var order: AlarmOrderOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Whose matter it becomes.", valueName: "whom"))
  var to: String

  func validate() throws {
    guard !to.isEmpty else { throw ValidationError("--to is empty, expected a name") }
  }

  func run() throws {
    try order.send(.assign, to: to, saying: "assigned to \(to)")
  }
}

/// `poolwatch alarms shelve`.
struct Shelve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shelve",
    abstract: "Put an alarm aside for a time: it is recorded, and nobody is told.",
    discussion: """
      It ends by itself. What holds still then, and nobody has taken on, is told. All
      alarms of the same rule, pool and parameter are put aside, those to come too. T
      is RFC 3339, a date (its first instant in the district's zone) or a span from
      now (+8h), at most 7 days ahead.

      EXAMPLES
        poolwatch alarms shelve 0123456789abc --until +8h --by li --comment probe
      """)

  @OptionGroup var order: AlarmOrderOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Until when.", valueName: "T"),
    transform: timeAhead)
  var until: String

  func validate() throws {
    guard !order.comment.isEmpty else {
      throw ValidationError("--comment is empty, expected why it is shelved")
    }
  }

  func run() throws {
    try order.send(.shelve, until: until, saying: "shelved until \(until)")
  }
}

/// `poolwatch alarms unshelve`.
struct Unshelve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unshelve",
    abstract: "End before its time that an alarm is put aside.",
    discussion: """
      EXAMPLES
        poolwatch alarms unshelve 0123456789abc --by li --comment "probe is in"
      """)

  @OptionGroup var order: AlarmOrderOptions

  func run() throws {
    try order.send(.unshelve, saying: "unshelved")
  }
}

/// `poolwatch alarms out-of-service`.
struct OutOfService: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "out-of-service",
    abstract:
      "Take an alarm out of service: it is recorded, and nobody is told until it is put back.",
    discussion: """
      EXAMPLES
        poolwatch alarms out-of-service 0123456789abc --by li --comment scrapped
      """)

  @OptionGroup var order: AlarmOrderOptions

  func run() throws {
    try order.send(.takeOutOfService, saying: "taken out of service")
  }
}

/// `poolwatch alarms in-service`.
struct InService: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "in-service",
    abstract: "Put an alarm back in service.",
    discussion: """
      What holds then, and nobody has taken on, is told.

      EXAMPLES
        poolwatch alarms in-service 0123456789abc --by li --comment "new sensor"
      """)

  @OptionGroup var order: AlarmOrderOptions

  func run() throws {
    try order.send(.putBackInService, saying: "put back in service")
  }
}

/// `poolwatch alarms steps`.
struct Steps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps",
    abstract: "Show all that has happened to an alarm, and who did and said what.",
    discussion: """
      EXAMPLES
        poolwatch alarms steps 0123456789abc
      """)

  @Argument(help: "The alarm's id, from the last column of 'poolwatch alarms'.")
  var id: String

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !id.isEmpty else { throw ValidationError("the alarm's id is empty") }
  }

  func run() throws {
    try connection.printRows(.alarmSteps(id: id), as: AlarmStepRow.self)
  }
}
