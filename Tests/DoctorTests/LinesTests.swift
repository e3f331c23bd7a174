import Foundation
import PoolModel
import Querying
import TestSupport
import Testing

@testable import poolwatch

@Suite struct `What the doctor prints` {
  static let surface = TextSurface(lineWidth: nil, isColoured: false) { _ in 1 }

  @Test func `a line for each check, and below it what to change, in 80 columns`() {
    let findings: [DoctorFinding] = [
      .ok("broker", "127.0.0.1:8883 takes us, by TLS"),
      .warn(
        "in flight",
        "max_inflight_messages 20 is less than receive_maximum 1000: a disk sync carries "
          + "20 readings at most", "set max_inflight_messages 1000"),
      .fail("secrets", "anybody can read /" + String(repeating: "x", count: 70), "chmod o= it"),
      .unknown("unit", "systemd does not run this machine"),
    ]
    let long = String(repeating: "x", count: 70)
    #expect(
      DoctorFinding.lines(findings, on: Self.surface) == """
        OK       broker       127.0.0.1:8883 takes us, by TLS
        WARN     in flight    max_inflight_messages 20 is less than receive_maximum
                              1000: a disk sync carries 20 readings at most
                              → set max_inflight_messages 1000
        FAIL     secrets      anybody can read
                              /\(long)
                              → chmod o= it
        unknown  unit         systemd does not run this machine

        """)
  }

  @Test func `everything that can be said fits 80 columns`() {
    let suite = `What the doctor finds`.self
    for ailment in suite.ofTheBroker + suite.ofItsSettings + suite.ofTheMachine {
      let text = DoctorFinding.lines([ailment.check.finding(ailment.facts)], on: Self.surface)
      for line in text.split(separator: "\n") { #expect(line.count <= 80) }
    }
  }

  @Test func `JSON has four keys`() throws {
    let text = AnswerJSON.array([DoctorFinding.ok("a", "b"), .warn("c", "d", "e")])
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    #expect(rows.map { $0["verdict"] as? String } == ["OK", "WARN"])
    #expect(rows.map { $0["change"] as? String } == [nil, "e"])
    #expect(Set(rows[0].keys) == ["check", "verdict", "finding", "change"])
  }
}

@Suite struct `When a certificate ends` {
  // Before and after 2050, where the form of the time changes (RFC 5280, 4.1.2.5); openssl is the judge.
  @Test(arguments: [1, 400, 20_000])
  func `is what openssl says`(days: Int) async throws {
    let directory = try TemporaryDirectory()
    try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "\(days)", "-subj", "/C=CN/O=\(String(repeating: "x", count: 60))/CN=broker",
        "-keyout", "key", "-out", "pem",
      ], directory: directory.path)
    let openssl = try ManagedProcess(
      "/usr/bin/openssl", package: "openssl",
      arguments: [
        "x509", "-in", directory.path("pem"), "-noout", "-enddate", "-dateopt", "iso_8601",
      ])
    _ = try await openssl.wait()
    try await eventually("openssl has said it") { openssl.output.isAtEnd }
    // notAfter=2026-11-22 09:58:00Z
    let line = try #require(openssl.output.all.first { $0.hasPrefix("notAfter=") })
    let expected = Timestamp(rfc3339: line.dropFirst(9))
    let pem = String(decoding: try directory.read("pem"), as: UTF8.self)
    #expect(expected != nil)
    #expect(CertificateEnd.first(inPEM: "words before\n" + pem) == expected)
  }

  @Test func `cut anywhere, it has none and nothing falls over`() async throws {
    let certificates = try await Certificates()
    let pem = String(decoding: try certificates.directory.read("server.pem"), as: UTF8.self)
    let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    let bytes = [UInt8](try #require(Data(base64Encoded: body)))
    #expect(CertificateEnd.notAfter(bytes) != nil)
    for count in 0..<bytes.count {
      #expect(CertificateEnd.notAfter(Array(bytes.prefix(count))) == nil)
    }
    for index in 0..<min(200, bytes.count) {
      for value: UInt8 in [0x00, 0x7F, 0x80, 0x83, 0x84, 0xFF] {
        var damaged = bytes
        damaged[index] = value
        _ = CertificateEnd.notAfter(damaged)
      }
    }
    #expect(CertificateEnd.first(inPEM: "no certificate") == nil)
  }
}
