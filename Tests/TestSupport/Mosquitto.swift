import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A real mosquitto broker on 127.0.0.1, on a port of its own, stopped with its owner.
///
/// It keeps its port and its directory when it is stopped and started again, and so its sessions
/// when the configuration says `persistence true`.
public final class Mosquitto {
  /// The port it listens on.
  public let port: UInt16
  /// Where its configuration, its log (`mosquitto.log`) and its database lie.
  public let directory: TemporaryDirectory
  private let environment: [String: String]
  private var process: ManagedProcess?

  /// Starts a broker and waits until it accepts connections.
  ///
  /// - Parameters:
  ///   - port: The port to listen on; nil for a free one.
  ///   - configuration: Lines added after the listener's, such as `persistence true`. They must not
  ///     say `port`, and `allow_anonymous` only with `isAnonymous` false.
  ///   - isAnonymous: Whether clients may come without a name.
  ///   - isQuiet: Whether it logs errors alone, and not every message.
  ///   - environment: Variables added to those of the test.
  /// - Throws: `TestFailure` when mosquitto is not installed or does not come up, with its words.
  public init(
    port: UInt16? = nil, configuration: String = "", isAnonymous: Bool = true,
    isQuiet: Bool = false, environment: [String: String] = [:]
  ) async throws {
    self.environment = environment
    self.port = try port ?? FreePort.next()
    directory = try TemporaryDirectory()
    try directory.write(
      """
      listener \(self.port) 127.0.0.1
      persistence_location \(directory.path)/
      log_dest stderr
      log_type \(isQuiet ? "error" : "all")
      \(isAnonymous ? "allow_anonymous true" : "")
      \(configuration)

      """, to: "mosquitto.conf")
    // Started by root, mosquitto becomes the user `mosquitto`, who must be able to write here.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: directory.path)
    try await start()
  }

  /// Everything the broker has written to its log since it was last started.
  public var log: [String] { process?.errors.all ?? [] }
  /// Whether it runs.
  public var isRunning: Bool { process?.isRunning ?? false }
  /// Its process id; nil while it does not run.
  public var processID: Int32? { isRunning ? process?.id : nil }

  /// Starts it again after `stop` or `kill`, and waits until it accepts connections.
  public func start() async throws {
    let process = try ManagedProcess(
      "/usr/sbin/mosquitto", package: "mosquitto",
      arguments: ["-c", directory.path("mosquitto.conf")], environment: environment)
    self.process = process
    try await eventually("mosquitto listens on \(port); it says:\n\(words(of: process))") {
      guard process.isRunning else {
        throw TestFailure("mosquitto ended at once:\n\(words(of: process))")
      }
      return try FreePort.hasListener(on: port)
    }
  }

  /// Starts it again with `rules` as its access rules, which it had none of before.
  public func restart(accessRules rules: String) async throws {
    try await stop()
    try directory.write(rules, to: "acl")
    let settings = try String(contentsOfFile: directory.path("mosquitto.conf"), encoding: .utf8)
    try directory.write(settings + "acl_file \(directory.path("acl"))\n", to: "mosquitto.conf")
    try await start()
  }

  /// Stops it in good order (SIGTERM: it saves its database), and waits for its end.
  public func stop() async throws {
    guard let process else { return }
    let clock = ContinuousClock()
    var due = clock.now
    try await eventually("mosquitto ends; it says:\n\(words(of: process))") {
      // It forgets a signal that comes while it starts, when it listens already but does not yet serve.
      if clock.now >= due {
        process.send(signal: SIGTERM)
        due = clock.now + .seconds(1)
      }
      return !process.isRunning
    }
  }

  /// Ends it as a power cut would, and waits for its end.
  public func kill() async throws {
    process?.kill()
    try await process?.wait()
  }

  /// Stops the process without ending it (SIGSTOP): its connections stay, and nobody answers on them.
  public func pause() { process?.send(signal: SIGSTOP) }

  /// Lets it go on after `pause`.
  public func resume() { process?.send(signal: SIGCONT) }

  private func words(of process: ManagedProcess) -> String {
    process.errors.all.joined(separator: "\n")
  }
}
