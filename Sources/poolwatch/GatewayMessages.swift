import ArgumentParser
import LinuxSystem
import PoolModel
import Querying

/// `poolwatch gateway watch`.
struct GatewayMessages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show every message of a venue as it comes, and what became of it.",
    discussion: """
      Asks the daemon, so it needs no name at the broker. Of each message: when it
      came, its topic and size, the values that were accepted, what was refused with
      field, what was found and what is expected, what was a duplicate or late, and
      how far the gateway's clock is off. Shown is what is on the disk. Messages on a
      misspelt topic are shown too, as long as it names the venue. Ctrl-C ends it.
      As JSON it is one object a line.

      EXAMPLES
        poolwatch gateway watch venue-01
        poolwatch gateway watch venue-01 --count 1 --for 60
        poolwatch gateway watch venue-01 -o json | jq -r '.refusals[]'
      """)

  @Argument(help: "The venue.")
  var venue: String

  @Option(help: ArgumentHelp("End after so many messages.", valueName: "n"))
  var count: Int?

  @Option(
    name: .customLong("for"), help: ArgumentHelp("End after so long.", valueName: "seconds"))
  var seconds: Int?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count is \(count), expected at least 1") }
    if let seconds, !(1...86_400).contains(seconds) {
      throw ValidationError("--for is \(seconds), expected 1 to 86400 seconds")
    }
    guard !venue.isEmpty else { throw ValidationError("the venue is empty") }
  }

  func run() throws {
    let clock = SystemClock()
    let end = seconds.map { clock.now().monotonic + .seconds($0) }
    var printer = Printer(connection: connection)
    var reader = RowReader<WatchRow>()
    var hasBegun = false
    do {
      try Interruption().endsProcess {
        try connection.daemon.ask(.watch(venue: venue)) { bytes in
          if !hasBegun { warn("watching \(venue); Ctrl-C ends it") }
          hasBegun = true
          for row in try reader.rows(in: bytes) {
            try printer.print(row)
            if printer.count == count { throw Enough() }
          }
          if let end, clock.now().monotonic >= end { throw Enough() }
          // With nothing to print the end of the reader would not be noticed otherwise.
          if Terminal.isOutputBroken { throw Enough() }
        }
      }
    } catch is Enough {
      return
    }
    throw CommandFailure("the daemon has stopped", exitCode: .unavailable)
  }

  /// The end that was asked for.
  private struct Enough: Error {}

  /// Prints messages in the form that was asked for.
  private struct Printer {
    let connection: ConnectionOptions
    private var records: AnswerCSV.Stream<WatchRow>
    private(set) var count = 0

    init(connection: ConnectionOptions) {
      self.connection = connection
      records = AnswerCSV.Stream(for: connection.csvReader)
    }

    mutating func print(_ row: WatchRow) throws {
      count += 1
      var text = ""
      switch connection.output {
      case .json: text = AnswerJSON.object(row)
      case .csv: records.append(row, to: &text)
      case .table: text = row.printed(on: connection.surface)
      }
      try connection.write(text)
    }
  }
}
