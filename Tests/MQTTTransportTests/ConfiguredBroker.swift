import Foundation
import TestSupport

/// A real mosquitto with the files in Config/mosquitto, all listeners, and two venues.
///
/// Only paths and ports are other than in the files. The users `poolwatch`, `venue-01` and `venue-02`
/// have their own names as passwords; the venues have certificates too, and that of `venue-02` is
/// revoked.
final class ConfiguredBroker {
  let directory: TemporaryDirectory
  /// The listeners of the files: 1883, 8883, 8884.
  let ports: [Int: UInt16]
  private let certificates: Certificates
  private var process: ManagedProcess?

  init(profile: String) async throws {
    directory = try TemporaryDirectory()
    certificates = try await Certificates()
    ports = [1883: try FreePort.next(), 8883: try FreePort.next(), 8884: try FreePort.next()]
    try await makeGatewayCertificates()
    for user in ["poolwatch", "venue-01", "venue-02"] {
      let isFirst = user == "poolwatch"
      try await run(
        "/usr/bin/mosquitto_passwd", "mosquitto",
        (isFirst ? ["-c"] : []) + ["-b", "poolwatch.passwd", user, user])
    }
    try directory.write(try Self.file("acl"), to: "poolwatch.acl")
    try directory.write(adapted(try Self.file("poolwatch.conf")), to: "conf.d/poolwatch.conf")
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

  /// What the broker has logged since it was started last.
  var log: [String] { process?.errors.all ?? [] }

  func start() async throws {
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

  /// Ends it as a crash would.
  func kill() async throws {
    process?.kill()
    try await process?.wait()
  }

  /// What a client of mosquitto said, with its exit code.
  func client(_ program: String, on listener: Int, _ arguments: [String]) async throws -> (
    code: Int32, lines: [String]
  ) {
    let port = ports[listener].map { "\($0)" } ?? ""
    let tls = listener == 1883 ? [] : ["--cafile", certificates.caFile]
    let client = try ManagedProcess(
      "/usr/bin/\(program)", package: "mosquitto-clients",
      arguments: ["-h", "127.0.0.1", "-p", port, "-q", "1"] + tls + arguments)
    let ending = try await client.wait(within: .seconds(20))
    try await eventually("\(program) has closed its output") {
      client.output.isAtEnd && client.errors.isAtEnd
    }
    guard case .code(let code) = ending else { throw TestFailure("\(program): \(ending)") }
    return (code, client.output.all + client.errors.all)
  }

  /// Arguments of a client that comes with a password, or with a certificate.
  func password(_ user: String) -> [String] { ["-u", user, "-P", user, "-i", user] }
  func certificate(_ user: String) -> [String] {
    ["--cert", directory.path("\(user).crt"), "--key", directory.path("\(user).key"), "-i", user]
  }

  private static func file(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: "Config/mosquitto/\(name)"), encoding: .utf8)
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
    text = text.replacing("/etc/mosquitto/certs/", with: "\(directory.path)/")
    return text.replacing("/etc/mosquitto/", with: "\(directory.path)/")
  }

  private func makeGatewayCertificates() async throws {
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try await openssl(
      ["req", "-x509", "-days", "2", "-subj", "/CN=gateways", "-keyout", "gateway-ca.key"]
        + ["-out", "gateway-ca.crt"] + curve)
    try directory.write("", to: "index.txt")
    try directory.write("01\n", to: "number")
    try directory.write(
      """
      [ca]
      default_ca = gateways
      [gateways]
      database = index.txt
      serial = number
      crlnumber = number
      new_certs_dir = .
      certificate = gateway-ca.crt
      private_key = gateway-ca.key
      default_md = sha256
      default_days = 2
      default_crl_days = 2
      policy = names
      [names]
      commonName = supplied

      """, to: "ca.cnf")
    for user in ["venue-01", "venue-02"] {
      try await openssl(
        ["req", "-subj", "/CN=\(user)", "-keyout", "\(user).key", "-out", "\(user).csr"] + curve)
      try await openssl(
        ["ca", "-batch", "-config", "ca.cnf", "-in", "\(user).csr", "-out", "\(user).crt"])
    }
    try await openssl(["ca", "-config", "ca.cnf", "-revoke", "venue-02.crt"])
    try await openssl(["ca", "-config", "ca.cnf", "-gencrl", "-out", "gateway-ca.crl"])
    try FileManager.default.createDirectory(
      atPath: directory.path("conf.d"), withIntermediateDirectories: false)
  }

  private func openssl(_ arguments: [String]) async throws {
    try await run("/usr/bin/openssl", "openssl", arguments)
  }

  private func run(_ program: String, _ package: String, _ arguments: [String]) async throws {
    try await ManagedProcess.run(
      program, package: package, arguments: arguments, directory: directory.path)
  }
}
