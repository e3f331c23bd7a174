import Foundation
public import TestSupport

/// A configured Poolwatch in a directory of its own: ten pools, its daemon and its command line.
///
/// The plan has the venues `venue-0` and `venue-1` with the pools `pool-0` … `pool-4` each, in the
/// streets `north` and `south` of district 310107, an interval of one second, and the default limits
/// profile's bounds for free chlorine and pH.
public final class Installation {
  /// The pools' names, `venue/pool`, in the plan's order.
  public static let pools = (0..<10).map { "venue-\($0 / 5)/pool-\($0 % 5)" }

  /// Where configuration, state and socket lie.
  public let directory: TemporaryDirectory
  private var daemon: ManagedProcess?
  private let overrides: [String]

  /// Writes the configuration; nothing runs yet.
  ///
  /// - Parameters:
  ///   - brokerPort: Where the daemon finds its broker.
  ///   - rules: The rules file after its `kind`.
  ///   - mailPort: Where the SMTP server listens; nil for no mail: everybody is told by the log.
  ///   - overrides: More `key.path=value` for the daemon.
  /// - Throws: What keeps the files from being written.
  public init(
    brokerPort: UInt16, rules: String = Installation.patientRules, mailPort: UInt16? = nil,
    overrides: [String] = []
  ) throws {
    directory = try TemporaryDirectory()
    self.overrides = overrides
    let mail =
      mailPort.map {
        "\n  mail: {host: 127.0.0.1, port: \($0), from: poolwatch@example.org, security: none}"
      } ?? ""
    try directory.write(
      """
      kind: poolwatch
      plan: plan.yaml
      rules: rules.yaml
      people: people.yaml
      profiles: [profile.yaml]
      broker: {host: 127.0.0.1, port: \(brokerPort), client_id: poolwatch}
      store: {directory: \(directory.path)/state, retention_days: 2}
      api: {socket: \(directory.path)/api.sock}
      channels:
        log: {}\(mail)

      """, to: "poolwatch.yaml")
    try directory.write("kind: rules\n\(rules)\n", to: "rules.yaml")
    try directory.write(Self.plan, to: "plan.yaml")
    try directory.write(Self.profile, to: "profile.yaml")
    try directory.write(Self.people(byMail: mailPort != nil), to: "people.yaml")
  }

  /// The API's socket.
  public var socket: String { directory.path("api.sock") }
  /// What the daemon has written to its log since it was last started.
  public var log: [String] { daemon?.errors.all ?? [] }
  /// Whether the daemon runs.
  public var isRunning: Bool { daemon?.isRunning ?? false }

  /// Starts the daemon and waits until it answers.
  public func start(environment: [String: String] = [:]) async throws {
    let daemon = try launch(environment: environment)
    try await eventually("poolwatchd answers; it says:\n\(daemon.errors.all.suffix(20))") {
      guard daemon.isRunning else {
        throw TestFailure("poolwatchd ended: \(daemon.errors.all.joined(separator: "\n"))")
      }
      return try await ask("status").code == 0
    }
  }

  /// Starts the daemon without waiting.
  ///
  /// - Parameters:
  ///   - wrapper: A command that runs it, such as strace with its options.
  ///   - environment: Variables added to those of the test.
  /// - Returns: The process.
  /// - Throws: `TestFailure` when it does not start.
  @discardableResult
  public func launch(
    under wrapper: [String] = [], environment: [String: String] = [:]
  ) throws -> ManagedProcess {
    let command =
      try wrapper + [Programs.path("poolwatchd"), "--config", directory.path("poolwatch.yaml")]
      + overrides.flatMap { ["--set", $0] }
    let daemon = try ManagedProcess(
      command[0], arguments: Array(command.dropFirst()), environment: environment)
    self.daemon = daemon
    return daemon
  }

  /// Tells the daemon to take up its files anew (SIGHUP).
  public func reload() throws {
    guard let daemon else { throw TestFailure("poolwatchd does not run") }
    daemon.send(signal: SIGHUP)
  }

  /// Adds a pool to the plan's file.
  public func addPool(_ pool: String, to venue: String) throws {
    let head = "  - id: \(venue)\n"
    guard let place = Self.plan.range(of: head),
      let pools = Self.plan.range(of: "    pools:\n", range: place.upperBound..<Self.plan.endIndex)
    else { throw TestFailure("the plan has no \(venue)") }
    var plan = Self.plan
    plan.insert(contentsOf: Self.poolEntry(pool, number: 9), at: pools.upperBound)
    try directory.write(plan, to: "plan.yaml")
  }

  /// Adds a line to the daemon's own file.
  public func addToConfiguration(_ line: String) throws {
    let path = directory.path("poolwatch.yaml")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try directory.write(text + line + "\n", to: "poolwatch.yaml")
  }

  /// Writes the plan's file as it was at the beginning.
  public func writePlan() throws {
    try directory.write(Self.plan, to: "plan.yaml")
  }

  /// Ends the daemon as a power cut would end the machine, and waits for its end.
  public func kill() async throws {
    daemon?.kill()
    try await daemon?.wait()
  }

  /// Stops the daemon in good order and says how it ended.
  @discardableResult
  public func stop() async throws -> ManagedProcess.Ending? {
    try await daemon?.terminate()
  }

  /// What a `poolwatch` command answered.
  public struct Answer: Sendable {
    /// Its exit code.
    public let code: Int32
    /// Its standard output.
    public let output: String
    /// Its standard error.
    public let errors: String

    /// The output's JSON array of objects.
    public func rows() throws -> [[String: any Sendable]] {
      let json = try JSONSerialization.jsonObject(with: Data(output.utf8))
      guard let rows = json as? [[String: any Sendable]] else {
        throw TestFailure("no JSON array of objects: \(output.prefix(200)) \(errors)")
      }
      return rows
    }

    /// The output's one JSON object.
    public func object() throws -> [String: any Sendable] {
      let json = try JSONSerialization.jsonObject(with: Data(output.utf8))
      guard let object = json as? [String: any Sendable] else {
        throw TestFailure("no JSON object: \(output.prefix(200)) \(errors)")
      }
      return object
    }
  }

  /// Runs `poolwatch` with `arguments` against this daemon.
  public func ask(_ arguments: String...) async throws -> Answer {
    try await ask(arguments)
  }

  /// Runs `poolwatch` with `arguments` against this daemon.
  public func ask(_ arguments: [String]) async throws -> Answer {
    let process = try ManagedProcess(
      Programs.path("poolwatch"), arguments: arguments,
      environment: ["POOLWATCH_SOCKET": socket, "TZ": "UTC"])
    // A command that asks nothing reads no input; closing twice does no harm.
    try? process.closeInput()
    let ending = try await process.wait(within: .seconds(60))
    try await eventually("poolwatch has closed its output") {
      process.output.isAtEnd && process.errors.isAtEnd
    }
    guard case .code(let code) = ending else {
      throw TestFailure("poolwatch \(arguments): \(ending)")
    }
    return Answer(
      code: code, output: process.output.all.joined(separator: "\n"),
      errors: process.errors.all.joined(separator: "\n"))
  }

  /// The daemon's counters.
  public func status() async throws -> [String: any Sendable] {
    try await ask("status", "-o", "json").object()
  }
}
