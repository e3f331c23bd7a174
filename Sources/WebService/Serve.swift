public import Hummingbird
import HummingbirdCore
public import Logging
import PoolModel
public import Records

/// The daemon's HTTP service on a Unix socket.
///
/// Who may open the socket may ask and acknowledge: file mode and group are the guard.
public struct WebService: Sendable {
  private let gate: @Sendable () -> any StoreGate
  private let records: Records
  private let socketPath: String
  private let logger: Logger

  /// A service that answers from `gate` and `records` at `socketPath`.
  ///
  /// - Parameters:
  ///   - gate: the way to the thread that owns the store, asked for anew by every request: the plan
  ///     can change between two.
  ///   - records: where alarms, notices and the quarantine are kept.
  ///   - socketPath: at most 107 bytes.
  ///   - logger: told of requests that fail.
  public init(
    gate: @escaping @Sendable () -> any StoreGate, records: Records, socketPath: String,
    logger: Logger
  ) {
    self.gate = gate
    self.records = records
    self.socketPath = socketPath
    self.logger = logger
  }

  /// The application, which calls `onRunning` when it listens.
  ///
  /// An existing socket file is replaced: take the store's lock before running it.
  public func application(onRunning: @escaping @Sendable () -> Void) -> some ApplicationProtocol {
    Application(
      router: router(),
      configuration: .init(
        address: .unixDomainSocket(path: socketPath), serverName: "poolwatchd",
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit)),
      onServerRunning: { _ in onRunning() }, logger: logger)
  }

  /// More than a web page and a dozen scripts need, far fewer than the process may have files open.
  private static let connectionLimit = 128

  private func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: ErrorAnswers(logger: logger))
    let (gate, records) = (gate, records)
    let answers = { @Sendable () -> Answers in
      let gate = gate()
      return Answers(plan: gate.plan, gate: gate, records: records)
    }
    let group = router.group("v1")
    group.get("latest") { request, _ in
      try await answers().latest(venue: request.uri.queryParameters["venue"].map(String.init))
    }
    group.get("history/:venue/:pool") { request, context in
      try await answers().history(of: Self.pool(context), query: Query(request))
    }
    group.get("gaps/:venue/:pool") { request, context in
      try await answers().gaps(of: Self.pool(context), query: Query(request))
    }
    group.get("losses") { request, _ in
      try await answers().losses(of: nil, query: Query(request))
    }
    group.get("losses/:venue/:pool") { request, context in
      try await answers().losses(of: Self.pool(context), query: Query(request))
    }
    group.get("alarms") { request, _ in try await answers().alarms(query: Query(request)) }
    group.get("alarms/stats") { request, _ in
      try await answers().alarmStatistics(query: Query(request))
    }
    group.get("alarms/:id/steps") { _, context in
      let id = try context.parameters.require("id").removingPercentEncodingOrSame
      return try await answers().alarmSteps(id: id)
    }
    group.post("alarms/:id/:verb") { request, context in
      let id = try context.parameters.require("id").removingPercentEncodingOrSame
      let verb = try context.parameters.require("verb").removingPercentEncodingOrSame
      let body = try await request.body.collect(upTo: 16_384)
      return try await answers().act(verb, on: id, body: Array(buffer: body))
    }
    group.get("closures") { request, _ in try await answers().closures(query: Query(request)) }
    group.post("closures") { request, _ in
      let body = try await request.body.collect(upTo: 16_384)
      return try await answers().registerClosure(body: Array(buffer: body))
    }
    group.post("closures/:id/end") { request, context in
      let id = try context.parameters.require("id").removingPercentEncodingOrSame
      let body = try await request.body.collect(upTo: 16_384)
      return try await answers().endClosure(id: id, body: Array(buffer: body))
    }
    group.get("coverage") { request, _ in try await answers().coverage(query: Query(request)) }
    group.get("gateways") { request, _ in try await answers().gateways(query: Query(request)) }
    group.get("gateways/:venue/watch") { _, context in
      let venue = try context.parameters.require("venue").removingPercentEncodingOrSame
      return try await answers().watch(venue: venue)
    }
    group.get("quarantine") { _, _ in try await answers().quarantine() }
    group.post("quarantine/replay") { request, _ in
      let body = try await request.body.collect(upTo: 16_384)
      return try await answers().replay(body: Array(buffer: body))
    }
    group.get("notices") { _, _ in try await answers().notices() }
    group.get("status") { _, _ in try await answers().status() }
    group.get("store") { request, _ in try await answers().store(query: Query(request)) }
    group.post("snapshot") { request, _ in
      let body = try await request.body.collect(upTo: 16_384)
      return try await answers().snapshot(body: Array(buffer: body))
    }
    return router
  }
  /// The pool that the path names.
  private static func pool(_ context: BasicRequestContext) throws -> PoolID {
    PoolID(
      venue: try context.parameters.require("venue").removingPercentEncodingOrSame,
      pool: try context.parameters.require("pool").removingPercentEncodingOrSame)
  }
}
