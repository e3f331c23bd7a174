import Foundation

/// A real mosquitto with the delivered files in Config/mosquitto, all three listeners, and TLS.
///
/// Only paths and ports are other than in the files: what belongs below /etc/mosquitto lies in
/// `directory`. Passwords, access rules and the gateways' certificates are missing until the test puts
/// them there.
public final class DeliveredBroker {
  /// In place of /etc/mosquitto.
  public let directory: TemporaryDirectory
  /// The ports on 127.0.0.1 by those of the files: 1883 without TLS, 8883 with passwords, 8884 with
  /// certificates.
  public let ports: [Int: UInt16]
  /// The authority of the broker's own certificate.
  public var caFile: String { certificates.caFile }
  private let certificates: Certificates
  private var process: ManagedProcess?

  /// Writes the files; nothing runs yet.
  ///
  /// - Parameters:
  ///   - profile: Which of the files in Config/mosquitto/persistence.
  ///   - logsDenials: Whether `log_type debug`, which the file has behind a `#`, is in force.
  /// - Throws: `TestFailure` when openssl is missing, and what keeps the files from being written.
  public init(profile: String, logsDenials: Bool = false) async throws {
    directory = try TemporaryDirectory()
    certificates = try await Certificates()
    ports = [1883: try FreePort.next(), 8883: try FreePort.next(), 8884: try FreePort.next()]
    for name in ["conf.d", "certs"] {
      try FileManager.default.createDirectory(
        atPath: directory.path(name), withIntermediateDirectories: false)
    }
    var settings = adapted(try Self.file("poolwatch.conf"))
    if logsDenials {
      settings = settings.replacing("\n#log_type debug\n", with: "\nlog_type debug\n")
    }
    try directory.write(settings, to: "conf.d/poolwatch.conf")
    try directory.write(
      try Self.file("persistence/\(profile).conf"), to: "conf.d/poolwatch-persistence.conf")
    // What Debian's own main file says.
    try directory.write(
      """
      persistence true
      persistence_location \(directory.path)/
      log_dest stderr
      user \(NSUserName())
      include_dir \(directory.path)/conf.d

      """, to: "mosquitto.conf")
  }

  /// The text of a file in Config/mosquitto.
  public static func file(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: "Config/mosquitto/\(name)"), encoding: .utf8)
  }

  /// Gives `user` a password, as the comments in the files say for the daemon.
  public func setPassword(_ password: String, of user: String) async throws {
    let isFirst = !FileManager.default.fileExists(atPath: directory.path("poolwatch.passwd"))
    try await ManagedProcess.run(
      "/usr/bin/mosquitto_passwd", package: "mosquitto",
      arguments: (isFirst ? ["-c"] : []) + ["-b", "poolwatch.passwd", user, password],
      directory: directory.path)
  }

  /// What it has logged since it was started last.
  public var log: [String] { process?.errors.all ?? [] }

  /// Starts it and waits until it listens everywhere.
  public func start() async throws {
    let process = try ManagedProcess(
      "/usr/sbin/mosquitto", package: "mosquitto",
      arguments: ["-c", directory.path("mosquitto.conf")])
    self.process = process
    for port in ports.values {
      try await eventually("mosquitto listens on \(port); it says:\n\(process.errors.all)") {
        guard process.isRunning else { throw TestFailure("\(process.errors.all)") }
        return try FreePort.hasListener(on: port)
      }
    }
  }

  /// Has it read its files again, as `systemctl reload` does, and waits until it has.
  public func reload() async throws {
    guard let process else { throw TestFailure("the broker does not run") }
    process.send(signal: SIGHUP)
    // With the delivered log types it says nothing of it. It looks at signals between accepting a
    // connection and reading from it, so who was answered came after.
    _ = try await client("mosquitto_pub", on: 1883, ["-i", "nobody", "-t", "nothing", "-n"])
  }

  /// Stops it in good order.
  public func stop() async throws { try await process?.terminate() }

  /// Ends it as a crash would.
  public func kill() async throws {
    process?.kill()
    try await process?.wait()
  }

  /// What a client of mosquitto said, with its exit code.
  public func client(
    _ program: String, on listener: Int, _ arguments: [String]
  ) async throws -> (code: Int32, lines: [String]) {
    let port = ports[listener].map { "\($0)" } ?? ""
    let tls = listener == 1883 ? [] : ["--cafile", caFile]
    let client = try ManagedProcess(
      "/usr/bin/\(program)", package: "mosquitto-clients",
      arguments: ["-h", "127.0.0.1", "-p", port, "-q", "1"] + tls + arguments)
    try? client.closeInput()  // Closed twice does no harm.
    let ending = try await client.wait()
    try await eventually("\(program) has closed its output") {
      client.output.isAtEnd && client.errors.isAtEnd
    }
    guard case .code(let code) = ending else { throw TestFailure("\(program): \(ending)") }
    return (code, client.output.all + client.errors.all)
  }

  private func adapted(_ text: String) -> String {
    var text = text
    // The listener for certificates waits to be wanted, behind `#`.
    text = text.replacing(
      /\n#(listener 8884|certfile|keyfile|tls_version|cafile|crlfile|require_certificate|use_identity_as_username|use_username_as_clientid|max_connections)/
    ) {
      "\n\($0.output.1)"
    }
    for (own, port) in ports {
      text = text.replacing("\nlistener \(own)\n", with: "\nlistener \(port) 127.0.0.1\n")
      text = text.replacing("\nlistener \(own) 127.0.0.1\n", with: "\nlistener \(port) 127.0.0.1\n")
    }
    text = text.replacing("/etc/mosquitto/certs/broker.crt", with: certificates.certificateFile)
    text = text.replacing("/etc/mosquitto/certs/broker.key", with: certificates.keyFile)
    return text.replacing("/etc/mosquitto/", with: "\(directory.path)/")
  }
}
