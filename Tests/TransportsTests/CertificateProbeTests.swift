import Foundation
import TestSupport
import Testing
import Transports

@Suite struct `The certificate of a broker` {
  private func broker(_ certificates: Certificates) async throws -> Mosquitto {
    // The broker becomes the user `mosquitto`, who has to read the key.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: certificates.keyFile)
    return try await Mosquitto(
      configuration: "certfile \(certificates.certificateFile)\nkeyfile \(certificates.keyFile)")
  }

  @Test func `is shown, and is in order`() async throws {
    let certificates = try await Certificates()
    let broker = try await broker(certificates)
    let answer = CertificateProbe(
      host: "127.0.0.1", port: broker.port, caFile: certificates.caFile
    ).ask(timeout: .seconds(5))
    #expect(answer.problem == nil)
    let expected = String(decoding: try certificates.directory.read("server.pem"), as: UTF8.self)
    #expect(answer.certificates.first.map(body) == body(expected))
  }

  @Test func `of another authority is shown all the same, with what is wrong`() async throws {
    let certificates = try await Certificates()
    let others = try await Certificates()
    let broker = try await broker(certificates)
    let answer = CertificateProbe(
      host: "127.0.0.1", port: broker.port, caFile: others.caFile
    ).ask(timeout: .seconds(5))
    #expect(answer.problem?.contains("certificate") ?? false)
    let expected = String(decoding: try certificates.directory.read("server.pem"), as: UTF8.self)
    #expect(answer.certificates.first.map(body) == body(expected))
  }

  @Test func `that names another host is a problem`() async throws {
    let certificates = try await Certificates()
    let broker = try await broker(certificates)
    let answer = CertificateProbe(
      host: "localhost", port: broker.port, caFile: certificates.caFile
    ).ask(timeout: .seconds(5))
    #expect(answer.problem != nil)
    #expect(!answer.certificates.isEmpty)
  }

  @Test func `is none where nobody listens, or nobody speaks TLS`() async throws {
    let certificates = try await Certificates()
    let plain = try await Mosquitto()
    for port in [plain.port, try FreePort.next()] {
      let answer = CertificateProbe(
        host: "127.0.0.1", port: port, caFile: certificates.caFile
      ).ask(timeout: .seconds(2))
      #expect(answer.problem != nil)
      #expect(answer.certificates.isEmpty)
    }
  }

  /// The certificate without what stands around it.
  private func body(_ pem: String) -> String {
    pem.split(separator: "\n").filter { !$0.contains("-----") }.joined()
  }
}
