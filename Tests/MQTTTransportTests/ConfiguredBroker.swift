import Foundation
import TestSupport

/// The delivered broker with two venues.
///
/// The users `poolwatch`, `venue-01` and `venue-02` have their own names as passwords; the venues have
/// certificates too, and that of `venue-02` is revoked.
final class ConfiguredBroker {
  private let broker: DeliveredBroker
  var directory: TemporaryDirectory { broker.directory }
  private let certificates: String

  init(profile: String) async throws {
    broker = try await DeliveredBroker(profile: profile)
    certificates = broker.directory.path("certs")
    try await makeGatewayCertificates()
    for user in ["poolwatch", "venue-01", "venue-02"] {
      try await broker.setPassword(user, of: user)
    }
    try directory.write(try DeliveredBroker.file("acl"), to: "poolwatch.acl")
  }

  /// What the broker has logged since it was started last.
  var log: [String] { broker.log }

  func start() async throws { try await broker.start() }

  /// Ends it as a crash would.
  func kill() async throws { try await broker.kill() }

  /// What a client of mosquitto said, with its exit code.
  func client(_ program: String, on listener: Int, _ arguments: [String]) async throws -> (
    code: Int32, lines: [String]
  ) {
    try await broker.client(program, on: listener, arguments)
  }

  /// Arguments of a client that comes with a password, or with a certificate.
  func password(_ user: String) -> [String] { ["-u", user, "-P", user, "-i", user] }
  func certificate(_ user: String) -> [String] {
    ["--cert", "\(certificates)/\(user).crt", "--key", "\(certificates)/\(user).key", "-i", user]
  }

  private func makeGatewayCertificates() async throws {
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try await openssl(
      ["req", "-x509", "-days", "2", "-subj", "/CN=gateways", "-keyout", "gateway-ca.key"]
        + ["-out", "gateway-ca.crt"] + curve)
    try directory.write("", to: "certs/index.txt")
    try directory.write("01\n", to: "certs/number")
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

      """, to: "certs/ca.cnf")
    for user in ["venue-01", "venue-02"] {
      try await openssl(
        ["req", "-subj", "/CN=\(user)", "-keyout", "\(user).key", "-out", "\(user).csr"] + curve)
      try await openssl(
        ["ca", "-batch", "-config", "ca.cnf", "-in", "\(user).csr", "-out", "\(user).crt"])
    }
    try await openssl(["ca", "-config", "ca.cnf", "-revoke", "venue-02.crt"])
    try await openssl(["ca", "-config", "ca.cnf", "-gencrl", "-out", "gateway-ca.crl"])
  }

  private func openssl(_ arguments: [String]) async throws {
    try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl", arguments: arguments, directory: certificates)
  }
}
