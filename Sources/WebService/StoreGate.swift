public import PoolModel
public import Presence
public import Querying
public import RingStore

/// The way to the one thread that owns the store and judgement.
public protocol StoreGate: Sendable {
  /// What is watched; the numbers of pools and parameters are its.
  var plan: Plan { get }

  /// Runs `body` on the owner's thread between two batches; keep it as short as one page takes.
  ///
  /// - Throws: what `body` throws; `RequestError.unavailable` when too many wait, the daemon stops, or
  ///   `plan` is no more the plan in force.
  func withStore<Answer: Sendable>(
    _ body: @escaping @Sendable (RingStore, Moment) throws -> Answer
  ) async throws -> Answer

  /// The daemon's counters.
  func status() async throws -> StatusAnswer

  /// What is known of every gateway, or of those of the venue called `venue`, in the order of the
  /// plan.
  ///
  /// Asked of the owner's thread slice by slice: all of a country's at once would stop it for long.
  ///
  /// - Throws: `RequestError.unavailable` as `withStore` does.
  func gatewayFigures(venue: String?) async throws -> [GatewayFigures]

  /// Begins to follow the messages of `venue`, which goes on for as long as the feed is held.
  ///
  /// - Throws: `RequestError.unavailable` when too many watch.
  func watch(venue: String) async throws -> WatchFeed

  /// Does something to the alarm `id` in a person's name; durable when it returns.
  ///
  /// - Returns: the alarm as it is then.
  /// - Throws: `RequestError` when there is no such alarm or that cannot be done to it.
  func act(
    _ action: AlarmAction, on id: String, by actor: AlarmTransition.Actor
  ) async throws -> AlarmOccurrence

  /// Registers that a venue, or one of its pools, is out of use; durable when it returns.
  ///
  /// - Throws: `RequestError.unavailable` when it cannot be made durable.
  func registerClosure(_ order: ClosureOrder) async throws -> Closure

  /// Ends the closure `id` before its time; durable when it returns.
  ///
  /// - Throws: `RequestError` when there is no such closure or it is over.
  func endClosure(id: String, by actor: AlarmTransition.Actor) async throws -> Closure

  /// Takes in of the refused messages that `selection` names what is acceptable now.
  ///
  /// - Throws: `RequestError`; what was taken in until then is stored, and a duplicate the next time.
  func replay(_ selection: ReplaySelection) async throws -> ReplayAnswer

  /// The figures of every tier of each of `pools`; a few pools are read in a millisecond.
  func storeFigures(of pools: [PoolNumber]) async throws -> [[StoreFigures]]

  /// Copies store and records, of one moment, into `directory`; durable when it returns.
  ///
  /// - Throws: `RequestError` when the directory cannot be used or another copy is being made.
  func snapshot(into directory: String) async throws -> SnapshotAnswer
}

/// The next messages of a venue, waiting for them, but not much longer than it is told; nil when the
/// daemon stops.
public typealias WatchFeed = @Sendable (_ atMost: Duration) async throws -> [WatchRow]?

/// A closure that somebody wants to register.
public struct ClosureOrder: Hashable, Sendable {
  /// Why nothing is to be expected.
  public var kind: Closure.Kind
  /// The venue's id, one of the plan's.
  public var venue: String
  /// The pool's own id, one of the venue's; nil for all of its pools.
  public var pool: String?
  /// When it begins.
  public var from: Timestamp
  /// When it is to end; nil where nobody knows yet.
  public var to: Timestamp?
  /// Who says so, and their reason.
  public var actor: AlarmTransition.Actor
}

/// Which refused messages are to be taken in after all.
public struct ReplaySelection: Hashable, Sendable {
  /// Only messages of this venue; nil for all.
  public var venue: String?
  /// Only messages refused for this reason; nil for any.
  public var reason: RefusalReason?
  /// From when on they were refused, by our clock.
  public var from: Timestamp
  /// Until when.
  public var through: Timestamp
  /// Whether to tell only what would become of them.
  public var isDryRun: Bool
}

/// Why a request got no answer.
public enum RequestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The question makes no sense; the text says what was expected.
  case usage(String)
  /// The question names something there is not.
  case unknown(String)
  /// The thing is not in the state that the request is about.
  case conflict(String)
  /// Not now.
  case unavailable(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .usage(let text), .unknown(let text), .conflict(let text), .unavailable(let text): text
    }
  }
}
