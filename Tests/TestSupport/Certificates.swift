/// A private authority and a server's certificate for 127.0.0.1, made anew with the openssl command.
public struct Certificates: Sendable {
  /// Where the files lie.
  public let directory: TemporaryDirectory
  /// The authority's certificate.
  public var caFile: String { directory.path("ca.pem") }
  /// The server's certificate.
  public var certificateFile: String { directory.path("server.pem") }
  /// The server's key.
  public var keyFile: String { directory.path("server.key") }

  /// Makes authority and certificate.
  ///
  /// - Throws: `TestFailure` when openssl is missing or fails.
  public init() async throws {
    directory = try TemporaryDirectory()
    try directory.write("subjectAltName=IP:127.0.0.1\n", to: "names")
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try await openssl(
      [
        "req", "-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out",
        "ca.pem",
      ]
        + curve)
    try await openssl(
      ["req", "-subj", "/CN=broker", "-keyout", "server.key", "-out", "server.csr"] + curve)
    try await openssl([
      "x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
      "-CAcreateserial", "-extfile", "names", "-out", "server.pem",
    ])
  }

  private func openssl(_ arguments: [String]) async throws {
    try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl", arguments: arguments, directory: directory.path)
  }
}
