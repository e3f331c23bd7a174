import Foundation
import TestSupport

/// A real mail server (aiosmtpd) on a free port of 127.0.0.1, stopped with its owner.
struct MailServer {
  let port: UInt16
  private let directory: TemporaryDirectory
  private let process: ManagedProcess

  /// How it talks to its clients.
  enum Protection {
    case none
    case startTLS(Certificate)
    case tls(Certificate)
  }

  init(_ protection: Protection = .none) async throws {
    port = try FreePort.next()
    directory = try TemporaryDirectory()
    var arguments = [fixture("mail_server.py"), "\(port)", directory.path]
    switch protection {
    case .none: break
    case .startTLS(let certificate):
      arguments += [certificate.path, certificate.keyPath, "starttls"]
    case .tls(let certificate): arguments += [certificate.path, certificate.keyPath, "tls"]
    }
    try await Self.requireLibrary()
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3-aiosmtpd", arguments: arguments)
    try await process.output.first { $0 == "READY" }
  }

  /// The bytes of the message that came as the `number`th, from 1.
  func message(_ number: Int) throws -> [UInt8] {
    [UInt8](try directory.read("\(number).eml"))
  }

  /// Sender and recipients of that message.
  func envelope(_ number: Int) throws -> String {
    String(decoding: try directory.read("\(number).envelope"), as: UTF8.self)
  }

  /// How many messages it has taken.
  func messageCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".eml") }.count
  }

  private static func requireLibrary() async throws {
    do {
      try await ManagedProcess.run("/usr/bin/python3", arguments: ["-c", "import aiosmtpd"])
    } catch {
      throw TestFailure("aiosmtpd is missing: install it with 'apt-get install python3-aiosmtpd'")
    }
  }
}

/// A certificate for 127.0.0.1 that signs itself, made by openssl.
struct Certificate {
  private let directory: TemporaryDirectory
  var path: String { directory.path("certificate.pem") }
  var keyPath: String { directory.path("key.pem") }

  init() async throws {
    directory = try TemporaryDirectory()
    try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
        "-out", directory.path("certificate.pem"), "-keyout", directory.path("key.pem"),
      ])
  }
}

/// The path of a file that lies beside these tests.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/\(name)").path
}
