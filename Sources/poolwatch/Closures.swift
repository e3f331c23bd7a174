import ArgumentParser
import Foundation
import PoolModel
import Querying

/// `poolwatch closure`.
struct Closures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "closure",
    abstract: "Register when a venue or a pool is out of use, and show what is registered.",
    discussion: """
      While it lasts limits are not judged, nobody is called silent, and no reading
      is due. What was judged before it was registered stays as it is; coverage goes
      by it also where it lies in the past.

      EXAMPLES
        poolwatch closure list --state all
        poolwatch closure add lido --from 2026-02-16 --to 2026-02-23 --reason holiday
        poolwatch closure add lido/main --maintenance --to +4h --reason "new sand"
        poolwatch closure end 0123456789abc --comment "finished early"
      """,
    subcommands: [List.self, Add.self, End.self], defaultSubcommand: List.self)

  /// `poolwatch closure list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what is or will be out of use.",
      discussion: """
        EXAMPLES
          poolwatch closure list
          poolwatch closure list --state all --venue venue-03 -o json
        """)

    @Option(help: "Those that are not over yet, or all that were ever registered.")
    var state: ClosureSelection = .active

    @Option(help: ArgumentHelp("Only this venue.", valueName: "id"))
    var venue: String?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
      try connection.printRows(.closures(state, venue: venue), as: ClosureRow.self)
    }
  }

  /// `poolwatch closure add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Register that a venue or a pool is out of use.",
      discussion: """
        T is RFC 3339 (2026-01-21T08:00:00+08:00), a date (its first instant in the
        district's zone) or a span from now (+8h, -30m).

        EXAMPLES
          poolwatch closure add lido --from 2026-02-16 --to 2026-02-23 --reason holiday
          poolwatch closure add lido/main --maintenance --to +4h --reason "new sand"
        """)

    @Argument(
      help: ArgumentHelp("The venue, or one of its pools.", valueName: "venue[/pool]"),
      transform: venueOrPool)
    var part: Part

    @Option(
      parsing: .unconditional, help: ArgumentHelp("From when on. (default: now)", valueName: "T"),
      transform: timeAhead)
    var from: String?

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Until when. (default: until it is ended)", valueName: "T"),
      transform: timeAhead)
    var to: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String

    @Flag(help: "It is maintenance, not a closure: judged alike, shown apart.")
    var maintenance = false

    @OptionGroup var actor: ClosureActor

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
      guard !reason.isEmpty else { throw ValidationError("--reason is empty, expected a reason") }
    }

    func run() throws {
      let request = ClosureRequest(
        venue: part.venue, pool: part.pool,
        kind: (maintenance ? Closure.Kind.maintenance : .closure).rawValue, from: from, to: to,
        by: actor.name, reason: reason)
      let answer = try connection.daemon.tell(.registerClosure, body: AnswerJSON.object(request))
      try connection.printRows(answer, as: ClosureRow.self)
    }
  }

  /// `poolwatch closure end`.
  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a closure before its time, or one without an end.",
      discussion: """
        EXAMPLES
          poolwatch closure end 0123456789abc --comment "finished early"
        """)

    @Argument(help: "The closure's id, from the last column of 'poolwatch closure list'.")
    var id: String

    @Option(
      parsing: .unconditional, help: ArgumentHelp("What you say to it.", valueName: "comment"))
    var comment = ""

    @OptionGroup var actor: ClosureActor

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
      guard !id.isEmpty else { throw ValidationError("the closure's id is empty") }
    }

    func run() throws {
      let words = Acknowledgement(by: actor.name, comment: comment)
      let answer = try connection.daemon.tell(
        .endClosure(id: id), body: AnswerJSON.object(words))
      try connection.printRows(answer, as: ClosureRow.self)
    }
  }
}

/// Who registers a closure or ends it.
struct ClosureActor: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Who says so. (default: the user's name)", valueName: "who"))
  var by: String?

  /// Their name.
  var name: String { by ?? NSUserName() }

  func validate() throws {
    guard by != "" else { throw ValidationError("--by is empty, expected a name") }
  }
}

/// A venue, or one of its pools.
struct Part: Hashable {
  let venue: String
  let pool: String?
}

/// The venue or pool that `text` names.
private func venueOrPool(_ text: String) throws -> Part {
  if let pool = PoolID(text) { return Part(venue: pool.venue, pool: pool.pool) }
  guard !text.isEmpty, !text.contains("/") else {
    throw ValidationError("expected VENUE or VENUE/POOL, such as venue-01/main")
  }
  return Part(venue: text, pool: nil)
}
