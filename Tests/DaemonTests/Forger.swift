import Foundation
import TestSupport

/// Certificates that a site's broker must not take, in a directory of their own.
struct Forger {
  let directory: TemporaryDirectory
  private let site: EnrolledSite
  private var enrolment: String { site.broker.directory.path("enrolment") }

  init(site: EnrolledSite) throws {
    self.site = site
    directory = try TemporaryDirectory()
  }

  /// Makes `venue-0-other-authority`, `venue-0-self-signed` and `venue-0-expired`: all say `CN=venue-0`,
  /// and the last is signed by the authority that enrolled the venue, for a day in 2025.
  func forge() async throws {
    try await openssl(
      ["req", "-x509", "-subj", "/CN=Poolwatch gateway authority", "-out", "ca.crt"]
        + Self.newKey("ca.key"))
    try await openssl(
      ["req", "-x509", "-subj", "/CN=venue-0", "-out", "venue-0-self-signed.crt"]
        + Self.newKey("venue-0-self-signed.key"))
    for name in ["venue-0-other-authority", "venue-0-expired"] {
      try await openssl(
        ["req", "-subj", "/CN=venue-0", "-out", "\(name).csr"] + Self.newKey("\(name).key"))
    }
    try await openssl([
      "x509", "-req", "-days", "2", "-in", "venue-0-other-authority.csr", "-CA", "ca.crt", "-CAkey",
      "ca.key", "-CAcreateserial", "-out", "venue-0-other-authority.crt",
    ])
    try await openssl(
      [
        "ca", "-config", "ca.conf", "-batch", "-notext", "-startdate", "20250101000000Z",
        "-enddate", "20250102000000Z", "-in", directory.path("venue-0-expired.csr"), "-out",
        directory.path("venue-0-expired.crt"),
      ], in: "\(enrolment)/authority")
  }

  /// Keeps what `venue` was handed, as a thief would.
  func steal(_ venue: String) throws {
    for end in ["crt", "key"] {
      try FileManager.default.copyItem(
        atPath: "\(enrolment)/\(venue).\(end)", toPath: directory.path("\(venue).\(end)"))
    }
  }

  /// Whether the authority that enrolled the venues has signed `name`, whenever.
  func isSignedByOurAuthority(_ name: String) async throws -> Bool {
    let said = try await ManagedProcess.run(
      "/usr/bin/openssl",
      arguments: [
        "verify", "-no_check_time", "-CAfile",
        site.broker.directory.path("certs/gateway-ca.crt"), directory.path("\(name).crt"),
      ])
    return said.contains("OK")
  }

  private static func newKey(_ path: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]
  }

  private func openssl(_ arguments: [String], in path: String? = nil) async throws {
    try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl", arguments: arguments,
      directory: path ?? directory.path)
  }
}
